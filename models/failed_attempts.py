"""Failed attempts at secrets, counted for each account; an account with too many is locked out.

    wrong ──5 a day of one account──▶ that account is locked out, and counted
       ├── 5 a day at one number, 300 an hour in all ──▶ managers are told (models/offices/abuse_report.py)
       └── a manager sees patterns and may lock an account for a week

Only its own attempts count against an account. A shared limit would let attackers lock out the holder of the right
code, and guessing needs none: there are 31^8 codes. Distributed guessing is reported to staff.

What was tried is kept as a keyed hash only: it may be the number of any person. Where it is that of a file, the file is
noted.
"""

from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Index, LargeBinary, UniqueConstraint, func, insert
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.audit import record
from models.database import insert_for

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
OF_AN_ACCOUNT = 5
"""Wrong tries of one account in a day (DESIGN.md §7)."""
MANY_AT_A_NUMBER, MANY_IN_ALL = 5, 300
"""Wrong tries of which managers are told: of several accounts at one number in a day, of all accounts in an hour."""
LOCKED_FOR = timedelta(days=7)
"""How long a manager closes an account: who guesses five times a day comes back every day."""


class FailedAttempt(SQLModel, table=True):
    """Something that did not fit: a number with its kode cek, a code with its birth date.

    `application_id` is no foreign key: to look it up would take time where there is a file, and only there.
    """

    __tablename__ = "failed_attempt"
    __table_args__ = (Index("ix_wrong_try_account_at", "account_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id")
    number_hash: bytes = Field(sa_type=LargeBinary)
    application_id: int | None = None
    at: datetime = Field(index=True)


class RefusedAttempts(SQLModel, table=True):
    """How often an account was locked out on a day: one row, however often it tries."""

    __tablename__ = "refused_attempts"
    __table_args__ = (UniqueConstraint("account_id", "day", name="ux_turned_away_account_day"),)

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id")
    day: str
    count: int
    at: datetime


class AttemptLock(SQLModel, table=True):
    """An account that a manager closed: until then it can try nothing."""

    __tablename__ = "attempt_lock"

    account_id: int = Field(foreign_key="account.id", primary_key=True)
    until: datetime


class AttemptCount(NamedTuple):
    """What one account tried in vain since yesterday: in all, and at one thing (a number, a code)."""

    is_closed: bool
    of_account: int
    at_this: int

    def must_wait(self, *, fits_a_secret: bool = False) -> bool:
        """Is the account locked out? `fits_a_secret`: it names a code that exists, which cannot have been guessed.

        Failed attempts elsewhere do not count against such a code; those at the code itself do.
        """
        return self.is_closed or (self.at_this if fits_a_secret else self.of_account) >= OF_AN_ACCOUNT


async def attempts(session: AsyncSession, account_id: int, number_hash: bytes, now: datetime) -> AttemptCount:
    """Count the failed attempts of an account alone. One statement in every case."""
    closed = select(func.count()).where(AttemptLock.account_id == account_id, col(AttemptLock.until) > now)
    question = select(
        closed.scalar_subquery(), func.count(), func.count().filter(col(FailedAttempt.number_hash) == number_hash)
    ).where(FailedAttempt.account_id == account_id, col(FailedAttempt.at) > now - DAY)
    is_closed, of_account, at_this = (await session.exec(question)).one()
    return AttemptCount(bool(is_closed), of_account, at_this)


async def locked_until(session: AsyncSession, account_id: int, now: datetime) -> datetime | None:
    """Return until when a manager closed this account, if one did."""
    question = select(AttemptLock.until).where(AttemptLock.account_id == account_id, col(AttemptLock.until) > now)
    return (await session.exec(question)).first()


async def record_attempt(
    session: AsyncSession, account_id: int, number_hash: bytes, now: datetime, application_id: int | None = None
) -> None:
    """Count one try."""
    row = {"account_id": account_id, "number_hash": number_hash, "application_id": application_id, "at": now}
    await (await session.connection()).execute(insert(FailedAttempt), row)


async def count_refusal(session: AsyncSession, account_id: int, now: datetime) -> None:
    """Count a refused attempt. It does not extend the lock-out, so retries cannot lock an account forever."""
    connection = await session.connection()
    row = {"account_id": account_id, "day": now.date().isoformat(), "count": 1, "at": now}
    await connection.execute(upsert_refusal(connection.dialect.name), row)


@cache
def upsert_refusal(dialect: str) -> Any:
    statement = insert_for(dialect)(RefusedAttempts)
    again = {"count": RefusedAttempts.__table__.c.count + 1, "at": statement.excluded.at}  # type: ignore[attr-defined]
    return statement.on_conflict_do_update(index_elements=["account_id", "day"], set_=again)


async def lock_account(session: AsyncSession, account_id: int, *, by: int, now: datetime) -> datetime:
    """Lock an account out for LOCKED_FOR; returns until when."""
    found = await session.get(AttemptLock, account_id) or AttemptLock(account_id=account_id, until=now)
    found.until = now + LOCKED_FOR
    session.add(found)
    await record(session, at=now, by=by, act="close_tries", entity="account", entity_id=account_id)
    return found.until


async def unlock_account(session: AsyncSession, account_id: int, *, by: int, now: datetime) -> None:
    """Unlock the account: the usual limits apply to it again."""
    found = await session.get(AttemptLock, account_id)
    if found is not None:
        found.until = now
        session.add(found)
    await record(session, at=now, by=by, act="open_tries", entity="account", entity_id=account_id)


async def in_the_last_hour(session: AsyncSession, now: datetime) -> int:
    """Wrong tries of all accounts together."""
    return int((await session.exec(select(func.count()).where(col(FailedAttempt.at) > now - HOUR))).one())
