"""Dead letters: rows that our own code or Telegram could not process; lists, retries or drops them.

    inbox:  dead ──retry──▶ new, with all its tries      outbox:  failed (fault) ──retry──▶ queued
                └─drop──▶ done, emptied                                        └─drop──▶ cancelled, emptied

The bot may run meanwhile: each change checks the row's state again, so a row already retried is left alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, literal_column, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from models.audit import COMMAND, record
from models.keyring import keyring_of
from models.messaging.inbox import INBOX, InboxState
from models.messaging.outbox import HAS_FAULT, OUTBOX, CallState

INBOX_NAME, OUTBOX_NAME = "inbox", "outbox"
IS_DEAD = INBOX.c.state == literal_column(f"'{InboxState.DEAD}'")
UNKNOWN = "unknown"


@dataclass(frozen=True)
class DeadLetter:
    """One, without a word of what it says; `chat` only tells apart, it cannot be turned back into a number."""

    queue: str
    number: int
    what: str
    fault: str
    at: datetime | None
    chat: str
    can_retry: bool

    @property
    def name(self) -> str:
        return f"{self.queue}-{self.number}"


async def count_by_queue(session: AsyncSession) -> dict[str, int]:
    """Return how many, by queue."""
    connection = await session.connection()
    questions = {INBOX_NAME: (INBOX, IS_DEAD), OUTBOX_NAME: (OUTBOX, HAS_FAULT)}
    return {
        name: int((await connection.execute(select(func.count()).select_from(table).where(is_dead))).scalar_one())
        for name, (table, is_dead) in questions.items()
    }


async def dead_letters(session: AsyncSession) -> list[DeadLetter]:
    """Return all of both queues, the oldest first in each."""
    connection = await session.connection()
    came = select(INBOX.c.seq, INBOX.c.kind, INBOX.c.fault, INBOX.c.done_at, INBOX.c.chat_id, INBOX.c.body.is_not(None))
    went = select(
        OUTBOX.c.id, OUTBOX.c.method, OUTBOX.c.fault, OUTBOX.c.settled_at, OUTBOX.c.chat_id, OUTBOX.c.body.is_not(None)
    )
    rows = [(INBOX_NAME, row) for row in await connection.execute(came.where(IS_DEAD).order_by(INBOX.c.seq))]
    rows += [(OUTBOX_NAME, row) for row in await connection.execute(went.where(HAS_FAULT).order_by(OUTBOX.c.id))]
    return [_dead_letter(session, queue, row) for queue, row in rows]


def _dead_letter(session: AsyncSession, queue: str, row: Any) -> DeadLetter:
    number, what, fault, at, chat, has_content = row
    mark = keyring_of(session.get_bind().dialect).blind_index("dead letter", str(chat)).hex()[:6]
    return DeadLetter(queue, number, str(what), fault or UNKNOWN, at, mark, bool(has_content))


RETRY = {
    INBOX_NAME: update(INBOX)
    .where(IS_DEAD, INBOX.c.body.is_not(None))
    .values(state=InboxState.NEW, tries=0, done_at=None, fault=None),
    OUTBOX_NAME: update(OUTBOX)
    .where(HAS_FAULT, OUTBOX.c.body.is_not(None))
    .values(state=CallState.QUEUED, tries=0, used_up=0, retry_at=None, settled_at=None, reason=None, fault=None),
}
DROP = {
    INBOX_NAME: update(INBOX).where(IS_DEAD).values(state=InboxState.DONE, body=None, fault=None),
    OUTBOX_NAME: update(OUTBOX)
    .where(HAS_FAULT)
    .values(state=CallState.CANCELLED, body=None, fault=None, reason="Dropped by hand."),
}


async def retry(session: AsyncSession, items: Sequence[DeadLetter], now: datetime) -> int:
    """Put them back into their queues; returns how many were still there."""
    return await _change_each(session, items, RETRY, "retried_dead_letter", now)


async def drop(session: AsyncSession, items: Sequence[DeadLetter], now: datetime) -> int:
    """Empty them for good; returns how many were still there."""
    return await _change_each(session, items, DROP, "dropped_dead_letter", now)


async def _change_each(
    session: AsyncSession, items: Sequence[DeadLetter], change: dict[str, Any], act: str, now: datetime
) -> int:
    connection, changed = await session.connection(), 0
    for item in items:
        key = INBOX.c.seq if item.queue == INBOX_NAME else OUTBOX.c.id
        if (await connection.execute(change[item.queue].where(key == item.number))).rowcount:
            changed += 1
            await record(
                session, at=now, by=COMMAND, act=act, entity=item.queue, entity_id=item.number, before=item.fault
            )
    return changed
