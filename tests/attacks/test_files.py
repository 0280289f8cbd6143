"""Files that attack: larger than they say, nested, locked, called what they are not, bombs, damaged, telling too much.

Each is sent through the whole bot as a paper. It is refused with a sentence, or kept without what it should not tell;
the form goes on, memory stays bounded, and what it was called counts for nothing.
"""

import gzip
import io
import resource
import struct
import zipfile
import zlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject
from sqlmodel import select

from models.applications.document import Document
from models.applications.papers import Papers
from models.post.parcel import Parcel, ParcelState
from tests import phones
from tests.attacks.town import does, is_well
from tests.chat import Play
from tests.made_up_files import CAMERA, REMARK, drawing, encoded, pdf, talkative
from tests.rules.test_paper import jpeg_that_claims, png_that_claims

MOST_MEMORY = 120 * 1024
"""Kilobytes that a whole evening of bombs may add to what the process ever held."""
PAPER = "(dokumen {name})"


def zipped(content: bytes, times: int = 3) -> bytes:
    for turn in range(times):
        inner, packed = content, io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"ktp{turn}.jpg", inner)
        content = packed.getvalue()
    return content


def png_bomb() -> bytes:
    """16 million pixels, as much as is ever decoded, in a few kilobytes; and its text claims gigabytes."""
    picture = io.BytesIO()
    Image.new("1", (16_000, 1_000)).save(picture, "PNG")
    content = picture.getvalue()
    text = b"Comment\0\0" + zlib.compress(b"\0" * 50_000_000, 9)
    chunk = struct.pack(">L", len(text)) + b"zTXt" + text + struct.pack(">L", zlib.crc32(b"zTXt" + text))
    return content[:33] + chunk + content[33:]


def animated(media_type: str) -> bytes:
    picture, frames = io.BytesIO(), [drawing().rotate(turn) for turn in range(50)]
    frames[0].save(picture, "WEBP" if media_type == "image/webp" else "PNG", save_all=True, append_images=frames[1:])
    return picture.getvalue()


def pdf_with_script() -> bytes:
    script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert('halo')")}
    writer, file = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=200, height=300)
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(script)
    writer.add_attachment("virus.exe", b"MZ" + bytes(1000))
    writer.write(file)
    return file.getvalue()


def pdf_bomb() -> bytes:
    """One page whose content would be a gigabyte."""
    packed = zlib.compress(bytes(200_000_000), 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
        b"<</Length %d/Filter/FlateDecode>>\nstream\n%s\nendstream" % (len(packed), packed),
    ]
    body, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + table + b"trailer\n<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(body)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
REFUSED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "program called a photo": ("ktp.jpg", lambda: b"MZ\x90\0" + bytes(4000)),
    "page called a PDF": ("ktp.pdf", lambda: b"<html><script>alert(1)</script></html>"),
    "drawing with a script": ("ktp.png", lambda: SVG),
    "archive": ("ktp.zip", lambda: zipped(b"x" * 1000, 1)),
    "archive in an archive in an archive": ("ktp.jpg", lambda: zipped(bytes(20_000_000))),
    "squeezed twice": ("ktp.gz", lambda: gzip.compress(gzip.compress(bytes(20_000_000)))),
    "office document": ("ktp.docx", lambda: zipped(b"<w:document/>", 1)),
    "locked PDF": ("ktp.pdf", lambda: pdf(user_password="rahasia", algorithm="AES-256")),
    "PDF behind a program": ("ktp.pdf", lambda: b"MZ\x90\0" + bytes(60) + pdf()),
    "PDF that is an archive": ("ktp.pdf", lambda: zipped(pdf(), 1) + pdf()),
    "bomb of a PNG": ("ktp.png", lambda: png_that_claims(60_000, 60_000)),
    "bomb of a JPEG": ("ktp.jpg", lambda: jpeg_that_claims(60_000, 60_000)),
    "half a photo": ("ktp.jpg", lambda: encoded(drawing(width=900, height=900), "image/jpeg")[:-900]),
    "half a PDF": ("ktp.pdf", lambda: pdf()[:200]),
    "nothing": ("ktp.jpg", lambda: b""),
    "moving picture": ("ktp.gif", lambda: b"GIF89a" + bytes(2000)),
    "film": ("ktp.mp4", lambda: b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + bytes(4000)),
    "name that climbs": ("../../../etc/passwd", lambda: b"root:x:0:0"),
    "name that commands": ("ktp.jpg; rm -rf $HOME", lambda: b"MZ" + bytes(90)),
}


@pytest_asyncio.fixture
async def sending(town: Play, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Play, dict[str, bytes]]]:
    """Rina is at the first paper of her file; whatever is put into the dict can be sent under its name."""
    made: dict[str, bytes] = {}
    whole = phones.content_of
    for module in ("tests.phones", "tests.gestures"):
        monkeypatch.setattr(f"{module}.content_of", lambda name: made[name] if name in made else whole(name))
    for what in ("/lengkapi", "1", "(tekan complete:NIK:later)"):
        await does(town, "Rina", what)
    yield town, made


async def parcels(town: Play) -> list[Parcel]:
    async with town.store.reading() as session:
        return list(await session.exec(select(Parcel).order_by(Parcel.id)))  # type: ignore[arg-type]


async def papers_kept(town: Play) -> list[bytes]:
    shelf = Papers(town.folder / "papers")
    names = [one.stored_as for one in await parcels(town) if one.stored_as]
    return [shelf.read(town.store.keyring, name) for name in names]


async def send(town: Play, made: dict[str, bytes], name: str, content: bytes) -> str:
    made[name] = content
    return await does(town, "Rina", PAPER.format(name=name))


@pytest.mark.parametrize("what", REFUSED)
async def test_what_is_no_paper_is_refused_with_a_sentence_and_asked_again(
    sending: tuple[Play, dict[str, bytes]], what: str
) -> None:
    town, made = sending
    name, make = REFUSED[what]
    said = await send(town, made, name, make())
    assert is_well(town)
    assert said.count("Kirim:") == 1 and len(said.split("\n")) > 3
    assert name not in said
    assert await papers_kept(town) == []
    assert not [path for path in town.folder.rglob("*") if path.name in name or "passwd" in path.name]
    async with town.store.reading() as session:
        assert not list(await session.exec(select(Document)))
    assert "sudah disimpan" in await send(town, made, "baik.jpg", phones.content_of("card-sharp.jpg"))


@pytest.mark.parametrize("size", [21, 2_000])
async def test_a_file_that_says_it_is_too_large_is_not_fetched(
    sending: tuple[Play, dict[str, bytes]], size: int
) -> None:
    town, made = sending
    made["besar.jpg"] = b"x"
    said = await does(town, "Rina", f"(dokumen besar.jpg {size} MB)")
    assert "20 MB" in said and "Kirim:" in said
    assert await parcels(town) == []


async def test_a_file_that_says_it_is_small_and_is_not_is_lost_with_a_word(
    sending: tuple[Play, dict[str, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Telegram refuses to give it out; so does the wire itself, whatever a Bot API server of one's own gives."""
    town, made = sending
    monkeypatch.setattr(phones, "LARGEST_FILE", 10)
    said = await send(town, made, "kecil.jpg", encoded(drawing(), "image/jpeg"))
    assert "terlalu besar" in said and "Kirim:" in said
    assert [one.state for one in await parcels(town)] == [ParcelState.LOST]


@pytest.mark.parametrize("media_type", ["image/jpeg", "image/png", "image/webp"])
async def test_what_a_camera_tells_is_not_kept(sending: tuple[Play, dict[str, bytes]], media_type: str) -> None:
    town, made = sending
    await send(town, made, "ktp.jpg", talkative(media_type, orientation=6))
    (kept,) = await papers_kept(town)
    assert CAMERA.encode() not in kept and REMARK.encode() not in kept
    with Image.open(io.BytesIO(kept)) as picture:
        assert 0x8825 not in picture.getexif()


@pytest.mark.parametrize("media_type", ["image/png", "image/webp"])
async def test_a_picture_that_moves_holds_up_nobody(sending: tuple[Play, dict[str, bytes]], media_type: str) -> None:
    town, made = sending
    said = await send(town, made, "gerak", animated(media_type))
    assert is_well(town) and said


async def test_what_a_pdf_would_do_when_opened_is_done_by_nobody_here(sending: tuple[Play, dict[str, bytes]]) -> None:
    """It is looked at and kept, encrypted; no page of it is drawn and no script of it runs on the office's machine."""
    town, made = sending
    said = await send(town, made, "ktp.pdf", pdf_with_script())
    assert is_well(town) and said


async def test_an_evening_of_bombs_takes_no_more_memory_than_a_photo(sending: tuple[Play, dict[str, bytes]]) -> None:
    town, made = sending
    await send(town, made, "foto.png", encoded(drawing(width=1200, height=900), "image/png"))
    bombs = [
        png_bomb(),
        pdf_bomb(),
        png_that_claims(60_000, 60_000),
        jpeg_that_claims(50_000, 50_000),
        zipped(bytes(9**8)),
    ]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for turn in range(2):
        for number, bomb in enumerate(bombs):
            assert len(bomb) < 1024 * 1024
            await does(town, "Rina", "kirim yang baru")
            assert await send(town, made, f"bom{turn}{number}", bomb)
            assert is_well(town)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_MEMORY


async def test_what_is_sent_to_staff_is_kept_as_bytes_and_never_opened(town: Play, tmp_path: Path) -> None:
    """Words for staff may come with any file: it is stored encrypted under a name of our own."""
    for what in ("/bantuan", "1", "(dokumen card-sharp.jpg)"):
        said = await does(town, "Rina", what)
    assert "Nomor: TNY" in said
    names = [path.name for path in (town.folder / "papers").rglob("*") if path.is_file()]
    assert names and not any("card" in name for name in names)
