"""What is due: one row for each occasion, with a unique key. APScheduler only wakes the bot up to look here.

waiting ──its time came──▶ handed over (a timer letter in the lane)
   └──too late to make sense──▶ missed
   └──no longer wanted──▶ called off
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Index, text, update
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.columns import word
from models.store import insert_for

WAITING = text("state = 'waiting'")


class DueState(StrEnum):
    WAITING = "waiting"
    HANDED_OVER = "handed_over"
    MISSED = "missed"
    CALLED_OFF = "called_off"


class DueKind(StrEnum):
    DRAFT_ENDS_SOON = "draft_ends_soon"
    DRAFT_ENDS = "draft_ends"
    PROMISE = "promise"


LATEST: dict[DueKind, timedelta | None] = {
    DueKind.DRAFT_ENDS_SOON: timedelta(days=2),  # after that the draft is about to end anyway
    DueKind.DRAFT_ENDS: None,
    DueKind.PROMISE: None,  # a broken promise is owned up to, however late
}
"""How late an occasion still makes sense; None: always caught up."""


class Due(SQLModel, table=True):
    __table_args__ = (Index("ix_due_waiting", "due_at", sqlite_where=WAITING, postgresql_where=WAITING),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    kind: DueKind = word(DueKind)
    lane: int = Field(sa_type=BigInteger)
    subject: int
    due_at: datetime
    state: DueState = word(DueState, DueState.WAITING)
    settled_at: datetime | None = None


async def remember(
    session: AsyncSession, kind: DueKind, *, lane: int, subject: int, due_at: datetime, occasion: str = ""
) -> None:
    """Write down an occasion; the same one again only moves its time."""
    insert = insert_for(session.get_bind().dialect.name)
    key = f"{kind}:{subject}:{occasion}"
    row = {
        "key": key,
        "kind": kind,
        "lane": lane,
        "subject": subject,
        "due_at": due_at,
        "state": DueState.WAITING,
    }
    statement = insert(Due).values(**row)
    await (await session.connection()).execute(
        statement.on_conflict_do_update(
            index_elements=["key"], set_={"due_at": due_at, "state": DueState.WAITING, "settled_at": None}
        )
    )


async def call_off(session: AsyncSession, kinds: list[DueKind], subject: int, now: datetime) -> None:
    await (await session.connection()).execute(
        update(Due)
        .where(col(Due.kind).in_(kinds), col(Due.subject) == subject, col(Due.state) == DueState.WAITING)
        .values(state=DueState.CALLED_OFF, settled_at=now)
        .execution_options(synchronize_session=False)
    )


async def come_due(session: AsyncSession, now: datetime, limit: int = 200) -> list[Due]:
    """Occasions whose time has come, oldest first; ours until this transaction ends."""
    question = select(Due).where(Due.state == DueState.WAITING, Due.due_at <= now).order_by(col(Due.due_at))
    return list(await session.exec(question.limit(limit).with_for_update(skip_locked=True)))


def is_too_late(due: Due, now: datetime) -> bool:
    latest: Any = LATEST[due.kind]
    return latest is not None and now - due.due_at > latest
