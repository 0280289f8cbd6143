"""Searches people at the counter: by receipt number, NIK, phone or the words of a name, within one office and region.

    what was typed ─▶ number · NIK · phone · name ──keyed hash──▶ files of this office, people of this region

Files of other offices and regions are not found. The audit log has every search, and never what was typed.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import and_, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.applications.application import Application
from models.applications.receipt import Receipt, read
from models.audit import record
from models.intact_rows import intact_rows
from models.keyring import Keyring, keyring_of
from models.offices.staff import Staff
from models.people.erasure import Erasure
from models.people.name import search_words
from models.people.nik import ascii_digits
from models.people.person import NameWord, Person, lives_in
from models.people.phone import Phone, read_phone
from models.people.spelling import readings_of

MAX_RESULTS = 8
NIK_DIGITS = 16


class SearchKey(StrEnum):
    """What a person was searched by."""

    NUMBER = "number"
    NIK = "nik"
    PHONE = "phone"
    NAME = "name"


class SearchQuery(NamedTuple):
    """What was typed, as it is looked for; `typed` in its plain form, several readings with spaces between."""

    by: SearchKey
    typed: str

    @property
    def is_secret(self) -> bool:
        """Should the message that carried it leave the chat?"""
        return self.by in (SearchKey.NIK, SearchKey.PHONE)


class SearchResult(NamedTuple):
    """Files, the newest first, at most MOST of them; `more`: there are others."""

    files: list[tuple[Application, Person]]
    more: bool


def read_query(text: str) -> SearchQuery | None:
    """Read what an officer typed; None where there is nothing to search for."""
    number = read(text)
    if isinstance(number, Receipt):
        return SearchQuery(SearchKey.NUMBER, str(number))
    digits = "".join(mark for mark in ascii_digits(text) if mark.isdigit())
    if len(digits) == NIK_DIGITS:
        return SearchQuery(SearchKey.NIK, digits)
    phone = read_phone(text)
    if numbers := [phone] if isinstance(phone, Phone) else phone.candidates:
        return SearchQuery(SearchKey.PHONE, " ".join(one.e164 for one in numbers))
    words = search_words(text)
    return SearchQuery(SearchKey.NAME, " ".join(words)) if words and not digits else None


async def find(session: AsyncSession, wanted: SearchQuery, post: Staff, now: datetime) -> SearchResult:
    """Search the files within the office and region of a post, and audit the search."""
    keys = keyring_of(session.get_bind().dialect)
    question = (
        select(Application, Person)
        .join(Person, col(Person.id) == Application.person_id)
        .where(Application.office == post.office, lives_in(post.region), *_conditions(wanted, keys), ~is_erased())
        .order_by(col(Application.id).desc())
    )
    files = [
        (application, person) for application, person in await intact_rows(session, question.limit(MAX_RESULTS + 1))
    ]
    note = {"by": wanted.by, "found": len(files)}
    await record(session, at=now, by=post.account_id, act="search", entity="person", entity_id=None, note=note)
    return SearchResult(files[:MAX_RESULTS], len(files) > MAX_RESULTS)


def is_erased() -> Any:
    return select(Erasure.id).where(col(Erasure.person_id) == Person.id).exists()


def _conditions(wanted: SearchQuery, keys: Keyring) -> list[Any]:
    match wanted.by:
        case SearchKey.NUMBER:
            return [Application.number == wanted.typed]
        case SearchKey.NIK:
            return [Person.nik_hash == keys.blind_index("nik", wanted.typed)]
        case SearchKey.PHONE:
            return [col(Person.phone_hash).in_([keys.blind_index("phone", one) for one in wanted.typed.split()])]
    return [or_(*(and_(*_has_name_keys(keys, reading)) for reading in readings_of(wanted.typed.split())))]


def _has_name_keys(keys: Keyring, reading: frozenset[str]) -> list[Any]:
    """Return the people whose names have all these keys."""
    hashes = [keys.blind_index("name", key) for key in sorted(reading)]
    return [col(Person.id).in_(select(NameWord.person_id).where(NameWord.word_hash == one)) for one in hashes]
