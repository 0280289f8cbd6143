"""Keeps how exactly a birth is known: a day, or the first and the last day that it may be.

    1960-08-17 ─▶ that day          1960 · August 1960 · age 60 · about 1960 ─▶ 1960-01-01/1960-12-31, estimated

Stored as text in the forms of ISO 8601: a date, or an interval of two. Every rule about an age asks `ages_on`, so what
an estimated birth leaves open stays open until more is known.
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Union

from pydantic import PlainSerializer, PlainValidator

ABOUT = 2
"""Years that "about" may be off, either way."""
ADULT_AT = 18
"""Completed years; UU 35/2014 calls a person under 18 a child."""


def years_between(birth: date, day: date) -> int:
    """Completed years. Born on 29 February, one turns a year older on 1 March in a common year."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


@dataclass(frozen=True, slots=True, order=True)
class Born:
    """The first and the last day that a birth date may be; the same day where it is known."""

    earliest: date
    latest: date

    @classmethod
    def of(cls, what: Union["Born", date, str]) -> "Born":
        """Read a birth from its stored text or a day. Raises ValueError for any other text."""
        if isinstance(what, Born):
            return what
        first, _slash, last = str(what).partition("/")
        return cls(date.fromisoformat(first), date.fromisoformat(last or first))

    @classmethod
    def in_month(cls, year: int, month: int) -> "Born":
        return cls(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))

    @classmethod
    def in_years(cls, first: int, last: int) -> "Born":
        return cls(date(first, 1, 1), date(last, 12, 31))

    @classmethod
    def at_age(cls, youngest: int, oldest: int, today: date) -> "Born":
        """Return the birth of a person of one of these ages today."""
        return cls(_years_before(today, oldest + 1) + timedelta(days=1), _years_before(today, youngest))

    @property
    def is_estimated(self) -> bool:
        return self.earliest != self.latest

    @property
    def day(self) -> date | None:
        """The birth date, where it is known."""
        return None if self.is_estimated else self.earliest

    @property
    def days(self) -> int:
        """How many days it leaves open."""
        return (self.latest - self.earliest).days

    @property
    def is_of_calendar(self) -> bool:
        """Is it whole months, not an age on some day?"""
        return (self.earliest.day, (self.latest + timedelta(days=1)).day) == (1, 1)

    def may_be(self, other: "Born") -> bool:
        """Is there a day that both may be?"""
        return self.earliest <= other.latest and other.earliest <= self.latest

    def ages_on(self, day: date) -> tuple[int, int]:
        """Return the least and the most completed years on a day; the same number twice where there is no doubt."""
        return years_between(self.latest, day), years_between(self.earliest, day)

    def wider(self, years: int) -> "Born":
        return Born(_years_before(self.earliest, years), _years_before(self.latest, -years))

    def until(self, day: date) -> "Born":
        """Return the last day on which a person can be born."""
        return Born(min(self.earliest, day), min(self.latest, day))

    def __str__(self) -> str:
        return f"{self.earliest}/{self.latest}" if self.is_estimated else f"{self.earliest}"


def _years_before(day: date, years: int) -> date:
    """Return the same day of another year; of 29 February the 28th, where there is none."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _read(what: Any) -> Born | None:
    return None if what is None else Born.of(what)


BornField = Annotated[Born | None, PlainValidator(_read), PlainSerializer(lambda it: str(it) if it else None)]
"""A birth in a form that is kept as JSON."""
