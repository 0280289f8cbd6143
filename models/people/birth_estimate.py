"""Reads what is known of a birth whose day is unknown: a year, a month, an age, a decade, or "about".

    00-00-1960 · th 1960 · lahir tahun 75 · umur 60 · 60-65 tahun · sekitar 1960 · 1960-an ─▶ the days it may be
    60                                                                                     ─▶ two readings: age or year

It only looks where no birth date was found (birth_date.py), and the person always chooses what is meant.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date

from models.people.born import ABOUT, Born, years_between

OLDEST = 120
CHILD = 10
MOST_YEARS = 20
"""Two years further apart than this are no estimate of one birth."""

AGE_WORD = r"\b(?:ber)?(?:umur|usia|age|aged)(?:nya|ku|mu)?\b"
YEAR_WORD = r"\b(?:tahun|thn|th|year|lahir(?:an)?|kelahiran|born(?: in)?)\b"
YEARS = r"(?:tahun|thn|th|years?|yo)\b"
TO = r"\s*(?:-|/|sampai|sd|s/d|atau|hingga|dan|or|to|and)\s*"
AGED = (
    re.compile(rf"{AGE_WORD}[^\d]{{0,30}}(?P<first>\d{{1,3}})(?:{TO}(?P<last>\d{{1,3}}))?(?!\d)"),
    re.compile(rf"(?<![\d'])(?P<first>\d{{1,3}})(?:{TO}(?P<last>\d{{1,3}}))?\s*{YEARS}(?!\W*\d\d(?!\s*b))"),
)
MONTHS_OLD = re.compile(r"(?<!\d)(?P<months>\d{1,2})\s*(?:bulan|bln|months?)\b(?!\W*\d)")
LONG_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
SHORT_YEAR = re.compile(rf"(?:{YEAR_WORD}\W*)+'?(?P<year>\d\d)(?!\d)|(?<!\d)'(?P<marked>\d\d)(?!\d)")
DECADE = re.compile(r"(?<!\d)(?P<ten>(?:1[89]|20)\d0|\d0)\s*-?\s*(?:an|s)\b")
BARE = re.compile(r"^\W*(?P<number>\d{1,3})\W*$")
OPEN = r"(?:00?|[x?*_.]{1,2})"
SEP = r"[\s./_:\-]+"
NO_DAY = re.compile(rf"(?<![\dx?]){OPEN}{SEP}(?:{OPEN}|(?P<month>\d{{1,2}})){SEP}'?(?P<year>\d{{4}}|\d\d)(?!\d)")
NO_DAY_LAST = re.compile(rf"(?<!\d)(?P<year>\d{{4}}){SEP}(?:{OPEN}|(?P<month>\d{{1,2}})){SEP}{OPEN}(?!\d)")
NO_DAY_SOLID = re.compile(r"(?<!\d)00(?P<month>\d\d)(?P<year>\d{4})(?!\d)")
ABOUT_WORDS = re.compile(
    r"\b(?:sekitar|seputar|kira|kira2|kurang lebih|krg lbh|kurleb|lebih|lk|mungkin|perkiraan|about|around|circa|ca|"
    r"approx\w*|roughly|maybe)\b|[±~]|\+-|\+/-"
)
UNSURE = re.compile(
    r"\b(?:tidak|tdk|tak|gak|ga|gk|nggak|ngga|enggak|engga|ndak|nda|kurang|belum|blm|kada|ora)\s+(?:\w+\s+)?"
    r"(?:tahu|tau|thu|ingat|inget|hafal|hapal|jelas|pasti|yakin|ada)\b|\b(?:lupa|entah|gatau|gaktau|gtau|dunno)\b|"
    r"\b(?:don'?t|do not|not|no)\s+(?:know|sure|idea|remember)\b|\bunknown\b|^\W*\?+\W*$"
)


def read_estimates(typed: str, today: date) -> tuple[Born, ...]:
    """Return the readings of what was typed (plain small letters), the likelier first; none where nothing is known."""
    for reader in (_left_open, _decade, _ages, _years, _short_year, _bare):
        if found := [one for one in reader(typed, today) if _is_believable(one, today)]:
            is_about = ABOUT_WORDS.search(typed) is not None
            return tuple(dict.fromkeys((one.wider(ABOUT) if is_about else one).until(today) for one in found))
    return ()


def read_firm_estimates(typed: str, today: date) -> tuple[Born, ...]:
    """Return the same where something like a date is no date: only open days and words of age count."""
    found = [*_left_open(typed, today), *_ages(typed, today)][:1]
    return read_estimates(typed, today) if found else ()


def says_unknown(typed: str) -> bool:
    """Does the text say that the day is not known?"""
    return UNSURE.search(typed) is not None


def _is_believable(one: Born, today: date) -> bool:
    return one.earliest <= today and years_between(one.latest, today) <= OLDEST


Reader = Callable[[str, date], Iterator[Born]]


def _left_open(typed: str, today: date) -> Iterator[Born]:
    for match in filter(None, (shape.search(typed) for shape in (NO_DAY, NO_DAY_LAST, NO_DAY_SOLID))):
        month = int(match["month"] or 0)
        for year in years_of(match["year"], today):
            yield Born.in_month(year, month) if 1 <= month <= 12 else Born.in_years(year, year)
        return


def _decade(typed: str, today: date) -> Iterator[Born]:
    match = DECADE.search(typed)
    if match is None:
        return
    ten, is_age = int(match["ten"]), re.search(AGE_WORD, typed) or re.search(rf"an\s+{YEARS}", typed)
    if len(match["ten"]) == 2 and (is_age or not re.search(YEAR_WORD, typed)):
        yield Born.at_age(ten, ten + 9, today)
    if not is_age:
        for year in years_of(match["ten"], today)[:1]:
            yield Born.in_years(year, year + 9)


def _ages(typed: str, today: date) -> Iterator[Born]:
    for match in filter(None, (shape.search(typed) for shape in AGED)):
        first = int(match["first"])
        last = int(match["last"] or first)
        if re.match(r"\s*(?:bulan|bln|months?)\b", typed[match.end() :]):
            first = last = first // 12
        if first <= last <= min(first + MOST_YEARS, OLDEST):
            yield Born.at_age(first, last, today)
            return
    if baby := MONTHS_OLD.search(typed):
        yield Born.at_age(int(baby["months"]) // 12, int(baby["months"]) // 12, today)


def _years(typed: str, today: date) -> Iterator[Born]:
    years = [int(year) for year in LONG_YEAR.findall(typed)]
    if years and max(years) <= today.year and max(years) - min(years) <= MOST_YEARS:
        yield Born.in_years(min(years), max(years))


def _short_year(typed: str, today: date) -> Iterator[Born]:
    if match := SHORT_YEAR.search(typed):
        yield from (Born.in_years(year, year) for year in years_of(match["year"] or match["marked"], today))


def _bare(typed: str, today: date) -> Iterator[Born]:
    """Yield the readings of a bare number: an age, or a year of two digits."""
    match = BARE.search(typed)
    if match is None:
        return
    if int(match["number"]) <= OLDEST:
        yield Born.at_age(int(match["number"]), int(match["number"]), today)
    if len(match["number"]) == 2:
        yield from (Born.in_years(year, year) for year in years_of(match["number"], today)[:1])


def years_of(written: str, today: date) -> list[int]:
    """Return the years meant: of two digits the latest that is not to come; where that makes a child, a century ago
    too."""
    if len(written) == 4:
        return [int(written)]
    year = today.year // 100 * 100 + int(written)
    if year > today.year:
        return [year - 100]
    return [year, year - 100] if today.year - year < CHILD else [year]
