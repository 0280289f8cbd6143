"""Elects the leader: SQLite has one serving process (a lock file); on PostgreSQL one of several leads.

The leader polls, sends and runs timed work; every process processes updates. Leadership is an advisory lock held by
a connection of its own, so it ends when the process or its connection does, and another process takes over.
"""

import asyncio
import contextlib
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.trouble import Kind, troubles
from models.database import Database
from models.key_use import release_keys

log = structlog.get_logger()

LEADER = 7_326_001
CHECK_SECONDS = 0.5
LEADERSHIP = "The lead"
"""How trouble with the connection that holds the lock is called."""


class AlreadyRunning(Exception):
    """Another process serves this SQLite file."""


class FileLock:
    """The lock file beside the SQLite file; the system lets go of it when the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._file)
            raise AlreadyRunning(f"Another process serves this data (lock file {self._path}).") from None

    def __exit__(self, *_: object) -> None:
        os.close(self._file)


@asynccontextmanager
async def leadership(store: Database) -> AsyncIterator[asyncio.Event]:
    """Wait until this process leads; the event is set when it no longer does."""
    lost = asyncio.Event()
    if store.is_sqlite:
        yield lost
        return
    async with store.engine.connect() as plain:
        connection = await plain.execution_options(isolation_level="AUTOCOMMIT")
        await release_keys(connection)
        while not await _try_lock(connection):
            troubles().over(Kind.DATABASE, LEADERSHIP)
            await asyncio.sleep(CHECK_SECONDS)
        troubles().over(Kind.DATABASE, LEADERSHIP)
        log.info("This process is the leader: it polls, sends and schedules.")
        watching = asyncio.create_task(_watch_connection(connection, lost))
        try:
            yield lost
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            with contextlib.suppress(SQLAlchemyError, OSError):
                await connection.invalidate()


async def _try_lock(connection: AsyncConnection) -> bool:
    answer = await connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": LEADER})
    return bool(answer.scalar_one())


async def _watch_connection(connection: AsyncConnection, lost: asyncio.Event) -> None:
    """Check periodically whether the connection that holds the advisory lock still lives."""
    while True:
        await asyncio.sleep(CHECK_SECONDS)
        try:
            async with asyncio.timeout(5):
                await connection.execute(text("SELECT 1"))
        except Exception:  # any error: two leaders would be worse than none
            log.warning("The connection with the leader's lock is lost; this process no longer leads.")
            lost.set()
            return


async def is_led(session: AsyncSession) -> bool:
    """Return whether a process holds the leader's lock of this database."""
    lock = text(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 AND objid = :key"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    connection = await session.connection()
    return bool((await connection.execute(lock, {"key": LEADER})).scalar_one())


def is_locked(file: Path) -> bool:
    """Return whether a bot holds this lock file, by trying a shared lock that is released at once."""
    try:
        with file.open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
