"""What stands in data/office.yaml: the offices, where the bot proves itself, consent, time limits."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, NonNegativeInt, PositiveInt

from models.programmes.codes import Key, RegencyCode, RegionCode
from models.programmes.wording import Label, Wording
from models.yaml_file import Entry, Fault

Level = Literal["province", "city", "regency", "unit", "partner"]
Prefix = Annotated[
    str,
    Field(pattern=r"^[A-Z]{2,3}$", description='two or three capital letters in front of a number, like "KT"'),
]
ADayOrMore = Annotated[int, Field(ge=1)]
Username = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z][A-Za-z0-9_]{1,28}[Bb][Oo][Tt]$",
        description='the username of a bot without "@", 5 to 32 characters, ending in "bot"',
    ),
]


class OfficeEntry(Entry):
    """One office. A unit (UPTD) belongs to its parent; a partner is another OPD that answers referrals."""

    key: Key
    name: Wording
    short_name: Label
    level: Level
    region: RegionCode
    parent: Key | None = None
    address: Wording
    access: Wording | None = None
    hours: Wording
    contact: Wording
    receipt_prefix: Prefix | None = None

    def faults(self) -> Iterator[Fault]:
        if (self.level == "unit") != (self.parent is not None):
            yield Fault(("level",), '"level: unit" and "parent" belong together')
        if self.level in {"province", "city", "regency"} and self.receipt_prefix is None:
            yield Fault(("level",), f'an office of level {self.level} needs a "receipt_prefix"')


class Bot(Entry):
    """How a person can tell the real bot from a false one (/resmi)."""

    username: Username
    printed_on: Wording


class ConsentText(Entry):
    """Which text of consent is asked now; a higher version asks all again. It says the days of `participant`."""

    version: PositiveInt
    privacy_contact: Wording


class Served(Entry):
    """The regions offered as buttons first, in this order; others can be typed."""

    provinces: Annotated[tuple[RegionCode, ...], Field(min_length=1)]
    regencies: Annotated[tuple[RegencyCode, ...], Field(min_length=1)]


class Deadlines(Entry):
    """Calendar days to object, days of silence before the alarm, hours to answer about own data."""

    objection_days: PositiveInt
    silence_days: PositiveInt
    own_data_hours: PositiveInt


class Retention(Entry):
    """Days that each kind of data is kept after its end (models/retention/policies.py, explained in data/README.md)."""

    draft: ADayOrMore
    conversation: ADayOrMore
    refused: NonNegativeInt
    participant: NonNegativeInt
    question: NonNegativeInt
    unused_paper: NonNegativeInt
    received: ADayOrMore
    sent: ADayOrMore
    code: NonNegativeInt
    failed_attempt: ADayOrMore
    staff: NonNegativeInt
    breach: ADayOrMore
    visitor: ADayOrMore
    consent: NonNegativeInt
    audit: ADayOrMore
    backup: NonNegativeInt

    def faults(self) -> Iterator[Fault]:
        for setting, least, why in LEAST:
            if getattr(self, setting) < least:
                yield Fault((setting,), f'"{setting}" must be at least {least} days: {why}')
        for setting, other, why in NOT_SHORTER:
            if getattr(self, setting) < getattr(self, other):
                yield Fault((setting,), f'"{setting}" must not be shorter than "{other}": {why}')


LEAST = (
    ("draft", 7, "three days before its end people are reminded"),
    ("received", 2, "Telegram may bring the same update again for a day"),
    ("sent", 3, "what leaves its chat again does so within two days"),
    ("failed_attempt", 2, "tries are counted for a day"),
    ("code", 2, "what somebody asks of others is counted for a day"),
    ("question", 2, "what somebody asks of staff is counted for a day"),
    ("unused_paper", 2, "what somebody sends is counted for a day"),
    ("breach", 30, "whoever was told must stay known until all have been told"),
    ("audit", 30, "somebody must have time to look"),
)
NOT_SHORTER = (
    ("conversation", "draft", "a form that can still be sent has its place in a talk"),
    ("visitor", "conversation", "the talk tells when an account was last heard"),
    ("visitor", "sent", "what was said to an account goes before the account"),
    ("consent", "sent", "what was said to an account goes before the account"),
)


class Holidays(Entry):
    """Days off beside weekends: a country's own, and the region's and shared leave (cuti bersama)."""

    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$", description='a country code like "ID"')]
    also: tuple[date, ...] = ()


class OfficeFile(Entry):
    """The whole file."""

    offices: Annotated[tuple[OfficeEntry, ...], Field(min_length=1)]
    bot: Bot
    consent: ConsentText
    served: Served
    deadlines: Deadlines
    retention: Retention
    holidays: Holidays

    def __getitem__(self, key: str) -> OfficeEntry:
        """Return the office of a key. Raises KeyError."""
        return {office.key: office for office in self.offices}[key]

    def names(self) -> set[str]:
        """Return the names of the offices and the bot, in every language: no account may be called so."""
        said = [words for office in self.offices for words in (office.name, office.short_name)]
        bot = self.bot.username[: -len("bot")]
        return {bot, *(text for words in said for text in (words.in_("id"), words.in_("en")))}

    def prefix_of(self, key: str) -> str:
        """Return the letters before its receipt numbers; a unit has its parent's. Raises KeyError for a partner."""
        office = self[key]
        if office.receipt_prefix:
            return office.receipt_prefix
        if office.parent is None:
            raise KeyError(f"{key} gives no receipts")
        return self.prefix_of(office.parent)

    def faults(self) -> Iterator[Fault]:
        seen: set[str] = set()
        for index, office in enumerate(self.offices):
            for setting, mark in (("key", office.key), ("receipt_prefix", office.receipt_prefix)):
                if mark in seen:
                    yield Fault(("offices", index, setting), f'"{mark}" is the {setting} of an earlier office')
                seen |= {mark} if mark else set()
            if office.parent and office.parent not in seen:
                message = f'"parent" must be an earlier office; there is none called "{office.parent}"'
                yield Fault(("offices", index, "parent"), message)
