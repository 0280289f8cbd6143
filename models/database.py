"""The database: one SQLite file or a PostgreSQL, opened with its keys; sessions for the bot and for commands.

SQLite has one writer: `transaction()` takes a lock of this process before it begins, so that two tasks never fail with
"database is locked". PostgreSQL needs no such lock.
"""

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiosqlite
from sqlalchemy import create_engine, text
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoneLeft
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import AsyncAdaptedQueuePool, NullPool
from sqlmodel import Session, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.aiosqlite_single_hop import SingleHop
from models.binding import bind_engine
from models.connection import prepare
from models.key_use import HELD, KeyFile, KeyInUse, hold
from models.keyring import DataKey, Keyring, KeyUse, keyring_from, wrap

RETRY_KEY_AFTER = 0.05
"""Seconds until a key that is being deleted is looked for again."""
INFRASTRUCTURE_ERRORS = (OperationalError, InterfaceError, NoneLeft, OSError)
INFRASTRUCTURE_SQLSTATES = frozenset({"25006", "42501", "53100"})
"""What PostgreSQL says with other classes of errors: it is read-only (a standby), rights are missing, its disk is full.
"""


def is_infrastructure_error(error: BaseException) -> bool:
    """Is it the database, lock or disk that failed, rather than our own code?"""
    if isinstance(error, BaseExceptionGroup):
        return all(is_infrastructure_error(one) for one in error.exceptions)
    if isinstance(error, DBAPIError) and (error.connection_invalidated or is_server_error(error)):
        return True
    return isinstance(error, INFRASTRUCTURE_ERRORS)


def is_conflict(error: BaseException) -> bool:
    """Did another writer change the row first (optimistic concurrency control)? A new try starts from what it wrote."""
    return isinstance(error, StaleDataError)


def is_full(error: BaseException) -> bool:
    """Is the disk full? A small write may still succeed."""
    return describe_error(error) == "it is full"


class NoKeys(Exception):
    """The database has no data keys yet, and this process may not make them."""


def is_server_error(error: DBAPIError) -> bool:
    """Did the server refuse as a whole, or can SQLite no longer read its file (a plain DatabaseError)?"""
    return (
        getattr(error.orig, "sqlstate", None) in INFRASTRUCTURE_SQLSTATES or type(error.orig) is sqlite3.DatabaseError
    )


ERROR_DESCRIPTIONS = (
    ("is full", ("disk is full", "53100", "no space left")),
    ("may only be read", ("readonly", "read-only", "25006")),
    ("is locked by another program", ("is locked", "55p03")),
    ("refuses this user", ("42501", "permission denied", "unable to open")),
    ("is damaged", ("malformed", "not a database")),
    ("has no connection left", ("53300", "queuepool limit")),
)
"""What is said of a database, by the words or the code of its driver."""


def describe_error(error: BaseException) -> str:
    """Describe a database error in our own words: the driver's may quote the values being written."""
    if isinstance(error, BaseExceptionGroup):
        return describe_error(error.exceptions[0])
    said = f"{getattr(error, 'orig', error)} {getattr(getattr(error, 'orig', None), 'sqlstate', '')}".lower()
    return "it " + next((ails for ails, words in ERROR_DESCRIPTIONS if any(word in said for word in words)), "is away")


class Database:
    """An engine with its keys. `reading()` and `writing()` give sessions; nothing else opens one."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._turn = asyncio.Lock()
        self._secret = ""
        file = engine.url.database if self.is_sqlite else None
        self._key_file = KeyFile(Path(file)) if file and file != ":memory:" else None

    @classmethod
    def at(cls, url: str, *, pool_size: int = 5) -> "Database":
        """Return a store at an SQLAlchemy URL; `sqlite:///…` and `postgresql://…` are given their async drivers."""
        full = with_driver(url)
        driver = {} if full.startswith("postgresql") else {"module": SingleHop(aiosqlite, sqlite3)}
        engine = create_async_engine(
            full,
            **driver,
            poolclass=AsyncAdaptedQueuePool,
            pool_size=pool_size,
            query_cache_size=1_000,
        )
        prepare(engine.sync_engine)
        bind_engine(engine.sync_engine)
        return cls(engine)

    @property
    def keyring(self) -> Keyring:
        keyring = self.engine.dialect.keyring  # type: ignore[attr-defined]
        assert isinstance(keyring, Keyring)
        return keyring

    def session(self) -> AsyncSession:
        return AsyncSession(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Open one transaction: committed when the block ends well, rolled back when it does not."""
        async with AsyncExitStack() as stack:
            if self.is_sqlite:
                await stack.enter_async_context(self._turn)
                await self._hold_file()
            session = await stack.enter_async_context(self.session())
            await stack.enter_async_context(session.begin())
            if not self.is_sqlite:
                await self._hold_connection(await session.connection())
            yield session

    async def _hold_file(self) -> None:
        """SQLite: the key that seals is held by this process before it writes; a key that is gone is replaced."""
        held = self._key_file
        if held is None or not self._secret:
            return
        while held.key != (key := self.keyring.current):
            with contextlib.suppress(KeyInUse):
                held.hold(key)
            if held.key != key or key not in await self._read_keys():
                held.release()
                await asyncio.sleep(RETRY_KEY_AFTER)
                await self._read_keys()

    async def _hold_connection(self, connection: AsyncConnection) -> None:
        """PostgreSQL: the key that seals is held by the connection that writes."""
        while self._secret and connection.info.get(HELD) != (key := self.keyring.current):
            if not await hold(connection, key):
                await self._read_keys()

    @asynccontextmanager
    async def read_only(self) -> AsyncIterator[AsyncSession]:
        """Open a read-only session; it never waits for the writer's lock."""
        async with self.session() as session:
            if self.is_sqlite:
                await session.connection(execution_options={"sqlite_read_only": True})
            yield session

    async def load_keys(self, secret: str, now: datetime, *, may_create: bool = False) -> None:
        """Load the data keys; `may_create`: make the first ones of a new database. Raises WrongKey, NoKeys."""
        async with self.transaction() as session:
            await advisory_lock(session, "keys")
            keys = list(await session.exec(select(DataKey)))
            if not keys and not may_create:
                raise NoKeys
            if not keys:
                keys = [new_key(secret, use, now) for use in KeyUse]
                session.add_all(keys)
                await session.flush()
        self._take_keys(keys, secret, now)
        if self.is_sqlite:
            async with self._turn:
                await self._hold_file()

    async def learn_keys(self, secret: str, now: datetime, *, only_to_read: bool = False) -> None:
        """Look whether there are other keys by now, as in a rotation. Raises WrongKey, and keeps those it had.

        From then on this process holds no key but the one that seals; `only_to_read`: it seals nothing and holds none.
        """
        self._secret, self._now = secret, now
        await self._read_keys()
        if only_to_read:
            return
        if self.is_sqlite:
            async with self._turn:
                await self._hold_file()
        else:
            await self._hold_idle()

    async def _read_keys(self) -> set[int]:
        """Read the keys of the database as it is now; returns their numbers. Raises WrongKey."""
        async with self.read_only() as session:
            keys = list(await session.exec(select(DataKey)))
        self._take_keys(keys, self._secret, self._now)
        return {key.id or 0 for key in keys}

    def _take_keys(self, keys: Sequence[DataKey], secret: str, now: datetime) -> None:
        """Take these keys into the keyring; keys that the process knew before stay readable."""
        known = getattr(self.engine.dialect, "keyring", None)
        keyring = keyring_from(keys, secret, now, known)
        keyring.look = self._look_at_once
        self.engine.dialect.keyring = keyring  # type: ignore[attr-defined]
        self._secret, self._now = secret, now

    def _look_at_once(self) -> Keyring:
        """Return the keys as they are now, over a connection of its own: a column is opened where nothing can be
        awaited."""
        url = self.engine.url.set(drivername="sqlite" if self.is_sqlite else self.engine.url.drivername)
        engine = create_engine(url, poolclass=NullPool)
        prepare(engine)
        with Session(engine) as session:
            session.connection(execution_options={"sqlite_read_only": True})  # the caller may be the writer
            keys = list(session.exec(select(DataKey)))
        return keyring_from(keys, self._secret, self._now)

    async def _hold_idle(self) -> None:
        """PostgreSQL: connections that wait in the pool hold what the next writer would hold, and no older key."""
        pool = self.engine.pool
        assert isinstance(pool, AsyncAdaptedQueuePool)
        async with AsyncExitStack() as stack:
            for _ in range(pool.checkedin()):
                connection = await stack.enter_async_context(self.engine.connect())
                if HELD in connection.info:
                    await self._hold_connection(connection)
                    await connection.commit()

    async def close(self) -> None:
        await self.engine.dispose()
        if self._key_file is not None:
            self._key_file.release()


@asynccontextmanager
async def separate_transaction(session: AsyncSession) -> AsyncIterator[AsyncConnection]:
    """Open a short transaction beside the session's own, committed independently of it; on SQLite it is the session's
    own.

    It must not touch rows that the session has locked.
    """
    if session.get_bind().dialect.name == "sqlite":
        yield await session.connection()
        return
    assert isinstance(session.bind, AsyncEngine)
    async with session.bind.begin() as connection:
        yield connection


async def advisory_lock(session: AsyncSession, what: str) -> None:
    """Take an advisory lock until this transaction ends; on SQLite the writer's lock is enough."""
    connection = await session.connection()
    if connection.dialect.name != "sqlite":
        await connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:what))"), {"what": what})


def new_key(secret: str, use: KeyUse, now: datetime) -> DataKey:
    return DataKey(use=use, wrapped=wrap(secret, os.urandom(32)), created_at=now, used_from=now)


def insert_for(dialect: str) -> Callable[..., Any]:
    """Return the INSERT that knows ON CONFLICT in this dialect."""
    return sqlite_insert if dialect == "sqlite" else pg_insert


def with_driver(url: str) -> str:
    """Return the URL with the driver this project ships: aiosqlite or psycopg."""
    parsed = make_url(url)
    drivers = {
        "sqlite": "sqlite+aiosqlite",
        "postgresql": "postgresql+psycopg",
        "postgres": "postgresql+psycopg",
    }
    name = parsed.drivername.split("+")[0]
    if name not in drivers:
        raise ValueError(f"SAPA_DATABASE_URL must begin with sqlite:// or postgresql://, not {name}://")
    return parsed.set(drivername=drivers[name]).render_as_string(hide_password=False)


def utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
