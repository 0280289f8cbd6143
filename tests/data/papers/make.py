"""Draws the made-up papers of this folder, and the labels a person would give them: `python tests/data/papers/make.py`.

    card or family sheet ─▶ laid on wood, turned ─▶ light ─▶ lens ─▶ camera ─▶ JPEG

No person in them exists: the serial of every NIK is 9001, and CONTOH stands across every paper.
"""

import csv
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageFont

HERE = Path(__file__).parent
FINE = 2  # papers are drawn at twice their size, as a lens sees more than a sensor
INK, BLUE, FADED = (25, 25, 35), (176, 206, 226), (150, 120, 120)

Picture = Image.Image
Change = Callable[[Picture], Picture]

PEOPLE = [
    ("SARI DEWI LESTARI", "6472055708959001", "SAMARINDA, 17-08-1995", "PEREMPUAN"),
    ("ANDI RAHMAN", "6472051203909001", "BALIKPAPAN, 12-03-1990", "LAKI-LAKI"),
    ("RINA ANDINI", "6472054101039001", "TENGGARONG, 01-01-2003", "PEREMPUAN"),
]


def font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size * FINE)


def write(pen: ImageDraw.ImageDraw, at: tuple[float, float], text: str, size: float) -> None:
    pen.text((at[0] * FINE, at[1] * FINE), text, fill=INK, font=font(size))


def mark(paper: Picture) -> None:
    """CONTOH, aslant and faint enough to read through."""
    veil = Image.new("L", paper.size)
    pen = ImageDraw.Draw(veil)
    pen.text((paper.width // 2, paper.height // 2), "CONTOH", fill=90, font=font(150), anchor="mm")
    paper.paste((190, 60, 60), mask=veil.rotate(20))


def card(who: int = 0) -> Picture:
    """A paper like an identity card, 880 × 555 once photographed."""
    name, nik, born, sex = PEOPLE[who]
    paper = Image.new("RGB", (880 * FINE, 555 * FINE), BLUE)
    pen = ImageDraw.Draw(paper)
    pen.rounded_rectangle((4, 4, paper.width - 5, paper.height - 5), 40, outline=(90, 120, 150), width=4)
    write(pen, (290, 18), "PROVINSI CONTOH", 28)
    write(pen, (315, 52), "KOTA CONTOH", 28)
    write(pen, (30, 96), f"NIK : {nik}", 38)
    lines = [
        ("Nama", name), ("Tempat/Tgl Lahir", born), ("Jenis Kelamin", sex), ("Alamat", "JL CONTOH NO 1"),
        ("   RT/RW", "001/002"), ("   Kel/Desa", "CONTOH ILIR"), ("   Kecamatan", "CONTOH ULU"),
        ("Agama", "-"), ("Status Perkawinan", "-"), ("Pekerjaan", "-"), ("Berlaku Hingga", "SEUMUR HIDUP"),
    ]  # fmt: skip
    for row, (label, value) in enumerate(lines):
        write(pen, (30, 152 + row * 34), label, 23)
        write(pen, (235, 152 + row * 34), f": {value}", 23)
    pen.rectangle([side * FINE for side in (660, 130, 845, 370)], fill=(170, 40, 40))
    pen.ellipse([side * FINE for side in (705, 165, 800, 275)], fill=(205, 170, 145))
    pen.ellipse([side * FINE for side in (680, 285, 825, 455)], fill=(70, 70, 90))
    pen.rectangle([side * FINE for side in (660, 370, 845, 460)], fill=BLUE)
    write(pen, (690, 480), "KOTA CONTOH", 18)
    mark(paper)
    return paper


def sheet(who: int = 0) -> Picture:
    """A paper like a family card: a wide white sheet with a table, 960 × 660 once photographed."""
    paper = Image.new("RGB", (960 * FINE, 660 * FINE), (238, 238, 232))
    pen = ImageDraw.Draw(paper)
    write(pen, (320, 22), "KARTU KELUARGA", 40)
    write(pen, (330, 70), "No. 6472050101209001", 28)
    for row, line in enumerate([f"Nama Kepala Keluarga : {PEOPLE[who][0]}", "Alamat : JL CONTOH NO 1, RT 001/002"]):
        write(pen, (40, 118 + row * 28), line, 20)
    columns, top, tall = [40, 80, 330, 560, 720, 920], 190, 46
    for row in range(9):
        pen.line([(40 * FINE, (top + row * tall) * FINE), (920 * FINE, (top + row * tall) * FINE)], fill=INK, width=3)
    for left in columns:
        pen.line([(left * FINE, top * FINE), (left * FINE, (top + 8 * tall) * FINE)], fill=INK, width=3)
    for left, head in zip(columns, ["No", "Nama Lengkap", "NIK", "Jenis Kelamin", "Pekerjaan"], strict=False):
        write(pen, (left + 8, top + 12), head, 20)
    for row in range(len(PEOPLE)):
        name, nik, _, sex = PEOPLE[(who + row) % len(PEOPLE)]
        for left, value in zip(columns, [str(row + 1), name, nik, sex, "BELUM BEKERJA"], strict=False):
            write(pen, (left + 8, top + (row + 1) * tall + 12), value, 19)
    write(pen, (640, 580), "Dinas Contoh", 20)
    mark(paper)
    return paper


def desk(seed: int, size: tuple[int, int]) -> Picture:
    """Wood: boards with a grain drawn out along them."""
    dice = random.Random(seed)
    grain = Image.frombytes("L", (40, size[1]), dice.randbytes(40 * size[1])).resize(size, Image.Resampling.BICUBIC)
    grain = grain.filter(ImageFilter.GaussianBlur(2)).point([90 + level // 3 for level in range(256)])
    pen = ImageDraw.Draw(grain)
    for board in range(dice.randrange(200), size[1], 260):
        pen.line([(0, board), (size[0], board)], fill=70, width=5)
    return Image.merge("RGB", [grain.point([int(level * tone) for level in range(256)]) for tone in (1.0, 0.76, 0.52)])


def laid(paper: Picture, degrees: float = 0, seed: int = 1, margin: int = 50) -> Picture:
    """The paper on a desk, turned, with a shadow."""
    size = (paper.width + margin * 2 * FINE, paper.height + margin * 2 * FINE)
    wood = desk(seed, size)
    corner = margin * FINE
    face, shape = Image.new("RGB", size), Image.new("L", size)
    face.paste(paper, (corner, corner))
    shape.paste(255, (corner, corner, corner + paper.width, corner + paper.height))
    face, shape = (it.rotate(degrees, Image.Resampling.BICUBIC) for it in (face, shape))
    shadow = ImageChops.offset(shape, 14, 14).filter(ImageFilter.GaussianBlur(10))
    wood.paste((20, 15, 10), mask=shadow.point([level // 3 for level in range(256)]))
    wood.paste(face, mask=shape)
    return wood


def unevenly_lit(weakest: float = 0.72) -> Change:
    """A lamp from the upper left, as indoors."""

    def light(picture: Picture) -> Picture:
        fall = Image.linear_gradient("L").rotate(35, Image.Resampling.BICUBIC).crop((55, 55, 201, 201))
        fall = fall.resize(picture.size).point([255 - int((1 - weakest) * level) for level in range(256)])
        return ImageChops.multiply(picture, Image.merge("RGB", [fall] * 3))

    return light


def soft(radius: float) -> Change:
    """Out of focus; `radius` in pixels of the finished picture."""
    return lambda picture: picture.filter(ImageFilter.GaussianBlur(radius * FINE))


def shaken(length: int, *, downwards: bool = False, aslant: bool = False) -> Change:
    """A hand that moved by `length` pixels of the finished picture while the shutter was open."""

    def shake(picture: Picture) -> Picture:
        smeared, steps = picture, length * FINE
        for step in range(1, steps):
            moved = ImageChops.offset(picture, 0 if downwards else step, step if downwards or aslant else 0)
            smeared = Image.blend(smeared, moved, 1 / (step + 1))
        return soft(0.6)(smeared)

    return shake


def dimmed(share: float) -> Change:
    return lambda picture: ImageEnhance.Brightness(picture).enhance(share)


def faded(share: float) -> Change:
    return lambda picture: ImageEnhance.Contrast(picture).enhance(share)


def flashed(across: float, down: float, width: float) -> Change:
    """A lamp mirrored in plastic; place and width as shares of the picture."""

    def flash(picture: Picture) -> Picture:
        veil = Image.new("L", picture.size)
        x, y, reach = picture.width * across, picture.height * down, picture.width * width / 2
        ImageDraw.Draw(veil).ellipse((x - reach, y - reach * 0.7, x + reach, y + reach * 0.7), fill=255)
        return ImageChops.add(picture, Image.merge("RGB", [veil.filter(ImageFilter.GaussianBlur(reach / 5))] * 3))

    return flash


def grainy(strength: int, seed: int = 5) -> Change:
    """A sensor's noise, of up to `strength` grey levels either way."""

    def grain(picture: Picture) -> Picture:
        noise = Image.frombytes("L", picture.size, random.Random(seed).randbytes(picture.width * picture.height))
        noise = noise.point([128 + (level - 128) * strength // 128 for level in range(256)])
        return ImageChops.add(picture, Image.merge("RGB", [noise] * 3), scale=1, offset=-128)

    return grain


def no_change(picture: Picture) -> Picture:
    return picture


class Paper(NamedTuple):
    """One picture to draw, its class, and the advice a person would give (none: it can be read)."""

    name: str
    kind: str
    expected: str
    paper: Picture
    scene: Change = no_change
    quality: int = 54
    size: float = 1.0
    camera: Change = no_change


def papers() -> list[Paper]:
    """Every picture of the folder."""
    return [*readable(), *unreadable()]


def readable() -> list[Paper]:
    lit = unevenly_lit()
    return [
        Paper("card-sharp", "sharp", "", card()),
        Paper("card-sharp-andi", "sharp", "", card(1), unevenly_lit(0.8)),
        Paper("sheet-sharp", "sharp", "", sheet()),
        Paper("sheet-scanned", "sharp", "", ImageEnhance.Brightness(sheet(1)).enhance(1.1)),
        Paper("card-soft", "soft", "", card(2), soft(0.7)),
        Paper("card-softer", "soft", "", card(), soft(1.0)),
        Paper("sheet-soft", "soft", "", sheet(2), soft(0.7)),
        Paper("card-on-wood", "wood", "", card(1), lambda it: lit(laid(it, 2, 3)), 48),
        Paper("sheet-on-wood", "wood", "", sheet(), lambda it: lit(laid(it, -3, 4, 30)), 45),
        Paper("card-turned", "rotated", "", card(2), lambda it: lit(laid(it, 12, 6, 90)), 45, 0.98),
        Paper("card-on-its-side", "rotated", "", card(), lambda it: it.transpose(Image.Transpose.ROTATE_90)),
        Paper("sheet-upside-down", "rotated", "", sheet(1), lambda it: lit(it.rotate(180))),
        Paper("card-pale", "low contrast", "", card(1), faded(0.5)),
        Paper("sheet-pale", "low contrast", "", sheet(2), faded(0.4)),
        Paper("card-squeezed", "artefacts", "", card(), quality=22),
        Paper("sheet-squeezed", "artefacts", "", sheet(1), quality=25),
        Paper("card-grainy", "artefacts", "", card(2), quality=40, camera=grainy(22)),
        Paper("card-evening", "dim", "", card(1), dimmed(0.6)),
        Paper("sheet-evening", "dim", "", sheet(), lambda it: dimmed(0.55)(lit(it))),
        Paper("sheet-much-light", "much light", "", sheet(), lambda it: dimmed(1.35)(unevenly_lit(0.6)(it))),
        Paper(
            "sheet-much-light-on-wood",
            "much light",
            "",
            sheet(1),
            lambda it: dimmed(1.3)(unevenly_lit(0.65)(laid(it, 2, 9, 40))),
            45,
        ),
        Paper("sheet-lamp-behind", "dim", "", sheet(2), unevenly_lit(0.45)),
    ]


def unreadable() -> list[Paper]:
    lit = unevenly_lit()
    return [
        Paper("card-blurred", "strong blur", "blurred", card(), soft(4)),
        Paper("card-much-blurred", "strong blur", "blurred", card(1), soft(8)),
        Paper("sheet-blurred", "strong blur", "blurred", sheet(), soft(3.2)),
        Paper("card-blurred-on-wood", "strong blur", "blurred", card(2), lambda it: soft(4)(lit(laid(it, -4, 7)))),
        Paper("card-shaken", "motion blur", "blurred", card(2), shaken(14)),
        Paper("card-shaken-down", "motion blur", "blurred", card(1), shaken(14, downwards=True)),
        Paper("sheet-shaken", "motion blur", "blurred", sheet(1), shaken(12)),
        Paper("sheet-shaken-aslant", "motion blur", "blurred", sheet(), shaken(11, aslant=True)),
        Paper("card-dark", "dark", "dark", card(), dimmed(0.28), quality=45, camera=grainy(9)),
        Paper("sheet-dark", "dark", "dark", sheet(2), lambda it: dimmed(0.27)(lit(it)), quality=45, camera=grainy(9)),
        Paper("card-night", "very dark", "dark", card(1), dimmed(0.12), quality=45, camera=grainy(6)),
        Paper("sheet-night", "very dark", "dark", sheet(), dimmed(0.1), quality=45, camera=grainy(6)),
        Paper("card-glare", "glare", "glare", card(2), flashed(0.35, 0.4, 0.4)),
        Paper("card-glare-on-wood", "glare", "glare", card(), lambda it: flashed(0.42, 0.45, 0.3)(lit(laid(it, 3, 8)))),
        Paper("sheet-glare", "glare", "glare", sheet(1), lambda it: flashed(0.5, 0.5, 0.35)(dimmed(0.8)(it))),
        Paper("card-small", "small", "small", card(), size=0.42, quality=80),
        Paper("sheet-small", "small", "small", sheet(), size=0.45, quality=80),
        Paper("card-small-blurred", "small", "blurred small", card(1), soft(9), size=0.5),
        Paper("sheet-faded-away", "faded away", "blank", sheet(1), faded(0.08)),
        Paper("empty-sheet", "faded away", "blank", Image.new("RGB", (1900, 1300), (225, 223, 215)), lit),
    ]


def photographed(paper: Paper) -> Picture:
    """What the camera saves: every picture but the small ones is 970 pixels wide, or as tall when it stands."""
    seen = paper.scene(paper.paper)
    share = 970 * paper.size / max(seen.size)
    return paper.camera(seen.resize((int(seen.width * share), int(seen.height * share)), Image.Resampling.LANCZOS))


def main(folder: Path) -> None:
    with (folder / "labels.csv").open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["file", "kind", "expected"])
        for paper in papers():
            name = f"{paper.name}.jpg"
            photographed(paper).save(folder / name, quality=paper.quality, optimize=True)
            rows.writerow([name, paper.kind, paper.expected])


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
