"""Writes the only two kinds of file that are stored and sent out, and recognises them among all others.

    pixels ─▶ JPEG: one fixed header, coded pixels, end of image           no profile, no remark, no thumbnail
    JPEGs  ─▶ PDF: a page for each, nothing but the picture on it          no script, no link, no attachment

The check compares bytes with what this module would write. So it does not matter which process made a file: a decoder
taken over by a hostile file can return no other bytes either.
"""

import re
import struct
from collections.abc import Iterator, Sequence
from functools import cache
from io import BytesIO

from PIL import Image

JPEG, PDF = "image/jpeg", "application/pdf"

LONGEST_SIDE = 4096
"""Pixels; a phone's 12-megapixel photo (4,000 × 3,000) keeps every pixel, so small print stays legible."""

QUALITY = 85
"""Of 100. Edges of small print stay free of visible blocks; 95 doubles the size."""

POINTS_PER_PIXEL = 72 / 200
"""200 dpi: a page of A4 is 1,654 × 2,339 pixels."""

END_OF_IMAGE = b"\xff\xd9"
MARKER_IN_SCAN = re.compile(rb"\xff[^\x00]")
START_OF_FRAME = b"\xff\xc0"
IMAGE_HEAD = re.compile(rb"/Length (\d{1,9})>>\nstream\n")


def jpeg_of(picture: Image.Image) -> bytes:
    """Encode pixels (mode L or RGB) as a baseline JPEG without any segment that the decoding does not need."""
    file, bare = BytesIO(), picture.copy()
    bare.info.clear()
    bare.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


def pdf_of(jpegs: Sequence[bytes]) -> bytes:
    """Write a PDF with one page for each of these JPEGs of our own (ISO 32000-1, 7.5)."""
    kids = " ".join(f"{3 + 3 * page} 0 R" for page in range(len(jpegs)))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Count {len(jpegs)}/Kids[{kids}]>>".encode()]
    for page, jpeg in enumerate(jpegs):
        objects += _page(3 + 3 * page, jpeg)
    return _with_table(objects)


def media_type_of(content: bytes) -> str | None:
    """Return the media type of a file that this module could have written; None for any other bytes."""
    if _is_our_jpeg(content):
        return JPEG
    jpegs = list(_jpegs_in(content))
    return PDF if jpegs and all(map(_is_our_jpeg, jpegs)) and pdf_of(jpegs) == content else None


def _page(number: int, jpeg: bytes) -> Iterator[bytes]:
    """Yield three objects: the page, what is drawn on it, and the picture."""
    width, height, colours = _shape(jpeg)
    box = f"{width * POINTS_PER_PIXEL:.2f} {height * POINTS_PER_PIXEL:.2f}"
    drawn = f"q {box.replace(' ', ' 0 0 ')} 0 0 cm /P Do Q"
    yield (
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {box}]/Contents {number + 1} 0 R"
        f"/Resources<</XObject<</P {number + 2} 0 R>>>>>>"
    ).encode()
    yield f"<</Length {len(drawn)}>>\nstream\n{drawn}\nendstream".encode()
    space = "DeviceGray" if colours == 1 else "DeviceRGB"
    head = (
        f"<</Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/{space}"
        f"/BitsPerComponent 8/Filter/DCTDecode/Length {len(jpeg)}>>\nstream\n"
    )
    yield head.encode() + jpeg + b"\nendstream"


def _with_table(objects: Sequence[bytes]) -> bytes:
    """Return the objects behind a header, the cross-reference table and the trailer behind them."""
    file, places = BytesIO(), []
    file.write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    for number, one in enumerate(objects, 1):
        places.append(file.tell())
        file.write(b"%d 0 obj\n%s\nendobj\n" % (number, one))
    start, size = file.tell(), len(objects) + 1
    file.write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
    file.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    file.write(b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, start))
    return file.getvalue()


def _jpegs_in(content: bytes) -> Iterator[bytes]:
    """Yield the pictures of a PDF as `pdf_of` writes it; of any other PDF, arbitrary bytes."""
    at = content.find(b"/DCTDecode")
    while at >= 0 and (head := IMAGE_HEAD.search(content, at)) is not None:
        end = head.end() + int(head[1])
        yield content[head.end() : end]
        at = content.find(b"/DCTDecode", end)


def _is_our_jpeg(content: bytes) -> bool:
    """Is its header ours but for the size, and the first marker behind it the end of the file?"""
    for mode in ("RGB", "L"):
        head, size_at = _head(mode)
        if content.startswith(head[:size_at]) and content[size_at + 4 : len(head)] == head[size_at + 4 :]:
            width, height, _ = _shape(content)
            marker = MARKER_IN_SCAN.search(content, len(head))
            is_at_end = marker is not None and marker.end() == len(content)
            is_sized = min(width, height) > 0 and max(width, height) <= LONGEST_SIDE
            return is_sized and is_at_end and content.endswith(END_OF_IMAGE)
    return False


@cache
def _head(mode: str) -> tuple[bytes, int]:
    """Return the bytes up to the coded pixels, and where height and width stand in them."""
    tiny = jpeg_of(Image.new(mode, (8, 8)))
    scan = tiny.index(b"\xff\xda")
    end = scan + 2 + int.from_bytes(tiny[scan + 2 : scan + 4])
    return tiny[:end], tiny.index(START_OF_FRAME) + 5


def _shape(jpeg: bytes) -> tuple[int, int, int]:
    """Width, height and number of colours, as the frame header says (ITU-T T.81, B.2.2)."""
    at = jpeg.index(START_OF_FRAME) + 5
    height, width, colours = struct.unpack(">HHB", jpeg[at : at + 5])
    return width, height, colours
