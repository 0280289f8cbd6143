"""Files that attack: larger than they say, nested, locked, called what they are not, bombs, damaged, telling too much.

Each is sent through the whole bot as a document. It is refused with a sentence, or kept without hidden data;
the form goes on, memory stays bounded, and what it was called counts for nothing.
"""

import gzip
import io
import os
import resource
import struct
import zipfile
import zlib
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest
import pytest_asyncio
from PIL import Image
from sqlmodel import select

from bot.sandbox.api import send_files
from models.applications.clean_file import media_type_of
from models.applications.document import Document
from models.applications.encrypted_files import EncryptedFiles
from models.messaging.file_download import DownloadState, FileDownload
from models.offices.authority import Role
from tests import attack_files, gestures
from tests.attacks.town import does, is_well, said_by
from tests.chat import Play
from tests.made_up_files import CAMERA, REMARK, drawing, encoded, pdf, talkative
from tests.rules.test_document_checks import jpeg_that_claims, png_that_claims
from tests.test_authority import serves

MOST_MEMORY = 120 * 1024
"""Kilobytes that a whole evening of bombs may add to what the process ever held."""
PAPER = "(dokumen {name})"
ASKED_AGAIN = "Kirim Foto KTP."
NOT_KEPT = "tidak bisa kami simpan untuk petugas"


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
    "PDF far behind a program": ("ktp.pdf", lambda: b"MZ\x90\0" + bytes(1060) + pdf()),
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
    """Rina is asked for the first document of her file; each entry of the dict can be sent under its name."""
    made: dict[str, bytes] = {}
    whole = gestures.content_of
    monkeypatch.setattr(gestures, "content_of", lambda name: made[name] if name in made else whole(name))
    for what in ("/lengkapi", "1", "(tekan complete:NIK:later)"):
        await does(town, "Rina", what)
    yield town, made


async def downloads(town: Play) -> list[FileDownload]:
    async with town.store.read_only() as session:
        return list(await session.exec(select(FileDownload).order_by(FileDownload.id)))  # type: ignore[arg-type]


async def papers_kept(town: Play) -> list[bytes]:
    shelf = EncryptedFiles(town.folder / "papers")
    names = [one.stored_as for one in await downloads(town) if one.stored_as]
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
    assert said.count(ASKED_AGAIN) == 1 and len(said.split("\n")) > 3
    assert name not in said
    assert await papers_kept(town) == []
    assert not [path for path in town.folder.rglob("*") if path.name in name or "passwd" in path.name]
    async with town.store.read_only() as session:
        assert not list(await session.exec(select(Document)))
    assert "sudah disimpan" in await send(town, made, "baik.jpg", gestures.content_of("card-sharp.jpg"))


@pytest.mark.parametrize("size", [21, 2_000])
async def test_a_file_that_says_it_is_too_large_is_not_fetched(
    sending: tuple[Play, dict[str, bytes]], size: int
) -> None:
    town, made = sending
    made["besar.jpg"] = b"x"
    said = await does(town, "Rina", f"(dokumen besar.jpg {size} MB)")
    assert "20 MB" in said and ASKED_AGAIN in said
    assert await downloads(town) == []


async def test_a_file_that_says_it_is_small_and_is_not_is_lost_with_a_word(
    sending: tuple[Play, dict[str, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Telegram refuses to give it out; so does the client itself, also from a Bot API server of one's own."""
    town, made = sending
    monkeypatch.setattr(send_files, "MOST_DOWNLOAD", 10)
    said = await send(town, made, "kecil.jpg", encoded(drawing(), "image/jpeg"))
    assert "terlalu besar" in said and ASKED_AGAIN in said
    assert [one.state for one in await downloads(town)] == [DownloadState.LOST]


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


ATTACKS = {**attack_files.PICTURES, **attack_files.PDFS}


@pytest.mark.parametrize("what", ATTACKS)
async def test_what_an_officer_opens_was_made_by_us(sending: tuple[Play, dict[str, bytes]], what: str) -> None:
    """From the phone of the applicant to the phone of the officer, through the whole bot and its decoding process."""
    town, made = sending
    needle = os.urandom(16)
    assert "sudah disimpan" in await send(town, made, "ktp", ATTACKS[what](needle))
    await officer_opens_the_paper(town)
    received = town.telegram.handed[-1]
    assert media_type_of(received.content) == received.media_type
    assert received.name.endswith("pdf" if received.media_type == "application/pdf" else "jpg")
    assert not any(form in received.content for form in attack_files.forms_of(needle))


async def officer_opens_the_paper(town: Play) -> None:
    await officer_asks_for_the_paper(town)
    assert town.telegram.handed


async def officer_asks_for_the_paper(town: Play) -> str:
    said = ""
    await serves(town, "Wati", Role.VERIFIER)
    for what in ("/loket", "Rina", "[Lihat data lengkap]", "1", "1"):
        said = await does(town, "Wati", what)
    return said


@pytest.mark.parametrize("what", ["JPEG", "PDF of a photo with everything"])
async def test_a_paper_that_was_stored_as_it_came_is_rebuilt_when_it_is_opened(
    sending: tuple[Play, dict[str, bytes]], what: str
) -> None:
    town, made = sending
    needle = os.urandom(16)
    await send(town, made, "ktp.jpg", gestures.content_of("card-sharp.jpg"))
    await stored_instead(town, ATTACKS[what](needle))
    await officer_opens_the_paper(town)
    received = town.telegram.handed[-1]
    assert media_type_of(received.content) == received.media_type
    assert not any(form in received.content for form in attack_files.forms_of(needle))


async def test_a_paper_that_was_stored_and_cannot_be_rebuilt_does_not_go_out(
    sending: tuple[Play, dict[str, bytes]],
) -> None:
    town, made = sending
    await send(town, made, "ktp.jpg", gestures.content_of("card-sharp.jpg"))
    await stored_instead(town, attack_files.archive(b"needle"))
    said = await officer_asks_for_the_paper(town)
    for _ in range(2):  # it is tried three times
        town.now += timedelta(seconds=10)
        await town.settle()
        said += said_by(town)
    assert "Berkas mana yang mau dilihat?" in said and "ada satu pesan yang tidak bisa kami kirim" in said
    assert town.telegram.handed == [] and is_well(town)


async def stored_instead(town: Play, content: bytes) -> None:
    """The same row names a file as an earlier release would have stored it."""
    async with town.store.transaction() as session:
        for row in [*await session.exec(select(Document)), *await session.exec(select(FileDownload))]:
            row.stored_as = row.stored_as and EncryptedFiles(town.folder / "papers").keep(town.store.keyring, content)


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


@pytest.mark.parametrize("what", ["JPEG", "PNG", "WebP", "PDF of a photo with everything"])
async def test_what_is_sent_to_staff_is_rebuilt_like_a_paper(sending: tuple[Play, dict[str, bytes]], what: str) -> None:
    town, made = sending
    needle = os.urandom(16)
    made["surat"] = ATTACKS[what](needle)
    for step in ("/tanya", "1", "(dokumen surat)"):
        said = await does(town, "Rina", step)
    assert "Nomor: TNY" in said and NOT_KEPT not in said
    (kept,) = await papers_kept(town)
    assert media_type_of(kept) in {"image/jpeg", "application/pdf"}
    assert not any(form in kept for form in attack_files.forms_of(needle))


@pytest.mark.parametrize("what", attack_files.OTHERS)
async def test_what_is_sent_to_staff_and_is_no_picture_is_refused_with_a_sentence(
    sending: tuple[Play, dict[str, bytes]], what: str
) -> None:
    town, made = sending
    made["surat"] = attack_files.OTHERS[what](os.urandom(16))
    for step in ("/tanya", "1", "(dokumen surat)"):
        said = await does(town, "Rina", step)
    assert NOT_KEPT in said and "Boleh foto atau PDF" in said
    assert await papers_kept(town) == []


async def test_a_voice_message_stays_with_telegram(sending: tuple[Play, dict[str, bytes]]) -> None:
    """Nothing of it is fetched; what staff will be handed is the message itself, by its name in Telegram."""
    town, _ = sending
    for step in ("/tanya", "1", "(suara)"):
        said = await does(town, "Rina", step)
    assert "Nomor: TNY" in said
    (voice,) = await downloads(town)
    assert (voice.state, voice.stored_as, voice.source["kind"]) == (DownloadState.WITH_TELEGRAM, None, "voice")
    assert voice.source["file_id"]
