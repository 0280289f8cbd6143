"""What is made of a file holds the picture or the pages and nothing else, seen with other readers than ours."""

import os
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageOps, ImageStat
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject, NumberObject, TextStringObject

from models.applications.clean_file import LONGEST_SIDE, jpeg_of, media_type_of, pdf_of
from models.applications.document_checks import MOST_PAGES, Advice
from models.applications.document_rebuild import MIN_SHARPNESS
from models.applications.legibility import measure
from models.applications.pdf_pages import LONG_SIDE
from tests.attack_files import (
    CATALOG,
    FONT,
    OTHERS,
    PAGE,
    PDFS,
    PICTURES,
    TREE,
    forms_of,
    pages_with,
    paper,
    written,
)
from tests.made_up_files import FORMATS, drawing, encoded, pdf, talkative
from tests.rebuilding import remade

SQUARE = b"0 g 20 20 60 60 re f"
JPEG_SEGMENTS = {0xE0, 0xDB, 0xC0, 0xC4, 0xDA}
PDF_NAMES = {
    "/Type", "/Catalog", "/Pages", "/Page", "/Count", "/Kids", "/Parent", "/MediaBox", "/Contents", "/Resources",
    "/XObject", "/P", "/Subtype", "/Image", "/Width", "/Height", "/ColorSpace", "/DeviceRGB", "/DeviceGray",
    "/BitsPerComponent", "/Filter", "/DCTDecode", "/Length", "/Size", "/Root",
}  # fmt: skip


def segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The markers of a JPEG by our own reading of ITU-T T.81; what stands behind the end is a segment of number 0."""
    at = 2
    while content[at] == 0xFF and content[at + 1] != 0xD9:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4])
        yield marker, content[at + 4 : at + 2 + length]
        at += 2 + length
        while marker == 0xDA and not (content[at] == 0xFF and content[at + 1] not in {0, *range(0xD0, 0xD8)}):
            at += 1
    if content[at + 2 :]:
        yield 0, content[at + 2 :]


def names_in(entity: Any, seen: set[int]) -> Iterator[str]:
    """Every name in a PDF, keys included, on every path to it."""
    entity = entity.get_object() if hasattr(entity, "get_object") else entity
    if id(entity) in seen:
        return
    seen.add(id(entity))
    if isinstance(entity, dict):
        for key, value in entity.items():
            yield key
            yield from names_in(value, seen)
    elif isinstance(entity, list):
        for one in entity:
            yield from names_in(one, seen)
    elif isinstance(entity, str):
        yield entity


def assert_plain_jpeg(content: bytes) -> None:
    found = list(segments(content))
    assert {marker for marker, _ in found} <= JPEG_SEGMENTS
    assert [body for marker, body in found if marker == 0xE0] == [b"JFIF\0\1\1\0\0\1\0\1\0\0"]
    with Image.open(BytesIO(content)) as picture:
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def assert_plain_pdf(content: bytes) -> None:
    reader = PdfReader(BytesIO(content), strict=True)
    assert set(names_in(reader.trailer, set())) <= PDF_NAMES
    assert content.count(b"%%EOF") == 1 and content.endswith(b"%%EOF\n")
    for page in reader.pages:
        (picture,) = page["/Resources"]["/XObject"].values()  # type: ignore[index]
        assert_plain_jpeg(picture.get_object()._data)


@pytest.mark.parametrize("what", [*PICTURES, *PDFS])
def test_nothing_but_the_picture_or_the_pages_is_left(what: str) -> None:
    needle = os.urandom(16)
    attack = {**PICTURES, **PDFS}[what](needle)
    made = remade(attack)
    assert made.check.is_usable
    assert [form for form in forms_of(needle) if form in made.content] == []
    assert b"script" not in made.content.lower() and b"PK\3\4" not in made.content
    if made.media_type == "image/jpeg":
        assert_plain_jpeg(made.content)
    else:
        assert_plain_pdf(made.content)


@pytest.mark.parametrize("what", [what for what in {**PICTURES, **PDFS} if what != "PNG that moves"])
def test_the_attack_files_do_carry_their_needle(what: str) -> None:
    needle = os.urandom(16)
    attack = {**PICTURES, **PDFS}[what](needle)
    assert any(form in attack for form in forms_of(needle))


@pytest.mark.parametrize("what", OTHERS)
def test_nothing_is_made_of_any_other_file(what: str) -> None:
    made = remade(OTHERS[what](os.urandom(16)))
    assert not made.check.is_usable and made.content == b""


# What is seen ---------------------------------------------------------------------------------------------------------


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean grey levels between two pictures."""
    same = other.convert("RGB").resize(one.size)
    return max(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), same)).mean)


def seen(content: bytes) -> Image.Image:
    """The picture of a file that we made: of a PDF, that of its first page."""
    if not content.startswith(b"%PDF"):
        return Image.open(BytesIO(content))
    (picture,) = PdfReader(BytesIO(content)).pages[0].images
    return Image.open(BytesIO(picture.data))


@pytest.mark.parametrize("what", [*PICTURES, "PDF of a photo with everything"])
def test_the_picture_looks_as_it_did(what: str) -> None:
    made = remade({**PICTURES, **PDFS}[what](os.urandom(16)))
    assert difference(paper(), seen(made.content)) < 5


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("media_type", FORMATS)
def test_a_picture_stands_upright_by_its_pixels(media_type: str, orientation: int) -> None:
    content = talkative(media_type, orientation)
    upright = ImageOps.exif_transpose(Image.open(BytesIO(content))).convert("RGB")
    made = seen(remade(content).content)
    assert made.size == upright.size
    assert difference(upright, made) < 12
    assert not made.getexif()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK"])
def test_every_kind_of_picture_becomes_one_in_grey_or_in_colour(mode: str) -> None:
    content = encoded(drawing(mode, 700, 700), "image/jpeg" if mode == "CMYK" else "image/png")
    made = seen(remade(content).content)
    assert made.mode in {"L", "RGB"}
    assert difference(drawing("L" if mode in {"1", "L", "LA"} else "RGB", 700, 700), made) < 30


def small_print(width: int, height: int, letters: int) -> Image.Image:
    """A paper that fills the picture, with letters of so many pixels, as a lens leaves them."""
    sheet = Image.new("L", (width, height), 225)
    draw = ImageDraw.Draw(sheet)
    for y in range(60, height - 60, 2 * letters):
        draw.text((60, y), "NIK 6472055708959001 Kel. Melayu RT 003/001 " * 6, fill=40, font_size=letters)
    return sheet.convert("RGB")


def test_a_phones_own_photo_of_twelve_megapixels_keeps_its_pixels_and_its_small_print() -> None:
    photo = small_print(4000, 3000, 22)
    made = seen(remade(encoded(photo, "image/jpeg", quality=92)).content)
    assert made.size == photo.size
    assert difference(photo, made) < 3
    assert measure(made.convert("L").crop((0, 0, 1000, 1000))).sharpness >= MIN_SHARPNESS


def test_a_photo_of_fifty_megapixels_is_made_smaller() -> None:
    made = seen(remade(encoded(small_print(8160, 6120, 60), "image/jpeg")).content)
    assert LONGEST_SIDE / 2 < max(made.size) <= LONGEST_SIDE


def test_a_scan_keeps_its_small_print() -> None:
    """A4 at 300 dpi, letters of 7 points."""
    file = BytesIO()
    small_print(2480, 3508, 29).save(file, "PDF", resolution=300, quality=90)
    page = seen(remade(file.getvalue()).content)
    assert max(page.size) == LONG_SIDE
    assert measure(page.convert("L").crop((0, 0, 1000, 1000))).sharpness >= MIN_SHARPNESS


def test_what_was_filled_into_a_form_is_seen() -> None:
    name = NameObject
    field = {
        "/Type": name("/Annot"), "/Subtype": name("/Widget"), "/FT": name("/Tx"), "/F": NumberObject(4),
        "/T": TextStringObject("nama"), "/V": TextStringObject("BUDI CONTOH"),
        "/DA": TextStringObject("/Helv 14 Tf 0 g"), "/Rect": ArrayObject(map(FloatObject, (10, 100, 190, 130))),
    }  # fmt: skip
    writer, file = PdfWriter(), BytesIO()
    page = writer.add_blank_page(width=200, height=200)
    widget = writer._add_object(DictionaryObject({name(key): value for key, value in field.items()}))
    page[name("/Annots")] = ArrayObject([widget])
    helvetica = DictionaryObject({name("/Type"): name("/Font"), name("/Subtype"): name("/Type1"),
                                  name("/BaseFont"): name("/Helvetica")})  # fmt: skip
    fonts = DictionaryObject({name("/Font"): DictionaryObject({name("/Helv"): helvetica})})
    form = {name("/Fields"): ArrayObject([widget]), name("/DR"): fonts}
    writer.root_object[name("/AcroForm")] = DictionaryObject(form)
    writer.write(file)
    assert seen(remade(file.getvalue()).content).convert("L").getextrema()[0] < 60  # type: ignore[operator]


# What common readers open ---------------------------------------------------------------------------------------------

CONTENT = b"<</Length %d>>\nstream\n%s\nendstream" % (len(SQUARE), SQUARE)
LENIENT = {
    "a page without its type": [CATALOG, TREE, PAGE.replace(b"/Type/Page", b""), CONTENT, FONT],
    "no type anywhere": [b"<</Pages 2 0 R>>", b"<</Count 1/Kids[3 0 R]>>", PAGE.replace(b"/Type/Page", b""), CONTENT],
    "a page that says it is a tree": [CATALOG, TREE, PAGE.replace(b"/Type/Page", b"/Type/Pages"), CONTENT, FONT],
    "a page with its type misspelt": [CATALOG, TREE, PAGE.replace(b"/Type/Page", b"/Type/page"), CONTENT, FONT],
    "a page that is missing before a good one": [CATALOG, TREE.replace(b"[3", b"[9 0 R 3"), PAGE, CONTENT, FONT],
    "a page that is missing behind a good one": [CATALOG, TREE.replace(b"3 0 R", b"3 0 R 9 0 R"), PAGE, CONTENT, FONT],
    "nothing where a page should be": [CATALOG, TREE.replace(b"[3", b"[null 3"), PAGE, CONTENT, FONT],
    "a number of pages that is wrong": [CATALOG, TREE.replace(b"/Count 1", b"/Count 7"), PAGE, CONTENT, FONT],
    "no number of pages": [CATALOG, TREE.replace(b"/Count 1", b""), PAGE, CONTENT, FONT],
    "a child alone": [CATALOG, TREE.replace(b"[3 0 R]", b" 3 0 R"), PAGE, CONTENT, FONT],
    "a tree that is a page": [b"<</Type/Catalog/Pages 3 0 R>>", b"null", PAGE, CONTENT, FONT],
    "a page without a size": [CATALOG, TREE, PAGE.replace(b"/MediaBox[0 0 200 200]", b""), CONTENT, FONT],
}


@pytest.mark.parametrize("what", LENIENT)
def test_a_pdf_that_common_readers_open_is_taken(what: str) -> None:
    assert_shows_the_square(written(LENIENT[what]))


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"HTTP/1.1 200 OK\r\n\r\n", b"MZ\x90\0" + bytes(60), b"-" * 1019])
@pytest.mark.parametrize("table", [True, False])
def test_bytes_before_the_header_do_not_matter(before: bytes, table: bool) -> None:
    assert_shows_the_square(written([CATALOG, TREE, PAGE, CONTENT, FONT], before=before, table=table))


def assert_shows_the_square(content: bytes) -> None:
    made = remade(content)
    assert made.check.advice == ()
    dark, light = seen(made.content).convert("L").getextrema()
    assert (dark < 10, light > 245) == (True, True)  # type: ignore[operator]
    assert len(PdfReader(BytesIO(made.content)).pages) == 1


def test_more_pages_than_a_paper_has_are_refused() -> None:
    assert len(PdfReader(BytesIO(remade(pdf(pages=MOST_PAGES)).content)).pages) == MOST_PAGES
    assert remade(pdf(pages=MOST_PAGES + 1)).check.advice == (Advice.TOO_MANY_PAGES,)


# Whose file it is -----------------------------------------------------------------------------------------------------


def ours() -> list[bytes]:
    pictures = [jpeg_of(drawing(mode, 90, 60)) for mode in ("RGB", "L")]
    return [*pictures, pdf_of(pictures[:1]), pdf_of(pictures * 2)]


def test_a_file_of_ours_is_known_and_stays_one_when_it_is_made_again() -> None:
    types = [media_type_of(content) for content in ours()]
    assert types == ["image/jpeg", "image/jpeg", "application/pdf", "application/pdf"]
    assert [remade(content).media_type for content in ours()] == types


@pytest.mark.parametrize("what", [*PICTURES, *PDFS, *OTHERS])
def test_no_attack_file_passes_for_one_of_ours(what: str) -> None:
    assert media_type_of({**PICTURES, **PDFS, **OTHERS}[what](os.urandom(16))) is None


@pytest.mark.parametrize("content", ours())
def test_a_byte_more_and_it_is_not_ours(content: bytes) -> None:
    comment = b"\xff\xfe\0\x12" + os.urandom(16)
    for changed in (
        content + b"\0",
        content + content,
        content[:2] + comment + content[2:],
        content[:-1],
        b" " + content,
    ):
        assert media_type_of(changed) is None


@given(st.sampled_from(ours()), st.data())
def test_no_few_bytes_changed_bring_a_new_word_into_a_file_of_ours(content: bytes, data: st.DataObject) -> None:
    """Only coded pixels and the size of a picture may differ; with any other change it is not ours any more."""
    changed = bytearray(content)
    for at, byte in data.draw(
        st.dictionaries(st.integers(0, len(content) - 1), st.integers(0, 255), max_size=6)
    ).items():
        changed[at] = byte
    if media_type_of(bytes(changed)) == "image/jpeg":
        assert_markers_are_those_of(bytes(changed), content)
    elif media_type_of(bytes(changed)) == "application/pdf":
        assert set(names_in(PdfReader(BytesIO(bytes(changed))).trailer, set())) <= PDF_NAMES


def assert_markers_are_those_of(changed: bytes, content: bytes) -> None:
    without_size = [(marker, b"" if marker == 0xC0 else body) for marker, body in segments(changed)]
    assert without_size == [(marker, b"" if marker == 0xC0 else body) for marker, body in segments(content)]


def test_pages_with_hand_written_objects_are_drawn() -> None:
    assert_shows_the_square(pages_with(SQUARE))
