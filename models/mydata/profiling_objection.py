"""Objecting to sorting by the bot (UU 27/2022, article 10): a mark on the person, respected wherever the bot sorts.

The bot sorts two things, and decides neither: which programmes stand first, and the turn on the waiting list.
"""

from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.audit import record
from models.mydata import data_request
from models.mydata.data_request import RequestState, Right
from models.people.link import Link, Relation
from models.people.person import Person


async def object_to(session: AsyncSession, person: Person, *, by: int | None, now: datetime) -> None:
    """Record an objection: from now on the bot shows this person everything in the plain order of the office."""
    person.unsorted_since = person.unsorted_since or now
    session.add(person)
    await record(session, at=now, by=by, act="object_to_sorting", entity="person", entity_id=person.id)


async def allow_again(session: AsyncSession, person: Person, *, by: int | None, now: datetime) -> None:
    """Allow sorting again, and take an open request for a human look back."""
    person.unsorted_since = None
    session.add(person)
    await record(session, at=now, by=by, act="allow_sorting", entity="person", entity_id=person.id)
    if (asked := await data_request.lock_open_request(session, person.id or 0, Right.LOOK)) is not None:
        await data_request.settle(session, asked, RequestState.TAKEN_BACK, None, by=by, now=now)


async def has_objection(session: AsyncSession, account_id: int, relation: Relation, now: datetime) -> bool:
    """Has a person whom this account registers under this relation objected to sorting?"""
    question = select(Link).join(Person, col(Person.id) == Link.person_id)
    question = question.where(
        Link.account_id == account_id, Link.relation == relation, col(Person.unsorted_since).is_not(None)
    )
    return any(link.holds(now) for link in await session.exec(question))
