"""Reads a birth date as people write it, in Indonesian or English, and says how old a person is on a day.

    17 Agustus 1995 · 17-8-95 · 170895 · 1995-08-17 · August 17, 1995 · Samarinda, 17 Pebruari 1995
          │
          ├─▶ BirthDate          day first, as in Indonesia; month first only if no other reading exists
          └─▶ BirthDateProblem   which part is missing or impossible, and what was understood of it;
                                 `about`: what is known where the day is not (birth_estimate.py)

Two-digit years: the latest year that is not in the future, so "05" is 2005 and "95" is 1995. Only where that makes a
child under ten is the other century believable (a person of a hundred): then ask about `other`.
"""

import calendar
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from rapidfuzz.distance import DamerauLevenshtein

from models.people.birth_estimate import CHILD, OLDEST, read_estimates, read_firm_estimates, says_unknown
from models.people.born import Born, years_between
from models.people.nik import ascii_digits

EARLIEST_YEAR = 1800
# Today's spellings, English, abbreviations, and those of old papers (Djuli, Nopember).
MONTHS = (
    ("januari", "january", "jan", "djanuari", "yanuari"),
    ("februari", "february", "pebruari", "feb", "peb", "febuari"),
    ("maret", "march", "mar", "mart", "mrt"),
    ("april", "apr"),
    ("mei", "may", "mai"),
    ("juni", "june", "jun", "djuni"),
    ("juli", "july", "jul", "djuli"),
    ("agustus", "august", "agust", "agus", "agu", "agt", "ags", "agst", "aug"),
    ("september", "sept", "sep"),
    ("oktober", "october", "okt", "oct"),
    ("november", "nopember", "nov", "nop"),
    ("desember", "december", "des", "dec"),
)
MONTH_OF = {spelling: number for number, spellings in enumerate(MONTHS, start=1) for spelling in spellings}

# "kira2" is how "kira-kira" is written.
TWICE = re.compile(r"([a-z]{3,})2\b")
# "12-XII-1960", "VIII/1960": months as on old papers.
ROMAN_MONTHS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
ROMAN = re.compile(
    rf"(?:(?<=\d)|(?<=\d[\s.,/_\-])|(?<![^\s]))(?P<month>{'|'.join(sorted(ROMAN_MONTHS, key=len, reverse=True))})"
    r"(?![a-z])(?=[\s.,/_\-]*'?\d)"
)

GAP = r"[\s.,/_\-]*"
SEP = r"[\s.,/_:\-]+"
DAY = r"(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th)?(?!\d)"
MONTH = r"(?<![a-z])(?P<month>[a-z]{3,12})(?![a-z])"
AFTER_DAY = DAY + GAP + r"(?:of )?(?P<month>[a-z]{3,12})(?![a-z])"
MONTH_NUMBER = r"(?<!\d)(?P<month>\d{1,2})(?!\d)"
YEAR = r"'?(?P<year>\d{4}|\d{2})(?!\d)"
LONG_YEAR = r"(?<!\d)(?P<year>\d{4})(?!\d)"

WRITTEN = (re.compile(AFTER_DAY + GAP + YEAR), re.compile(MONTH + GAP + DAY + SEP + YEAR))
YEAR_FIRST = re.compile(LONG_YEAR + SEP + MONTH_NUMBER + SEP + DAY)
NUMERIC = re.compile(DAY + SEP + MONTH_NUMBER + SEP + YEAR)
# Digits in a row can be cut in these ways, the likelier first.
SOLID = re.compile(r"(?<!\d)\d{6,8}(?!\d)")
CUTS = {6: ("DDMMYY", "DMYYYY", "YYMMDD"), 7: ("DMMYYYY", "DDMYYYY"), 8: ("DDMMYYYY", "YYYYMMDD")}
YEARLESS = (
    re.compile(AFTER_DAY),
    re.compile(MONTH + GAP + DAY),
    re.compile(rf"^\D*{DAY}\s*[./\-]\s*{MONTH_NUMBER}\D*$"),
)
DAYLESS = (
    re.compile(MONTH + GAP + LONG_YEAR),
    re.compile(rf"^\D*{MONTH_NUMBER}{SEP}{LONG_YEAR}\D*$"),
    re.compile(rf"^\D*{LONG_YEAR}\D*$"),
)
# "tanggal 17 bulan 8 tahun 1995"; in "30 tahun" the word stands at the end and stays.
BETWEEN = re.compile(r"\b(?:bulan|bln|tahun|thn)\b[ .]*(?=['\da-z])")
AGE = re.compile(r"^\D*(?<!\d)(?P<age>\d{1,3})\s*(?:tahun|thn|th|years?(?: old)?)\W*$")


class BirthDateFault(StrEnum):
    NOT_UNDERSTOOD = "not_understood"
    IMPOSSIBLE = "impossible"
    FUTURE = "future"
    TOO_LONG_AGO = "too_long_ago"
    YEAR_MISSING = "year_missing"
    DAY_MISSING = "day_missing"
    AGE_GIVEN = "age_given"
    AMBIGUOUS = "ambiguous"
    NOT_KNOWN = "not_known"


OPEN_FAULTS = frozenset({BirthDateFault.NOT_UNDERSTOOD, BirthDateFault.DAY_MISSING, BirthDateFault.AGE_GIVEN})
"""Nothing like a whole date was written."""


@dataclass(frozen=True, slots=True)
class BirthDate:
    """`other`: the same day a century earlier, where believable. `month_first`: it was written 08/17/1995."""

    born: date
    other: date | None = None
    month_first: bool = False


@dataclass(frozen=True, slots=True)
class BirthDateProblem:
    """What was understood. `last_day`: of the month, if impossible. `candidates`: the days, if ambiguous.

    `about`: what it may mean where the day itself is not known; the likelier first.
    """

    fault: BirthDateFault
    day: int | None = None
    month: int | None = None
    year: int | None = None
    last_day: int | None = None
    age: int | None = None
    candidates: tuple[date, ...] = ()
    about: tuple[Born, ...] = ()


Reading = BirthDate | BirthDateProblem


@dataclass(frozen=True, slots=True)
class Parts:
    """Day, month and year as written, in Indonesian order; whether the day exists is not checked yet."""

    day: int
    month: int
    year: str


def read_birth_date(text: str, *, today: date) -> Reading:
    """Return the birth date in a message. Weekdays, "tgl", "lahir" or a place of birth around it do no harm."""
    shown = _shown(text)
    reading = _read_day(BETWEEN.sub("", shown), today)
    return reading if isinstance(reading, BirthDate) else _estimated(reading, shown, today)


def _estimated(problem: BirthDateProblem, shown: str, today: date) -> BirthDateProblem:
    """Return the problem with what is known all the same."""
    if problem.fault in OPEN_FAULTS and problem.month is not None and problem.year is not None:
        month = Born.in_month(problem.year, problem.month)
        is_past = month.earliest <= today and years_between(month.latest, today) <= OLDEST
        return replace(problem, about=(month.until(today),) if is_past else ())
    if problem.fault is BirthDateFault.DAY_MISSING and problem.year and problem.year > today.year:
        return replace(problem, fault=BirthDateFault.FUTURE)
    if problem.fault is BirthDateFault.DAY_MISSING and problem.year and problem.year < today.year - OLDEST - 1:
        return replace(problem, fault=BirthDateFault.TOO_LONG_AGO)
    about = (read_estimates if problem.fault in OPEN_FAULTS else read_firm_estimates)(shown, today)
    if not about and problem.fault is BirthDateFault.NOT_UNDERSTOOD and says_unknown(shown):
        return BirthDateProblem(BirthDateFault.NOT_KNOWN)
    return replace(problem, about=about)


def _read_day(typed: str, today: date) -> Reading:
    if age := AGE.match(typed):
        return BirthDateProblem(BirthDateFault.AGE_GIVEN, age=int(age["age"]))
    for found in (
        _written(typed, _exact_month),
        _numeric(typed),
        _solid(typed),
        _written(typed, _like_months),
    ):
        if readings := [_settle(parts, today) for parts in found]:
            return _the_one(readings)
    return _yearless(typed) or _dayless(typed) or BirthDateProblem(BirthDateFault.NOT_UNDERSTOOD)


def age_on(birth: date, day: date) -> int:
    """Completed years. Born on 29 February, one turns a year older on 1 March in a common year.

    Only then has the year passed in full, and it is the kinder reading at both ends: a youth stays within a
    limit of 20 years, and under a guardian's protection, one day longer. Raises ValueError before the birth.
    """
    if day < birth:
        raise ValueError(f"{day} is before the birth")
    return years_between(birth, day)


def _shown(text: str) -> str:
    letters = ascii_digits(unicodedata.normalize("NFKC", text)).casefold()
    shown = "".join(mark for mark in letters if unicodedata.category(mark) != "Cf")
    typed = " ".join(re.sub("[’‘`´]", "'", re.sub("[‐-―−]", "-", shown)).split())
    typed = TWICE.sub(r"\1", typed)
    return ROMAN.sub(lambda match: f" {ROMAN_MONTHS.index(match['month']) + 1} ", typed)


def _written(typed: str, months: Callable[[str], Sequence[int]]) -> Iterator[Parts]:
    for shape in WRITTEN:
        for match in shape.finditer(typed):
            for month in months(match["month"]):
                yield Parts(int(match["day"]), month, match["year"])


def _numeric(typed: str) -> Iterator[Parts]:
    matches = list(YEAR_FIRST.finditer(typed)) or NUMERIC.finditer(typed)
    for match in matches:
        day, month, year = match["day"], int(match["month"]), match["year"]
        # 95-08-17: no month has 95 days, so the year stands in front.
        turned = int(day) > 31 and len(year) == 2
        yield Parts(int(year), month, day) if turned else Parts(int(day), month, year)


def _solid(typed: str) -> Iterator[Parts]:
    """Yield the likeliest cut that is a day; of seven digits every such cut, because neither is likelier."""
    for run in SOLID.findall(typed):
        cuts = [_cut(run, shape) for shape in CUTS[len(run)]]
        real = [parts for parts in cuts if _dates(parts)] or cuts[:1]
        yield from real if len(run) == 7 else real[:1]


def _cut(run: str, shape: str) -> Parts:
    day, month, year = ("".join(d for d, of in zip(run, shape, strict=True) if of == part) for part in "DMY")
    return Parts(int(day), int(month), year)


def _exact_month(word: str) -> Sequence[int]:
    return (MONTH_OF[word],) if word in MONTH_OF else ()


def _like_months(word: str) -> Sequence[int]:
    """Return the months a misspelt word may be: "agsutus" one, "jui" two. A short word may differ by one letter."""
    far = 1 if len(word) < 6 else 2
    distances = {spelling: DamerauLevenshtein.distance(word, spelling, score_cutoff=far) for spelling in MONTH_OF}
    nearest = min(distances.values())
    return sorted({MONTH_OF[spelling] for spelling, away in distances.items() if away == nearest <= far})


def _settle(parts: Parts, today: date) -> Reading:
    written, parts = parts, _indonesian_order(parts)
    dates = _dates(parts)
    past = [day for day in dates if day <= today]
    living = [day for day in past if age_on(day, today) <= OLDEST]
    if not living:
        return _why_not(parts, dates, past, today)
    latest, *others = living
    is_child = age_on(latest, today) < CHILD
    return BirthDate(latest, others[0] if others and is_child else None, parts != written)


def _indonesian_order(parts: Parts) -> Parts:
    """08/17/1995 can only be month first; 03/04/1995 is day first without a question."""
    return Parts(parts.month, parts.day, parts.year) if parts.month > 12 >= parts.day > 0 else parts


def _why_not(parts: Parts, dates: list[date], past: list[date], today: date) -> BirthDateProblem:
    year = min(_years(parts), key=lambda year: (year > today.year, -year))
    if not dates and year >= EARLIEST_YEAR:
        return _impossible(parts.day, parts.month, year)
    if dates and not past:
        return BirthDateProblem(BirthDateFault.FUTURE, parts.day, parts.month, year)
    return BirthDateProblem(BirthDateFault.TOO_LONG_AGO, parts.day, parts.month, year)


def _impossible(day: int, month: int, year: int | None) -> BirthDateProblem:
    # Without a year, 29 February may exist.
    last_day = calendar.monthrange(year or 2000, month)[1] if 1 <= month <= 12 else None
    return BirthDateProblem(BirthDateFault.IMPOSSIBLE, day, month, year, last_day)


def _years(parts: Parts) -> tuple[int, ...]:
    year = int(parts.year)
    return (year,) if len(parts.year) == 4 else (2000 + year, 1900 + year)


def _dates(parts: Parts) -> list[date]:
    """Return the days these parts can mean, latest first."""
    return [date(year, parts.month, parts.day) for year in _years(parts) if _exists(year, parts.month, parts.day)]


def _exists(year: int, month: int, day: int) -> bool:
    return year >= EARLIEST_YEAR and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]


def _the_one(readings: list[Reading]) -> Reading:
    """Two different days in one message are asked about; a day beside something impossible is the day."""
    days = {reading.born: reading for reading in readings if isinstance(reading, BirthDate)}
    if len(days) > 1:
        return BirthDateProblem(BirthDateFault.AMBIGUOUS, candidates=tuple(sorted(days)))
    return next(iter(days.values()), readings[0])


def _yearless(typed: str) -> BirthDateProblem | None:
    for match in filter(None, (shape.search(typed) for shape in YEARLESS)):
        for month in _month(match["month"])[:1]:
            parts = _indonesian_order(Parts(int(match["day"]), month, ""))
            if not _exists(2000, parts.month, parts.day):
                return _impossible(parts.day, parts.month, None)
            return BirthDateProblem(BirthDateFault.YEAR_MISSING, parts.day, parts.month)
    return None


def _dayless(typed: str) -> BirthDateProblem | None:
    for match in filter(None, (shape.search(typed) for shape in DAYLESS)):
        month = next(iter(_month(match.groupdict().get("month") or "")), None)
        if (month is None and "month" in match.groupdict()) or (month or 1) > 12:
            continue
        return BirthDateProblem(BirthDateFault.DAY_MISSING, month=month, year=int(match["year"]))
    return None


def _month(word: str) -> Sequence[int]:
    return (int(word),) if word.isdecimal() else _exact_month(word) or _like_months(word)
