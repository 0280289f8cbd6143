"""What a picture file carries around its picture, taken off before a decoder reads it.

JPEG  ▐ picture tables and scans ▌ Exif, GPS, XMP, profiles, comments, a film behind the end
PNG   ▐ picture chunks           ▌ eXIf, profiles, texts, times
WebP  ▐ picture chunks           ▌ EXIF, XMP, profiles
        decoded                    left behind, but for which way is up
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from PIL import Image

JPEG, PNG, WEBP = "image/jpeg", "image/png", "image/webp"

MOST_PARTS = 10_000
"""A 20 MB PNG in the usual chunks of 8 KB has 2,500 parts; more than this many is an attack."""

ORIENTATION = 0x0112
UPRIGHT = 1

PNG_START = b"\x89PNG\r\n\x1a\n"
JPEG_START, JPEG_END, JPEG_SCAN = b"\xff\xd8", b"\xd9", b"\xda"
JPEG_MARKER = re.compile(rb"\xff+([^\x00\xff])")
JPEG_AFTER_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
JPEG_PICTURE = frozenset(bytes([code]) for code in (*range(0xC0, 0xD0), *range(0xD9, 0xE0)))
PNG_PICTURE = frozenset({b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"IDAT", b"IEND"})
WEBP_PICTURE = frozenset({b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"})
WEBP_HAS_EXIF, WEBP_HAS_XMP, WEBP_HAS_ICC = 0x08, 0x04, 0x20


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a picture file: its name in the format, what it says, and its bytes as they stand in the file."""

    name: bytes
    body: bytes
    raw: bytes


def parts_of(content: bytes, media_type: str) -> list[Part]:
    """Return the pieces of a JPEG, PNG or WebP in order, as far as the file holds together; nothing behind its end."""
    return list(islice(READERS[media_type](content), MOST_PARTS))


def is_complete(content: bytes, media_type: str, parts: list[Part]) -> bool:
    """Is the file complete, judged by its own structure?"""
    if not parts:
        return False
    if media_type == WEBP:
        return len(content) >= 8 + _webp_length(content) == 12 + sum(len(part.raw) for part in parts)
    return parts[-1].name == (JPEG_END if media_type == JPEG else b"IEND")


def without_metadata(parts: list[Part], media_type: str) -> bytes:
    """Return the picture alone, with at most a word on which way is up: all that a decoder is given to read."""
    return WRITERS[media_type](parts, _orientation(parts))


def _orientation(parts: list[Part]) -> int:
    """Return which way is up, 1 to 8 (Exif 2.32, tag 0x0112); 1 where the file does not say or says nonsense."""
    for part in parts:
        if part.name in {b"\xe1", b"eXIf", b"EXIF"}:
            exif = Image.Exif()
            try:
                exif.load(part.body)
                found = exif.get(ORIENTATION)
            except Exception:  # Exif is untrusted, and its reader raises many kinds of error
                continue
            if isinstance(found, int) and UPRIGHT <= found <= 8:
                return found
    return UPRIGHT


def _exif(orientation: int) -> bytes:
    """Return the smallest Exif block there is: one entry that says which way is up."""
    return b"II*\0" + struct.pack("<LHHHLHHL", 8, 1, ORIENTATION, 3, 1, orientation, 0, 0)


def _jpeg_parts(content: bytes) -> Iterator[Part]:
    """Marker segments; a scan takes its coded picture along."""
    at = len(JPEG_START)
    while (marker := JPEG_MARKER.match(content, at)) is not None:
        if marker[1] == JPEG_END:
            yield Part(JPEG_END, b"", b"\xff" + JPEG_END)
            return
        start, end = marker.end(), marker.end() + int.from_bytes(content[marker.end() : marker.end() + 2])
        if end < start + 2 or end > len(content):
            return
        body = content[start + 2 : end]
        if marker[1] == JPEG_SCAN:
            after = JPEG_AFTER_SCAN.search(content, end)
            end = after.start() if after else len(content)
        yield Part(marker[1], body, content[start - 2 : end])
        at = end


def _bare_jpeg(parts: list[Part], orientation: int) -> bytes:
    kept = [part.raw for part in parts if part.name in JPEG_PICTURE or _colours_a_jpeg(part)]
    if orientation != UPRIGHT:
        body = b"Exif\0\0" + _exif(orientation)
        kept.insert(0, b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body)
    return JPEG_START + b"".join(kept)


def _colours_a_jpeg(part: Part) -> bool:
    """JFIF and Adobe's note say how to read the colours; without them a picture changes its look."""
    signs = {b"\xe0": b"JFIF\0", b"\xee": b"Adobe"}
    return part.name in signs and part.body.startswith(signs[part.name])


def _png_parts(content: bytes) -> Iterator[Part]:
    at = len(PNG_START)
    while len(content) >= at + 12:
        end = at + 12 + int.from_bytes(content[at : at + 4])
        if end > len(content):
            return
        name = content[at + 4 : at + 8]
        yield Part(name, content[at + 8 : end - 4], content[at:end])
        if name == b"IEND":
            return
        at = end


def _bare_png(parts: list[Part], orientation: int) -> bytes:
    kept = [part.raw for part in parts if part.name in PNG_PICTURE]
    if orientation != UPRIGHT:
        named = b"eXIf" + _exif(orientation)
        kept.insert(1, struct.pack(">L", len(named) - 4) + named + struct.pack(">L", zlib.crc32(named)))
    return PNG_START + b"".join(kept)


def _webp_length(content: bytes) -> int:
    return int.from_bytes(content[4:8], "little")


def _webp_parts(content: bytes) -> Iterator[Part]:
    """RIFF chunks; one of odd length is padded with a byte."""
    at, whole = 12, min(len(content), 8 + _webp_length(content))
    while whole >= at + 8:
        length = int.from_bytes(content[at + 4 : at + 8], "little")
        end = at + 8 + length + length % 2
        if end > whole:
            return
        yield Part(content[at : at + 4], content[at + 8 : at + 8 + length], content[at:end])
        at = end


def _bare_webp(parts: list[Part], orientation: int) -> bytes:
    turned = orientation != UPRIGHT
    kept = [_flagged(part, turned) if part.name == b"VP8X" else part.raw for part in parts if part.name in WEBP_PICTURE]
    if turned:
        exif = _exif(orientation)
        kept.append(b"EXIF" + struct.pack("<L", len(exif)) + exif)
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<L", len(body)) + body


def _flagged(part: Part, turned: bool) -> bytes:
    """Return the header that announces what else is in the file, made to tell the truth."""
    flags = part.body[0] if part.body else 0
    flags = flags & ~(WEBP_HAS_EXIF | WEBP_HAS_XMP | WEBP_HAS_ICC) | (WEBP_HAS_EXIF if turned else 0)
    return part.raw[:8] + bytes([flags]) + part.raw[9:]


READERS: dict[str, Callable[[bytes], Iterator[Part]]] = {JPEG: _jpeg_parts, PNG: _png_parts, WEBP: _webp_parts}
WRITERS: dict[str, Callable[[list[Part], int], bytes]] = {JPEG: _bare_jpeg, PNG: _bare_png, WEBP: _bare_webp}
