"""Where the birth date is not known, a year, a month, an age or a decade is kept as the days that it may be."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.people.birth_date import BirthDate, BirthDateFault, BirthDateProblem, read_birth_date
from models.people.born import Born
from models.people.nik import NikFinding, read_nik
from models.places import gazetteer
from models.programmes.profile import Profile
from models.programmes.requirement_result import Reason, RequirementInput, Verdict
from models.programmes.rules import Age, GuardianConsentIfMinor

TODAY = date(2026, 12, 1)
CASE = RequirementInput(programme="x", area=("64",), is_open=True, today=TODAY)
DAYS = st.dates(date(1907, 1, 1), TODAY)
BIRTHS = st.tuples(DAYS, DAYS).map(lambda two: Born(min(two), max(two)))


def about(typed: str) -> list[str]:
    found = read_birth_date(typed, today=TODAY)
    assert isinstance(found, BirthDateProblem), found
    return [str(one) for one in found.about]


def year(first: int, last: int | None = None) -> list[str]:
    return [f"{first}-01-01/{last or first}-12-31"]


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("1948", year(1948)), ("th. 1948", year(1948)), ("lahir thn 1948", year(1948)), ("born in 1948", year(1948)),
        ("00/00/1948", year(1948)), ("0-0-48", year(1948)), ("?-?-1948", year(1948)), ("xx.xx.1948", year(1948)),
        ("1948-00-00", year(1948)), ("00001948", year(1948)), ("tgl - bln - th 1948", year(1948)),
        ("kelahiran 48", year(1948)), ("thn '48", year(1948)), ("lahir taun 1948 pak", year(1948)),
        ("kira2 1948", year(1946, 1950)), ("±1948", year(1946, 1950)), ("circa 1948", year(1946, 1950)),
        ("1948 atau 1949", year(1948, 1949)), ("antara 1947 dan 1950", year(1947, 1950)),
        ("1940-an", year(1940, 1949)), ("tahun 40an", year(1940, 1949)), ("1940s", year(1940, 1949)),
        ("00-03-1948", ["1948-03-01/1948-03-31"]), ("Maret 1948", ["1948-03-01/1948-03-31"]),
        ("III/1948", ["1948-03-01/1948-03-31"]), ("Pebruari 1948", ["1948-02-01/1948-02-29"]),
        ("umur 78", ["1947-12-02/1948-12-01"]), ("usianya 78 th", ["1947-12-02/1948-12-01"]),
        ("78 thn", ["1947-12-02/1948-12-01"]), ("78 years old", ["1947-12-02/1948-12-01"]),
        ("sekitar 78 tahun", ["1945-12-02/1950-12-01"]), ("78-80 tahun", ["1945-12-02/1948-12-01"]),
        ("umur 70-an", ["1946-12-02/1956-12-01"]), ("7 bulan", ["2025-12-02/2026-12-01"]),
        ("17 tahun 3 bulan", ["2008-12-02/2009-12-01"]),
        ("48", ["1977-12-02/1978-12-01", *year(1948)]), ("03", ["2022-12-02/2023-12-01", *year(2003)]),
    ],
)  # fmt: skip
def test_what_is_known_is_kept_as_the_days_that_it_may_be(typed: str, known: list[str]) -> None:
    assert about(typed) == known


@pytest.mark.parametrize("typed", ["9-IV-1948", "9 iv 48", "9.IV.1948", "9IV1948", "tgl 9 / IV / 1948"])
def test_months_of_old_papers_are_read(typed: str) -> None:
    assert read_birth_date(typed, today=TODAY) == BirthDate(date(1948, 4, 9))


@pytest.mark.parametrize(
    "typed", ["tak tau", "ndak ingat", "lupa tanggalnya", "entahlah, entah", "belum tahu", "not sure", "???", "gatau"]
)
def test_not_knowing_is_understood(typed: str) -> None:
    found = read_birth_date(typed, today=TODAY)
    assert isinstance(found, BirthDateProblem)
    assert found.fault is BirthDateFault.NOT_KNOWN


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("2031", BirthDateFault.FUTURE), ("1799", BirthDateFault.TOO_LONG_AGO),
        ("31-4-1948", BirthDateFault.IMPOSSIBLE),
        ("2-12-2026", BirthDateFault.FUTURE), ("umur 190", BirthDateFault.NOT_UNDERSTOOD),
        ("081234567890", BirthDateFault.NOT_UNDERSTOOD), ("3 anak", BirthDateFault.NOT_UNDERSTOOD),
    ],
)  # fmt: skip
def test_what_cannot_be_is_no_estimate(typed: str, fault: BirthDateFault) -> None:
    found = read_birth_date(typed, today=TODAY)
    assert isinstance(found, BirthDateProblem)
    assert (found.fault, found.about) == (fault, ())


@given(st.text("0123456789 -/.?xthnumriviabo", max_size=18))
def test_an_estimate_is_never_to_come_nor_older_than_anybody(typed: str) -> None:
    found = read_birth_date(typed, today=TODAY)
    for one in found.about if isinstance(found, BirthDateProblem) else ():
        assert one.earliest <= one.latest <= TODAY
        assert one.ages_on(TODAY)[0] <= 120


@given(DAYS)
def test_an_age_holds_every_birth_that_has_it_today_and_no_other(born: date) -> None:
    age, _ = Born.of(born).ages_on(TODAY)
    estimate = Born.at_age(age, age, TODAY)
    assert estimate.may_be(Born.of(born))
    assert estimate.ages_on(TODAY) == (age, age)
    assert Born.of(estimate.earliest - timedelta(days=1)).ages_on(TODAY) == (age + 1, age + 1)


@given(BIRTHS)
def test_it_is_stored_and_read_back_with_its_mark(born: Born) -> None:
    assert Born.of(str(born)) == born
    assert ("/" in str(born)) is born.is_estimated


@given(BIRTHS, st.integers(0, 90), st.integers(0, 30), st.data())
def test_an_estimated_birth_decides_only_what_every_day_it_may_be_decides(
    born: Born, least: int, span: int, data: st.DataObject
) -> None:
    """At a boundary it is unknown, never refused; and knowing the day later overturns nothing."""
    rule = Age(at_least=least, at_most=least + span)
    told = rule.check(Profile(birth_date=born), CASE).verdict
    true_day = data.draw(st.dates(born.earliest, born.latest))
    ends = {rule.check(Profile(birth_date=day), CASE).verdict for day in (born.earliest, born.latest, true_day)}
    assert told is Verdict.UNKNOWN or ends == {told}
    youngest, oldest = born.ages_on(TODAY)
    is_open = not (least <= youngest and oldest <= least + span) and not (oldest < least or youngest > least + span)
    assert (told is Verdict.UNKNOWN) is is_open


@given(BIRTHS, st.sampled_from([None, True, False]), st.sampled_from([None, True, False]))
def test_no_guardian_refuses_somebody_who_may_be_grown_up(
    born: Born, consents: bool | None, agrees: bool | None
) -> None:
    finding = GuardianConsentIfMinor().check(Profile(birth_date=born, guardian_consents=consents, agrees=agrees), CASE)
    youngest, oldest = born.ages_on(TODAY)
    assert (finding.reason is Reason.IS_ADULT) is (youngest >= 18)
    if oldest >= 18:
        assert finding.verdict is not Verdict.NOT_MET


@pytest.mark.parametrize(
    ("born", "differs"), [("1957-01-01/1957-12-31", False), ("1955-06-01/1956-05-31", True), ("1957-08-17", False)]
)
def test_a_nik_differs_only_from_a_birth_that_it_cannot_be(born: str, differs: bool) -> None:
    nik = read_nik("6472031708579001", today=TODAY, places=gazetteer(), born=Born.of(born))
    assert (NikFinding.DOB_DIFFERS in nik.findings) is differs  # type: ignore[union-attr]
