"""The catalogue as it is shipped: its programmes and figures, its questions, its versions, its plain words."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.edited_file import open_page, parts_of, understand
from models.programmes.catalogue import Catalogue, load_catalogue
from models.programmes.profile import Answer
from models.programmes.programme_file import Programme
from models.programmes.questions import AnswerFault, AskIf, YesNoQuestion
from models.programmes.words import EasyRead, Label, Wording, long_sentences

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(DATA)


# What it ships with.


def test_all_nine_groups_of_programmes_are_there_in_their_order(catalogue: Catalogue) -> None:
    assert [programme.key for programme in catalogue] == [
        "keterampilan",
        "uep",
        "uep-padang",
        "bimtek",
        "alumni-padang",
        "pemuda-paser",
        "survei-desa",
        "prasejahtera",
        "bpjs",
        "penempatan",
        "magang",
        "panti",
        "rujuk-blt",
        "rujuk-sembako",
        "rujuk-rumah",
        "rujuk-sanitasi",
        "rujuk-air",
    ]


def test_the_places_are_those_the_offices_announced(catalogue: Catalogue) -> None:
    announced = {"keterampilan": 36, "uep": 1680, "bimtek": 65, "bpjs": 10_000, "panti": 200}

    assert {programme.key: programme.places(2026) for programme in catalogue if programme.places(2026)} == announced
    assert catalogue["pemuda-paser"].quotas[0].floors == {"6401": 4}


def test_uep_gives_150_places_to_each_of_ten_kabupaten_and_kota(catalogue: Catalogue) -> None:
    first, revised = catalogue["uep"].quotas

    assert (first.funding, first.places, set(first.shares.values()), len(first.shares)) == (
        "apbd_murni",
        1500,
        {150},
        10,
    )
    assert (revised.funding, revised.places) == ("apbd_perubahan", 180)


def test_four_programmes_are_closed_each_with_its_reason_and_a_date_of_news(catalogue: Catalogue) -> None:
    closed = {programme.key: programme.closed for programme in catalogue if not programme.open}

    assert {key: why.reason for key, why in closed.items() if why} == {
        "bimtek": "between_rounds",
        "prasejahtera": "starts_later",
        "magang": "places_used_up",
        "rujuk-rumah": "no_budget_this_year",
    }
    assert all(why and why.news_by > date(2026, 11, 23) for why in closed.values())


def test_the_fried_snack_package_says_who_brings_what(catalogue: Catalogue) -> None:
    package = next(package for package in catalogue["uep"].packages if package.key == "gorengan")

    goods = [item.name.en for item in package.from_office]
    assert goods == ["wheat flour", "cooking oil", "stove", "gas", "wok", "spatula"]
    assert [item.in_("id") for item in package.from_person] == ["pisang atau sayur"]


def test_the_insurance_of_balikpapan_changed_hands(catalogue: Catalogue) -> None:
    bpjs = catalogue["bpjs"]

    assert (bpjs.owner, bpjs.past_owners[0].office) == ("dinsos-bpp", "disnaker-bpp")
    assert (bpjs.monthly_rupiah, bpjs.relisted_in_months) == (16_800, (10, 11, 12))


def test_the_panti_is_decided_by_a_social_worker(catalogue: Catalogue) -> None:
    assert catalogue["panti"].decided_by == "social_worker"
    assert catalogue["panti"].next_step.officer == "social_worker"


def test_employers_hear_of_somebody_only_with_consent(catalogue: Catalogue) -> None:
    asked = {programme.key for programme in catalogue if "employer_sharing" in programme.consents}

    assert asked == {"penempatan", "magang"}


def test_every_office_that_decides_has_its_own_receipt_letters(catalogue: Catalogue) -> None:
    office = catalogue.office

    letters = {one.key: one.receipt_prefix for one in office.offices if one.receipt_prefix}
    assert letters == {"dinsos-kaltim": "KT", "dinsos-bpp": "BP", "dinsos-paser": "PS", "dinsos-padang": "PD"}
    assert office.prefix_of("odah-bersama") == "KT"
    assert {office.prefix_of(programme.owner) for programme in catalogue} == {"KT", "BP", "PS", "PD"}


def test_made_up_addresses_say_so(catalogue: Catalogue) -> None:
    for office in catalogue.office.offices:
        assert "contoh" in office.address.id
        assert "contoh" in office.contact.id


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
    text = (DATA / "programmes" / "uep-kaltim.yaml").read_text(encoding="utf-8")

    def digest_of(written: str) -> str:
        (tmp_path / "uep.yaml").write_text(written, encoding="utf-8")
        return understand(open_page(tmp_path / "uep.yaml"), Programme).digest

    assert digest_of("# a remark\n" + text) == digest_of(text)
    assert digest_of(text.replace("desil: 5", "desil: 4")) != digest_of(text)


# Plain words.


def wordings(value: object) -> Iterator[Wording]:
    if isinstance(value, Wording):
        yield value
    for _, part in parts_of(value):
        yield from wordings(part)


def test_questions_name_nobody_so_that_they_can_be_asked_for_somebody_else(catalogue: Catalogue) -> None:
    for programme in catalogue:
        for question in programme.questions:
            named = {"anda", "kamu", "saya"} & set(question.ask.id.casefold().replace("?", " ").split())
            assert not named, (programme.key, question.key)


def test_no_shipped_wording_is_the_same_in_both_languages_by_mistake(catalogue: Catalogue) -> None:
    names = {"kg", "unit", "set", "gas", "spatula", "blender", "Barista"}
    for programme in catalogue:
        for wording in wordings(programme):
            assert wording.id != wording.en or wording.id in names or wording == programme.short_name, wording.id


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
