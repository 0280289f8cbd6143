"""Makes the fonts of bot/fonts/ from the packages that its README names: `python -m tests.commands.fonts FOLDER`.

    FOLDER (packages unpacked) ─▶ chosen scripts and letters ─▶ bot/fonts/*.ttf, *.otf ─▶ bot/fonts/coverage.txt

Hinting is dropped (it is for screens), layout tables stay (most scripts of Indonesia are unreadable without them).
"""

import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from bot.glyphs import COVERAGE, FONTS

LATIN = ("NotoSans-Regular", "NotoSans-Bold")
SCRIPTS = tuple(
    """
    Javanese Balinese Sundanese Batak Buginese Rejang Arabic Thai Devanagari Tamil Hebrew Bengali
    Gurmukhi Gujarati Oriya Telugu Kannada Malayalam Sinhala Lao Khmer Myanmar Armenian Georgian
    Ethiopic Tagalog Hanunoo Buhid Tagbanwa Cham Thaana Syriac Tifinagh Symbols Symbols2 Math
    """.split()  # noqa: SIM905
)
KAWI, MAKASAR = "noto-sans-kawi-kawi-400-normal.woff2", "noto-serif-makasar-makasar-400-normal.woff2"
EMOJI = "noto-emoji-*-400-normal.woff2"
PRIVATE = frozenset({*range(0xE000, 0xF900), *range(0xF0000, 0x110000)})
CONTROLS = frozenset({*range(0x20), *range(0x7F, 0xA0)})
SYMBOLS = range(0x10000)
LATIN_LETTERS = frozenset({*range(0x20, 0x588), *range(0x1D00, 0x2C80), *range(0xA640, 0xA7FF), *range(0xFE00, 0xFFFE)})


def common_cjk() -> frozenset[int]:
    """The letters of everyday Chinese, Japanese and Korean: GB 2312, Big5 level 1, JIS level 1 and 2, KS X 1001."""
    pairs = ((high, low) for high in range(0x81, 0xFF) for low in range(0x40, 0xFF))
    found = set(range(0x3000, 0x3100)) | set(range(0xFF00, 0xFFF0))
    for high, low in pairs:
        both = bytes((high, low))
        for codec in ("gb2312", "shift_jis", "euc_kr", *(["big5"] if high < 0xC7 else [])):
            found |= {ord(letter) for letter in both.decode(codec, "ignore") if ord(letter) >= 0x2E80}
    return frozenset(found)


def subset(font: TTFont, letters: Collection[int] | None = None, features: Sequence[str] = ("*",)) -> TTFont:
    """The font with these letters alone, or with all it has but private ones."""
    options = Options(hinting=False, layout_features=list(features), notdef_outline=True, name_IDs=["*"])
    options.drop_tables += ["FFTM", "DSIG", "meta", "BASE"]
    wanted = frozenset(font.getBestCmap()) & frozenset(letters or font.getBestCmap())
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted - PRIVATE - CONTROLS)
    subsetter.subset(font)
    return font


def only(folder: Path, pattern: str) -> Path:
    found = sorted(folder.rglob(pattern))
    if not found:
        raise SystemExit(f"{pattern} is not in {folder}: unpack the packages that bot/fonts/README.md names.")
    return found[0]


def emoji(folder: Path) -> TTFont:
    """The emoji come in many pieces; one file is enough."""
    with TemporaryDirectory() as place:
        pieces = []
        for number, piece in enumerate(sorted(folder.rglob(EMOJI))):
            font = TTFont(piece)
            font.flavor = None
            pieces.append(f"{place}/{number}.ttf")
            font.save(pieces[-1])
        return Merger().merge(pieces)


def made(folder: Path) -> Iterator[tuple[str, TTFont]]:
    """Each font file with its name."""
    for name in LATIN:
        yield f"{name}.ttf", subset(TTFont(only(folder, f"{name}.ttf")), LATIN_LETTERS)
    for script in SCRIPTS:
        name = f"NotoSans{script}-Regular.ttf"
        yield name, subset(TTFont(only(folder, name)), SYMBOLS if script == "Symbols2" else None)
    yield "NotoSansKawi-Regular.ttf", subset(TTFont(only(folder, KAWI)))
    yield "NotoSerifMakasar-Regular.ttf", subset(TTFont(only(folder, MAKASAR)))
    yield "NotoEmoji-Regular.ttf", subset(emoji(folder))
    simplified = TTFont(only(folder, "NotoSansCJK-Regular.ttc"), fontNumber=2)
    yield "NotoSansCJK-Regular.otf", subset(simplified, common_cjk(), ["ccmp", "ljmo", "vjmo", "tjmo"])


def letters_in(path: Path) -> frozenset[int]:
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())


def coverage(files: Iterable[Path]) -> str:
    """All letters that some of the files can show, as ranges, one a line."""
    letters = sorted(frozenset().union(*(letters_in(path) for path in files)))
    ranges: list[list[int]] = []
    for letter in letters:
        if ranges and ranges[-1][1] == letter - 1:
            ranges[-1][1] = letter
        else:
            ranges.append([letter, letter])
    return "".join(f"{first:04X}-{last:04X}\n" for first, last in ranges)


def font_files() -> list[Path]:
    return sorted([*FONTS.glob("*.ttf"), *FONTS.glob("*.otf")])


def main(folder: Path) -> None:
    for path in font_files():
        path.unlink()
    for name, font in made(folder):
        font.flavor = None
        font.save(FONTS / name)
        print(f"{(FONTS / name).stat().st_size // 1024:6} KB  {name}")
    COVERAGE.write_text(coverage(font_files()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
