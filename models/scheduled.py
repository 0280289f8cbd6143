"""Scheduled events: one row each, with a unique key. APScheduler only wakes the bot up to look here.

waiting ──its time came──▶ handed over (an inbox item of kind `timer`)
   └──too late to make sense──▶ missed
   ├──no longer wanted──▶ cancelled
   └──cannot be read, or handed over──▶ dead-lettered (an alert)
"""

from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Index, bindparam, text, update
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.columns import enum_column
from models.database import insert_for
from models.in_array import in_array

WAITING = text("state = 'waiting'")
AT_ONCE = 200
NO_CHAT = 0
"""Of occasions of people without Telegram: nothing is ever sent there, what comes due becomes a letter on paper."""


class ScheduledState(StrEnum):
    WAITING = "waiting"
    HANDED_OVER = "handed_over"
    MISSED = "missed"
    CALLED_OFF = "called_off"
    SET_ASIDE = "set_aside"


class ScheduledKind(StrEnum):
    DRAFT_ENDS_SOON = "draft_ends_soon"
    DRAFT_ENDS = "draft_ends"
    PROMISE = "promise"
    PERMISSION_ASKED = "permission_asked"
    LINK_ENDS = "link_ends"
    TURNS_ADULT = "turns_adult"
    DEPARTURE_ASKED = "departure_asked"
    DEPARTURE_REMINDED = "departure_reminded"
    DEPARTURE_UNANSWERED = "departure_unanswered"
    OWN_DATA_SOON = "own_data_soon"
    OWN_DATA_LATE = "own_data_late"
    ALARM = "alarm"


LATEST: dict[ScheduledKind, timedelta | None] = {
    ScheduledKind.DRAFT_ENDS_SOON: timedelta(days=2),  # after that the draft is about to end anyway
    ScheduledKind.DRAFT_ENDS: None,
    ScheduledKind.PROMISE: None,  # a broken promise is admitted, however late
    ScheduledKind.PERMISSION_ASKED: None,  # the answer looks at the permission's own end
    ScheduledKind.LINK_ENDS: timedelta(days=13),  # after that it has ended anyway, and /keluarga says so
    ScheduledKind.TURNS_ADULT: None,
    ScheduledKind.DEPARTURE_ASKED: None,  # a family that is told late is still asked
    ScheduledKind.DEPARTURE_REMINDED: timedelta(days=7),  # soon after it the day of the answer comes
    ScheduledKind.DEPARTURE_UNANSWERED: None,
    ScheduledKind.OWN_DATA_SOON: timedelta(hours=23),  # after that it is late anyway, and that is said
    ScheduledKind.OWN_DATA_LATE: None,
    ScheduledKind.ALARM: timedelta(days=1),  # what it tells of is counted since yesterday
}
"""How late an occasion still makes sense; None: always caught up."""


class ScheduledEvent(SQLModel, table=True):
    __tablename__ = "scheduled_event"
    __table_args__ = (Index("ix_scheduled_event_waiting", "due_at", sqlite_where=WAITING, postgresql_where=WAITING),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    kind: ScheduledKind = enum_column(ScheduledKind)
    chat_id: int = Field(sa_type=BigInteger)
    subject: int
    due_at: datetime
    state: ScheduledState = enum_column(ScheduledState, ScheduledState.WAITING)
    settled_at: datetime | None = None


class EventSpec(NamedTuple):
    """Something that comes due in a chat. `about` tells apart occasions of one kind and subject."""

    kind: ScheduledKind
    chat_id: int
    subject: int
    due_at: datetime
    about: str = ""

    def row(self) -> dict[str, Any]:
        row = {
            "key": key_of(self.kind, self.subject, self.about),
            "kind": self.kind,
            "chat_id": self.chat_id,
            "subject": self.subject,
            "due_at": self.due_at,
        }
        return row | {"state": ScheduledState.WAITING}


def key_of(kind: ScheduledKind, subject: int, about: str = "") -> str:
    return f"{kind}:{subject}:{about}"


async def schedule(session: AsyncSession, *occasions: EventSpec) -> None:
    """Write down occasions; the same one again only moves, to another time and perhaps to another chat."""
    connection = await session.connection()
    await connection.execute(upsert_statement(connection.dialect.name), [occasion.row() for occasion in occasions])


async def schedule_once(session: AsyncSession, *occasions: EventSpec) -> None:
    """Write down occasions; one that was written down before stays as it is, also when it has passed."""
    if occasions:
        connection = await session.connection()
        once = insert_for(connection.dialect.name)(ScheduledEvent).on_conflict_do_nothing(index_elements=["key"])
        await connection.execute(once, [occasion.row() for occasion in occasions])


@cache
def upsert_statement(dialect: str) -> Any:
    statement = insert_for(dialect)(ScheduledEvent)
    again = {name: statement.excluded[name] for name in ("chat_id", "due_at", "state")} | {"settled_at": None}
    return statement.on_conflict_do_update(index_elements=["key"], set_=again)


async def cancel(
    session: AsyncSession, kinds: list[ScheduledKind], subject: int, now: datetime, *, about: str = ""
) -> None:
    """Occasions that are no longer wanted; what came already, or was never written down, stays as it is."""
    keys = [key_of(kind, subject, about) for kind in kinds]
    await (await session.connection()).execute(CANCEL, {"keys": keys, "now": now})


CANCEL = (
    update(ScheduledEvent)
    .where(in_array(col(ScheduledEvent.key), "keys"), col(ScheduledEvent.state) == ScheduledState.WAITING)
    .values(state=ScheduledState.CALLED_OFF, settled_at=bindparam("now"))
)


async def claim_due(session: AsyncSession, now: datetime, only: int | None = None) -> list[ScheduledEvent]:
    """Claim the events that are due, oldest first (`FOR UPDATE SKIP LOCKED`). `only`: the one with this id."""
    question = is_due(select(ScheduledEvent), now)
    if only is not None:
        question = question.where(ScheduledEvent.id == only)
    return list(await session.exec(question.with_for_update(skip_locked=True)))


async def ids_due(session: AsyncSession, now: datetime) -> list[int]:
    """Return the ids of due events alone, which can be read even where their rows cannot."""
    return [number for number in await session.exec(is_due(select(ScheduledEvent.id), now)) if number is not None]


def is_due(question: Any, now: datetime) -> Any:
    waits = question.where(ScheduledEvent.state == ScheduledState.WAITING, ScheduledEvent.due_at <= now)
    return waits.order_by(col(ScheduledEvent.due_at)).limit(AT_ONCE)


async def dead_letter(session: AsyncSession, number: int, now: datetime) -> None:
    """Dead-letter an event that would block the others."""
    aside = (
        update(ScheduledEvent)
        .where(col(ScheduledEvent.id) == number)
        .values(state=ScheduledState.SET_ASIDE, settled_at=now)
    )
    await (await session.connection()).execute(aside)


def is_too_late(due: ScheduledEvent, now: datetime) -> bool:
    latest: Any = LATEST[due.kind]
    return latest is not None and now - due.due_at > latest
