"""Looking up a file by its receipt number and kode cek: for whoever holds both, on any phone, a few times a day.

    number + kode cek ──too many tries──▶ not now          ──both fit──▶ the file          ──else──▶ no

Whether the number exists, the code is wrong, or neither, the same three statements run and the same word comes back.
What went wrong is counted by account, by number and in all, as keyed hashes; what fitted is not.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import LargeBinary, delete, func, insert
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.applications.application import Application
from models.applications.filing import hash_of_kode_cek, keyring

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
OF_AN_ACCOUNT, OF_A_NUMBER = 5, 5
"""Wrong tries in a day (DESIGN.md §5)."""
IN_ALL = 300
"""Wrong tries in an hour over all accounts. There are 31^8 codes: at this rate nobody guesses one in a lifetime."""
NOBODYS = b"\0" * 32
"""What is compared where there is no such number."""


class Outcome(StrEnum):
    SHOWN = "shown"
    NO = "no"
    TOO_MANY = "too_many"


class WrongTry(SQLModel, table=True):
    """A number and a code that did not fit together. The number is a keyed hash: it may be anybody's."""

    __tablename__ = "wrong_try"

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id")
    number_hash: bytes = Field(sa_type=LargeBinary)
    at: datetime = Field(index=True)


@dataclass(frozen=True, slots=True)
class Checked:
    """`application` is there where the outcome is SHOWN."""

    outcome: Outcome
    application: Application | None = None


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong tries: of this account and at this number since yesterday, of everybody since an hour ago."""

    of_account: int
    at_number: int
    in_all: int

    @property
    def are_too_many(self) -> bool:
        return self.of_account >= OF_AN_ACCOUNT or self.at_number >= OF_A_NUMBER or self.in_all >= IN_ALL


async def check(session: AsyncSession, account_id: int, number: str, kode_cek: str, now: datetime) -> Checked:
    """The file, if both fit. `number` as receipt.Receipt writes it, `kode_cek` ungrouped."""
    keys = keyring(session)
    number_hash = keys.find_by("receipt", number)
    tries = await _tries(session, account_id, number_hash, now)
    # Only the hash is read: opening what the file holds would take time that tells that there is one.
    question = select(Application.id, Application.kode_cek_hash).where(Application.number == number)
    found, its_hash = (await session.exec(question)).first() or (None, NOBODYS)
    fits = hmac.compare_digest(its_hash, hash_of_kode_cek(keys, number, kode_cek))
    if tries.are_too_many:
        return Checked(Outcome.TOO_MANY)
    if fits:
        return Checked(Outcome.SHOWN, await session.get(Application, found))
    row = {"account_id": account_id, "number_hash": number_hash, "at": now}
    await (await session.connection()).execute(insert(WrongTry), row)
    return Checked(Outcome.NO)


async def _tries(session: AsyncSession, account_id: int, number_hash: bytes, now: datetime) -> Tries:
    lately = col(WrongTry.at) > now - DAY
    question = select(
        func.count().filter(col(WrongTry.account_id) == account_id),
        func.count().filter(col(WrongTry.number_hash) == number_hash),
        func.count().filter(col(WrongTry.at) > now - HOUR),
    ).where(lately)
    return Tries(*(await session.exec(question)).one())


async def forget(session: AsyncSession, now: datetime) -> int:
    """Tries that count no longer; returns how many are gone."""
    gone = delete(WrongTry).where(col(WrongTry.at) <= now - 7 * DAY)
    return int((await (await session.connection()).execute(gone)).rowcount)


async def many_tries(session: AsyncSession, now: datetime, least: int = OF_AN_ACCOUNT) -> list[tuple[int, int]]:
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
