"""Working days: weekends, holidays of the country and of the office, and the clock of the office."""

from datetime import UTC, date, datetime

import pytest

from models.office_file import Holidays
from models.offices.workdays import is_working_day, promise, working_day_after

INDONESIA = Holidays(country="ID", also=(date(2026, 11, 26),))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 23), True),
        (date(2026, 11, 28), False),
        (date(2026, 11, 29), False),
        (date(2026, 8, 17), False),
        (date(2026, 12, 25), False),
        (date(2026, 11, 26), False),
    ],
    ids=["Monday", "Saturday", "Sunday", "independence day", "Christmas", "added by the office"],
)
def test_an_office_works_on_weekdays_that_are_no_holiday(day: date, works: bool) -> None:
    assert is_working_day(day, INDONESIA) is works


def test_the_day_itself_does_not_count() -> None:
    assert working_day_after(date(2026, 11, 23), 1, INDONESIA) == date(2026, 11, 24)


def test_weekends_and_holidays_are_passed_over() -> None:
    assert working_day_after(date(2026, 11, 23), 10, INDONESIA) == date(2026, 12, 8)


def test_a_promise_ends_with_the_working_day_of_the_office() -> None:
    late_on_sunday = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    assert promise(late_on_sunday, 1, INDONESIA, "Asia/Makassar") == datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    assert promise(late_on_sunday, 1, INDONESIA, "Asia/Jakarta") == datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
