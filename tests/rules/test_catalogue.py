"""How a catalogue is used: its programmes by key and place, its questions, its versions, what makes words plain."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.programmes.catalogue import Catalogue
from models.programmes.profile import Answer
from models.programmes.programme_file import Programme
from models.programmes.question_kinds import AnswerFault, AskIf, YesNoQuestion
from models.programmes.wording import EasyRead, Label, Wording, long_sentences
from models.yaml_file import open_page, understand
from tests.own_catalogue import OFFICE, own_catalogue


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return own_catalogue()


# How it is used.


def test_a_programme_is_found_by_key_place_and_old_buttons(catalogue: Catalogue) -> None:
    assert catalogue["uep"].name.in_("en").startswith("Productive Economic Business")
    assert "uep" in catalogue
    assert catalogue.get("gone") is None
    assert {programme.owner for programme in catalogue.in_place("1371")} == {"dinsos-padang"}
    with pytest.raises(KeyError):
        catalogue["gone"]


def test_wording_falls_back_from_short_to_full_and_from_an_unwritten_language_to_indonesian() -> None:
    full = Wording(id="Petugas memeriksa berkas.", en="Staff check the papers.")
    brief = Wording(id="Satu. Dua.", en="One. Two.", short=EasyRead(id="Satu."))

    assert full.in_("en", short=True) == "Staff check the papers."
    assert full.in_("bjn") == "Petugas memeriksa berkas."
    assert (brief.in_("id", short=True), brief.in_("en", short=True)) == ("Satu.", "One. Two.")


def test_questions_offer_the_programmes_own_skills_and_packages(catalogue: Catalogue) -> None:
    skills = catalogue["pemuda-paser"].question("keterampilan")

    assert [choice.name.en for choice in skills.offered] == [
        "Workshop repair",
        "Cooking",
        "Make-up and hair",
        "Barista",
    ]


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ({}, ["usaha", "paket", "pernah-uep"]),
        ({"usaha": "ada"}, ["usaha", "usaha-apa", "paket", "pernah-uep"]),
        ({"usaha": "pernah"}, ["usaha", "usaha-apa", "berhenti", "paket", "pernah-uep"]),
        ({"usaha": "belum", "usaha-apa": "gorengan"}, ["usaha", "paket", "pernah-uep"]),
    ],
)
def test_only_questions_that_belong_to_the_answers_are_asked(
    catalogue: Catalogue, answers: dict[str, Answer], asked: list[str]
) -> None:
    assert [question.key for question in catalogue["uep"].to_ask(answers)] == asked


def test_a_question_behind_a_question_that_is_not_asked_is_not_asked_either(catalogue: Catalogue) -> None:
    def question(key: str, behind: str | None) -> YesNoQuestion:
        condition = AskIf(question=behind, answers=("yes",)) if behind else None
        return YesNoQuestion(key=key, ask=Wording(id="Apa?", en="What?"), ask_if=condition)

    chain = (question("first", None), question("second", "first"), question("third", "second"))
    programme = catalogue["uep"].model_copy(update={"questions": chain})

    changed_mind = {"first": False, "second": True, "third": True}
    assert [asked.key for asked in programme.to_ask(changed_mind)] == ["first"]


@pytest.mark.parametrize(
    ("programme", "question", "answer", "fault"),
    [
        ("uep", "usaha", "ada", None),
        ("uep", "usaha", "entah", AnswerFault.NOT_A_CHOICE),
        ("uep", "paket", ("gorengan", "sembako"), None),
        ("uep", "paket", (), AnswerFault.TOO_FEW),
        ("uep", "paket", ("gorengan", "sembako", "minuman"), AnswerFault.TOO_MANY),
        ("uep", "paket", ("gorengan", "gorengan"), AnswerFault.NOT_AN_ANSWER),
        ("uep", "paket", ("emas",), AnswerFault.NOT_A_CHOICE),
        ("uep", "paket", "gorengan", AnswerFault.NOT_AN_ANSWER),
        ("uep", "usaha-apa", "Gorengan", None),
        ("uep", "usaha-apa", "  ", AnswerFault.NOT_AN_ANSWER),
        ("uep", "usaha-apa", "a" * 201, AnswerFault.TOO_LONG),
        ("bimtek", "pendamping", 2, None),
        ("bimtek", "pendamping", 3, AnswerFault.TOO_BIG),
        ("bimtek", "pendamping", -1, AnswerFault.TOO_SMALL),
        ("bimtek", "pendamping", True, AnswerFault.NOT_AN_ANSWER),
        ("alumni-padang", "pernah-uep", True, None),
        ("alumni-padang", "pernah-uep", "yes", AnswerFault.NOT_AN_ANSWER),
    ],
)
def test_an_answer_fits_its_question_or_says_why_not(
    catalogue: Catalogue, programme: str, question: str, answer: Answer, fault: AnswerFault | None
) -> None:
    assert catalogue[programme].question(question).fault(answer) == fault


# Versions.


def test_a_programme_comes_back_whole_from_its_canonical_text(catalogue: Catalogue) -> None:
    for programme in catalogue:
        again = Programme.of_canonical(programme.canonical)
        assert (again, again.digest) == (programme, programme.digest)


def test_the_digest_changes_with_the_content_only(tmp_path: Path) -> None:
    text = (OFFICE.parent / "programmes" / "uep-kaltim.yaml").read_text(encoding="utf-8")

    def digest_of(written: str) -> str:
        (tmp_path / "uep.yaml").write_text(written, encoding="utf-8")
        return understand(open_page(tmp_path / "uep.yaml"), Programme).digest

    assert digest_of("# a remark\n" + text) == digest_of(text)
    assert digest_of(text.replace("desil: 5", "desil: 4")) != digest_of(text)


# Plain words.


def test_a_button_holds_thirty_characters_and_not_one_more() -> None:
    assert Label(id="a" * 30, en="b" * 30)
    with pytest.raises(ValidationError, match="has 31 characters, a button holds 30"):
        Label(id="a" * 31, en="b" * 30)


@given(st.lists(st.integers(1, 20), min_size=1, max_size=4))
def test_exactly_the_sentences_of_more_than_twelve_words_are_too_long(sizes: list[int]) -> None:
    text = " ".join(" ".join(["kata"] * size) + "." for size in sizes)

    assert len(list(long_sentences(text))) == sum(size > 12 for size in sizes)


def test_a_dot_inside_a_number_ends_no_sentence_and_a_new_line_does() -> None:
    assert (
        len(list(long_sentences("Rp16.800 pukul 09.00 satu dua tiga empat lima enam tujuh delapan sembilan sepuluh.")))
        == 1
    )
    assert not list(long_sentences("satu dua tiga empat lima enam tujuh\nsatu dua tiga empat lima enam tujuh"))
