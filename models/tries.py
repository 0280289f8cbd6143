"""Wrong tries: what did not fit, counted by account, by what was tried and in all; too many are turned away.

What was tried is kept as a keyed hash only: it may be anybody's number.
"""

from datetime import datetime, timedelta

from sqlalchemy import LargeBinary, func, insert
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
OF_AN_ACCOUNT, OF_A_NUMBER = 5, 5
"""Wrong tries in a day (DESIGN.md §5)."""
IN_ALL = 300
"""Wrong tries in an hour over all accounts. There are 31^8 codes: at this rate nobody guesses one in a lifetime."""


class WrongTry(SQLModel, table=True):
    """Something that did not fit: a number with its kode cek, a code with its birth date."""

    __tablename__ = "wrong_try"

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id")
    number_hash: bytes = Field(sa_type=LargeBinary)
    at: datetime = Field(index=True)


async def are_too_many(session: AsyncSession, account_id: int, number_hash: bytes, now: datetime) -> bool:
    """Must this account, or whoever tries this number, wait? One statement, whatever the answer."""
    question = select(
        func.count().filter(col(WrongTry.account_id) == account_id),
        func.count().filter(col(WrongTry.number_hash) == number_hash),
        func.count().filter(col(WrongTry.at) > now - HOUR),
    ).where(col(WrongTry.at) > now - DAY)
    of_account, at_number, in_all = (await session.exec(question)).one()
    return bool(of_account >= OF_AN_ACCOUNT or at_number >= OF_A_NUMBER or in_all >= IN_ALL)


async def note(session: AsyncSession, account_id: int, number_hash: bytes, now: datetime) -> None:
    """Count one try."""
    row = {"account_id": account_id, "number_hash": number_hash, "at": now}
    await (await session.connection()).execute(insert(WrongTry), row)


async def many(session: AsyncSession, now: datetime, least: int = OF_AN_ACCOUNT) -> list[tuple[int, int]]:
    """What staff may want to look at: accounts with many wrong tries since yesterday, and how many; most first."""
    count = func.count()
    question = (
        select(WrongTry.account_id, count)
        .where(col(WrongTry.at) > now - DAY)
        .group_by(col(WrongTry.account_id))
        .having(count >= least)
        .order_by(count.desc(), col(WrongTry.account_id))
    )
    return [(account, tries) for account, tries in await session.exec(question)]
