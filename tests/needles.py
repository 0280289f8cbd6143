"""What nobody may read without the key: everything in a story that identifies or describes a person, as bytes."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlmodel import select

from locales import LANGUAGES, speaking
from locales.times import date_words
from models.applications.application import Application
from models.applications.departure import Departure
from models.applications.draft import Draft
from models.help_request import HelpRequest
from models.messaging.printed_letter import PrintedLetter
from models.mydata.data_request import DataRequest
from models.offices.staff import Staff
from models.people.account import Account
from models.people.born import Born
from models.people.person import Person

if TYPE_CHECKING:
    from tests.chat import Play
    from tests.transcript import Transcript

SHORTEST = 5
"""Letters: a shorter word stands by chance in any file of some size."""
RECEIPT = re.compile(r"[A-Z]{2,3}-?\d{4}-?\d{4,}-?[A-Z]?", re.IGNORECASE)
"""A receipt number names a file and opens nothing; it is no secret."""
OWN_DATA = "data"
"""A request about one's own data holds no words, only which one it is."""
EMPTY = re.compile(rb"\0{4,}")
"""What no text has, nor UTF-16; empty pages of a database are most of what would be searched."""
SECRETS = ("kode_cek", "kode_cek_dieja", "undangan")


async def needles(play: "Play", story: "Transcript") -> set[str]:
    """The names, dates, numbers and words of the people in a story that was just played."""
    async with play.store.read_only() as session:
        found = [
            *[words for one in await session.exec(select(Person)) if one.name for words in of_person(one)],
            *[words for one in await session.exec(select(Staff)) for words in of_name(one.name)],
            *[words for one in await session.exec(select(Account)) for words in of_name(one.called)],
            *[words for one in await session.exec(select(Draft)) for words in of_draft(one.answers)],
            *[one.words for one in await session.exec(select(HelpRequest)) if one.words and one.kind != OWN_DATA],
            *[words for one in await session.exec(select(Account)) for words in of_name(one.organisation)],
            *[one.words for one in await session.exec(select(Departure)) if one.words],
            *[line for one in await session.exec(select(PrintedLetter)) for line in leaves(one.words)],
            *[line for one in await session.exec(select(DataRequest)) for line in leaves([one.wish, one.answer])],
            *[line for one in await session.exec(select(Application)) for line in leaves(one.answers)],
        ]
    found += [value for name, value in play.bound.values.items() if name.startswith(SECRETS)]
    public = "\0".join(programme.canonical for programme in play.reference.catalogue).lower()
    days = play.reference.places.day_in("6472", play.now), play.reference.places.latest_day(play.now)
    own = {one for day in days for one in of_date(day)}  # somebody is born on the day of the story: everything has it
    secrets = {*found, *typed(story)} - own
    return {one for one in secrets if len(one) >= SHORTEST and one.lower() not in public}


def leaves(value: Any) -> Iterator[str]:
    """Every text of several words within what was sealed as a whole; numbers, days and places alone name nobody."""
    if isinstance(value, str):
        yield from (value,) if " " in value else ()
    elif isinstance(value, dict):
        yield from (leaf for one in value.values() for leaf in leaves(one))
    elif isinstance(value, list):
        yield from (leaf for one in value for leaf in leaves(one))


def of_person(person: Person) -> Iterator[str]:
    yield from of_name(person.name)
    yield from of_birth(person.born)
    yield from of_number(person.phone)
    yield from (str(value) for value in (person.nik, person.village_text, (person.needs or {}).get("words")) if value)


def of_draft(answers: Any) -> Iterator[str]:
    """A form that was not sent: what it holds in the same fields."""
    answers = answers or {}
    yield from of_name(answers.get("name"))
    yield from of_number(answers.get("phone"))
    if born := answers.get("born"):
        yield from of_birth(Born.of(born))


def of_name(name: str | None) -> Iterable[str]:
    return () if not name else (name, *(word for word in re.findall(r"\w+", name) if not word.isdigit()))


def of_birth(born: Born) -> Iterator[str]:
    """An estimated birth is a secret by its two days; a bare year stands everywhere."""
    if born.day is not None:
        yield from of_date(born.day)
    else:
        yield str(born)


def of_date(born: date) -> Iterator[str]:
    yield from (born.isoformat(), f"{born:%d-%m-%Y}", f"{born:%d/%m/%Y}", f"{born.day}-{born.month}-{born.year}")
    for language in LANGUAGES:
        with speaking(language):
            yield date_words(born)


def of_number(phone: str | None) -> Iterable[str]:
    return () if not phone else (phone, phone.removeprefix("+"), "0" + phone.removeprefix("+62"))


def typed(story: "Transcript") -> Iterator[str]:
    """Numbers and dates as people wrote them."""
    for beat in story.beats:
        words = beat.what if beat.who is not None else ""
        if not words.startswith(("(", "/", "[")) and len(re.findall(r"\d", words)) >= 6 and not RECEIPT.search(words):
            yield words


def lying_open(folder: Path, wanted: Iterable[str]) -> list[str]:
    """Which of them stand in the bytes of any file of a folder, or in its name."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    names = [str(path.relative_to(folder)).encode() for path in files]
    return standing_in(b"\0".join([*names, *(path.read_bytes() for path in files)]), wanted)


def standing_in(hay: bytes, wanted: Iterable[str]) -> list[str]:
    low = EMPTY.sub(bytes(3), hay.lower())
    return sorted(one for one in wanted if one.lower().encode() in low or one.lower().encode("utf-16-le") in low)
