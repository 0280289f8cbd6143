"""Any words that people write can be printed: each character has a glyph, or a visible sign stands for it."""

import io
from typing import Any

import pytest
from pypdf import PdfReader

import bot.pdf_renderer
from bot.glyphs import COVERAGE, SUBSTITUTE, covered, plain, printable, printed_as, throughout
from bot.pdf_renderer import CannotBeTypeset, render_pdf, typeset
from handlers.wording.pdf_sheets import Bundle, Code, Section, Sheet
from tests.commands.fonts import coverage, font_files
from tests.hostile_strings import SCRIPTS, by_category, hostile

REFUSED = "2ꨴ" + "\u0c3fA\u0abc\u08e3\u0611e\ua8ff\u0619\u08ea\u08d9b\u0c3f\u093a\u094d\u0301" + (
    "1\u032a\u08f6\u08ed\u0314\u0e3a\u0a75\u1b6fe\u08ff\u08f3\u1bf1\u036d\u09c1ce\u065a\u1062\u0b42\u0948\ufe21d\u0ecc\u0303"
)  # fmt: skip


def bundle(*sheets: Sheet) -> dict[str, Any]:
    return dict(Bundle("Surat", sheets).attachment("surat").content)


def everywhere(words: str) -> Sheet:
    return Sheet(words, [Section(words, [words])], foot=words, code=Code("x", words))


def words_on(pdf: bytes) -> str:
    return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


def test_the_coverage_is_that_of_the_font_files() -> None:
    assert COVERAGE.read_text() == coverage(font_files())


def test_every_character_of_every_script_that_is_kept_is_typeset() -> None:
    kept = sorted({printed_as(one) for letters in by_category().values() for one in letters})
    lines = ["\u200b".join(kept[at : at + 400]) for at in range(0, len(kept), 400)]
    assert len(kept) > 25_000
    typeset({"language": "id", **Sheet("Semua", [Section("", lines)]).content()})


@pytest.mark.parametrize("category", sorted(by_category()))
def test_each_character_of_unicode_stays_or_is_visibly_replaced_or_has_no_width(category: str) -> None:
    found = {printed_as(one) for one in by_category()[category]}
    assert found <= covered() | {"\n", ""}
    if category in {"Cs", "Co"}:
        assert found <= {SUBSTITUTE, ""}


def refused(sheets: list[Sheet]) -> list[Sheet]:
    """Those that cannot be typeset as they are, found by halving."""
    try:
        typeset(throughout(printable, bundle(*sheets)))
    except CannotBeTypeset:
        half = len(sheets) // 2
        return refused(sheets[:half]) + refused(sheets[half:]) if half else sheets
    return []


def test_of_hostile_strings_hardly_one_is_refused_and_that_one_is_printed_plainly() -> None:
    sheets = [everywhere(words[:60])._replace(code=None) for words in hostile()]
    assert len(sheets) >= 500
    left = [one for at in range(0, len(sheets), 64) for one in refused(sheets[at : at + 64])]
    assert len(left) <= 10
    for one in left:
        typeset(throughout(plain, bundle(one)))


@pytest.mark.parametrize(
    "words", [one for one in hostile() if len(one) > 300], ids=lambda one: f"{one[0]!a}-{len(one)}"
)
def test_long_texts_are_printed_whole(words: str) -> None:
    pdf = render_pdf(Sheet("Panjang", [Section("", [words])]).attachment("x").content)
    assert len(PdfReader(io.BytesIO(pdf)).pages) < 40


@pytest.mark.parametrize("script", [one for one in SCRIPTS if one not in {"Emoji", "Hebrew"}])
def test_a_name_of_every_script_keeps_its_letters_and_can_be_selected(script: str) -> None:
    name = SCRIPTS[script]
    assert SUBSTITUTE not in printable(name)
    found = set(words_on(render_pdf(Sheet("Nama", [Section("", [name])]).attachment("x").content)))
    assert set(printable(name)) - {" "} <= found


def test_a_long_word_is_divided_instead_of_leaving_the_page() -> None:
    word = "abcdefghij" * 30
    pdf = PdfReader(io.BytesIO(render_pdf(Sheet("x", [Section("", [word])]).attachment("x").content)))
    assert all(len(line) < 100 for line in pdf.pages[0].extract_text().splitlines())


def test_marks_do_not_pile_up_over_other_lines_and_nothing_turns_the_line_round() -> None:
    assert printable("a" + "\u0336" * 500) == "a" + "\u0336" * 4
    assert printable("\u202eSari") == SUBSTITUTE + "Sari"


def test_what_the_typesetter_refuses_is_printed_plainly_and_costs_no_other_sheet() -> None:
    with pytest.raises(CannotBeTypeset):
        typeset(throughout(printable, bundle(everywhere(REFUSED))))
    pdf = words_on(render_pdf(bundle(everywhere("王小明"), everywhere(REFUSED), everywhere("ꦱꦫꦶ"))))
    assert all(part in pdf for part in ("王小明", "".join(plain(REFUSED).split()), "ꦱ"))


def test_a_sheet_that_cannot_be_printed_at_all_leaves_a_page_that_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(content: dict[str, Any]) -> bytes:
        if "bad" in str(content):
            raise CannotBeTypeset
        return typeset(content)

    monkeypatch.setattr(bot.pdf_renderer, "typeset", refusing)
    lost = everywhere("bad")._replace(instead="Surat tentang berkas KT-2026-0412-N tidak dapat dicetak.")
    pdf = render_pdf(bundle(everywhere("first"), lost, everywhere("third")))
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 3
    assert all(part in words_on(pdf) for part in ("first", "KT-2026-0412-N", "third"))
    with pytest.raises(CannotBeTypeset):
        render_pdf(lost.attachment("x").content)


def test_what_the_typesetter_said_goes_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CannotBeTypeset) as caught:
        typeset(throughout(printable, bundle(everywhere(REFUSED))))
    assert caught.value.__cause__ is None
    assert str(caught.value) == ""
