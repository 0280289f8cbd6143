"""Reads a phone number as people write it, and keeps it as E.164: +6281234567890.

    0812-3456-7890 · +62 812… · 62812… · 8123… ─▶ mobile       0541 123456 ─▶ landline, area code first
    +60 12 345 6789                             ─▶ foreign      123456      ─▶ which area?
    852 9123 4567 · +852 1234 5678              ─▶ from here, or from a country whose code begins with 8?

Lengths follow the Indonesian numbering plan: without the 0 a mobile number has 9 to 12 digits, a landline
number 8 to 11. A foreign one is held to E.164 (at most 15 digits); libphonenumber knows which numbers there are.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum

import phonenumbers

from models.people.nik import ascii_digits

INDONESIA = "62"
LONGEST_E164 = 15
SHORTEST_FOREIGN = 7
MOBILE = range(9, 13)
LANDLINE = range(8, 12)
LOCAL = range(5, 9)
NIK_LENGTH = 16
# The big cities have an area code of two digits (Jakarta 021); all others have three (Samarinda 0541).
SHORT_AREAS = frozenset({"21", "22", "24", "31", "61"})
# 0800, 0804, 0809: services, not people.
SERVICE = "80"
MOBILE_TYPES = frozenset({phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE})
# A letter in the place of a digit: O812, 08l2; or an e-mail address. The label of WA0812 is neither.
LETTER_INSIDE = re.compile(r"(?<!\w)[oil|](?=\d)|\d[a-z|]|@", re.IGNORECASE)
# A slash may stand inside (0541/123456) or between two numbers (0812… / 0813…).
NUMBER = re.compile(r"\+?\s*\(?\d(?:(?:[\s().\-]|/(?![\s(]*[0+]))*\d)*")


class PhoneKind(StrEnum):
    MOBILE = "mobile"
    LANDLINE = "landline"
    FOREIGN = "foreign"


class PhoneFault(StrEnum):
    EMPTY = "empty"
    NOT_DIGITS = "not_digits"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    AREA_CODE_MISSING = "area_code_missing"
    UNKNOWN_PREFIX = "unknown_prefix"
    SERVICE_NUMBER = "service_number"
    SEVERAL = "several"
    HERE_OR_ABROAD = "here_or_abroad"
    LOOKS_LIKE_NIK = "looks_like_nik"


@dataclass(frozen=True, slots=True, repr=False)
class Phone:
    """`e164`: plus, country, number. Neither `repr` nor `str` shows it whole."""

    e164: str

    @property
    def kind(self) -> PhoneKind:
        if not self.e164.startswith(f"+{INDONESIA}"):
            return PhoneKind.FOREIGN
        return PhoneKind.MOBILE if self.e164[3] == "8" else PhoneKind.LANDLINE

    @property
    def is_mobile_abroad(self) -> bool:
        """Does its country give out such numbers for mobile phones?"""
        try:
            return phonenumbers.number_type(phonenumbers.parse(self.e164)) in MOBILE_TYPES
        except phonenumbers.NumberParseException:
            return False

    @property
    def national(self) -> str:
        """As it is dialled in Indonesia: 081234567890; a foreign number keeps its plus."""
        return self.e164 if self.kind is PhoneKind.FOREIGN else f"0{self.e164[3:]}"

    @property
    def masked(self) -> str:
        """0812•••••890: enough to know one's own number by, too little to call."""
        shown = self.national
        head = 3 if self.kind is PhoneKind.FOREIGN else 4
        return f"{shown[:head]}{'•' * (len(shown) - head - 3)}{shown[-3:]}"

    @property
    def spoken(self) -> str:
        """In groups, so that a screen reader says it slowly: 0812 3456 7890, 0541 123 456."""
        shown = self.national
        if self.kind is not PhoneKind.LANDLINE:
            return _grouped(shown, 4)
        head = 3 if shown[1:3] in SHORT_AREAS else 4
        return f"{shown[:head]} {_grouped(shown[head:], 4 if len(shown) - head > 6 else 3)}"

    def __repr__(self) -> str:
        return f"Phone({self.masked})"


@dataclass(frozen=True, slots=True)
class PhoneProblem:
    """`digits`: how many were read. `candidates`: the numbers, if there were or may be several."""

    fault: PhoneFault
    digits: int = 0
    candidates: tuple[Phone, ...] = field(default=())


def read_phone(text: str) -> Phone | PhoneProblem:
    """Return the one phone number in a message; a label ("WA:", "no hp") before it does no harm."""
    typed = _plain(text)
    runs = [run for run in (match.group() for match in NUMBER.finditer(typed)) if _count(run) > 2]
    digits = _count(typed)
    if not typed:
        return PhoneProblem(PhoneFault.EMPTY)
    if not digits or LETTER_INSIDE.search(typed):
        return PhoneProblem(PhoneFault.NOT_DIGITS, digits)
    readings = [_read_run(run) for run in runs] or [PhoneProblem(PhoneFault.TOO_SHORT, digits)]
    phones = tuple(dict.fromkeys(reading for reading in readings if isinstance(reading, Phone)))
    if len(phones) > 1:
        return PhoneProblem(PhoneFault.SEVERAL, digits, phones)
    return phones[0] if phones else readings[0]


def read_shared(number: str) -> Phone | PhoneProblem:
    """Return the number of a contact card: international with or without its plus. Only one that begins with 0 is
    national."""
    digits = "".join(mark for mark in _plain(number) if mark.isdecimal())
    whole = digits.removeprefix("00")
    if not digits or (whole == digits and digits.startswith("0")):
        return read_phone(number)
    if whole.startswith(INDONESIA):
        return _indonesian(whole.removeprefix(INDONESIA).removeprefix("0"), len(digits))
    return _foreign(whole)


def _plain(text: str) -> str:
    letters = ascii_digits(unicodedata.normalize("NFKC", text))
    shown = "".join(mark for mark in letters if unicodedata.category(mark) not in {"Cf", "Mn", "Me"})
    return re.sub("[‐-―−]", "-", shown).strip()


def _count(text: str) -> int:
    return sum(mark.isdecimal() for mark in text)


def _read_run(run: str) -> Phone | PhoneProblem:
    digits = "".join(mark for mark in run if mark.isdecimal())
    abroad = run.lstrip().startswith("+") or digits.startswith("00")
    whole = digits.removeprefix("00") if abroad else digits
    if whole.startswith(INDONESIA) and (abroad or len(digits) >= 10) and len(digits) != NIK_LENGTH:
        return _indonesian(whole.removeprefix(INDONESIA).removeprefix("0"), len(digits))
    if len(whole) != NIK_LENGTH and not whole.startswith("0") and (doubt := _doubt(whole, abroad)):
        return doubt
    if abroad:
        return _foreign(whole)
    if len(digits) == NIK_LENGTH:
        return PhoneProblem(PhoneFault.LOOKS_LIKE_NIK, NIK_LENGTH)
    if digits.startswith(("0", "8")):
        return _indonesian(digits.removeprefix("0"), len(digits))
    return PhoneProblem(_without_zero(len(digits)), len(digits))


def _doubt(digits: str, abroad: bool) -> PhoneProblem | None:
    """Digits that may be a mobile number from here or from abroad: only the person knows.

    Without a plus the doubt is whether it is missing; with one, whether it is meant.
    """
    here, there = _indonesian(digits, len(digits)), _foreign(digits)
    if not isinstance(there, Phone) or there.is_mobile_abroad is abroad:
        return None
    found = ([here] if isinstance(here, Phone) and digits.startswith("8") else []) + [there]
    is_asked = not abroad or len(found) > 1
    return PhoneProblem(PhoneFault.HERE_OR_ABROAD, len(digits), tuple(found)) if is_asked else None


def _without_zero(digits: int) -> PhoneFault:
    if digits < LOCAL.start:
        return PhoneFault.TOO_SHORT
    return PhoneFault.AREA_CODE_MISSING if digits in LOCAL else PhoneFault.UNKNOWN_PREFIX


def _indonesian(number: str, digits: int) -> Phone | PhoneProblem:
    """Read an Indonesian number: `number` without country code and 0; `digits` as typed, for the answer."""
    if number.startswith(SERVICE):
        return PhoneProblem(PhoneFault.SERVICE_NUMBER, digits)
    if number.startswith(("0", "1")):
        return PhoneProblem(PhoneFault.UNKNOWN_PREFIX, digits)
    lengths = MOBILE if number.startswith("8") else LANDLINE
    if len(number) in lengths:
        return Phone(f"+{INDONESIA}{number}")
    return PhoneProblem(PhoneFault.TOO_SHORT if len(number) < lengths.start else PhoneFault.TOO_LONG, digits)


def _foreign(whole: str) -> Phone | PhoneProblem:
    if whole.startswith("0"):
        return PhoneProblem(PhoneFault.UNKNOWN_PREFIX, len(whole))
    if SHORTEST_FOREIGN <= len(whole) <= LONGEST_E164:
        return Phone(f"+{whole}")
    too = PhoneFault.TOO_SHORT if len(whole) < SHORTEST_FOREIGN else PhoneFault.TOO_LONG
    return PhoneProblem(too, len(whole))


def _grouped(digits: str, size: int) -> str:
    return " ".join(digits[at : at + size] for at in range(0, len(digits), size))
