"""What a chat waits for: the open conversations and the last press, encrypted, one row a chat."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, select
from sqlmodel import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from models.database import insert_for
from models.encrypted import VERSION, EncryptedRow, encrypted
from models.in_array import in_array


class ConversationState(EncryptedRow, table=True):
    """The state of the conversation in one chat: `{"talks": {name: step}, "press": last button, …}`."""

    __tablename__ = "conversation_state"

    chat_id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    state: Any = encrypted("conversation_state.state", default=None)
    changed_at: datetime


CONVERSATION_STATE = ConversationState.__table__  # type: ignore[attr-defined]
LOAD = select(CONVERSATION_STATE.c.chat_id, CONVERSATION_STATE.c.state).where(
    in_array(CONVERSATION_STATE.c.chat_id, "chat_ids")
)


async def load(session: AsyncSession, chat_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return the state of each chat; a chat without a row has an empty one."""
    rows = await (await session.connection()).execute(LOAD, {"chat_ids": chat_ids})
    known: dict[int, Any] = {chat_id: state for chat_id, state in rows}
    return {chat_id: known.get(chat_id) or {} for chat_id in chat_ids}


async def save(session: AsyncSession, states: Mapping[int, dict[str, Any]], now: datetime) -> None:
    """Write the state of chats, in the order of their numbers so that two processes never wait in a circle."""
    if states:
        connection = await session.connection()
        rows = [{"chat_id": chat_id, "state": state, "changed_at": now} for chat_id, state in sorted(states.items())]
        await connection.execute(upsert_statement(connection.dialect.name), rows)


@cache
def upsert_statement(dialect: str) -> Any:
    statement = insert_for(dialect)(CONVERSATION_STATE)
    new = statement.excluded
    again = {name: new[name] for name in ("state", VERSION, "changed_at")}
    return statement.on_conflict_do_update(index_elements=["chat_id"], set_=again)
