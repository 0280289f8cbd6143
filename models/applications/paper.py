"""The first look at a paper somebody sent: what it really is, and advice on whether it can be read.

    bytes ─▶ type by content ─┬─ JPEG, PNG, WebP ─▶ whole? ─▶ not a bomb? ─▶ decoded small ─▶ legible?
                              ├─ PDF ─▶ opens? ─▶ has a page?
                              ├─ HEIC ─▶ "send it as a photo"
                              └─ anything else ─▶ wrong type

Advice only: an officer decides. What a file is called counts for nothing, its content does.
"""

from collections.abc import Iterator
from io import BytesIO
from threading import Lock
from typing import Any

from PIL import Image
from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError

from models.applications import wrapping
from models.applications.advice import Advice, Look
from models.applications.legibility import LONG_SIDE, Legibility, measure
from models.applications.wrapping import JPEG, PNG, WEBP

PDF, HEIC = "application/pdf", "image/heic"
PILLOWS_NAME = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}

MOST_PIXELS = {JPEG: 50_000_000, PNG: 16_000_000, WEBP: 16_000_000}
"""Width × height. A JPEG is decoded at a fraction of its size; the others whole, at 4 to 12 bytes a pixel."""

MOST_SCANS = 30
"""Scans of a progressive JPEG: cameras write up to 20; thousands would keep a decoder busy for minutes."""

MOST_PDF_NODES = 200
"""Nodes of a PDF's page tree looked at before a first page must have been found."""

SHORT_SIDE = 600
"""Pixels; below this the numbers on a card that fills the picture run together."""

DARK_PAPER = 80
SHARP_ENOUGH = 0.72
WRITTEN_ON = 0.005
MUCH_GLARE = 0.03
"""Thresholds of `Legibility`, measured on tests/data/papers: in the middle of the gap between good and bad ones, but
for sharpness, which leans towards silence: real photographs without text are softer than a paper."""

ONE_PICTURE_AT_A_TIME = Lock()
"""Several threads look at papers; their pictures must not stand in memory together."""


def look_at(content: bytes) -> Look:
    """Look at the bytes of a paper: image or PDF, whole, and legible as far as a machine can tell. Never raises."""
    media_type = _type_of(content)
    if media_type in PILLOWS_NAME:
        return Look(media_type, tuple(_about_image(content, media_type)))
    if media_type == PDF:
        return Look(PDF, tuple(_about_pdf(content)))
    if media_type == HEIC:
        return Look(HEIC, (Advice.HEIC,))
    return Look(None, (Advice.WRONG_TYPE if content else Advice.EMPTY,))


def without_metadata(content: bytes, media_type: str | None) -> bytes:
    """The paper as it is kept: a picture without GPS, time, camera and remarks, everything else as it came.

    The picture itself stays bit for bit, and the right way up. Never raises.
    """
    return wrapping.without_metadata(content, media_type)


def _type_of(content: bytes) -> str | None:
    """The media type that the first bytes tell; a PDF may stand behind blanks, but behind nothing else."""
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(wrapping.PNG_START):
        return PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    if content[:1024].lstrip(b"\xef\xbb\xbf\0 \t\r\n\f").startswith(b"%PDF-"):
        return PDF
    return HEIC if _is_heic(content) else None


def _is_heic(content: bytes) -> bool:
    """ISO/IEC 23008-12: a file type box whose main brand is one of HEIF; AVIF shares the box but not the brand."""
    box = content[: min(int.from_bytes(content[:4]), 256)]
    brands = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
    return box[4:8] == b"ftyp" and box[8:12] in brands and b"avif" not in box


def _about_image(content: bytes, media_type: str) -> Iterator[Advice]:
    parts = wrapping.parts_of(content, media_type)
    scans = sum(part.name == wrapping.JPEG_SCAN for part in parts)
    if not wrapping.is_whole(content, media_type, parts) or scans > MOST_SCANS:
        yield Advice.DAMAGED
        return
    try:
        with ONE_PICTURE_AT_A_TIME, _opened(wrapping.bare(parts, media_type), media_type) as image:
            size = image.size
            if image.width * image.height > MOST_PIXELS[media_type]:
                yield Advice.TOO_LARGE
                return
            seen = measure(_small_and_grey(image))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        yield Advice.TOO_LARGE
    except Exception:  # a decoder fails on a stranger's bytes in a dozen ways, and all of them mean the same
        yield Advice.DAMAGED
    else:
        yield from _about_reading(seen, min(size))


def _opened(content: bytes, media_type: str) -> Image.Image:
    return Image.open(BytesIO(content), formats=(PILLOWS_NAME[media_type],))


def _small_and_grey(image: Image.Image) -> Image.Image:
    """The picture in grey on white, its long side at most `LONG_SIDE`; a JPEG is decoded small from the start."""
    share = 2 * LONG_SIDE / max(image.size)
    image.draft("L", (max(1, int(image.width * share)), max(1, int(image.height * share))))
    if image.mode.startswith("I"):
        image = image.convert("I").point(lambda level: level / 256).convert("L")
    if image.has_transparency_data:
        image = image.convert("RGBA")
    elif image.mode == "P":
        image = image.convert("L")
    image.thumbnail((LONG_SIDE, LONG_SIDE))
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("L")


def _about_reading(seen: Legibility, short_side: int) -> Iterator[Advice]:
    """In the dark neither strokes nor their edges can be told, so darkness is said alone, and so is a blank paper."""
    if seen.paper < DARK_PAPER:
        yield Advice.DARK
    elif seen.writing < WRITTEN_ON:
        yield Advice.BLANK
    else:
        if seen.sharpness < SHARP_ENOUGH:
            yield Advice.BLURRED
        if seen.glare >= MUCH_GLARE:
            yield Advice.GLARE
    if short_side < SHORT_SIDE:
        yield Advice.SMALL


def _about_pdf(content: bytes) -> Iterator[Advice]:
    """Only the structure is read, never a page's content. A PDF that opens without a password is not locked."""
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            yield Advice.LOCKED
        elif not _has_page(reader):
            yield Advice.EMPTY
    except (FileNotDecryptedError, DependencyError, NotImplementedError):
        yield Advice.LOCKED
    except Exception:  # as with pictures: a stranger's bytes
        yield Advice.DAMAGED


def _has_page(reader: PdfReader) -> bool:
    """Whether the page tree has a leaf; the tree may be huge, or run in circles."""
    waiting: list[Any] = [reader.root_object["/Pages"]]
    for _ in range(MOST_PDF_NODES):
        if not waiting:
            return False
        node = waiting.pop().get_object()
        if "/Kids" not in node:
            return bool(node.get("/Type") == "/Page")
        waiting.extend(reversed(node["/Kids"][:MOST_PDF_NODES]))
    return False
