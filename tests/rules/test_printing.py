"""A printed sheet: a line is only ever text, and a screen reader can follow the pages."""

import io

import pytest
from PIL import Image
from pypdf import PdfReader

from bot.pdf_renderer import qr_code_png, render_pdf
from handlers.wording.pdf_sheets import Code, Section, Sheet
from locales import speaking

HOSTILE = (
    "*Sari* _Lestari_ `kode` $x^2$",
    "#set page(width: 1pt) #panic()",
    '#import "@preview/x:1.0": y',
    "<label> @ref [isi] {a} \\ ~ // bukan komentar",
    "= Judul palsu",
    "<b>Sari</b> &amp; [tautan](https://example.org)",
    "{name} %s %(x)s",
)


def read(sheet: Sheet) -> PdfReader:
    return PdfReader(io.BytesIO(render_pdf(sheet.attachment("x").content)))


def words_on(pdf: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in pdf.pages)


@pytest.mark.parametrize("words", HOSTILE)
def test_words_stand_on_a_sheet_exactly_as_they_were_written(words: str) -> None:
    pdf = read(Sheet(words, [Section(words, [words])], foot=words, code=Code("x", words)))
    assert "".join(words_on(pdf).split()).count("".join(words.split())) == 5
    assert len(pdf.pages) == 1


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_sheet_names_its_language_and_title_and_is_tagged(language: str) -> None:
    with speaking(language):
        pdf = read(Sheet("Tanda terima", [Section("Isi", ["Nomor: KT-2026-0001-A"])]))
    root = pdf.trailer["/Root"].get_object()
    assert str(root["/Lang"]).startswith(language)
    assert root["/MarkInfo"]["/Marked"] is not None
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Tanda terima"


def test_a_long_sheet_goes_on_the_next_page_and_loses_nothing() -> None:
    lines = [f"Baris nomor {number}" for number in range(200)]
    pdf = read(Sheet("Salinan data", [Section("Isi", lines)]))
    assert len(pdf.pages) > 3
    assert all(line in words_on(pdf) for line in lines)


def test_a_code_is_a_picture_that_a_phone_takes() -> None:
    with Image.open(io.BytesIO(qr_code_png("https://t.me/SapaDayaContohBot?start=k-ABCD2345"))) as picture:
        assert picture.format == "PNG"
        assert picture.width == picture.height >= 200
