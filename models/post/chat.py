"""What a chat waits for: the open conversations and the last press, encrypted, one row a lane."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, select
from sqlmodel import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from models.among import is_among
from models.sealed import VERSION, SealedRow, sealed
from models.store import insert_for


class Chat(SealedRow, table=True):
    """The state of the talk in one lane: `{"talks": {name: step}, "press": last button, …}`."""

    lane: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    state: Any = sealed("chat.state", default=None)
    changed_at: datetime


CHAT = Chat.__table__  # type: ignore[attr-defined]
LOAD = select(CHAT.c.lane, CHAT.c.state).where(is_among(CHAT.c.lane, "lanes"))


async def load(session: AsyncSession, lanes: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The state of each lane; a lane that was never heard of has an empty one."""
    rows = await (await session.connection()).execute(LOAD, {"lanes": lanes})
    known: dict[int, Any] = {lane: state for lane, state in rows}
    return {lane: known.get(lane) or {} for lane in lanes}


async def save(session: AsyncSession, states: Mapping[int, dict[str, Any]], now: datetime) -> None:
    """Write the state of lanes, in the order of their numbers so that two processes never wait in a circle."""
    if states:
        connection = await session.connection()
        rows = [{"lane": lane, "state": state, "changed_at": now} for lane, state in sorted(states.items())]
        await connection.execute(saving(connection.dialect.name), rows)


@cache
def saving(dialect: str) -> Any:
    statement = insert_for(dialect)(CHAT)
    new = statement.excluded
    again = {name: new[name] for name in ("state", VERSION, "changed_at")}
    return statement.on_conflict_do_update(index_elements=["lane"], set_=again)
