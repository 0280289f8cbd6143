"""The outbox: every call to Telegram that must not be lost is a row, committed with the facts it tells.

    queued ──▶ sending ──▶ sent
       ▲          │ ├────▶ failed (reason)
       │          │ └────▶ uncertain (bulk whose answer was lost: counted and shown, not sent again)
       └──────────┘ try again: not sent for sure, or a personal message whose answer was lost
    queued ──▶ cancelled (reason)

`sending` is committed before the call. Within a chat the rows go out in order: a row waits for every earlier one of its
chat that is due, also for one that Telegram asked us to hold back. Only an unsent announcement is overtaken by personal
messages.

Messages of one transaction to one chat have consecutive ids and are claimed as one batch. Its calls still go out one
after another, each when the one before it has arrived.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    BigInteger,
    Executable,
    Index,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal_column,
    null,
    or_,
    select,
    text,
    update,
)
from sqlmodel import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from models.binding import bound
from models.columns import enum_column
from models.encrypted import PINNED, EncryptedRow, NotIntact, encrypted
from models.messaging.long_messages import fit_to_limits


class CallState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"


class Priority(IntEnum):
    """Who goes first: an answer to a person, a personal notice, an announcement to many."""

    REPLY = 0
    NOTICE = 1
    BULK = 2


OPEN, OVER = text("state IN ('queued', 'sending')"), text("state NOT IN ('queued', 'sending')")
WITH_FAULT = text("fault IS NOT NULL")
"""Written out: the index of a part of the table serves questions in the very same words."""


APOLOGY = "apology"
"""The reference of an apology for a message that failed: should it fail too, no further apology is sent."""


class Call(EncryptedRow, table=True):
    """One durable call: a message, an edit, a deletion, a document."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_open", "priority", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_outbox_chat", "chat_id", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_outbox_aside", "id", sqlite_where=WITH_FAULT, postgresql_where=WITH_FAULT),
        Index("ix_outbox_over", "chat_id", sqlite_where=OVER, postgresql_where=OVER),
    )

    id: int | None = Field(default=None, primary_key=True)
    chat_id: int = Field(sa_type=BigInteger, sa_column_kwargs=PINNED)
    priority: int = Priority.REPLY
    method: str
    body: Any = encrypted("outbox.body", default=None, raises=False)
    reference: str | None = None
    state: CallState = enum_column(CallState, CallState.QUEUED)
    reason: str | None = None
    tries: int = 0
    lost_answers: int = 0
    used_up: int = 0
    """Of its allowance of failures (bot/retry_budget.py)."""
    made_at: datetime
    not_before: datetime | None = None
    retry_at: datetime | None = None
    sending_at: datetime | None = None
    settled_at: datetime | None = None
    message_id: int | None = Field(default=None, sa_type=BigInteger)
    delete_after: int | None = None
    """Seconds after which the message leaves its chat; its text here is emptied as soon as it was sent. With 0 only the
    text goes: the person it speaks of was erased meanwhile. None: it stays in the chat, and here for the days of the
    office."""
    fault: str | None = None
    """Of a call that was dead-lettered for a mistake of ours (dead_letters.py): the class of the failure."""


OUTBOX = Call.__table__  # type: ignore[attr-defined]
HAS_FAULT = OUTBOX.c.fault.is_not(None)


class ClaimedCall(NamedTuple):
    """A claimed call, as the sender needs it."""

    id: int
    chat_id: int
    priority: int
    method: str
    body: dict[str, Any] | NotIntact
    tries: int
    lost_answers: int
    delete_after: int | None = None
    used_up: int = 0
    reference: str | None = None


MAX_BATCH = 4
"""Calls: as many of one chat are claimed together at most."""
COLUMNS = [OUTBOX.c[name] for name in ClaimedCall._fields]
ENQUEUE = insert(OUTBOX)
DEFAULTS = {"state": CallState.QUEUED, "tries": 0, "lost_answers": 0, "delete_after": None, "used_up": 0}


async def enqueue(session: AsyncSession, calls: Sequence[dict[str, Any]]) -> None:
    """Put calls into the outbox; each dict has chat_id, weight, method, body, reference, made_at, not_before.

    What Telegram would refuse for its length goes in as several (models/messaging/long_messages.py).
    """
    if calls:
        rows = [DEFAULTS | part for call in calls for part in fit_to_limits(call)]
        await (await session.connection()).execute(ENQUEUE, rows)


async def claim(
    session: AsyncSession, now: datetime, limit: int, least_urgent: Priority = Priority.BULK
) -> list[ClaimedCall]:
    """Mark the next due calls as being sent and return them, lightest first; of each chat one, or one batch in order.

    Of a chat with nothing under way only; at most `limit` calls.
    """
    if limit <= 0:
        return []
    connection = await session.connection()
    asked = {"now": now, "most": limit, "least_urgent": int(least_urgent)}
    claimed = [ClaimedCall(*row) for row in await connection.execute(CLAIM, asked)]
    return sorted(claimed, key=lambda call: (call.priority, call.id))


def in_state(table: Any, *states: CallState) -> Any:
    """Return the state as literal words: only so do both databases see that the index of open rows holds the answer."""
    return table.c.state.in_([literal_column(f"'{state}'") for state in states])


def first_due_calls() -> CTE:
    """Return the first due call of each chat that has nothing under way.

    What was last sent in the future was put off before the clock was set back: its wait is over. The rows are locked
    because for a moment after the lead was lost there may be two senders.
    """
    now: Any = bindparam("now")
    return (
        select(OUTBOX.c.id, OUTBOX.c.chat_id, OUTBOX.c.priority)
        .where(
            in_state(OUTBOX, CallState.QUEUED, CallState.SENDING),
            in_state(OUTBOX, CallState.QUEUED),
            OUTBOX.c.priority <= bindparam("least_urgent"),
            or_(OUTBOX.c.not_before.is_(None), OUTBOX.c.not_before <= now),
            or_(OUTBOX.c.retry_at.is_(None), OUTBOX.c.retry_at <= now, OUTBOX.c.sending_at > now),
            ~is_blocked(now),
        )
        .order_by(OUTBOX.c.priority, OUTBOX.c.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True, of=OUTBOX)
        .cte("heads")
    )


def is_blocked(now: Any) -> Any:
    """Is another call of the same chat under way, or due before this one?"""
    other = OUTBOX.alias()
    is_personal, is_earlier = other.c.priority < Priority.BULK, other.c.id < OUTBOX.c.id
    is_due_before = and_(
        in_state(other, CallState.QUEUED),
        or_(and_(is_personal, is_earlier), and_(OUTBOX.c.priority == Priority.BULK, or_(is_personal, is_earlier))),
        or_(other.c.not_before.is_(None), other.c.not_before <= now),
    )
    return exists().where(
        other.c.chat_id == OUTBOX.c.chat_id,
        in_state(other, CallState.QUEUED, CallState.SENDING),
        or_(in_state(other, CallState.SENDING), is_due_before),
    )


def select_due_batches() -> Select[Any]:
    """Return the numbers of the heads, and of what stands right behind each and may be coupled to it."""
    heads, call = first_due_calls(), OUTBOX.alias()
    follows = and_(call.c.priority < Priority.BULK, call.c.not_before.is_(None), call.c.retry_at.is_(None))
    place = func.row_number().over(partition_by=heads.c.id, order_by=call.c.id) - 1
    found = (
        select(call.c.id, heads.c.priority, (call.c.id - heads.c.id == place).label("is_coupled"))
        .join_from(heads, call, call.c.id.between(heads.c.id, heads.c.id + MAX_BATCH - 1))
        .where(call.c.chat_id == heads.c.chat_id, in_state(call, CallState.QUEUED, CallState.SENDING))
        .where(call.c.priority == heads.c.priority, in_state(call, CallState.QUEUED))
        .where(or_(call.c.id == heads.c.id, follows))
        .subquery()
    )
    return select(found.c.id).where(found.c.is_coupled).order_by(found.c.priority, found.c.id).limit(bindparam("most"))


def claim_statement() -> Executable:
    """Build the statement that marks due calls as being sent and returns them; `tries` as they were before."""
    tries = (OUTBOX.c.tries - 1).label("tries")
    return (
        update(OUTBOX)
        .where(OUTBOX.c.id.in_(select_due_batches()))
        .values(state=CallState.SENDING, tries=OUTBOX.c.tries + 1, sending_at=bindparam("now"))
        .returning(*(tries if column.name == "tries" else column for column in COLUMNS))
    )


CLAIM = claim_statement()
SELECT_SENDING = select(*COLUMNS).where(
    in_state(OUTBOX, CallState.QUEUED, CallState.SENDING), in_state(OUTBOX, CallState.SENDING)
)
SETTLED = ("state", "reason", "message_id", "retry_at", "settled_at", "lost_answers", "tries", "used_up", "fault")
SETTLED_AT = bindparam("settled_at", type_=OUTBOX.c.settled_at.type)
BODY_AFTER = case((and_(OUTBOX.c.delete_after.is_not(None), SETTLED_AT.is_not(None)), null()), else_=OUTBOX.c.body)
"""What is left of a call's words once it is settled."""
SETTLE = (
    update(OUTBOX)
    .where(
        OUTBOX.c.id == bindparam("b_id"),
        OUTBOX.c.state == CallState.SENDING,
        OUTBOX.c.lost_answers == bindparam("b_lost"),
    )
    .values({name: bindparam(name) for name in SETTLED if name != "settled_at"})
    .values(settled_at=SETTLED_AT, body=BODY_AFTER)
)


async def schedule_deletion(session: AsyncSession, call: ClaimedCall, message_id: int, now: datetime) -> None:
    """Schedule the deletion of a temporary message that was sent."""
    deletion: dict[str, Any] = {
        "chat_id": call.chat_id,
        "priority": int(Priority.NOTICE),
        "method": "deleteMessage",
        "body": {"chat_id": call.chat_id, "message_id": message_id},
        "reference": None,
        "made_at": now,
        "not_before": now + timedelta(seconds=call.delete_after or 0),
    }
    await enqueue(session, [deletion])


async def interrupted_calls(session: AsyncSession) -> list[ClaimedCall]:
    """Return calls left in `sending` by a process that is gone: whether they arrived is unknown."""
    return [ClaimedCall(*row) for row in await (await session.connection()).execute(SELECT_SENDING)]


async def change_chat_id(session: AsyncSession, call: ClaimedCall, chat_id: int) -> None:
    """Move a call to the chat's new id (a group became a supergroup)."""
    assert isinstance(call.body, dict)
    moved = {"id": call.id, "chat_id": chat_id, "body": call.body | {"chat_id": chat_id}}
    await (await session.connection()).execute(
        update(OUTBOX).where(OUTBOX.c.id == call.id).values(bound(OUTBOX, moved))
    )


async def settle(session: AsyncSession, outcomes: Sequence[dict[str, Any]]) -> None:
    """Write the results of calls: dicts with b_id, b_lost and the columns named in SETTLED.

    `b_lost` are the lost answers at the claim (optimistic concurrency): the process that takes a call over counts one
    more, so that a late answer to the former sender settles nothing.
    """
    if outcomes:
        await (await session.connection()).execute(SETTLE, [{"fault": None} | outcome for outcome in outcomes])
