"""A NIK is read as it is typed; only what cannot be a NIK is stopped, and its number never shows in a log."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.people.nik import Nik, NikFault, NikFinding, NikProblem, Sex, read_nik
from models.places import gazetteer

TODAY = date(2026, 11, 22)
PLACES = gazetteer()
SARI = "6472055708959001"
VECTORS = Path(__file__).parents[1] / "data" / "nik_test_vectors.csv"


def reading(text: str, born: date | None = None, sex: Sex | None = None) -> Nik | NikProblem:
    return read_nik(text, today=TODAY, places=PLACES, born=born, sex=sex)


def nik(text: str, born: date | None = None, sex: Sex | None = None) -> Nik:
    found = reading(text, born, sex)
    assert isinstance(found, Nik), found
    return found


def problem(text: str) -> NikProblem:
    found = reading(text)
    assert isinstance(found, NikProblem)
    return found


def vectors() -> list[dict[str, str]]:
    with VECTORS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def digits_of(born: date, sex: Sex, region: str = "647205", serial: str = "9001") -> str:
    day = born.day + (40 if sex is Sex.FEMALE else 0)
    return f"{region}{day:02}{born:%m%y}{serial}"


def test_every_vector_is_there() -> None:
    assert len(vectors()) == 21


@pytest.mark.parametrize("row", vectors(), ids=lambda row: row["note"])
def test_every_vector_has_its_exact_hard_and_soft_words(row: dict[str, str]) -> None:
    born = date.fromisoformat(row["declared_dob"]) if row["declared_dob"] else None
    found = reading(row["input"], born, Sex(row["declared_sex"]) if row["declared_sex"] else None)

    hard = found.word if isinstance(found, NikProblem) else ""
    digits = found.nik if isinstance(found, NikProblem) else found
    assert hard == row["hard"]
    assert (digits.findings if digits else frozenset()) == frozenset(filter(None, row["soft"].split(";")))
    assert (digits.sex if digits else "") == row["sex"]
    assert ";".join(day.isoformat() for day in (digits.births if digits else ())) == row["dob_candidates"]


@pytest.mark.parametrize("length", [13, 14, 15, 17, 18, 19, 20])
def test_a_wrong_length_says_how_many_digits_were_read(length: int) -> None:
    found = problem((SARI + "7531")[:length])
    assert (found.fault, found.digits, found.word) == (NikFault.LENGTH, length, f"length_{length}")


def test_sixteen_digits_are_a_nik() -> None:
    assert nik(SARI).number == SARI


def test_nothing_typed_is_a_length_of_zero() -> None:
    assert problem("  ").word == "length_0"


@pytest.mark.parametrize(
    "typed",
    [
        "6472 0557 0895 9001",
        "6472.05.570895.9001",
        "6472-0557-0895-9001",
        "6472_0557/0895,9001",
        "6472–0557—0895 9001",
        "６４７２０５５７０８９５９００１",
        "٦٤٧٢٠٥٥٧٠٨٩٥٩٠٠١",
        "۶۴۷۲۰۵۵۷۰۸۹۵۹۰۰۱",
        "6️⃣4️⃣7️⃣2️⃣0557 0895 9001",
        "\u200e6472055708959001\u200f",
        "6472 0557\n0895 9001",
        "'6472055708959001",
        "NIK: 6472055708959001",
        "nik saya 6472055708959001",
        "No. KTP 6472055708959001",
        "NIK6472055708959001",
    ],
)
def test_separators_labels_and_other_digits_do_not_matter(typed: str) -> None:
    assert nik(typed).number == SARI


@pytest.mark.parametrize(
    ("typed", "letters"),
    [
        ("64720557O8959001", ("O",)),
        ("647205570895900l", ("l",)),
        ("64720557o895900I", ("o", "I")),
        ("6472O5 57O895 9OO1", ("O",)),
    ],
)
def test_letters_that_look_like_digits_are_asked_about(typed: str, letters: tuple[str, ...]) -> None:
    found = problem(typed)
    assert (found.fault, found.letters) == (NikFault.NOT_DIGITS, letters)
    assert found.digits == sum(mark.isdigit() for mark in typed)
    assert found.meant is not None
    assert found.meant.number == SARI


@pytest.mark.parametrize("typed", ["saya lupa", "64720557X8959001", "64720557O89590", "64720557089590O12"])
def test_other_letters_and_other_lengths_suggest_nothing(typed: str) -> None:
    found = problem(typed)
    assert (found.fault, found.meant) == (NikFault.NOT_DIGITS, None)


@pytest.mark.parametrize("typed", ["6.47206E+15", "6,47206E+15", "6.472055708959e15"])
def test_a_number_ruined_by_a_spreadsheet_is_named(typed: str) -> None:
    assert problem(typed).fault is NikFault.SPREADSHEET


@pytest.mark.parametrize(
    "typed", [*(digit * 16 for digit in "0123456789"), "1234567890123456", "0123456789012345", "9876543210987654"]
)
def test_a_dummy_is_not_a_nik(typed: str) -> None:
    assert problem(typed).fault is NikFault.DUMMY


@pytest.mark.parametrize("day", ["00", "32", "40", "72", "99"])
def test_only_days_1_to_31_and_41_to_71_exist(day: str) -> None:
    found = problem(f"647205{day}08959001")
    assert (found.fault, found.officer_may_override) == (NikFault.DATE, True)
    assert found.nik is not None


@pytest.mark.parametrize("month", ["00", "13"])
def test_only_twelve_months_exist(month: str) -> None:
    assert problem(f"64720517{month}959001").fault is NikFault.DATE


def test_only_a_date_may_be_overridden_with_the_card_in_hand() -> None:
    assert not any(problem(typed).officer_may_override for typed in ("1" * 16, "6472055708950000", "647", "x"))


def test_a_woman_born_on_the_31st_has_day_71() -> None:
    woman = nik("6472057108959001")
    assert (woman.sex, woman.births) == (Sex.FEMALE, (date(1995, 8, 31),))


def test_a_birth_is_never_in_the_future() -> None:
    tomorrow = TODAY + timedelta(days=1)
    assert nik(digits_of(TODAY, Sex.MALE)).births == (date(1926, 11, 22), TODAY)
    assert nik(digits_of(tomorrow, Sex.MALE)).births == (date(1926, 11, 23),)


@pytest.mark.parametrize(
    ("region", "finding"),
    [
        ("647205", None),
        ("647299", NikFinding.REGION_CURRENT_REGENCY),
        ("640501", NikFinding.REGION_LEGACY_REGENCY),
        ("910101", NikFinding.REGION_LEGACY_DISTRICT),
        ("099901", NikFinding.REGION_UNKNOWN),
    ],
)
def test_a_region_is_a_note_and_never_a_refusal(region: str, finding: NikFinding | None) -> None:
    assert nik(f"{region}1708959001").findings == ({finding} if finding else set())


def test_what_was_not_declared_differs_from_nothing() -> None:
    assert nik(SARI).findings == set()


def test_both_declared_facts_may_differ_at_once() -> None:
    found = nik(SARI, date(1994, 8, 17), Sex.MALE)
    assert found.findings == {NikFinding.DOB_DIFFERS, NikFinding.SEX_DIFFERS}


def test_either_century_agrees_with_the_declared_date() -> None:
    assert nik("6401011708079001", date(1907, 8, 17)).findings == set()
    assert nik("6401011708079001", date(2007, 8, 17)).findings == set()


FAMILY_CARD = "6472051203189001"  # recorded on 12 March 2018


def test_a_date_long_after_the_birth_looks_like_a_family_card() -> None:
    found = nik(FAMILY_CARD, date(1995, 8, 17))
    assert found.findings == {NikFinding.DOB_DIFFERS, NikFinding.LOOKS_LIKE_KK}


@pytest.mark.parametrize(
    ("number", "born"),
    [
        (FAMILY_CARD, None),
        (FAMILY_CARD, date(2018, 3, 12)),
        (FAMILY_CARD, date(2018, 3, 11)),  # a corrected date, not another card
        ("6472055203189001", date(1995, 8, 17)),  # a family card has no day 52
        ("6472051203959001", date(1950, 8, 17)),  # no family card number is of 1995
    ],
)
def test_nothing_else_looks_like_a_family_card(number: str, born: date | None) -> None:
    assert NikFinding.LOOKS_LIKE_KK not in nik(number, born).findings


def test_it_is_masked_and_grouped_for_speech() -> None:
    assert nik(SARI).masked == "6472••••••••9001"
    assert nik(SARI).spoken == "6472 0557 0895 9001"
    assert nik(SARI).region == "647205"


def shown(anything: object) -> str:
    return f"{anything} {anything!r} {anything:}"


@pytest.mark.parametrize(
    "typed", [SARI, "64720557O8959001", "64720552089590012", "6472053208959001", "6472055708950000"]
)
def test_neither_a_nik_nor_a_problem_shows_the_number(typed: str) -> None:
    text = shown(reading(typed))
    assert "570895" not in text
    assert typed[4:12] not in text


def test_a_problem_shows_nothing_that_was_typed() -> None:
    assert "X" not in shown(problem("64720557X8959001"))


births = st.dates(date(1907, 1, 1), TODAY)
serials = st.integers(1, 9999).map("{:04}".format)


@given(births, st.sampled_from(Sex), serials)
def test_a_nik_made_from_a_birth_gives_back_that_birth_and_sex(born: date, sex: Sex, serial: str) -> None:
    found = nik(digits_of(born, sex, serial=serial), born, sex)
    assert born in found.births
    assert found.sex is sex
    assert found.findings == set()


@given(births, st.sampled_from(Sex), st.lists(st.sampled_from(list(" .-_/–\u00a0\u200b")), min_size=17, max_size=17))
def test_separators_anywhere_change_nothing(born: date, sex: Sex, marks: list[str]) -> None:
    number = digits_of(born, sex)
    typed = "".join(mark + digit for mark, digit in zip(marks, [*number, ""], strict=True))
    assert reading(typed) == reading(number)


@given(st.from_regex(r"[0-9]{0,24}", fullmatch=True))
def test_any_digits_give_a_nik_or_one_reason(typed: str) -> None:
    found = reading(typed)
    if isinstance(found, Nik):
        assert found.number == typed
        assert found.births
        assert all(day <= TODAY for day in found.births)
    else:
        assert found.digits == len(typed)
        assert (found.fault is NikFault.LENGTH) == (len(typed) != 16)
    if len(typed) >= 12:
        assert typed not in shown(found)


@given(st.text(max_size=60))
def test_any_text_is_read_without_an_error(typed: str) -> None:
    assert isinstance(reading(typed), Nik | NikProblem)
