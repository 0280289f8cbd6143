"""The outbox: every call to Telegram that must not be lost is a row, written with the facts it speaks of.

    queued ──▶ sending ──▶ sent
       ▲          │ ├────▶ failed (reason)
       │          │ └────▶ uncertain (bulk whose answer was lost: counted and shown, not sent again)
       └──────────┘ try again: not sent for sure, or a personal message whose answer was lost
    queued ──▶ cancelled (reason)

`sending` is committed before the call. Within a chat the rows go out in order: a row waits for every
earlier one of its chat that is due, also for one that Telegram asked us to hold back.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Index, Select, and_, bindparam, exists, insert, or_, select, text, update
from sqlalchemy.orm import aliased
from sqlmodel import Field, SQLModel, col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.columns import word
from models.secrets import sealed


class CallState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"


class Weight(IntEnum):
    """Who goes first: an answer to a person, a personal notice, an announcement to many."""

    REPLY = 0
    NOTICE = 1
    BULK = 2


OPEN = text("state IN ('queued', 'sending')")


class Call(SQLModel, table=True):
    """One durable call: a message, an edit, a deletion, a document."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_open", "weight", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_outbox_chat", "chat_id", "id", sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: int | None = Field(default=None, primary_key=True)
    chat_id: int = Field(sa_type=BigInteger)
    weight: int = Weight.REPLY
    method: str
    body: Any = sealed("outbox.body", default=None)
    reference: str | None = None
    state: CallState = word(CallState, CallState.QUEUED)
    reason: str | None = None
    tries: int = 0
    lost_answers: int = 0
    made_at: datetime
    not_before: datetime | None = None
    retry_at: datetime | None = None
    sending_at: datetime | None = None
    settled_at: datetime | None = None
    message_id: int | None = Field(default=None, sa_type=BigInteger)


async def enqueue(session: AsyncSession, calls: Sequence[dict[str, Any]]) -> None:
    if calls:
        await session.execute(insert(Call), list(calls))


class Due(NamedTuple):
    """A claimed call, as the sender needs it."""

    id: int
    chat_id: int
    weight: int
    method: str
    body: dict[str, Any]
    tries: int
    lost_answers: int
    state: CallState


async def claim(session: AsyncSession, now: datetime, limit: int, heaviest: Weight = Weight.BULK) -> list[Due]:
    """Mark the next due calls, at most one a chat, as being sent and return them, lightest first."""
    due = [Due(*row) for row in await session.execute(due_heads(now, limit, heaviest))]
    if due:
        mark = update(Call).where(col(Call.id).in_([call.id for call in due]))
        mark = mark.values(state=CallState.SENDING, tries=Call.tries + 1, sending_at=now)
        await session.execute(mark.execution_options(synchronize_session=False))
    return due


def due_heads(now: datetime, limit: int, heaviest: Weight) -> Select[Any]:
    """The first due call of each chat that has nothing under way."""
    earlier = aliased(Call)
    blocked = exists().where(
        col(earlier.chat_id) == Call.chat_id,
        col(earlier.id) < Call.id,
        or_(
            col(earlier.state) == CallState.SENDING,
            and_(
                col(earlier.state) == CallState.QUEUED,
                or_(col(earlier.not_before).is_(None), col(earlier.not_before) <= now),
            ),
        ),
    )
    columns = [getattr(Call, name) for name in Due._fields]
    return (
        select(*columns)
        .where(
            col(Call.state) == CallState.QUEUED,
            col(Call.weight) <= heaviest,
            or_(col(Call.not_before).is_(None), col(Call.not_before) <= now),
            or_(col(Call.retry_at).is_(None), col(Call.retry_at) <= now),
            ~blocked,
        )
        .order_by(col(Call.weight), col(Call.id))
        .limit(limit)
    )


async def left_in_the_middle(session: AsyncSession) -> list[Due]:
    """Calls that a process which is gone had under way: nobody knows whether they arrived."""
    columns = [getattr(Call, name) for name in Due._fields]
    return [Due(*row) for row in await session.execute(select(*columns).where(col(Call.state) == CallState.SENDING))]


async def settle(session: AsyncSession, outcomes: Sequence[dict[str, Any]]) -> None:
    """Write what became of calls: dicts with b_id, state, reason, message_id, retry_at, settled_at, lost_answers."""
    if not outcomes:
        return
    table = Call.__table__  # type: ignore[attr-defined]
    statement = (
        update(table)
        .where(table.c.id == bindparam("b_id"), table.c.state == CallState.SENDING)
        .values(
            {
                name: bindparam(name)
                for name in (
                    "state",
                    "reason",
                    "message_id",
                    "retry_at",
                    "settled_at",
                    "lost_answers",
                    "tries",
                )
            }
        )
    )
    connection = await session.connection()
    await connection.execute(statement, list(outcomes))
