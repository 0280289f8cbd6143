"""Working days: which days an office works, and by when a promise of so many working days falls due.

received on Monday 23 November, 10 working days ──▶ Monday 7 December, 17.00 in the office's zone
"""

import functools
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays as national

from models.office_file import Holidays

SATURDAY = 5
CLOSES = time(17, 0)


def is_working_day(day: date, holidays: Holidays) -> bool:
    """Is it neither a weekend, nor a national holiday, nor one the office added?"""
    return day.weekday() < SATURDAY and day not in holidays.also and day not in _national(holidays.country, day.year)


def working_day_after(day: date, count: int, holidays: Holidays) -> date:
    """Return the day that is `count` working days after `day`; the day itself does not count."""
    working = (later for later in _days_after(day) if is_working_day(later, holidays))
    return next(later for nth, later in enumerate(working, 1) if nth == count)


def promise(now: datetime, count: int, holidays: Holidays, zone: str) -> datetime:
    """Return the end (UTC) of the working day that is `count` working days from now, as the clock of `zone` has it."""
    local = now.astimezone(ZoneInfo(zone))
    day = working_day_after(local.date(), count, holidays)
    return datetime.combine(day, CLOSES, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _days_after(day: date) -> Iterator[date]:
    while True:
        day += timedelta(days=1)
        yield day


@functools.cache
def _national(country: str, year: int) -> frozenset[date]:
    return frozenset(national.country_holidays(country, years=year))
