"""The mailroom of an office: which letters wait for whom, in which desa, and what was printed and handed over.

    letters of this office, people of this region ──by kecamatan and desa──▶ batches ──▶ printed ──▶ handed over

Letters of other offices and regions are not found. The log has a line for each person whose letters were printed or
handed over.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.audit import record
from models.intact_rows import intact_rows
from models.messaging.printed_letter import PrintedLetter
from models.offices.staff import Staff
from models.people.person import Person, lives_in

AT_ONCE = 25
"""People in one file: enough for a desa, and a file that any phone opens."""


class VillageMail(NamedTuple):
    """How many people of a desa have letters. `district` or `village` is None where only its name was typed."""

    district: str | None
    village: str | None
    people: int


class PersonMail(NamedTuple):
    """What waits for one person."""

    person: Person
    letters: list[PrintedLetter]


def _in_office_and_region(post: Staff, *, printed: bool) -> list[Any]:
    """Not handed over yet, of this office and region."""
    return [*_in_office(post, printed=printed), lives_in(post.region)]


def _in_office(post: Staff, *, printed: bool) -> list[Any]:
    """Not handed over yet, of this office; their people are looked for besides."""
    is_printed = col(PrintedLetter.printed_at).is_not(None) if printed else col(PrintedLetter.printed_at).is_(None)
    is_open = col(PrintedLetter.handed_at).is_(None)
    return [PrintedLetter.office == post.office, col(PrintedLetter.words).is_not(None), is_open, is_printed]


async def villages_with_mail(session: AsyncSession, post: Staff, *, printed: bool) -> list[VillageMail]:
    """Return the desa with people who wait for a letter: a new one, or one printed and not handed over."""
    question = (
        select(Person.district, Person.village, func.count(func.distinct(col(Person.id))))
        .join(PrintedLetter, col(PrintedLetter.person_id) == Person.id)
        .where(*_in_office_and_region(post, printed=printed))
        .group_by(col(Person.district), col(Person.village))
        .order_by(col(Person.district), col(Person.village))
    )
    return [VillageMail(*row) for row in await session.exec(question)]


async def next_mail(
    session: AsyncSession, post: Staff, *, printed: bool, district: str | None = None, village: str | None = None
) -> list[PersonMail]:
    """Return the next people with their letters, in the order of the ways to them: at most AT_ONCE people."""
    open_letters = _in_office(post, printed=printed)
    people = select(Person).where(
        col(Person.id).in_(select(PrintedLetter.person_id).where(*open_letters)),
        lives_in(post.region),
        *([Person.district == district] if district else []),
        *([Person.village == village] if village else []),
    )
    order = (col(Person.district), col(Person.village), col(Person.id))
    found = await intact_rows(session, people.order_by(*order).limit(AT_ONCE))
    theirs = select(PrintedLetter).where(*open_letters, col(PrintedLetter.person_id).in_([one.id for one in found]))
    # `FOR UPDATE`: words that an erasure empties meanwhile must not be written back
    ours = theirs.order_by(col(PrintedLetter.id)).with_for_update().execution_options(populate_existing=True)
    letters = await intact_rows(session, ours)
    return [PersonMail(one, [letter for letter in letters if letter.person_id == one.id]) for one in found]


async def mark_printed(session: AsyncSession, mails: Sequence[PersonMail], *, by: int, now: datetime) -> None:
    """Mark these letters as printed, and audit it for each person."""
    for person, letters in mails:
        for letter in letters:
            letter.print(now)
        session.add_all(letters)
        await record(session, at=now, by=by, act="print_letters", entity="person", entity_id=person.id)


async def mark_handed_over(session: AsyncSession, mails: Sequence[PersonMail], *, by: int, now: datetime) -> None:
    """Mark these letters as handed over, and audit it for each person."""
    for person, letters in mails:
        for letter in letters:
            letter.hand_over(now)
        session.add_all(letters)
        await record(session, at=now, by=by, act="hand_over_letters", entity="person", entity_id=person.id)
