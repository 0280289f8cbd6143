"""Heartbeats: one row for each process that serves, renewed every few seconds by a real commit.

What is written proves that the database can be written to; what stands there tells the doctor and the other processes
who serves, who leads, and when Telegram last answered.
"""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import delete
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.database import insert_for

KEPT = timedelta(days=30)
"""How long the row of a process that is gone tells when something was last sent or received."""


class Heartbeat(SQLModel, table=True):
    process: str = Field(primary_key=True)
    release: str
    started_at: datetime
    seen_at: datetime
    leads: bool
    heard_at: datetime | None = None
    sent_at: datetime | None = None


@cache
def beating(dialect: str) -> Any:
    statement = insert_for(dialect)(Heartbeat)
    again = {name: statement.excluded[name] for name in ("seen_at", "leads", "heard_at", "sent_at")}
    return statement.on_conflict_do_update(index_elements=["process"], set_=again)


async def beat(session: AsyncSession, row: Heartbeat) -> None:
    """Renew the row of a process, and let go of those that are gone for long."""
    connection = await session.connection()
    await connection.execute(beating(connection.dialect.name), [row.model_dump()])
    await connection.execute(delete(Heartbeat).where(col(Heartbeat.seen_at) < row.seen_at - KEPT))


async def seen(session: AsyncSession) -> list[Heartbeat]:
    """Return all that are known, the youngest beat first."""
    return list(await session.exec(select(Heartbeat).order_by(col(Heartbeat.seen_at).desc())))
