"""The inbox: every update is a row before Telegram hears that we have it; a lane is served in order.

    new ──turn──▶ done
     └──three failures of our own code──▶ dead (an alert, and an honest word to the person)

Lane = the chat. Besides Telegram's updates the same lanes carry what came back to us: a file that was
fetched, a timer that ran out, a message that could not be delivered.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Index, exists, select, text, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import aliased
from sqlmodel import Field, SQLModel, col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.columns import word
from models.secrets import sealed

TRIES = 3


class LetterState(StrEnum):
    NEW = "new"
    DONE = "done"
    DEAD = "dead"


class LetterKind(StrEnum):
    TELEGRAM = "telegram"
    FILE = "file"
    TIMER = "timer"
    UNDELIVERED = "undelivered"


WAITING = text("state = 'new'")


class Letter(SQLModel, table=True):
    """One thing that came in. `body` is emptied when it is done; `update_id` stays to know it again."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index("ix_inbox_waiting", "seq", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("ix_inbox_lane", "lane", "seq", sqlite_where=WAITING, postgresql_where=WAITING),
    )

    seq: int | None = Field(default=None, primary_key=True)
    update_id: int | None = Field(default=None, sa_type=BigInteger, unique=True)
    lane: int = Field(sa_type=BigInteger)
    kind: LetterKind = word(LetterKind, LetterKind.TELEGRAM)
    state: LetterState = word(LetterState, LetterState.NEW)
    tries: int = 0
    body: Any = sealed("inbox.body", default=None)
    came_at: datetime
    done_at: datetime | None = None


async def post(session: AsyncSession, letters: Sequence[dict[str, Any]]) -> None:
    """Put updates into the inbox; one that is there already is left alone."""
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else pg_insert
    statement = insert(Letter).on_conflict_do_nothing(index_elements=["update_id"])
    await session.execute(statement, list(letters))


class Head(NamedTuple):
    """A waiting letter at the head of its lane, as a turn needs it."""

    seq: int
    update_id: int | None
    lane: int
    kind: LetterKind
    tries: int
    body: Any
    came_at: datetime


async def heads(session: AsyncSession, limit: int) -> list[Head]:
    """The first waiting letter of each lane, oldest first; ours until this transaction ends."""
    earlier = aliased(Letter)
    overtaken = exists().where(
        col(earlier.lane) == Letter.lane, col(earlier.seq) < Letter.seq, col(earlier.state) == LetterState.NEW
    )
    question = (
        select(*(getattr(Letter, name) for name in Head._fields))
        .where(col(Letter.state) == LetterState.NEW, ~overtaken)
        .order_by(col(Letter.seq))
        .limit(limit)
        .with_for_update(skip_locked=True, of=Letter)
    )
    return [Head(*row) for row in await session.execute(question)]


async def settle(session: AsyncSession, seqs: Sequence[int], state: LetterState, now: datetime) -> None:
    """Mark letters done or dead; what is done keeps no content."""
    values: dict[str, Any] = {"state": state, "done_at": now}
    if state is LetterState.DONE:
        values["body"] = None
    statement = update(Letter).where(col(Letter.seq).in_(seqs)).values(values)
    await session.execute(statement.execution_options(synchronize_session=False))


async def failed_once_more(session: AsyncSession, seq: int) -> int:
    """Count a failure of our own code; returns how many there are now."""
    statement = update(Letter).where(col(Letter.seq) == seq).values(tries=Letter.tries + 1).returning(col(Letter.tries))
    return int((await session.execute(statement)).scalar_one())
