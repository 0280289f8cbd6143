"""Made-up files that carry more than their picture or pages: a needle of random bytes where readers skip it.

Each maker takes the needle, so that a test can look for it in what was made of the file, plain and unpacked.
"""

import base64
import struct
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO

from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from tests.made_up_files import GPS, encoded, exif

Maker = Callable[[bytes], bytes]


def archive(needle: bytes) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as packed:
        packed.writestr("virus.exe", b"MZ" + needle * 9)
    return file.getvalue()


def words(needle: bytes) -> str:
    """The needle in letters, for places that take only text."""
    return needle.hex()


# Pictures -------------------------------------------------------------------------------------------------------------


def paper() -> Image.Image:
    """Some lines of writing, so that the picture is legible."""
    picture = Image.new("RGB", (900, 700), "white")
    draw = ImageDraw.Draw(picture)
    for line in range(12):
        draw.text((60, 50 + 50 * line), f"KARTU CONTOH BARIS {line}", fill="black", font_size=30)
    return picture


def segment(marker: int, body: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body


def camera(needle: bytes) -> Image.Exif:
    """Place, camera and a thumbnail's worth of Exif."""
    told = exif(1)
    told[0x010E], told[0x9286] = words(needle), needle  # description, user comment
    told.get_ifd(GPS)[29] = words(needle)
    return told


def jpeg(needle: bytes) -> bytes:
    """A needle in every application segment, in a comment, in the profile, in Exif, in a table that nothing uses, and
    behind the end."""
    plain = encoded(paper(), "image/jpeg", exif=camera(needle), icc_profile=b"profile " + needle * 9)
    more = b"".join(segment(marker, b"FOREIGN\0" + needle) for marker in range(0xE0, 0xF0))
    more += segment(0xFE, needle) + segment(0xDB, b"\x03" + (needle * 4)[:64])
    more += segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + words(needle).encode())
    return plain[:2] + more + plain[2:] + needle + archive(needle)


def photo_in_photo(needle: bytes) -> bytes:
    """Two pictures in one file, as phones store a film or a second lens behind the first."""
    return encoded(paper(), "image/jpeg") + encoded(paper(), "image/jpeg", comment=needle)


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">L", len(body)) + name + body + struct.pack(">L", zlib.crc32(name + body))


def png(needle: bytes) -> bytes:
    texts = PngInfo()
    texts.add_text("Comment", words(needle))
    texts.add_text("Packed", words(needle), zip=True)
    texts.add_itxt("XML:com.adobe.xmp", words(needle))
    plain = encoded(paper(), "image/png", pnginfo=texts, exif=camera(needle), icc_profile=needle * 9)
    more = chunk(b"prVt", needle) + chunk(b"gIFx", b"ImageMagick" + needle) + chunk(b"tIME", bytes(7))
    return plain[:33] + more + plain[33:] + needle + archive(needle)


def animated_png(needle: bytes) -> bytes:
    """A second frame that shows the needle as pixels."""
    file, second = BytesIO(), Image.frombytes("L", (len(needle), 1), needle).resize((900, 700), 0).convert("RGB")
    paper().save(file, "PNG", save_all=True, append_images=[second], default_image=True)
    return file.getvalue()


def webp(needle: bytes) -> bytes:
    plain = encoded(paper(), "image/webp", exif=camera(needle), icc_profile=needle * 9, xmp=words(needle).encode())
    body = plain[12:] + b"JUNK" + struct.pack("<L", len(needle)) + needle
    return b"RIFF" + struct.pack("<L", len(body) + 4) + b"WEBP" + body + needle + archive(needle)


PICTURES: dict[str, Maker] = {
    "JPEG": jpeg,
    "JPEG with another behind it": photo_in_photo,
    "JPEG that is a page": lambda needle: jpeg(b"<script>alert(1)</script>" + needle),
    "PNG": png,
    "PNG that moves": animated_png,
    "WebP": webp,
}


# PDF ------------------------------------------------------------------------------------------------------------------


def action(**said: object) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{name}"): value for name, value in said.items()})


def stream(content: bytes, **said: object) -> DecodedStreamObject:
    made = DecodedStreamObject()
    made.set_data(content)
    made.update({NameObject(f"/{name}"): value for name, value in said.items()})
    return made


def text(needle: bytes) -> TextStringObject:
    return TextStringObject(words(needle))


def box(*corners: int) -> ArrayObject:
    return ArrayObject(map(FloatObject, corners))


def scripts(needle: bytes) -> list[DictionaryObject]:
    name = NameObject
    return [
        action(S=name("/JavaScript"), JS=text(needle)),
        action(S=name("/Launch"), F=text(needle), Win=action(F=text(needle), P=text(needle))),
        action(S=name("/URI"), URI=text(needle)),
        action(S=name("/GoToR"), F=text(needle)),
        action(S=name("/SubmitForm"), F=text(needle)),
        action(S=name("/ImportData"), F=text(needle)),
    ]


def pdf(needle: bytes) -> bytes:
    """A page of a photo that knows its place, and everything that a PDF can carry beside it."""
    photo = BytesIO()
    Image.open(BytesIO(jpeg(needle))).save(photo, "PDF", quality=90)
    writer = PdfWriter(clone_from=PdfReader(photo))
    name, page, root = NameObject, writer.pages[0], writer.root_object
    picture = page["/Resources"]["/XObject"]["/image"].get_object()  # type: ignore[index]
    picture._data = jpeg(needle)  # the photo as the phone took it, Exif and all
    script, *others = (writer._add_object(one) for one in scripts(needle))
    root[name("/OpenAction")] = script
    root[name("/AA")] = action(WC=script, WS=script)
    page[name("/AA")] = action(O=script)
    links = [action(Subtype=name("/Link"), Rect=box(0, 0, 500, 500), A=one) for one in others]
    media = stream(needle * 9, Type=name("/EmbeddedFile"))
    rich = action(Subtype=name("/RichMedia"), Rect=box(0, 0, 9, 9), RichMediaContent=writer._add_object(media))
    note = action(Subtype=name("/Text"), Rect=box(0, 0, 1, 1), Contents=text(needle), F=NumberObject(2))
    field = action(Subtype=name("/Widget"), FT=name("/Tx"), T=text(needle), Rect=box(0, 0, 0, 0), AA=action(K=script))
    page[name("/Annots")] = ArrayObject(writer._add_object(one) for one in (*links, rich, note, field))
    xfa = writer._add_object(stream(b"<xdp:xdp>" + words(needle).encode()))
    root[name("/AcroForm")] = action(
        Fields=ArrayObject([page["/Annots"][-1]]),
        XFA=xfa,
        NeedAppearances=BooleanObject(True),  # type: ignore[index]
    )
    root[name("/Metadata")] = writer._add_object(stream(words(needle).encode(), Type=name("/Metadata")))
    page[name("/PieceInfo")] = action(Maker=action(Private=text(needle)))
    page[name("/Thumb")] = writer._add_object(stream(needle * 9))
    writer.add_attachment("virus.exe", b"MZ" + needle * 9)
    root["/Names"][name("/JavaScript")] = action(Names=ArrayObject([text(needle), script]))  # type: ignore[index]
    writer.add_metadata({"/Author": words(needle), "/Title": words(needle)})
    file = BytesIO()
    writer.write(file)
    return file.getvalue() + needle + archive(needle)


def updated_pdf(needle: bytes) -> bytes:
    """What an older edition of it showed is still in the file (an incremental update)."""
    first = pages_with(b"BT /F 12 Tf 20 100 Td (" + words(needle).encode() + b") Tj ET")
    return first + b"4 0 obj\n<</Length 21>>\nstream\n0 g 20 20 60 60 re f \nendstream\nendobj\n" + tail_of(first, 4)


def tail_of(before: bytes, number: int) -> bytes:
    """The table of an update that replaces one object, which stands right behind what was before."""
    start = before.rindex(b"startxref") + 10
    old = before[start:].split(b"\n")[0]
    place = len(before)
    table_at = place + len(b"4 0 obj\n<</Length 21>>\nstream\n0 g 20 20 60 60 re f \nendstream\nendobj\n")
    return b"xref\n%d 1\n%010d 00000 n \ntrailer\n<</Size 9/Root 1 0 R/Prev %s>>\nstartxref\n%d\n%%%%EOF\n" % (
        number, place, old, table_at,
    )  # fmt: skip


def hidden_layer(needle: bytes) -> bytes:
    """A layer that is off, and words outside the page."""
    shown = b"0 g 20 20 60 60 re f BT /F 12 Tf 900 900 Td (" + words(needle).encode() + b") Tj ET"
    return pages_with(shown + b" /OC /Off BDC BT /F 12 Tf 20 50 Td (" + words(needle).encode() + b") Tj ET EMC")


def archive_first(needle: bytes) -> bytes:
    """An archive at the beginning, a PDF behind it: each program finds what it looks for."""
    return archive(needle)[:700] + pages_with(b"0 g 20 20 60 60 re f")


PDFS: dict[str, Maker] = {
    "PDF of a photo with everything": pdf,
    "PDF that was updated": updated_pdf,
    "PDF with a hidden layer": hidden_layer,
    "PDF behind an archive": archive_first,
    "PDF behind a page": lambda needle: b"<html><script>" + needle + b"</script>" + pages_with(b"0 g 9 9 50 50 re f"),
}


# Pages written by hand ------------------------------------------------------------------------------------------------

CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
TREE = b"<</Type/Pages/Count 1/Kids[3 0 R]>>"
PAGE = (
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R"
    b"/Resources<</Font<</F 5 0 R>>/Properties<</Off 6 0 R>>>>>>"
)
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def pages_with(shown: bytes, *, catalog: bytes = CATALOG, tree: bytes = TREE, page: bytes = PAGE) -> bytes:
    """A PDF of one page, object by object, so that each can be written differently."""
    if b"/OC " in shown:
        catalog = catalog.replace(b">>", b"/OCProperties<</OCGs[6 0 R]/D<</OFF[6 0 R]/Order[6 0 R]>>>>>>")
    content = b"<</Length %d>>\nstream\n%s\nendstream" % (len(shown), shown)
    return written([catalog, tree, page, content, FONT, b"<</Type/OCG/Name(Off)>>"])


def written(objects: list[bytes], *, before: bytes = b"", table: bool = True) -> bytes:
    body, places = b"%PDF-1.5\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    if not table:
        return before + body + b"trailer\n<</Root 1 0 R>>\n"
    lines = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n" % size
    end = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
    return before + body + head + lines + end


# No document at all -------------------------------------------------------------------------------------------------

OTHERS: dict[str, Maker] = {
    "GIF that is a script": lambda needle: b"GIF89a/*" + bytes(40) + b"*/=1;alert('" + needle + b"')",
    "drawing with a script": lambda needle: b"<svg onload='alert(1)'><script>" + needle + b"</script></svg>",
    "page": lambda needle: b"<html><script>" + needle + b"</script></html>",
    "archive": archive,
    "office document": lambda needle: archive(needle).replace(b"virus.exe", b"word.docx"),
    "TIFF": lambda needle: b"II*\0" + needle * 9,
    "HEIC": lambda needle: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + needle * 9,
    "PostScript": lambda needle: b"%!PS-Adobe-3.0\n" + needle,
}


def forms_of(needle: bytes) -> list[bytes]:
    """The needle as it may stand in a file: as it is, in letters, in UTF-16, in base 64."""
    letters = words(needle)
    wide = [letters.encode("utf-16-be"), letters.encode("utf-16-le")]
    return [needle, letters.encode(), letters.upper().encode(), *wide, base64.b64encode(needle)[:-4]]
