"""How long people are kept: whoever's last file ended long enough ago is erased, by the office's own days.

    refused, withdrawn, expired ──`refused` days──▶ erased          finished ──`participant` days──▶ erased

A person with anything still open is never touched. Drafts end by themselves (models/due.py), letters and messages are
emptied by the inbox and the outbox. What erasing means is said in models/people/erasure.py.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_
from sqlalchemy.orm import aliased
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.applications.application import Application, Stage
from models.office_file import Retention
from models.people.erasure import Erasure, erase
from models.people.person import Person

REFUSED = (Stage.REJECTED, Stage.REJECTED_FINAL, Stage.WITHDRAWN, Stage.EXPIRED)
AT_ONCE = 20
"""People erased in one transaction, so that turns hardly wait."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """How many people are past their days, and how many are kept for now."""

    past: int
    kept: int


def _is_past(file: Any, retention: Retention, now: datetime) -> Any:
    """Has this file ended long enough ago?"""
    refused, finished = now - timedelta(days=retention.refused), now - timedelta(days=retention.participant)
    ended, moved = col(file.stage), col(file.moved_at)
    return or_(and_(ended.in_(REFUSED), moved <= refused), and_(ended == Stage.CLOSED, moved <= finished))


def _past(retention: Retention, now: datetime) -> Any:
    """The numbers of people of whom no file is kept any more, and who are still there."""
    file, another = Application, aliased(Application)
    kept = select(another.id).where(another.person_id == file.person_id, ~_is_past(another, retention, now))
    erased = select(Erasure.id).where(col(Erasure.person_id) == file.person_id)
    return select(file.person_id).where(_is_past(file, retention, now), ~kept.exists(), ~erased.exists()).distinct()


async def look(session: AsyncSession, retention: Retention, now: datetime) -> Overdue:
    """What would be erased now, in numbers."""
    past = _past(retention, now).subquery()
    people = select(func.count()).select_from(Person).where(col(Person.id).not_in(select(Erasure.person_id)))
    count = (await session.exec(select(func.count()).select_from(past))).one()
    return Overdue(past=count, kept=(await session.exec(people)).one() - count)


async def past(session: AsyncSession, retention: Retention, now: datetime) -> list[int]:
    """The next people who are past their days. It looks through many files: in a session that only reads."""
    return list(await session.exec(_past(retention, now).limit(AT_ONCE)))


async def erase_them(session: AsyncSession, people: list[int], retention: Retention, now: datetime) -> int:
    """Erase those of these people who still are past their days; returns how many."""
    still = _past(retention, now).where(col(Application.person_id).in_(people))
    found = list(await session.exec(still))
    for person_id in sorted(found):
        await erase(session, person_id, by=None, now=now)
    return len(found)
