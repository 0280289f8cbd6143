"""What is due: one row for each occasion, with a unique key. APScheduler only wakes the bot up to look here.

waiting ──its time came──▶ handed over (a timer letter in the lane)
   └──too late to make sense──▶ missed
   ├──no longer wanted──▶ called off
   └──cannot be read, or handed over──▶ set aside (an alert)
"""

from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Index, bindparam, text, update
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.among import is_among
from models.columns import word
from models.store import insert_for

WAITING = text("state = 'waiting'")
AT_ONCE = 200
NOBODYS_LANE = 0
"""Of occasions of people without Telegram: nothing is ever sent there, what comes due becomes a letter on paper."""


class DueState(StrEnum):
    WAITING = "waiting"
    HANDED_OVER = "handed_over"
    MISSED = "missed"
    CALLED_OFF = "called_off"
    SET_ASIDE = "set_aside"


class DueKind(StrEnum):
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


LATEST: dict[DueKind, timedelta | None] = {
    DueKind.DRAFT_ENDS_SOON: timedelta(days=2),  # after that the draft is about to end anyway
    DueKind.DRAFT_ENDS: None,
    DueKind.PROMISE: None,  # a broken promise is owned up to, however late
    DueKind.PERMISSION_ASKED: None,  # the answer looks at the permission's own end
    DueKind.LINK_ENDS: timedelta(days=13),  # after that it has ended anyway, and /keluarga says so
    DueKind.TURNS_ADULT: None,
    DueKind.DEPARTURE_ASKED: None,  # whoever hears of it late is still asked
    DueKind.DEPARTURE_REMINDED: timedelta(days=7),  # soon after it the day of the answer comes
    DueKind.DEPARTURE_UNANSWERED: None,
    DueKind.OWN_DATA_SOON: timedelta(hours=23),  # after that it is late anyway, and that is said
    DueKind.OWN_DATA_LATE: None,
    DueKind.ALARM: timedelta(days=1),  # what it tells of is counted since yesterday
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


class Occasion(NamedTuple):
    """Something that comes due in a lane. `about` tells apart occasions of one kind and subject."""

    kind: DueKind
    lane: int
    subject: int
    due_at: datetime
    about: str = ""

    def row(self) -> dict[str, Any]:
        row = {
            "key": key_of(self.kind, self.subject, self.about),
            "kind": self.kind,
            "lane": self.lane,
            "subject": self.subject,
            "due_at": self.due_at,
        }
        return row | {"state": DueState.WAITING}


def key_of(kind: DueKind, subject: int, about: str = "") -> str:
    return f"{kind}:{subject}:{about}"


async def remember(session: AsyncSession, *occasions: Occasion) -> None:
    """Write down occasions; the same one again only moves, to another time and perhaps to another lane."""
    connection = await session.connection()
    await connection.execute(remembering(connection.dialect.name), [occasion.row() for occasion in occasions])


async def remember_once(session: AsyncSession, *occasions: Occasion) -> None:
    """Write down occasions; one that was written down before stays as it is, also when it has passed."""
    if occasions:
        connection = await session.connection()
        once = insert_for(connection.dialect.name)(Due).on_conflict_do_nothing(index_elements=["key"])
        await connection.execute(once, [occasion.row() for occasion in occasions])


@cache
def remembering(dialect: str) -> Any:
    statement = insert_for(dialect)(Due)
    again = {name: statement.excluded[name] for name in ("lane", "due_at", "state")} | {"settled_at": None}
    return statement.on_conflict_do_update(index_elements=["key"], set_=again)


async def call_off(
    session: AsyncSession, kinds: list[DueKind], subject: int, now: datetime, *, about: str = ""
) -> None:
    """Occasions that are no longer wanted; what came already, or was never written down, stays as it is."""
    keys = [key_of(kind, subject, about) for kind in kinds]
    await (await session.connection()).execute(CALLED_OFF, {"keys": keys, "now": now})


CALLED_OFF = (
    update(Due)
    .where(is_among(col(Due.key), "keys"), col(Due.state) == DueState.WAITING)
    .values(state=DueState.CALLED_OFF, settled_at=bindparam("now"))
)


async def come_due(session: AsyncSession, now: datetime, only: int | None = None) -> list[Due]:
    """Occasions whose time has come, oldest first; ours until this transaction ends. `only`: the one with this id."""
    question = is_due(select(Due), now)
    if only is not None:
        question = question.where(Due.id == only)
    return list(await session.exec(question.with_for_update(skip_locked=True)))


async def ids_due(session: AsyncSession, now: datetime) -> list[int]:
    """The same occasions by their ids alone, which can be read whatever else stands in their rows."""
    return [number for number in await session.exec(is_due(select(Due.id), now)) if number is not None]


def is_due(question: Any, now: datetime) -> Any:
    waits = question.where(Due.state == DueState.WAITING, Due.due_at <= now)
    return waits.order_by(col(Due.due_at)).limit(AT_ONCE)


async def set_aside(session: AsyncSession, number: int, now: datetime) -> None:
    """An occasion that would keep the others back."""
    aside = update(Due).where(col(Due.id) == number).values(state=DueState.SET_ASIDE, settled_at=now)
    await (await session.connection()).execute(aside)


def is_too_late(due: Due, now: datetime) -> bool:
    latest: Any = LATEST[due.kind]
    return latest is not None and now - due.due_at > latest
