"""What the doctor asks of the database, the lock file and Telegram, so that a bot that runs does not notice."""

import fcntl
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import aiohttp
import orjson
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.lead import LEADER
from models.secrets import DataKey


class ToDo(Exception):
    """Something is not well; its text says what to do."""


@dataclass(frozen=True)
class Answered:
    """An HTTP answer: its status, the result in its JSON, and the server's clock."""

    status: int
    result: dict[str, Any]
    date: datetime | None


async def fetched(url: str, body: dict[str, Any] | None = None, *, patience: float) -> Answered:
    """POST a body, or GET without one; `patience` is in seconds. Raises ToDo with the reason."""
    limit = aiohttp.ClientTimeout(total=patience)
    verb = "GET" if body is None else "POST"
    try:
        async with aiohttp.ClientSession(timeout=limit) as session, session.request(verb, url, json=body) as answer:
            payload = await answer.read()
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise ToDo(type(error).__name__) from None
    date = answer.headers.get("Date")
    return Answered(answer.status, result_in(payload), parsedate_to_datetime(date) if date else None)


def result_in(payload: bytes) -> dict[str, Any]:
    try:
        result = orjson.loads(payload).get("result")
    except (orjson.JSONDecodeError, AttributeError):
        return {}
    return result if isinstance(result, dict) else {}


async def revision_of(session: AsyncSession) -> str | None:
    def revision(sync: Connection) -> str | None:
        return MigrationContext.configure(sync).get_current_revision()

    return await (await session.connection()).run_sync(revision)


async def data_keys(session: AsyncSession) -> list[DataKey]:
    connection = await session.connection()
    if not await connection.run_sync(lambda sync: inspect(sync).has_table(DataKey.__tablename__)):
        return []
    return list(await session.exec(select(DataKey)))


async def is_led(session: AsyncSession) -> bool:
    """Does some process hold the leader's lock of this database?"""
    lock = text(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 AND objid = :key"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    connection = await session.connection()
    return bool((await connection.execute(lock, {"key": LEADER})).scalar_one())


def is_locked(file: Path) -> bool:
    """Does a bot hold this lock file? Asked for with a shared lock that is let go of at once."""
    try:
        with file.open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
