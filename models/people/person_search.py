"""Finding somebody at the counter: by receipt number, NIK, phone or the words of a name, within one office and region.

    what was typed ─▶ number · NIK · phone · name ──keyed hash──▶ files of this office, people of this region

What lies elsewhere is not found, as if it were not there. The log has every search, and never what was typed.
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

MOST = 8
NIK_DIGITS = 16


class By(StrEnum):
    """What somebody was looked for by."""

    NUMBER = "number"
    NIK = "nik"
    PHONE = "phone"
    NAME = "name"


class Wanted(NamedTuple):
    """What was typed, as it is looked for; `typed` in its plain form, several readings with spaces between."""

    by: By
    typed: str

    @property
    def is_secret(self) -> bool:
        """Should the message that carried it leave the chat?"""
        return self.by in (By.NIK, By.PHONE)


class Found(NamedTuple):
    """Files, the newest first, at most MOST of them; `more`: there are others."""

    files: list[tuple[Application, Person]]
    more: bool


def meant(text: str) -> Wanted | None:
    """What an officer typed; None where there is nothing to look for."""
    number = read(text)
    if isinstance(number, Receipt):
        return Wanted(By.NUMBER, str(number))
    digits = "".join(mark for mark in ascii_digits(text) if mark.isdigit())
    if len(digits) == NIK_DIGITS:
        return Wanted(By.NIK, digits)
    phone = read_phone(text)
    if numbers := [phone] if isinstance(phone, Phone) else phone.candidates:
        return Wanted(By.PHONE, " ".join(one.e164 for one in numbers))
    words = search_words(text)
    return Wanted(By.NAME, " ".join(words)) if words and not digits else None


async def find(session: AsyncSession, wanted: Wanted, post: Staff, now: datetime) -> Found:
    """Who fits, as far as this post reaches."""
    keys = keyring_of(session.get_bind().dialect)
    question = (
        select(Application, Person)
        .join(Person, col(Person.id) == Application.person_id)
        .where(Application.office == post.office, lives_in(post.region), *fits(wanted, keys), ~is_erased())
        .order_by(col(Application.id).desc())
    )
    files = [(application, person) for application, person in await intact_rows(session, question.limit(MOST + 1))]
    note = {"by": wanted.by, "found": len(files)}
    await record(session, at=now, by=post.account_id, act="search", entity="person", entity_id=None, note=note)
    return Found(files[:MOST], len(files) > MOST)


def is_erased() -> Any:
    return select(Erasure.id).where(col(Erasure.person_id) == Person.id).exists()


def fits(wanted: Wanted, keys: Keyring) -> list[Any]:
    match wanted.by:
        case By.NUMBER:
            return [Application.number == wanted.typed]
        case By.NIK:
            return [Person.nik_hash == keys.blind_index("nik", wanted.typed)]
        case By.PHONE:
            return [col(Person.phone_hash).in_([keys.blind_index("phone", one) for one in wanted.typed.split()])]
    return [or_(*(and_(*_have(keys, reading)) for reading in readings_of(wanted.typed.split())))]


def _have(keys: Keyring, reading: frozenset[str]) -> list[Any]:
    """The people whose names have all these keys."""
    hashes = [keys.blind_index("name", key) for key in sorted(reading)]
    return [col(Person.id).in_(select(NameWord.person_id).where(NameWord.word_hash == one)) for one in hashes]
