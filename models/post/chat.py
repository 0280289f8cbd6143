"""What a chat waits for: the open conversations and the last press, encrypted, one row a lane."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import Field, SQLModel, col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.secrets import sealed


class Chat(SQLModel, table=True):
    """The state of the talk in one lane: `{"talks": {name: step}, "press": last button, …}`."""

    lane: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    state: Any = sealed("chat.state", default=None)
    changed_at: datetime


async def load(session: AsyncSession, lanes: Collection[int]) -> dict[int, dict[str, Any]]:
    """The state of each lane; a lane that was never heard of has an empty one."""
    rows = await session.execute(select(Chat.lane, Chat.state).where(col(Chat.lane).in_(lanes)))  # type: ignore[call-overload]
    known: dict[int, dict[str, Any]] = {lane: state for lane, state in rows}
    return {lane: known.get(lane) or {} for lane in lanes}


async def save(session: AsyncSession, states: Mapping[int, dict[str, Any]], now: datetime) -> None:
    if not states:
        return
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else pg_insert
    statement = insert(Chat)
    statement = statement.on_conflict_do_update(
        index_elements=["lane"],
        set_={"state": statement.excluded.state, "changed_at": statement.excluded.changed_at},
    )
    rows = [{"lane": lane, "state": state, "changed_at": now} for lane, state in sorted(states.items())]
    await session.execute(statement, rows)
