"""What guessing looks like from an office: who tries much, which of its numbers several try, who was turned away.

Accounts are told by their number and files by theirs: nobody's name is needed to see a pattern.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.applications.application import Application
from models.offices.authority import OnDuty
from models.people.person import Person, lives_in
from models.tries import DAY, OF_AN_ACCOUNT, ClosedTries, TurnedAway, WrongTry

MOST = 8
SEVERAL = 2
"""Accounts that tried one number: its owner and somebody else, at least."""


class Trier(NamedTuple):
    """An account that tries much, since yesterday."""

    account_id: int
    wrong: int
    turned_away: int
    closed_until: datetime | None


@dataclass(frozen=True, slots=True)
class Patterns:
    """MOST of each at most, those that try most first. `tried`: numbers of this office, each with how many accounts."""

    wrong: int
    turned_away: int
    triers: list[Trier]
    tried: list[tuple[str, int]]


async def patterns(session: AsyncSession, post: OnDuty, now: datetime) -> Patterns:
    """What there is to see since yesterday, as far as this post reaches."""
    wrong, away, closed = await _wrong(session, now), await _turned_away(session, now), await _closed(session, now)
    seen = {one for one, count in wrong.items() if count >= OF_AN_ACCOUNT} | away.keys() | closed.keys()
    triers = [Trier(one, wrong.get(one, 0), away.get(one, 0), closed.get(one)) for one in seen]
    triers.sort(key=lambda one: (-one.wrong - one.turned_away, one.account_id))
    tried = await _tried(session, post, now)
    return Patterns(sum(wrong.values()), sum(away.values()), triers[:MOST], tried)


async def _wrong(session: AsyncSession, now: datetime) -> dict[int, int]:
    question = select(WrongTry.account_id, func.count()).where(col(WrongTry.at) > now - DAY)
    rows = await session.exec(question.group_by(col(WrongTry.account_id)))
    return {account: int(count) for account, count in rows}


async def _turned_away(session: AsyncSession, now: datetime) -> dict[int, int]:
    question = select(TurnedAway.account_id, func.sum(TurnedAway.count)).where(col(TurnedAway.at) > now - DAY)
    rows = await session.exec(question.group_by(col(TurnedAway.account_id)))
    return {account: int(count) for account, count in rows}


async def _closed(session: AsyncSession, now: datetime) -> dict[int, datetime]:
    rows = await session.exec(select(ClosedTries).where(col(ClosedTries.until) > now))
    return {one.account_id: one.until for one in rows}


async def _tried(session: AsyncSession, post: OnDuty, now: datetime) -> list[tuple[str, int]]:
    accounts = func.count(col(WrongTry.account_id).distinct())
    question = (
        select(Application.number, accounts)
        .join(WrongTry, col(WrongTry.application_id) == col(Application.id))
        .join(Person, col(Person.id) == col(Application.person_id))
        .where(col(WrongTry.at) > now - DAY, Application.office == post.office, lives_in(post.region))
        .group_by(col(Application.number))
        .having(accounts >= SEVERAL)
        .order_by(accounts.desc(), col(Application.number))
    )
    return [(number, int(count)) for number, count in await session.exec(question.limit(MOST))]
