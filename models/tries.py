"""Wrong tries: what did not fit, counted by account, by what was tried and in all; too many are turned away.

    wrong ──5 a day of an account, or at a number; 300 an hour in all──▶ turned away, and counted
       └── a manager sees patterns (models/offices/watching.py) and may close an account for a week

What was tried is kept as a keyed hash only: it may be anybody's number. Where it is that of a file, the file is noted.
"""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import LargeBinary, UniqueConstraint, func, insert
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.audit import write_down
from models.store import insert_for

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
OF_AN_ACCOUNT, OF_A_NUMBER = 5, 5
"""Wrong tries in a day (DESIGN.md §5)."""
IN_ALL = 300
"""Wrong tries in an hour over all accounts. There are 31^8 codes: at this rate nobody guesses one in a lifetime."""
CLOSED_FOR = timedelta(days=7)
"""How long a manager closes an account: who guesses five times a day comes back every day."""


class WrongTry(SQLModel, table=True):
    """Something that did not fit: a number with its kode cek, a code with its birth date.

    `application_id` is no foreign key: to look it up would take time where there is a file, and only there.
    """

    __tablename__ = "wrong_try"

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id")
    number_hash: bytes = Field(sa_type=LargeBinary)
    application_id: int | None = None
    at: datetime = Field(index=True)


class TurnedAway(SQLModel, table=True):
    """How often an account was turned away on a day: one row, however often it tries."""

    __tablename__ = "turned_away"
    __table_args__ = (UniqueConstraint("account_id", "day", name="ux_turned_away_account_day"),)

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id")
    day: str
    count: int
    at: datetime


class ClosedTries(SQLModel, table=True):
    """An account that a manager closed: until then it can try nothing."""

    __tablename__ = "closed_tries"

    account_id: int = Field(foreign_key="account.id", primary_key=True)
    until: datetime


async def are_too_many(session: AsyncSession, account_id: int, number_hash: bytes, now: datetime) -> bool:
    """Must this account, or whoever tries this number, wait? One statement, whatever the answer."""
    closed = select(func.count()).where(ClosedTries.account_id == account_id, col(ClosedTries.until) > now)
    question = select(
        closed.scalar_subquery(),
        func.count().filter(col(WrongTry.account_id) == account_id),
        func.count().filter(col(WrongTry.number_hash) == number_hash),
        func.count().filter(col(WrongTry.at) > now - HOUR),
    ).where(col(WrongTry.at) > now - DAY)
    is_closed, of_account, at_number, in_all = (await session.exec(question)).one()
    return bool(is_closed or of_account >= OF_AN_ACCOUNT or at_number >= OF_A_NUMBER or in_all >= IN_ALL)


async def closed_until(session: AsyncSession, account_id: int, now: datetime) -> datetime | None:
    """Until when a manager closed this account, if one did."""
    question = select(ClosedTries.until).where(ClosedTries.account_id == account_id, col(ClosedTries.until) > now)
    return (await session.exec(question)).first()


async def note(
    session: AsyncSession, account_id: int, number_hash: bytes, now: datetime, application_id: int | None = None
) -> None:
    """Count one try."""
    row = {"account_id": account_id, "number_hash": number_hash, "application_id": application_id, "at": now}
    await (await session.connection()).execute(insert(WrongTry), row)


async def turn_away(session: AsyncSession, account_id: int, now: datetime) -> None:
    """Count somebody who was turned away. It makes no limit longer: else whoever tries on shut a number for ever."""
    connection = await session.connection()
    row = {"account_id": account_id, "day": now.date().isoformat(), "count": 1, "at": now}
    await connection.execute(turning_away(connection.dialect.name), row)


@cache
def turning_away(dialect: str) -> Any:
    statement = insert_for(dialect)(TurnedAway)
    again = {"count": TurnedAway.__table__.c.count + 1, "at": statement.excluded.at}  # type: ignore[attr-defined]
    return statement.on_conflict_do_update(index_elements=["account_id", "day"], set_=again)


async def close(session: AsyncSession, account_id: int, *, by: int, now: datetime) -> datetime:
    """The account can try nothing for a while; returns until when."""
    found = await session.get(ClosedTries, account_id) or ClosedTries(account_id=account_id, until=now)
    found.until = now + CLOSED_FOR
    session.add(found)
    await write_down(session, at=now, by=by, act="close_tries", thing="account", thing_id=account_id)
    return found.until


async def open_again(session: AsyncSession, account_id: int, *, by: int, now: datetime) -> None:
    """The limits of everybody are enough for it again."""
    found = await session.get(ClosedTries, account_id)
    if found is not None:
        found.until = now
        session.add(found)
    await write_down(session, at=now, by=by, act="open_tries", thing="account", thing_id=account_id)


async def in_the_last_hour(session: AsyncSession, now: datetime) -> int:
    """Wrong tries of all accounts together."""
    return int((await session.exec(select(func.count()).where(col(WrongTry.at) > now - HOUR))).one())
