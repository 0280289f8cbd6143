"""A paper is known by its content, not its name, and looked at within bounds; no bytes break the look."""

import struct
import zlib
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from models.applications.document_checks import REFUSED, Advice, FileCheck
from models.applications.image_metadata import parts_of
from tests.made_up_files import FORMATS, drawing, encoded, pdf, talkative
from tests.rebuilding import look_at

PAPERS = Path(__file__).parents[1] / "data" / "papers"


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose head announces any size."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">L", len(body)) + name + body + struct.pack(">L", zlib.crc32(name + body))

    head = struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def jpeg_that_claims(width: int, height: int) -> bytes:
    content = encoded(drawing(), "image/jpeg")
    at = content.index(b"\xff\xc0") + 5
    return content[:at] + struct.pack(">HH", height, width) + content[at + 4 :]


# What it is -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("media_type", FORMATS)
def test_a_picture_is_known_by_its_content(media_type: str) -> None:
    look = look_at(encoded(drawing(), media_type))
    assert (look.media_type, look.is_usable) == (media_type, True)


def crossed(paper: int) -> Image.Image:
    """Two black lines on grey."""
    picture = Image.new("L", (700, 700), paper)
    picture.paste(0, (300, 100, 320, 600))
    picture.paste(0, (100, 300, 600, 320))
    return picture


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_every_kind_of_png_is_seen_as_it_looks(mode: str) -> None:
    assert look_at(encoded(crossed(255).convert(mode), "image/png")) == FileCheck("image/png")


@pytest.mark.parametrize(("grey", "advice"), [(200, ()), (60, (Advice.DARK,))])
def test_a_scan_of_sixteen_bits_is_as_bright_as_it_looks(grey: int, advice: tuple[Advice, ...]) -> None:
    deep = Image.frombytes("I;16", (700, 700), b"".join(bytes([0, level]) for level in crossed(grey).tobytes()))
    assert look_at(encoded(deep, "image/png")) == FileCheck("image/png", advice)


def test_what_shows_through_a_transparent_picture_is_white_and_not_dark() -> None:
    picture = Image.new("RGBA", (700, 700), (0, 0, 0, 0))
    picture.paste((0, 0, 0, 255), (300, 100, 320, 600))
    picture.paste((0, 0, 0, 255), (100, 300, 600, 320))
    assert look_at(encoded(picture, "image/png")) == FileCheck("image/png")


@pytest.mark.parametrize("cmyk", [False, True])
def test_a_jpeg_in_printing_colours_is_seen_like_any_other(cmyk: bool) -> None:
    picture = Image.open(PAPERS / "sheet-sharp.jpg").convert("CMYK" if cmyk else "RGB")
    assert look_at(encoded(picture, "image/jpeg")) == FileCheck("image/jpeg")


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b"\r\n\n", b"From: kantor\r\n\r\n", b"x" * 1019])
def test_a_pdf_is_known_by_its_header(before: bytes) -> None:
    assert look_at(before + pdf()) == FileCheck("application/pdf")


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"hevc", b"mif1"])
def test_a_heic_is_named_so_that_it_can_be_asked_for_as_a_photo(brand: bytes) -> None:
    look = look_at(b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0mif1heic" + bytes(100))
    assert (look.media_type, look.advice, look.is_usable) == ("image/heic", (Advice.HEIC,), False)


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff" + bytes(2000),
        b"x" * 1025 + pdf(),
        b"PK\3\4" + bytes(100),
        b"\x7fELF" + bytes(100),
        b"GIF89a" + bytes(100),
        b"II*\0" + bytes(100),
        b"<html><body>KTP</body></html>",
        b"RIFF\x24\0\0\0WAVEfmt " + bytes(30),
        b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf" + bytes(100),
        b"\0\0\0\x1cftypmif1\0\0\0\0avifmif1miaf" + bytes(100),
        b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + bytes(100),
        b"x",
    ],
    ids=[
        "exe",
        "a pdf that begins too late",
        "zip",
        "elf",
        "gif",
        "tiff",
        "html",
        "wav",
        "avif",
        "avif by its second brand",
        "mp4",
        "one byte",
    ],
)
def test_anything_else_is_the_wrong_type_whatever_it_is_called(content: bytes) -> None:
    assert look_at(content) == FileCheck(None, (Advice.WRONG_TYPE,))


def test_a_file_of_no_bytes_is_empty() -> None:
    assert look_at(b"") == FileCheck(None, (Advice.EMPTY,))


def test_a_paper_is_usable_unless_it_is_refused() -> None:
    assert [advice for advice in Advice if FileCheck("image/jpeg", (advice,)).is_usable] == [
        Advice.DARK, Advice.BLANK, Advice.BLURRED, Advice.GLARE, Advice.SMALL,
    ]  # fmt: skip
    assert not FileCheck("image/jpeg", (Advice.SMALL, Advice.DAMAGED)).is_usable


# PDF ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_a_pdf_that_asks_for_a_password_is_locked(algorithm: str) -> None:
    assert look_at(pdf(user_password="rahasia", algorithm=algorithm)).advice == (Advice.LOCKED,)


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_a_pdf_that_only_forbids_printing_is_not_locked(algorithm: str) -> None:
    content = pdf(user_password="", owner_password="rahasia", algorithm=algorithm)
    assert look_at(content) == FileCheck("application/pdf")


def test_a_pdf_without_pages_is_empty() -> None:
    assert look_at(pdf(pages=0)).advice == (Advice.EMPTY,)


def test_a_page_tree_that_runs_in_circles_has_no_page() -> None:
    body = (
        b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
        b"2 0 obj\n<</Type/Pages/Count 1/Kids[2 0 R 2 0 R]>>\nendobj\n"
    )
    table = "xref\n0 3\n0000000000 65535 f \n" + "".join(
        f"{body.index(start):010} 00000 n \n" for start in (b"1 0 obj", b"2 0 obj")
    )
    end = f"{table}trailer\n<</Size 3/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF\n"
    assert look_at(body + end.encode()).advice == (Advice.EMPTY,)


def test_a_pdf_of_noise_is_damaged() -> None:
    assert look_at(b"%PDF-1.7\n" + bytes(range(256)) * 40).advice == (Advice.DAMAGED,)


# Bombs and damage -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        png_that_claims(4001, 4000),
        png_that_claims(10_000, 10_000),
        png_that_claims(60_000, 60_000),
        jpeg_that_claims(7100, 7100),
        jpeg_that_claims(20_000, 20_000),
    ],
)
def test_a_picture_of_too_many_pixels_is_not_decoded(content: bytes) -> None:
    assert look_at(content).advice == (Advice.TOO_LARGE,)


def test_a_picture_within_the_limit_is_decoded() -> None:
    assert look_at(png_that_claims(4000, 4000)).advice == (Advice.DAMAGED,)


def test_a_jpeg_of_thousands_of_scans_is_not_decoded() -> None:
    content = encoded(drawing(), "image/jpeg", progressive=True)
    last = parts_of(content, "image/jpeg")[-2].raw
    assert look_at(content).is_usable
    assert look_at(content[:-2] + last * 5000 + content[-2:]).advice == (Advice.DAMAGED,)


@pytest.mark.parametrize("start", [b"\xff\xe0\0\2", b"\xff", b"\xff\xda\0\2\xff\0"])
def test_a_jpeg_of_endless_small_parts_is_damaged(start: bytes) -> None:
    assert look_at(b"\xff\xd8\xff" + start[1:] + start * 100_000).advice == (Advice.DAMAGED,)


def test_noise_written_over_a_photo_shows_as_damage() -> None:
    content = bytearray((PAPERS / "card-sharp.jpg").read_bytes())
    content[20_000:24_000] = bytes((at * 7919 >> 3) % 256 for at in range(4000))
    assert look_at(bytes(content)).advice == (Advice.DAMAGED,)


@cache
def whole_files() -> dict[str, bytes]:
    return {
        "jpeg": talkative("image/jpeg"),
        "progressive jpeg": encoded(drawing(), "image/jpeg", progressive=True),
        "png": talkative("image/png"),
        "webp": talkative("image/webp"),
        "lossy webp": encoded(drawing(), "image/webp"),
        "pdf": pdf().rstrip(),
        "locked pdf": pdf(user_password="rahasia", algorithm="AES-128").rstrip(),
    }


@pytest.mark.parametrize("name", whole_files())
def test_no_beginning_of_a_file_passes_for_the_file(name: str) -> None:
    whole = whole_files()[name]
    # A PDF whose trailer is whole has lost nothing: readers find its objects without the table's place.
    end = whole.index(b">>\nstartxref") if name.endswith("pdf") else len(whole)
    looks = [look_at(whole[:length]) for length in range(end)]
    assert look_at(whole).media_type is not None
    assert [length for length, look in enumerate(looks) if look.is_usable] == []


STARTS = [b"", b"\xff\xd8\xff", b"\xff\xd8\xff\xe1\0\x10Exif\0\0", b"\x89PNG\r\n\x1a\n", b"RIFF\x40\0\0\0WEBPVP8X",
          b"%PDF-1.7\n", b"\0\0\0\x18ftypheic"]  # fmt: skip


@given(st.sampled_from(STARTS), st.binary(max_size=400))
def test_no_bytes_raise_and_none_of_these_are_usable(start: bytes, rest: bytes) -> None:
    assert REFUSED.intersection(look_at(start + rest).advice)


@given(st.sampled_from(sorted(whole_files())), st.data())
def test_no_change_of_a_few_bytes_raises(name: str, data: st.DataObject) -> None:
    content = bytearray(whole_files()[name])
    changes = data.draw(st.dictionaries(st.integers(0, len(content) - 1), st.integers(0, 255), max_size=8))
    for at, byte in changes.items():
        content[at] = byte
    look_at(bytes(content))
