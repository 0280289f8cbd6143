"""A person's day is the one on the clocks where they live; three clocks stand in Indonesia."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.people.guardianship import grown_up_at, is_minor
from models.people.person import Person
from models.places import gazetteer

PLACES = gazetteer()
ZONES = {"1371": 7, "3171": 7, "6472": 8, "5171": 8, "8171": 9, "9171": 9}
"""A regency of each clock, and how many hours it is ahead of UTC."""


@pytest.mark.parametrize("regency", ZONES)
@given(seconds=st.integers(0, 20 * 366 * 86400))
def test_the_day_is_that_of_the_region(regency: str, seconds: int) -> None:
    moment = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    assert PLACES.day_in(regency, moment) == (moment + timedelta(hours=ZONES[regency])).date()
    assert PLACES.day_in(regency, moment) <= PLACES.latest_day(moment)


@pytest.mark.parametrize("regency", ZONES)
def test_somebody_is_18_from_midnight_where_they_live(regency: str) -> None:
    person = Person(name="?", birth_date="2008-12-02", regency=regency, created_at=BEFORE, changed_at=BEFORE)
    turns = grown_up_at(person)
    assert turns == datetime(2026, 12, 2, tzinfo=UTC) - timedelta(hours=ZONES[regency])
    assert is_minor(person, turns - timedelta(seconds=1))
    assert not is_minor(person, turns)


def test_the_latest_day_has_begun_in_the_east() -> None:
    assert PLACES.latest_day(datetime(2026, 12, 1, 14, 59, tzinfo=UTC)) == date(2026, 12, 1)
    assert PLACES.latest_day(datetime(2026, 12, 1, 15, 0, tzinfo=UTC)) == date(2026, 12, 2)


BEFORE = datetime(2026, 11, 1, tzinfo=UTC)
