"""Figures of the running bot from the database: queues, dead letters, scheduled events.

For /metrics and the doctor. Counted by the indexes of waiting rows, never by walking through a table.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import heartbeat
from models.audit import Audit
from models.audit_seal import AuditSeal
from models.messaging import dead_letters
from models.messaging.inbox import INBOX, InboxItem, is_new
from models.messaging.outbox import OUTBOX, CallState, Priority, in_state
from models.scheduled import ScheduledEvent, ScheduledState

BACKUP = "backup"
"""The act under which `sapa backup` writes into the audit log."""


@dataclass(frozen=True)
class Queue:
    """How many wait, and how long the oldest does, in seconds."""

    waiting: int = 0
    oldest: float = 0


@dataclass(frozen=True)
class Figures:
    """All of them, at one moment."""

    inbox: Queue
    outbox: dict[str, Queue]
    dead: dict[str, int]
    due: int
    overdue: int
    unsealed: Queue
    sealed_at: datetime | None
    update_at: datetime | None
    heard_at: datetime | None
    sent_at: datetime | None
    backup_at: datetime | None
    at: datetime = field(compare=False)


async def figures(session: AsyncSession, now: datetime) -> Figures:
    beats = await heartbeat.seen(session)
    sealed = await _last_seal(session)
    return Figures(
        inbox=await _inbox(session, now),
        outbox=await _outbox(session, now),
        dead=await dead_letters.count_by_queue(session),
        due=await _due(session),
        overdue=await _due(session, now),
        unsealed=await _unsealed(session, sealed, now),
        sealed_at=sealed.made_at if sealed else None,
        update_at=(await session.exec(select(InboxItem.came_at).order_by(col(InboxItem.seq).desc()).limit(1))).first(),
        heard_at=max((one.heard_at for one in beats if one.heard_at), default=None),
        sent_at=max((one.sent_at for one in beats if one.sent_at), default=None),
        backup_at=await backup_at(session),
        at=now,
    )


async def _inbox(session: AsyncSession, now: datetime) -> Queue:
    question = select(func.count(), func.min(InboxItem.came_at)).where(is_new(INBOX))
    return _queue(*(await session.exec(question)).one(), now)


async def _outbox(session: AsyncSession, now: datetime) -> dict[str, Queue]:
    """Count open calls by priority, without those that are scheduled for later."""
    is_due = or_(OUTBOX.c.not_before.is_(None), OUTBOX.c.not_before <= now)
    question = (
        select(OUTBOX.c.priority, func.count(), func.min(OUTBOX.c.made_at))
        .where(in_state(OUTBOX, CallState.QUEUED, CallState.SENDING), is_due)
        .group_by(OUTBOX.c.priority)
    )
    found = {Priority(priority): _queue(count, oldest, now) for priority, count, oldest in await session.exec(question)}
    return {priority.name.lower(): found.get(priority, Queue()) for priority in Priority}


def _queue(count: int, oldest: datetime | None, now: datetime) -> Queue:
    return Queue(count, max(0.0, (now - oldest).total_seconds()) if oldest else 0.0)


async def _due(session: AsyncSession, until: datetime | None = None) -> int:
    """Count scheduled events; with `until` those that are due and not handed over yet."""
    question = (
        select(func.count()).select_from(ScheduledEvent).where(col(ScheduledEvent.state) == ScheduledState.WAITING)
    )
    if until is not None:
        question = question.where(col(ScheduledEvent.due_at) <= until)
    return int((await session.exec(question)).one())


async def _last_seal(session: AsyncSession) -> AuditSeal | None:
    return (await session.exec(select(AuditSeal).order_by(col(AuditSeal.id).desc()).limit(1))).first()


async def _unsealed(session: AsyncSession, sealed: AuditSeal | None, now: datetime) -> Queue:
    """Count rows of the audit log that no seal covers yet."""
    question = select(func.count(), func.min(Audit.at)).where(col(Audit.id) > (sealed.last if sealed else 0))
    return _queue(*(await session.exec(question)).one(), now)


async def backup_at(session: AsyncSession) -> datetime | None:
    """Return when the newest backup was taken of this database; None: never, or before the days of the audit log."""
    question = select(Audit.at).where(col(Audit.act) == BACKUP).order_by(col(Audit.id).desc()).limit(1)
    return (await session.exec(question)).first()
