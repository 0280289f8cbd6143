"""The inbox: every update is stored before it is confirmed to Telegram; a chat is served in order.

    new ──processed──▶ done
     └──three failures of our own code──▶ dead (an alert, and an apology to the person)

Besides Telegram's updates the queue of a chat carries internal events: a file that was fetched, a timer that ran out, a
message that could not be delivered, one that we could not make or send, one that could not be deleted.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Index,
    Select,
    Text,
    bindparam,
    cast,
    exists,
    func,
    literal_column,
    select,
    text,
    update,
)
from sqlmodel import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from models.columns import enum_column
from models.database import insert_for
from models.encrypted import PINNED, VERSION, EncryptedRow, encrypted
from models.in_array import in_array
from models.messaging.outbox import OUTBOX, CallState, Priority, in_state

MAX_TRIES = 3


class InboxState(StrEnum):
    NEW = "new"
    DONE = "done"
    DEAD = "dead"


class InboxKind(StrEnum):
    TELEGRAM = "telegram"
    FILE = "file"
    TIMER = "timer"
    UNDELIVERED = "undelivered"
    UNSENT = "unsent"
    STILL_THERE = "still_there"


IS_NEW, IS_DEAD = text("state = 'new'"), text("state = 'dead'")


class InboxItem(EncryptedRow, table=True):
    """One thing that came in. `body` is emptied when it is done; `update_id` stays to know it again."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index("ix_inbox_waiting", "seq", sqlite_where=IS_NEW, postgresql_where=IS_NEW),
        Index("ix_inbox_dead", "seq", sqlite_where=IS_DEAD, postgresql_where=IS_DEAD),
        Index("ix_inbox_chat", "chat_id", "seq", sqlite_where=IS_NEW, postgresql_where=IS_NEW),
    )

    seq: int | None = Field(default=None, primary_key=True)
    update_id: int | None = Field(default=None, sa_type=BigInteger, unique=True)
    chat_id: int = Field(sa_type=BigInteger, sa_column_kwargs=PINNED)
    kind: InboxKind = enum_column(InboxKind, InboxKind.TELEGRAM)
    state: InboxState = enum_column(InboxState, InboxState.NEW)
    tries: int = 0
    body: Any = encrypted("inbox.body", default=None, raises=False)
    came_at: datetime
    done_at: datetime | None = None
    fault: str | None = None
    """Of a dead letter: the class of the error and its place in our code."""


INBOX = InboxItem.__table__  # type: ignore[attr-defined]


class PendingItem(NamedTuple):
    """The first waiting item of its chat, with what the update processor needs of it."""

    seq: int
    update_id: int | None
    chat_id: int
    kind: InboxKind
    tries: int
    body: Any
    came_at: datetime


async def store_items(session: AsyncSession, items: Sequence[dict[str, Any]]) -> None:
    """Put updates into the inbox; one that is there already is left alone."""
    connection = await session.connection()
    await connection.execute(insert_statement(connection.dialect.name), [NEW_ITEM | item for item in items])


NEW_ITEM = {"state": InboxState.NEW, "tries": 0}


@cache
def insert_statement(dialect: str) -> Any:
    return insert_for(dialect)(INBOX).on_conflict_do_nothing(index_elements=["update_id"])


async def claim_heads(session: AsyncSession, limit: int) -> list[PendingItem]:
    """Claim the first waiting item of each chat, oldest first, until this transaction ends."""
    return await _claim(session, CLAIM_HEADS, {"most": limit})


async def claim_head(session: AsyncSession, seq: int) -> list[PendingItem]:
    """Claim one item, if it still is the first waiting one of its chat and no other process has claimed it."""
    return await _claim(session, CLAIM_HEAD, {"b_seq": seq, "most": 1})


async def _claim(session: AsyncSession, question: Select[Any], asked: dict[str, int]) -> list[PendingItem]:
    """Claim heads of chats that no other transaction is serving.

    A row lock (`FOR UPDATE SKIP LOCKED`) is not enough: ids are given out before the commit, so an older item may
    appear while a younger one of its chat is being served. Therefore PostgreSQL takes an advisory lock on the chat,
    until the transaction ends.
    """
    connection = await session.connection()
    if connection.dialect.name != "sqlite":
        question = lock_chats(question)
    return [PendingItem(*row) for row in await connection.execute(question, asked)]


def is_new(table: Any) -> Any:
    """Return the state as a literal word: only so do both databases see that the index of waiting rows holds the
    answer."""
    return table.c.state == literal_column(f"'{InboxState.NEW}'")


MAX_UNSENT = 30
"""Replies to one chat that may wait to be sent: with more, its items wait too (back-pressure). A user who reads the
answers never gets so far ahead; one who floods the bot is served as slowly as Telegram accepts replies, loses nothing,
and takes no time from others."""


def has_unsent_answers() -> Any:
    """Do more replies to this chat wait than MAX_UNSENT? Scheduled ones do not count."""
    unsent: Select[Any] = (
        select(literal_column("1"))
        .select_from(OUTBOX)
        .where(
            OUTBOX.c.chat_id == INBOX.c.chat_id,
            in_state(OUTBOX, CallState.QUEUED, CallState.SENDING),
            OUTBOX.c.priority == int(Priority.REPLY),
            OUTBOX.c.not_before.is_(None),
        )
    )
    return unsent.offset(MAX_UNSENT).limit(1).correlate(INBOX).exists()


def select_heads() -> Select[Any]:
    earlier = INBOX.alias()
    overtaken = exists().where(earlier.c.chat_id == INBOX.c.chat_id, earlier.c.seq < INBOX.c.seq, is_new(earlier))
    return (
        select(*(INBOX.c[name] for name in PendingItem._fields))
        .where(is_new(INBOX), ~overtaken, ~has_unsent_answers())
        .order_by(INBOX.c.seq)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True, of=INBOX)
    )


@cache
def lock_chats(question: Select[Any]) -> Select[Any]:
    """Select the heads whose chat gets its advisory lock (PostgreSQL)."""
    found = question.add_columns(INBOX.c[VERSION]).cte("found")
    chat_id = func.hashtext(cast(found.c.chat_id, Text))
    heads = select(*(found.c[name] for name in PendingItem._fields))
    return heads.where(func.pg_try_advisory_xact_lock(func.hashtext("chat_id"), chat_id)).order_by(found.c.seq)


CLAIM_HEADS = select_heads()
CLAIM_HEAD = CLAIM_HEADS.where(INBOX.c.seq == bindparam("b_seq"))
MARK_DONE = (
    update(INBOX)
    .where(in_array(INBOX.c.seq, "seqs"))
    .values(state=InboxState.DONE, body=None, done_at=bindparam("now"))
)
DEAD_LETTER = (
    update(INBOX)
    .where(INBOX.c.seq == bindparam("b_seq"))
    .values(state=InboxState.DEAD, done_at=bindparam("now"), fault=bindparam("fault"))
)
COUNT_FAILURE = (
    update(INBOX)
    .where(INBOX.c.seq == bindparam("b_seq"), INBOX.c.state == InboxState.NEW)
    .values(tries=INBOX.c.tries + 1)
    .returning(INBOX.c.tries)
)


async def mark_done(session: AsyncSession, seqs: Sequence[int], now: datetime) -> None:
    """Mark letters done; what is done keeps no content."""
    await (await session.connection()).execute(MARK_DONE, {"seqs": seqs, "now": now})


async def dead_letter(session: AsyncSession, seq: int, now: datetime, fault: str) -> None:
    """Dead-letter an item; its content stays for the operator who repairs our mistake (`sapa dead-letters`)."""
    await (await session.connection()).execute(DEAD_LETTER, {"b_seq": seq, "now": now, "fault": fault})


async def count_failure(session: AsyncSession, seq: int) -> int:
    """Count a failure of our own code; returns how many there are now, 0 if another process has served it since."""
    return int((await (await session.connection()).execute(COUNT_FAILURE, {"b_seq": seq})).scalar() or 0)
