"""Reads a NIK as people type it: four things may stop it, everything else is a note for staff.

    6472 05 | 57 08 95 | 9001
    region    birth      serial      a woman's day is the day plus 40: 57 is the 17th
    of first  (two-digit year: both centuries are kept until the birth date in words decides)
    registration

The structure is that of PP 37/2007 art. 36-37 and PP 40/2019 art. 30(2): a NIK is lifelong, does not follow a
move and is not corrected with the birth date. That is why a region, date or sex that differs never blocks.
It is no secret, yet it stays out of logs: neither `repr` nor `str` of anything here shows one.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from models.people.born import Born
from models.places import CodeStatus, Gazetteer

LENGTH = 16
WOMEN_DAY = 40
# The 16-digit family card number came with SIAK; an earlier date is no date of recording.
FIRST_KK = date(2004, 1, 1)
LOOKALIKES = str.maketrans("OolLIi|", "0011111")
INVISIBLE = frozenset({"Cf", "Mn", "Me"})
LABEL = re.compile(
    r"^['\"]?(?:\s*(?:nik|nomor|nomer|no|induk|kependudukan|ktp|saya|adalah|ini)(?=[\s.:=#\d]|$)[\s.:=#]*)*",
    re.IGNORECASE,
)
# What a spreadsheet makes of a NIK kept as a number: 6.47206E+15.
SCIENTIFIC = re.compile(r"\d[.,]?\d*[eE]\+?1[45]")


class Sex(StrEnum):
    """As on the card: laki-laki or perempuan. Never a source for the form of address."""

    MALE = "L"
    FEMALE = "P"


class NikFault(StrEnum):
    """Why what was typed cannot be taken as a NIK (DOMAIN.md 3.2, level "block")."""

    LENGTH = "length"
    NOT_DIGITS = "not_digits"
    SPREADSHEET = "spreadsheet"
    DUMMY = "dummy"
    DATE = "date"
    SERIAL_0000 = "serial_0000"


class NikFinding(StrEnum):
    """Findings for staff; the applicant is not told (DOMAIN.md 3.2, level "soft")."""

    REGION_UNKNOWN = "region_unknown"
    REGION_CURRENT_REGENCY = "region_current_regency"
    REGION_LEGACY_REGENCY = "region_legacy_regency"
    REGION_LEGACY_DISTRICT = "region_legacy_district"
    DOB_DIFFERS = "dob_differs"
    SEX_DIFFERS = "sex_differs"
    LOOKS_LIKE_KK = "looks_like_kk"


REGION_FINDING = {
    CodeStatus.UNKNOWN: NikFinding.REGION_UNKNOWN,
    CodeStatus.CURRENT_REGENCY: NikFinding.REGION_CURRENT_REGENCY,
    CodeStatus.LEGACY_REGENCY: NikFinding.REGION_LEGACY_REGENCY,
    CodeStatus.LEGACY_DISTRICT: NikFinding.REGION_LEGACY_DISTRICT,
}


@dataclass(frozen=True, slots=True, repr=False)
class Nik:
    """Sixteen digits, and what can be read from them. `births`: every date they can mean, earliest first."""

    number: str
    births: tuple[date, ...]
    findings: frozenset[NikFinding] = frozenset()

    @property
    def region(self) -> str:
        """Code of the kecamatan of first registration, six digits."""
        return self.number[:6]

    @property
    def sex(self) -> Sex:
        return Sex.FEMALE if int(self.number[6:8]) > WOMEN_DAY else Sex.MALE

    @property
    def masked(self) -> str:
        return f"{self.number[:4]}{'•' * 8}{self.number[-4:]}"

    @property
    def spoken(self) -> str:
        """In groups of four, so that a screen reader says it slowly. The whole number: for its owner only."""
        return " ".join(self.number[at : at + 4] for at in range(0, LENGTH, 4))

    def __repr__(self) -> str:
        return f"Nik({self.masked})"


@dataclass(frozen=True, slots=True)
class NikProblem:
    """Why it was not taken, with the facts a helpful answer needs. Nothing typed shows in its `repr`."""

    fault: NikFault
    digits: int
    letters: tuple[str, ...] = field(default=(), repr=False)
    """Every character that is not a digit, once each, as typed."""
    meant: Nik | None = field(default=None, repr=False)
    """The NIK it would be if O is a zero and l or I a one: ask before taking it."""
    nik: Nik | None = field(default=None, repr=False)
    """The sixteen digits as they stand, when there were sixteen."""

    @property
    def word(self) -> str:
        """`length_14` for a wrong length, else the fault's own word."""
        return f"{self.fault}_{self.digits}" if self.fault is NikFault.LENGTH else str(self.fault)

    @property
    def officer_may_override(self) -> bool:
        """Is it a fault that the card itself may carry: an impossible date? The card rules."""
        return self.fault is NikFault.DATE


def read_nik(
    text: str, *, today: date, places: Gazetteer, born: Born | date | None = None, sex: Sex | None = None
) -> Nik | NikProblem:
    """Read a typed NIK. `born` and `sex` are what the person declared, if so; they only add findings."""
    typed = LABEL.sub("", _visible(text))
    bare = "".join(mark for mark in typed if not _separates(mark))
    letters = tuple(dict.fromkeys(mark for mark in bare if not mark.isdecimal()))
    digits = sum(mark.isdecimal() for mark in bare)
    if SCIENTIFIC.fullmatch(typed.strip()):
        return NikProblem(NikFault.SPREADSHEET, digits)
    if letters:
        return NikProblem(NikFault.NOT_DIGITS, digits, letters, _meant(bare, today, places, born, sex))
    if digits != LENGTH:
        return NikProblem(NikFault.LENGTH, digits)
    births = tuple(_births(bare, today))
    nik = Nik(bare, births, frozenset(_findings(bare, births, places, born, sex)))
    fault = _fault(nik)
    return NikProblem(fault, digits, nik=nik) if fault else nik


def ascii_digits(text: str) -> str:
    """Full-width, Arabic-Indic and every other decimal digit as 0-9; everything else untouched."""
    return "".join(str(unicodedata.decimal(mark, mark)) for mark in text)


def _visible(text: str) -> str:
    marks = ascii_digits(unicodedata.normalize("NFKC", text))
    return "".join(mark for mark in marks if unicodedata.category(mark) not in INVISIBLE).strip()


def _separates(mark: str) -> bool:
    return mark in "._/,'" or unicodedata.category(mark) in {"Zs", "Zl", "Zp", "Pd", "Cc"}


def _meant(bare: str, today: date, places: Gazetteer, born: Born | date | None, sex: Sex | None) -> Nik | None:
    digits = bare.translate(LOOKALIKES)
    if len(digits) != LENGTH or not digits.isdecimal():
        return None
    reading = read_nik(digits, today=today, places=places, born=born, sex=sex)
    return reading if isinstance(reading, Nik) else None


def _births(number: str, today: date) -> Iterator[date]:
    day, month, year = (int(number[at : at + 2]) for at in (6, 8, 10))
    for century in (1900, 2000):
        try:
            birth = date(century + year, month, day - WOMEN_DAY if day > WOMEN_DAY else day)
        except ValueError:
            continue
        if birth <= today:
            yield birth


def _fault(nik: Nik) -> NikFault | None:
    if _is_dummy(nik.number):
        return NikFault.DUMMY
    if not nik.births:
        return NikFault.DATE
    return NikFault.SERIAL_0000 if nik.number.endswith("0000") else None


def _is_dummy(number: str) -> bool:
    """Is it one digit sixteen times, or counting up or down: 1111…, 1234…, 9876…?"""
    steps = {(int(after) - int(before)) % 10 for before, after in itertools.pairwise(number)}
    return len(steps) == 1 and steps <= {0, 1, 9}


def _findings(
    number: str, births: tuple[date, ...], places: Gazetteer, born: Born | date | None, sex: Sex | None
) -> Iterator[NikFinding]:
    standing = places.standing(number[:6])
    if standing in REGION_FINDING:
        yield REGION_FINDING[standing]
    if sex is not None and sex is not Nik(number, births).sex:
        yield NikFinding.SEX_DIFFERS
    declared = None if born is None else Born.of(born)
    if declared is not None and births and not any(declared.may_be(Born.of(day)) for day in births):
        yield NikFinding.DOB_DIFFERS
        if _may_be_recording_day(number, births, declared):
            yield NikFinding.LOOKS_LIKE_KK


def _may_be_recording_day(number: str, births: tuple[date, ...], born: Born) -> bool:
    """May these digits be the day on which a family card was recorded, never plus 40 (DOMAIN.md 3.3)?

    A year after the birth at least: a date that is off by days is a correction, not another card.
    """
    plain_day = int(number[6:8]) <= 31
    return plain_day and any(day >= FIRST_KK and (day - born.latest).days > 366 for day in births)
