"""A birth date is read as people write it, day first; what is missing or impossible is named."""

import calendar
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.people.birth_date import BirthDate, BirthDateFault, BirthDateProblem, age_on, read_birth_date

TODAY = date(2026, 11, 22)
AUGUST_17 = date(1995, 8, 17)


def reading(text: str) -> BirthDate | BirthDateProblem:
    return read_birth_date(text, today=TODAY)


def born(text: str) -> date:
    found = reading(text)
    assert isinstance(found, BirthDate), found
    return found.born


def problem(text: str) -> BirthDateProblem:
    found = reading(text)
    assert isinstance(found, BirthDateProblem), found
    return found


@pytest.mark.parametrize(
    "typed",
    [
        "17 Agustus 1995", "17 AGUSTUS 1995", "17-8-95", "17/08/1995", "17.8.1995", "17 08 1995", "17 8 95",
        "170895", "17081995", "1781995", "1995-08-17", "1995/8/17", "19950817", "950817", "95-08-17",
        "17 agt 95", "17 ags 1995", "17 Agust 95", "17 agst. 1995", "17 aug 1995", "17-agt-1995",
        "17th August 1995", "August 17, 1995", "August 17th 1995", "Aug 17 95", "17 of August, 1995",
        "tgl 17 agustus 1995", "tanggal 17-8-1995", "lahir 17-8-95", "saya lahir tgl 17 Agustus 1995 bu",
        "Kamis, 17 Agustus 1995", "Jum'at 17 Agustus 1995", "Thursday, August 17, 1995", "minggu 17-08-1995",
        "Samarinda, 17-08-1995", "Tanah Grogot 17 Agustus 1995", "17Agustus1995", "17 Agustus '95",
        "17 agustus ’95", "tanggal 17 bulan 8 tahun 1995", "17 bulan Agustus tahun 1995", "17–8–1995",
        "17 - 8 - 1995", " 17  Agustus\n1995 ", "１７-０８-１９９５", "١٧/٠٨/١٩٩٥", "1995-08-17T00:00:00",
        "17 agsutus 1995", "17 Agutus 95", "17 Agustuss 1995", "08/17/1995", "8-17-95", "17 \u200eAgustus 1995",
    ],
)  # fmt: skip
def test_one_day_written_in_many_ways(typed: str) -> None:
    assert born(typed) == AUGUST_17


@pytest.mark.parametrize(
    ("word", "month"),
    [
        ("Januari", 1), ("Djanuari", 1), ("january", 1), ("jan", 1), ("Januri", 1), ("Febuari", 2),
        ("Pebruari", 2), ("peb", 2), ("feb", 2), ("Februari", 2), ("february", 2), ("Maret", 3), ("march", 3),
        ("mar", 3), ("Meret", 3), ("April", 4), ("apr", 4), ("Apirl", 4), ("Mei", 5), ("may", 5), ("Juni", 6),
        ("june", 6), ("Djuni", 6), ("Juli", 7), ("july", 7), ("Djuli", 7), ("Agustus", 8), ("agt", 8), ("agu", 8),
        ("September", 9), ("sept", 9), ("Sepetember", 9), ("Oktober", 10), ("okt", 10), ("october", 10),
        ("Oktobr", 10), ("November", 11), ("Nopember", 11), ("nop", 11), ("Nofember", 11), ("Desember", 12),
        ("des", 12), ("december", 12), ("dec", 12), ("Desmber", 12),
    ],
)  # fmt: skip
def test_months_old_new_english_short_and_misspelt(word: str, month: int) -> None:
    assert born(f"5 {word} 1990") == date(1990, month, 5)


@pytest.mark.parametrize("typed", ["17 jui 1995", "17 juny 1995"])
def test_a_word_between_two_months_is_asked_about(typed: str) -> None:
    found = problem(typed)
    assert found.fault is BirthDateFault.AMBIGUOUS
    assert found.candidates == (date(1995, 6, 17), date(1995, 7, 17))


def test_day_comes_first_without_a_question() -> None:
    assert reading("03/04/1995") == BirthDate(date(1995, 4, 3))


def test_month_first_is_seen_only_where_nothing_else_is_possible() -> None:
    assert reading("08/17/1995") == BirthDate(AUGUST_17, month_first=True)


@pytest.mark.parametrize(
    ("typed", "day", "month", "last_day"),
    [
        ("31 April 1995", 31, 4, 30), ("31-4-95", 31, 4, 30), ("29 Februari 2023", 29, 2, 28),
        ("30 Februari 2000", 30, 2, 29), ("29-2-01", 29, 2, 28), ("32 Desember 1995", 32, 12, 31),
        ("0-5-1995", 0, 5, 31), ("32-13-1995", 32, 13, None), ("31 April", 31, 4, 30), ("30/2", 30, 2, 29),
    ],
)  # fmt: skip
def test_an_impossible_day_comes_with_the_last_day_of_its_month(
    typed: str, day: int, month: int, last_day: int | None
) -> None:
    found = problem(typed)
    assert found.fault is BirthDateFault.IMPOSSIBLE
    assert (found.day, found.month, found.last_day) == (day, month, last_day)


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("23-11-2026", BirthDateFault.FUTURE), ("17 Agustus 2027", BirthDateFault.FUTURE),
        ("22-11-1905", BirthDateFault.TOO_LONG_AGO), ("17 Agustus 1850", BirthDateFault.TOO_LONG_AGO),
        ("17-08-0995", BirthDateFault.TOO_LONG_AGO), ("17-8-995", BirthDateFault.NOT_UNDERSTOOD),
        ("17-8-19955", BirthDateFault.NOT_UNDERSTOOD), ("halo", BirthDateFault.NOT_UNDERSTOOD),
        ("", BirthDateFault.NOT_UNDERSTOOD), ("😀", BirthDateFault.NOT_UNDERSTOOD),
        ("081234567890", BirthDateFault.NOT_UNDERSTOOD), ("6472055708959001", BirthDateFault.NOT_UNDERSTOOD),
        ("2 anak", BirthDateFault.NOT_UNDERSTOOD),
    ],
)  # fmt: skip
def test_what_no_birth_date_can_be(typed: str, fault: BirthDateFault) -> None:
    assert problem(typed).fault is fault


def test_the_oldest_and_the_youngest_that_are_believed() -> None:
    assert born("22-11-2026") == TODAY
    assert age_on(born("23-11-1905"), TODAY) == 120


@pytest.mark.parametrize("typed", ["17 Agustus", "17-8", "17/08", "Agustus 17", "lahir 17 agt", "08/17"])
def test_a_missing_year_is_missed(typed: str) -> None:
    found = problem(typed)
    assert (found.fault, found.day, found.month) == (BirthDateFault.YEAR_MISSING, 17, 8)


@pytest.mark.parametrize(
    ("typed", "month"), [("Agustus 1995", 8), ("agt 1995", 8), ("08/1995", 8), ("1995", None), ("tahun 1995", None)]
)
def test_a_missing_day_is_missed(typed: str, month: int | None) -> None:
    found = problem(typed)
    assert (found.fault, found.month, found.year) == (BirthDateFault.DAY_MISSING, month, 1995)


@pytest.mark.parametrize("typed", ["30 tahun", "umur 30 thn", "30th", "usia saya 30 tahun."])
def test_an_age_is_not_a_date(typed: str) -> None:
    assert (problem(typed).fault, problem(typed).age) == (BirthDateFault.AGE_GIVEN, 30)


@pytest.mark.parametrize(
    ("year", "meant", "other"),
    [
        ("95", 1995, None), ("27", 1927, None), ("99", 1999, None), ("05", 2005, None), ("00", 2000, None),
        ("16", 2016, None), ("17", 2017, 1917), ("20", 2020, 1920), ("26", 2026, 1926),
    ],
)  # fmt: skip
def test_two_digits_are_the_latest_past_year_and_a_centenarian_is_asked_about(
    year: str, meant: int, other: int | None
) -> None:
    assert reading(f"17-8-{year}") == BirthDate(date(meant, 8, 17), date(other, 8, 17) if other else None)


def test_two_digits_never_mean_tomorrow() -> None:
    assert born("23-11-26") == date(1926, 11, 23)


def test_29_february_00_is_of_2000() -> None:
    assert reading("29-2-00") == BirthDate(date(2000, 2, 29))


def test_seven_digits_that_can_be_cut_in_two_ways_are_asked_about() -> None:
    assert problem("1121995").candidates == (date(1995, 2, 11), date(1995, 12, 1))
    assert born("7081995") == date(1995, 8, 7)


def test_two_days_in_one_message_are_asked_about() -> None:
    assert problem("17-8-95 atau 18-8-95").candidates == (AUGUST_17, date(1995, 8, 18))
    assert born("17-8-95, ya 17 08 1995") == AUGUST_17


SHAPES = ["%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%d %m %Y", "%d%m%Y", "%Y-%m-%d", "%Y%m%d"]
ID_MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip


@given(st.dates(date(1906, 11, 22), TODAY))
def test_every_believable_day_is_read_back_from_every_shape(day: date) -> None:
    written = [day.strftime(shape) for shape in SHAPES]
    written += [f"{day.day} {ID_MONTHS[day.month - 1]} {day.year}", f"{calendar.month_name[day.month]} {day:%d, %Y}"]
    assert {born(text) for text in written} == {day}


@given(st.dates(date(1926, 11, 23), TODAY), st.sampled_from(["%d-%m-%y", "%d%m%y", "%d %m %y"]))
def test_two_digit_years_of_the_last_hundred_years_are_read_back(day: date, shape: str) -> None:
    assert born(day.strftime(shape)) == day


@given(st.text(max_size=60))
def test_any_text_is_read_without_an_error(typed: str) -> None:
    assert isinstance(reading(typed), BirthDate | BirthDateProblem)


@given(st.text("0123456789/-. jan", max_size=14))
def test_what_is_read_is_never_in_the_future_nor_older_than_anybody(typed: str) -> None:
    found = reading(typed)
    if isinstance(found, BirthDate):
        assert 0 <= age_on(found.born, TODAY) <= 120


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (AUGUST_17, date(2015, 8, 16), 19),
        (AUGUST_17, date(2015, 8, 17), 20),
        (AUGUST_17, AUGUST_17, 0),
        (date(2004, 2, 29), date(2025, 2, 28), 20),
        (date(2004, 2, 29), date(2025, 3, 1), 21),
        (date(2004, 2, 29), date(2024, 2, 28), 19),
        (date(2004, 2, 29), date(2024, 2, 29), 20),
    ],
)
def test_age_is_completed_years_and_a_leap_day_child_turns_older_on_1_march(birth: date, day: date, age: int) -> None:
    assert age_on(birth, day) == age


def test_nobody_has_an_age_before_birth() -> None:
    with pytest.raises(ValueError, match="before the birth"):
        age_on(AUGUST_17, date(1995, 8, 16))


@given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 130))
def test_one_is_of_an_age_from_the_birthday_on(birth: date, years: int) -> None:
    leap_day = (birth.month, birth.day) == (2, 29) and not calendar.isleap(birth.year + years)
    birthday = date(birth.year + years, 3, 1) if leap_day else birth.replace(year=birth.year + years)
    assert age_on(birth, birthday) == years
    if years:
        assert age_on(birth, date.fromordinal(birthday.toordinal() - 1)) == years - 1
