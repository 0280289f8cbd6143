"""The audit log sealed in a chain: digests of finished stretches, each over its rows and the seal before it.

    rows 1…412 ──▶ seal 1 ──▶ rows 413…980 + seal 1 ──▶ seal 2 ──▶ …          the newest rows wait for the next seal

A seal is made afterwards, never in a turn. It is keyed: whoever can write the database but has not the secret key
cannot make a chain that fits. What it cannot see by itself is the end cut off, rows and seals together; for that the
last seal is printed, to be kept elsewhere.
"""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

import orjson
from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.audit import Audit
from models.secrets import keyring_of

FINISHED = timedelta(minutes=15)
"""No transaction is open for as long: no row of an earlier number can still appear among those that are older."""
STRETCH = 1_000
"""Rows under one seal, at most."""


class AuditSeal(SQLModel, table=True):
    """The digest of rows `first` to `last`, `count` of them: numbers may have gaps, a row that was is never missing."""

    __tablename__ = "audit_seal"

    id: int | None = Field(default=None, primary_key=True)
    first: int
    last: int
    count: int
    digest: bytes = Field(sa_type=LargeBinary)
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look at the whole chain found. `broken`: the first seal that does not fit its rows."""

    rows: int
    seals: int
    unsealed: int
    last: AuditSeal | None
    broken: AuditSeal | None = None


async def seal_some(session: AsyncSession, now: datetime) -> int:
    """Seal the next stretch of finished rows; returns how many rows. Nobody else may do it at the same time."""
    before = await _last(session)
    newer = await _rows(session, before.last if before else 0)
    rows = list(takewhile(lambda row: row.at <= now - FINISHED, newer))
    if rows:
        seal = AuditSeal(first=rows[0].id or 0, last=rows[-1].id or 0, count=len(rows), digest=b"", made_at=now)
        seal.digest = _digest(session, before, seal, rows)
        session.add(seal)
    return len(rows)


async def verify(session: AsyncSession) -> Verdict:
    """Go through the chain from its beginning and compare each seal with its rows."""
    before: AuditSeal | None = None
    count = 0
    seals = 0
    async for seal in _seals(session):
        seals += 1
        rows = await _stretch(session, before.last if before else 0, seal.last)
        if len(rows) != seal.count or _digest(session, before, seal, rows) != seal.digest:
            return Verdict(count, seals, 0, before, broken=seal)
        count += len(rows)
        before = seal
    unsealed = len(list(await session.exec(select(Audit.id).where(col(Audit.id) > (before.last if before else 0)))))
    return Verdict(count, seals, unsealed, before)


async def _last(session: AsyncSession) -> AuditSeal | None:
    return (await session.exec(select(AuditSeal).order_by(col(AuditSeal.id).desc()).limit(1))).first()


async def _seals(session: AsyncSession) -> AsyncIterator[AuditSeal]:
    """One after another, so that a log of years is never in memory whole."""
    number = 0
    while seal := (
        await session.exec(select(AuditSeal).where(col(AuditSeal.id) > number).order_by(col(AuditSeal.id)).limit(1))
    ).first():
        number = seal.id or 0
        yield seal


async def _rows(session: AsyncSession, after: int) -> list[Audit]:
    return list(await session.exec(select(Audit).where(col(Audit.id) > after).order_by(col(Audit.id)).limit(STRETCH)))


async def _stretch(session: AsyncSession, after: int, last: int) -> list[Audit]:
    question = select(Audit).where(col(Audit.id) > after, col(Audit.id) <= last).order_by(col(Audit.id))
    return list(await session.exec(question))


def _digest(session: AsyncSession, before: AuditSeal | None, seal: AuditSeal, rows: Iterable[Audit]) -> bytes:
    """Over what the rows say, not over how it is encrypted: the digest stays the same under another data key."""
    said = [[seal.first, seal.last, seal.count], before.digest.hex() if before else None]
    lines = [
        [row.id, row.at.isoformat(), row.by, row.act, row.thing, row.thing_id, row.was, row.became, row.note]
        for row in rows
    ]
    return keyring_of(session.get_bind().dialect).find_by("audit seal", orjson.dumps([said, lines]).decode())
