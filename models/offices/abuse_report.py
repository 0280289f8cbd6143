"""Reports signs of misuse to managers: accounts that guess, numbers guessed by several, volume of uploads in a day.

Accounts and files are listed by their numbers, without names. Managers are told of guessing by many accounts; no limit
answers it, since that would shut out those who hold the right code. They are told too when so much was sent that each
account gets only a small share (models/daily_limits.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import NamedTuple

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.applications.application import Application
from models.daily_limits import SCARCE_FROM, uploaded
from models.failed_attempts import (
    DAY,
    MANY_AT_A_NUMBER,
    MANY_IN_ALL,
    OF_AN_ACCOUNT,
    AttemptLock,
    FailedAttempt,
    RefusedAttempts,
)
from models.offices.authority import ROLES, Act, Post, is_within
from models.offices.staff import Staff
from models.people.account import Account
from models.people.person import Person, lives_in
from models.scheduled import EventSpec, ScheduledKind

MAX_SHOWN = 8
MIN_ACCOUNTS = 2
"""Accounts that tried one number: at least its owner and another one."""


class GuessingAccount(NamedTuple):
    """An account that tries much, since yesterday."""

    account_id: int
    wrong: int
    turned_away: int
    closed_until: datetime | None


@dataclass(frozen=True, slots=True)
class AbuseReport:
    """MOST of each at most, those that try most first. `tried`: numbers of this office, each with how many accounts."""

    wrong: int
    turned_away: int
    triers: list[GuessingAccount]
    tried: list[tuple[str, int]]


async def find_patterns(session: AsyncSession, post: Post, now: datetime) -> AbuseReport:
    """Return the signs of misuse since yesterday, within the office and region of this post."""
    wrong, away, closed = (
        await _failed_attempts(session, now),
        await _refused_attempts(session, now),
        await _locked_accounts(session, now),
    )
    seen = {one for one, count in wrong.items() if count >= OF_AN_ACCOUNT} | away.keys() | closed.keys()
    triers = [GuessingAccount(one, wrong.get(one, 0), away.get(one, 0), closed.get(one)) for one in seen]
    triers.sort(key=lambda one: (-one.wrong - one.turned_away, one.account_id))
    tried = await _guessed_numbers(session, post, now)
    return AbuseReport(sum(wrong.values()), sum(away.values()), triers[:MAX_SHOWN], tried)


async def _failed_attempts(session: AsyncSession, now: datetime) -> dict[int, int]:
    question = select(FailedAttempt.account_id, func.count()).where(col(FailedAttempt.at) > now - DAY)
    rows = await session.exec(question.group_by(col(FailedAttempt.account_id)))
    return {account: int(count) for account, count in rows}


async def _refused_attempts(session: AsyncSession, now: datetime) -> dict[int, int]:
    question = select(RefusedAttempts.account_id, func.sum(RefusedAttempts.count)).where(
        col(RefusedAttempts.at) > now - DAY
    )
    rows = await session.exec(question.group_by(col(RefusedAttempts.account_id)))
    return {account: int(count) for account, count in rows}


async def _locked_accounts(session: AsyncSession, now: datetime) -> dict[int, datetime]:
    rows = await session.exec(select(AttemptLock).where(col(AttemptLock.until) > now))
    return {one.account_id: one.until for one in rows}


async def _guessed_numbers(session: AsyncSession, post: Post, now: datetime) -> list[tuple[str, int]]:
    accounts = func.count(col(FailedAttempt.account_id).distinct())
    question = (
        select(Application.number, accounts)
        .join(FailedAttempt, col(FailedAttempt.application_id) == col(Application.id))
        .join(Person, col(Person.id) == col(Application.person_id))
        .where(col(FailedAttempt.at) > now - DAY, Application.office == post.office, lives_in(post.region))
        .group_by(col(Application.number))
        .having(accounts >= MIN_ACCOUNTS)
        .order_by(accounts.desc(), col(Application.number))
    )
    return [(number, int(count)) for number, count in await session.exec(question.limit(MAX_SHOWN))]


class Alarm(IntEnum):
    """What managers are told of; the subject of its occasion."""

    AT_NUMBERS = 1
    IN_ALL = 2
    UPLOADS = 3


REPEAT_PERIOD = {Alarm.AT_NUMBERS: "%Y-%m-%d", Alarm.IN_ALL: "%Y-%m-%dT%H", Alarm.UPLOADS: "%Y-%m-%d"}
"""When the same is told again: the next day, or the next hour."""


async def alarms(session: AsyncSession, in_the_last_hour: int, now: datetime) -> list[EventSpec]:
    """Return the alarms for managers: numbers in their region and uploads once a day, many attempts in all once an
    hour."""
    where = await _regions_of_guessed_numbers(session, now)
    of_everybody = [Alarm.IN_ALL] if in_the_last_hour >= MANY_IN_ALL else []
    of_everybody += [Alarm.UPLOADS] if await uploaded(session, now) > SCARCE_FROM else []
    if not where and not of_everybody:
        return []
    managers = await _managers(session)
    told = [(chat_id, Alarm.AT_NUMBERS) for post, chat_id in managers if _reaches(post, where)]
    told += [(chat_id, alarm) for _, chat_id in managers for alarm in of_everybody]
    return [
        EventSpec(ScheduledKind.ALARM, chat_id, alarm, now, f"{chat_id} {now:{REPEAT_PERIOD[alarm]}}")
        for chat_id, alarm in told
    ]


def _reaches(post: Staff, where: Iterable[tuple[str, str]]) -> bool:
    return any(office == post.office and is_within(region, post.region) for office, region in where)


async def _managers(session: AsyncSession) -> list[tuple[Staff, int]]:
    """Posts that may see tries, each with the chat of its account."""
    question = select(Staff, Account.telegram_id).join(Account, col(Account.id) == Staff.account_id)
    may = question.where(col(Staff.left_at).is_(None), col(Staff.role).in_(ROLES[Act.SEE_TRIES]))
    return [(staff, chat_id) for staff, chat_id in await session.exec(may)]


async def _regions_of_guessed_numbers(session: AsyncSession, now: datetime) -> set[tuple[str, str]]:
    """Office and region of the files whose numbers several accounts tried often since yesterday."""
    often = (
        select(FailedAttempt.application_id)
        .where(col(FailedAttempt.at) > now - DAY, col(FailedAttempt.application_id).is_not(None))
        .group_by(col(FailedAttempt.application_id))
        .having(func.count() >= MANY_AT_A_NUMBER, func.count(col(FailedAttempt.account_id).distinct()) >= MIN_ACCOUNTS)
    )
    question = (
        select(Application.office, func.coalesce(Person.district, Person.regency))
        .join(Person, col(Person.id) == col(Application.person_id))
        .where(col(Application.id).in_(often))
    )
    return {(office, region) for office, region in await session.exec(question)}
