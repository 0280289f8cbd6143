"""Made-up files for the tests: pictures that tell everything a camera may tell, and PDFs."""

from functools import cache
from io import BytesIO

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pypdf import PdfWriter

CAMERA, REMARK = "KAMERA-CONTOH", "REMARK-CONTOH"
ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}


@cache
def drawing(mode: str = "RGB", width: int = 40, height: int = 24) -> Image.Image:
    """A small picture that looks different whichever way it is turned."""
    picture = Image.new("RGB", (width, height), "white")
    picture.paste((200, 30, 30), (0, 0, width // 2, height // 3))
    picture.paste((30, 30, 160), (width // 2, 0, width // 2 + 5, height))
    return picture.convert(mode)


def encoded(picture: Image.Image, media_type: str, **more: object) -> bytes:
    file = BytesIO()
    picture.save(file, FORMATS[media_type], **more)
    return file.getvalue()


def exif(orientation: int) -> Image.Exif:
    data = Image.Exif()
    data[ORIENTATION], data[MAKE] = orientation, CAMERA
    data.get_ifd(GPS).update({1: "S", 2: (0.0, 30.0, 7.5), 3: "E", 4: (117.0, 9.0, 1.5)})
    return data


def talkative(media_type: str, orientation: int = 1) -> bytes:
    """A picture that tells everything a camera may tell."""
    xmp = f"<x:xmpmeta>{REMARK}</x:xmpmeta>".encode()
    more: dict[str, object] = {"exif": exif(orientation)}
    if media_type == "image/png":
        texts = PngInfo()
        texts.add_text("Comment", REMARK)
        texts.add_itxt("XML:com.adobe.xmp", xmp.decode())
        more["pnginfo"] = texts
    elif media_type == "image/jpeg":
        more |= {"xmp": xmp, "comment": REMARK.encode()}
    else:
        more |= {"xmp": xmp, "lossless": True}
    return encoded(drawing(), media_type, **more)


def pdf(pages: int = 1, **encryption: str) -> bytes:
    writer, file = PdfWriter(), BytesIO()
    for _ in range(pages):
        writer.add_blank_page(width=200, height=300)
    if encryption:
        writer.encrypt(**encryption)  # type: ignore[arg-type]
    writer.write(file)
    return file.getvalue()
