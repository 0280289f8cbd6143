"""The audit log sealed in a chain: digests of finished stretches, each over its rows and the seal before it.

    rows 1…412 ──▶ seal 1 ──▶ rows 413…980 + seal 1 ──▶ seal 2 ──▶ …          the newest rows wait for the next seal

    rows 1…412 are past the office's days ──▶ seal 1 alone is left, and says so ──▶ the log can be proved from 413 on

A seal is made afterwards, never with an update. It is keyed (HMAC): an attacker who can write the database but has not
the secret key cannot forge the chain. It cannot detect that rows and seals were cut off at the end together; for that
the last seal is printed, to be kept elsewhere.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

import orjson
from sqlalchemy import LargeBinary, delete, func, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.audit import Audit, record
from models.database import Database, advisory_lock
from models.encrypted import NotIntact
from models.keyring import Keyring, keyring_of

FINISHED = timedelta(minutes=15)
"""No transaction is open for as long: no row of an earlier number can still appear among those that are older."""
NOT_NOW, WAIT = "55P03", "2s"
"""PostgreSQL's lock_not_available, and how long a lock of the log is waited for: updates wait as long."""
MAX_ROWS = 1_000
"""Rows under one seal, at most."""
BY_MARKS = 2
"""The form of seals now: over the marks of notes, so that a note can be emptied. Those before were over the notes."""
LOCK = "audit seals"
"""What only one may do at a time."""


class AuditSeal(SQLModel, table=True):
    """The digest of rows `first` to `last`, `count` of them: numbers may have gaps, a row that was is never missing.

    `cut_at`: when these rows, and all before them, were removed; `cut_mark` proves that it was done here.
    """

    __tablename__ = "audit_seal"

    id: int | None = Field(default=None, primary_key=True)
    first: int
    last: int
    count: int
    digest: bytes = Field(sa_type=LargeBinary)
    made_at: datetime
    form: int | None = None
    cut_at: datetime | None = None
    cut_mark: bytes | None = Field(default=None, sa_type=LargeBinary)


@dataclass(frozen=True, slots=True)
class SealVerdict:
    """What a look at the whole chain found. `broken`: the first seal that does not fit its rows.

    `cut`: the seal up to which rows were removed after the office's days; what follows it is proved.
    """

    rows: int
    seals: int
    unsealed: int
    last: AuditSeal | None
    broken: AuditSeal | None = None
    cut: AuditSeal | None = None


async def seal_all(store: Database, now: datetime) -> int:
    """Seal every row that is committed by now, the newest too; returns how many rows.

    PostgreSQL: a table lock waits for transactions that have written to the log, and new ones wait for it. Where that
    takes too long, only rows older than FINISHED are sealed this time.
    """
    count = some = await _seal_locked(store, now)
    while some == MAX_ROWS:  # else constant writers would keep this going
        some = await _seal_locked(store, now)
        count += some
    return count


async def _seal_locked(store: Database, now: datetime) -> int:
    try:
        async with store.transaction() as session:
            await advisory_lock(session, LOCK)
            await _lock_log(session)
            return await seal_some(session, now, all_are_finished=True)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != NOT_NOW:
            raise
    async with store.transaction() as session:
        await advisory_lock(session, LOCK)
        return await seal_some(session, now)


async def _lock_log(session: AsyncSession) -> None:
    """Lock the log against writers until this transaction ends; SQLite has a single writer anyway."""
    connection = await session.connection()
    if connection.dialect.name != "sqlite":
        await connection.execute(text(f"SET LOCAL lock_timeout = '{WAIT}'"))
        await connection.execute(text("LOCK TABLE audit IN SHARE MODE"))


async def seal_some(session: AsyncSession, now: datetime, *, all_are_finished: bool = False) -> int:
    """Seal the next stretch of finished rows; returns how many rows. The caller holds the advisory lock."""
    before = await _last(session)
    newer = await _rows(session, before.last if before else 0)
    rows = newer if all_are_finished else list(takewhile(lambda row: row.at <= now - FINISHED, newer))
    if rows:
        seal = AuditSeal(
            first=rows[0].id or 0, last=rows[-1].id or 0, count=len(rows), digest=b"", made_at=now, form=BY_MARKS
        )
        seal.digest = _digest(session, before, seal, rows)
        session.add(seal)
    return len(rows)


async def cut(session: AsyncSession, seals: Sequence[int], now: datetime) -> None:
    """Remove the rows up to the last of these seals, and the seals before it: it is where the chain begins now."""
    await advisory_lock(session, LOCK)
    last = await session.get_one(AuditSeal, max(seals))
    connection = await session.connection()
    await connection.execute(delete(Audit).where(col(Audit.id) <= last.last))
    await connection.execute(delete(AuditSeal).where(col(AuditSeal.id) < last.id))
    last.cut_at = now
    last.cut_mark = _cut_mark(session, last)
    session.add(last)
    upto = str(last.last)
    await record(session, at=now, by=None, act="cut_log", entity="audit_seal", entity_id=last.id, after=upto)


async def clear_notes(session: AsyncSession, entity: str, things: Sequence[int]) -> None:
    """Empty what was noted about these things; who did what and when stays, and so do notes under seals of before."""
    keys = keyring_of(session.get_bind().dialect)
    before = select(func.max(AuditSeal.last)).where(col(AuditSeal.form).is_(None)).scalar_subquery()
    about = select(Audit).where(col(Audit.entity_id).in_(things), Audit.entity == entity, col(Audit.note).is_not(None))
    for row in await session.exec(about.where(col(Audit.id) > func.coalesce(before, 0))):
        row.note_mark, row.note = mark_of(row, keys), None
        session.add(row)


def mark_of(row: Audit, keys: Keyring) -> bytes | None:
    """Return the keyed hash of a note, which the seals cover; it stays when the note is emptied. One that is not intact
    fits no seal."""
    if row.note is None:
        return row.note_mark
    note = {"not": "intact"} if isinstance(row.note, NotIntact) else row.note
    return keys.blind_index("audit note", orjson.dumps([row.id, note]).decode())


async def verify(session: AsyncSession) -> SealVerdict:
    """Go through the chain from its beginning and compare each seal with its rows."""
    await advisory_lock(session, LOCK)
    start = await _beginning(session)
    if start is not None and not await _was_cut_here(session, start):
        return SealVerdict(0, 0, 0, None, broken=start, cut=start)
    before, count, seals = start, 0, 0
    async for seal in _seals(session, start.id or 0 if start else 0):
        seals += 1
        rows = await _rows_of_seal(session, before.last if before else 0, seal.last)
        if seal.cut_at or len(rows) != seal.count or _digest(session, before, seal, rows) != seal.digest:
            return SealVerdict(count, seals, 0, before, broken=seal, cut=start)
        count += len(rows)
        before = seal
    unsealed = len(list(await session.exec(select(Audit.id).where(col(Audit.id) > (before.last if before else 0)))))
    return SealVerdict(count, seals, unsealed, before, cut=start)


async def _beginning(session: AsyncSession) -> AuditSeal | None:
    """Return the seal up to which rows were removed, if any were."""
    first = (await session.exec(select(AuditSeal).order_by(col(AuditSeal.id)).limit(1))).first()
    return first if first is not None and first.cut_at is not None else None


async def _was_cut_here(session: AsyncSession, seal: AuditSeal) -> bool:
    """Is the cut mark valid, with no rows before it? Without the key it cannot be forged."""
    left = (await session.exec(select(Audit.id).where(col(Audit.id) <= seal.last).limit(1))).first()
    return left is None and seal.cut_mark == _cut_mark(session, seal)


async def _last(session: AsyncSession) -> AuditSeal | None:
    return (await session.exec(select(AuditSeal).order_by(col(AuditSeal.id).desc()).limit(1))).first()


async def _seals(session: AsyncSession, number: int) -> AsyncIterator[AuditSeal]:
    """Yield the seals behind a number one after another, so that a log of years is never in memory whole."""
    while seal := (
        await session.exec(select(AuditSeal).where(col(AuditSeal.id) > number).order_by(col(AuditSeal.id)).limit(1))
    ).first():
        number = seal.id or 0
        yield seal


async def _rows(session: AsyncSession, after: int) -> list[Audit]:
    return list(await session.exec(select(Audit).where(col(Audit.id) > after).order_by(col(Audit.id)).limit(MAX_ROWS)))


async def _rows_of_seal(session: AsyncSession, after: int, last: int) -> list[Audit]:
    question = select(Audit).where(col(Audit.id) > after, col(Audit.id) <= last).order_by(col(Audit.id))
    return list(await session.exec(question))


def _digest(session: AsyncSession, before: AuditSeal | None, seal: AuditSeal, rows: Iterable[Audit]) -> bytes:
    """Over what the rows say, not over how it is encrypted: the digest stays the same under another data key."""
    said = [[seal.first, seal.last, seal.count], before.digest.hex() if before else None]
    lines = [
        [row.id, row.at.isoformat(), row.by, row.act, row.entity, row.entity_id, row.before, row.after, note]
        for row, note in ((row, _note(session, seal, row)) for row in rows)
    ]
    return keyring_of(session.get_bind().dialect).blind_index("audit seal", orjson.dumps([said, lines]).decode())


def _note(session: AsyncSession, seal: AuditSeal, row: Audit) -> Any:
    if seal.form != BY_MARKS:
        return {"not": "intact"} if isinstance(row.note, NotIntact) else row.note
    mark = mark_of(row, keyring_of(session.get_bind().dialect))
    return mark.hex() if mark else None


def _cut_mark(session: AsyncSession, seal: AuditSeal) -> bytes:
    said = [seal.id, seal.first, seal.last, seal.count, seal.digest.hex(), seal.cut_at and seal.cut_at.isoformat()]
    return keyring_of(session.get_bind().dialect).blind_index("audit cut", orjson.dumps(said).decode())
