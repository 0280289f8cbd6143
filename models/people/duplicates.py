"""Finds possible duplicates for staff: the same NIK, or two of name, birth and phone.

    name key + year of birth ──keyed hash──▶ person.alike_hash, indexed ──▶ candidates ──compared──▶ PossibleDuplicate

Only staff see it, within their office and region; an applicant is never told whether a person is on file already.
"""

from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.applications.application import Application
from models.keyring import Keyring, keyring_of
from models.offices.staff import Staff
from models.people.born import Born
from models.people.person import Person, lives_in
from models.people.person_search import is_erased
from models.people.spelling import whole_key

MOST = 3
MAX_COMPARED = 50
"""Files that are compared in one search: more than these share a phone only by a mistake of many."""
MOST_YEARS = 6
"""Years by which an estimated birth may lie beside another one."""


class MatchReason(StrEnum):
    """What two people have in common."""

    NAME_AND_BIRTH = "name_and_birth"
    PHONE = "phone"
    NIK = "nik"


class PossibleDuplicate(NamedTuple):
    """A file of a possible duplicate, and why."""

    application: Application
    why: tuple[MatchReason, ...]


def alike_hash(keys: Keyring, person: Person) -> bytes:
    """Return the blind index by which people of one name and about one age are found."""
    return _hash_of(keys, person, _middle(person.born))


async def find_duplicates(session: AsyncSession, person: Person, post: Staff) -> list[PossibleDuplicate]:
    """Find possible duplicates of a person, in the office and region of this post; the newest file of each, newest
    first."""
    keys = keyring_of(session.get_bind().dialect)
    question = (
        select(Application, Person)
        .join(Person, col(Person.id) == Application.person_id)
        .where(Application.office == post.office, lives_in(post.region), ~is_erased(), Person.id != person.id)
        .where(or_(*_conditions(keys, person)))
        .order_by(col(Application.id).desc())
        .limit(MAX_COMPARED)
    )
    found: dict[int, PossibleDuplicate] = {}
    for application, other in await session.exec(question):
        if why := _likenesses(person, other):
            found.setdefault(other.id or 0, PossibleDuplicate(application, why))
    return list(found.values())[:MOST]


def _conditions(keys: Keyring, person: Person) -> list[Any]:
    middle = _middle(person.born)
    reach = range(middle - MOST_YEARS, middle + MOST_YEARS + 1)
    conditions: list[Any] = [col(Person.alike_hash).in_([_hash_of(keys, person, year) for year in reach])]
    if person.phone_hash is not None:
        conditions.append(col(Person.phone_hash) == person.phone_hash)
    if person.nik_hash is not None:
        conditions.append(col(Person.nik_hash) == person.nik_hash)
    return conditions


def _likenesses(one: Person, other: Person) -> tuple[MatchReason, ...]:
    """Compare two people. A family shares one phone, so a phone counts only with the name or the birth."""
    name, birth = whole_key(one.name) == whole_key(other.name), one.born.may_be(other.born)
    phone = one.phone_hash is not None and one.phone_hash == other.phone_hash
    held = {
        MatchReason.NAME_AND_BIRTH: name and birth,
        MatchReason.PHONE: phone and (name or birth),
        MatchReason.NIK: one.nik_hash is not None and one.nik_hash == other.nik_hash,
    }
    return tuple(why for why, holds in held.items() if holds)


def _middle(born: Born) -> int:
    return (born.earliest.year + born.latest.year) // 2


def _hash_of(keys: Keyring, person: Person, year: int) -> bytes:
    return keys.blind_index("alike", f"{whole_key(person.name)} {year}")
