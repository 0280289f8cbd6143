"""Checks a document that was sent: its real type, whether it is legible; and rebuilds it as a clean file.

    bytes ─▶ type by content ─┬─ JPEG, PNG, WebP ─▶ whole? ─▶ not a bomb? ─▶ decoded ─▶ legible? ─▶ new JPEG
                              ├─ PDF ─▶ pages rendered (pdf_pages.py) ─▶ PDF of pictures
                              ├─ HEIC ─▶ "send it as a photo"
                              └─ anything else ─▶ wrong type

Content disarm and reconstruction: no byte of the untrusted file is passed on, only its pixels. The name of a file is
ignored. Advice does not refuse a document: an officer decides. Runs in a process of its own (bot/decoding.py).
"""

from collections.abc import Iterator
from io import BytesIO

from PIL import Image, ImageOps

from models.applications import image_metadata
from models.applications.clean_file import LONGEST_SIDE, PDF, jpeg_of, pdf_of
from models.applications.document_checks import Advice, FileCheck, RebuiltFile, Refused
from models.applications.image_metadata import JPEG, PNG, WEBP
from models.applications.legibility import LONG_SIDE, Legibility, measure

HEIC = "image/heic"
PILLOW_FORMAT = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}
PDF_HEADER_WITHIN = 1024
"""Bytes at the beginning in which common readers look for the header of a PDF."""

MAX_PIXELS = {JPEG: 50_000_000, PNG: 16_000_000, WEBP: 16_000_000}
"""Width × height. A large JPEG is decoded at a fraction of its size; the others whole, at 4 to 12 bytes a pixel."""

MAX_SCANS = 30
"""Scans of a progressive JPEG: cameras write up to 20; thousands would keep a decoder busy for minutes."""

SHORT_SIDE = 600
"""Pixels; below this the numbers on a card that fills the picture run together."""

MIN_BRIGHTNESS = 80
MIN_SHARPNESS = 0.72
MIN_WRITING = 0.005
MAX_GLARE = 0.03
"""Thresholds of `Legibility`, measured on tests/data/papers: in the middle of the gap between good and bad ones, but
for sharpness, which leans towards silence: real photographs without text are softer than a paper."""


def rebuild(content: bytes) -> RebuiltFile:
    """Look at the bytes of a paper, and make a file of ours of it. Raises nothing but MemoryError."""
    media_type = type_of(content)
    if media_type in PILLOW_FORMAT:
        return _rebuild_picture(content, media_type)
    if media_type == PDF:
        return _rebuild_pdf(content)
    if media_type == HEIC:
        return RebuiltFile(FileCheck(HEIC, (Advice.HEIC,)))
    return RebuiltFile(FileCheck(None, (Advice.WRONG_TYPE if content else Advice.EMPTY,)))


def type_of(content: bytes) -> str | None:
    """Return the media type that the first bytes tell. A PDF may stand behind other bytes, as readers allow."""
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(image_metadata.PNG_START):
        return PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    if b"%PDF-" in content[: PDF_HEADER_WITHIN + 4]:
        return PDF
    return HEIC if _is_heic(content) else None


def _is_heic(content: bytes) -> bool:
    """ISO/IEC 23008-12: a file type box whose main brand is one of HEIF; AVIF shares the box but not the brand."""
    box = content[: min(int.from_bytes(content[:4]), 256)]
    brands = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
    return box[4:8] == b"ftyp" and box[8:12] in brands and b"avif" not in box


def _rebuild_picture(content: bytes, media_type: str) -> RebuiltFile:
    """Decode a picture, turn it upright, and encode it as a new JPEG."""
    parts = image_metadata.parts_of(content, media_type)
    scans = sum(part.name == image_metadata.JPEG_SCAN for part in parts)
    if not image_metadata.is_complete(content, media_type, parts) or scans > MAX_SCANS:
        return RebuiltFile(FileCheck(media_type, (Advice.DAMAGED,)))
    try:
        with _open(image_metadata.without_metadata(parts, media_type), media_type) as image:
            size = image.size
            if image.width * image.height > MAX_PIXELS[media_type]:
                return RebuiltFile(FileCheck(media_type, (Advice.TOO_LARGE,)))
            picture = _normalise(image)
        seen = measure(_thumbnail(picture))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return RebuiltFile(FileCheck(media_type, (Advice.TOO_LARGE,)))
    except MemoryError:
        raise
    except Exception:  # a decoder raises many kinds of error on hostile bytes, all with the same meaning
        return RebuiltFile(FileCheck(media_type, (Advice.DAMAGED,)))
    return RebuiltFile(FileCheck(media_type, tuple(_legibility_advice(seen, min(size)))), jpeg_of(picture), JPEG)


def _open(content: bytes, media_type: str) -> Image.Image:
    return Image.open(BytesIO(content), formats=(PILLOW_FORMAT[media_type],))


def _normalise(image: Image.Image) -> Image.Image:
    """Return the pixels on white, grey (L) or in colour (RGB), upright, the long side at most LONGEST_SIDE."""
    share = LONGEST_SIDE / max(image.size)
    if share < 1:  # only the JPEG decoder uses this: it decodes at a half, a quarter or an eighth
        image.draft(None, (max(1, int(image.width * share)), max(1, int(image.height * share))))
    if image.mode.startswith("I"):
        image = image.convert("I").point(lambda level: level / 256).convert("L")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    plain = image.convert("L" if image.mode in {"1", "L"} else "RGB")
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    ImageOps.exif_transpose(plain, in_place=True)
    return plain


def _thumbnail(picture: Image.Image) -> Image.Image:
    grey = picture.convert("L")
    grey.thumbnail((LONG_SIDE, LONG_SIDE))
    return grey


def _legibility_advice(seen: Legibility, short_side: int) -> Iterator[Advice]:
    """Yield advice on legibility; a dark or a blank picture gets that alone, since its strokes cannot be measured."""
    if seen.paper < MIN_BRIGHTNESS:
        yield Advice.DARK
    elif seen.writing < MIN_WRITING:
        yield Advice.BLANK
    else:
        if seen.sharpness < MIN_SHARPNESS:
            yield Advice.BLURRED
        if seen.glare >= MAX_GLARE:
            yield Advice.GLARE
    if short_side < SHORT_SIDE:
        yield Advice.SMALL


def _rebuild_pdf(content: bytes) -> RebuiltFile:
    """Render each page, and write a PDF of the pictures. A PDF that opens without a password is not locked."""
    from models.applications import pdf_pages  # PDFium is loaded for a PDF only

    try:
        return RebuiltFile(FileCheck(PDF), pdf_of(pdf_pages.render_pages(content)), PDF)
    except Refused as refused:
        return RebuiltFile(FileCheck(PDF, (refused.args[0],)))
    except MemoryError:
        raise
    except Exception:  # as with pictures: hostile bytes
        return RebuiltFile(FileCheck(PDF, (Advice.DAMAGED,)))


def rebuild_by_page_tree(content: bytes) -> RebuiltFile:
    """Rebuild a PDF in which PDFium finds no page, after rewriting its page tree. Raises nothing but MemoryError."""
    from models.applications import page_tree  # rarely needed, and slow to load

    try:
        return _rebuild_pdf(page_tree.rewrite_page_tree(content))
    except Refused as refused:
        return RebuiltFile(FileCheck(PDF, (refused.args[0],)))
