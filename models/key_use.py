"""Locks the data keys that processes encrypt with, so that a rotation cannot delete a key in use.

    a process that seals ──shared lock of its key──┐
                                                   ├── flock of a file (SQLite), advisory lock (PostgreSQL)
    a rotation that ends ──exclusive lock──────────┘   of every older key, or nothing is deleted

SQLite has one writer at a time in one process: its lock is the process's. On PostgreSQL the lock belongs to the
connection that writes, so it lasts as long as the connection has uncommitted writes.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

SEALING = 7_326_003
"""The class of the advisory locks; the number of the key is the object."""
HELD = "sapa key held"
"""In the info of a connection: the key that it holds."""


class KeyInUse(Exception):
    """Another process deletes this key at this moment, or still encrypts with it."""


class KeyFile:
    """The key that this process seals with, held by the lock of a file beside the SQLite file."""

    def __init__(self, database: Path) -> None:
        self._database, self._file = database, -1
        self.key: int | None = None

    def hold(self, key: int) -> None:
        """Hold this key instead of the one before. Raises KeyInUse while it is being deleted."""
        file = _lock_file(file_of(self._database, key), fcntl.LOCK_SH)
        self.release()
        self._file, self.key = file, key

    def release(self) -> None:
        if self.key is not None:
            os.close(self._file)
            self.key = None


def file_of(database: Path, key: int) -> Path:
    return database.with_name(f"{database.name}.key-{key}.lock")


def _lock_file(path: Path, how: int) -> int:
    """Open and lock the current file at this path. Raises KeyInUse."""
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, how | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            raise KeyInUse(path.name) from None
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file), path.stat()):
                return file
        os.close(file)  # the process that deleted the key has removed the file meanwhile


@contextmanager
def exclusive_file_locks(database: Path, keys: Iterable[int]) -> Iterator[None]:
    """Hold the exclusive locks of these keys (SQLite): no process can encrypt with them in the block. Raises KeyInUse.

    Where it ends well the keys are gone, and their files with them.
    """
    files: list[int] = []
    paths = [file_of(database, key) for key in keys]
    try:
        files.extend(_lock_file(path, fcntl.LOCK_EX) for path in paths)
        yield
        for path in paths:
            path.unlink(missing_ok=True)
    finally:
        for file in files:
            os.close(file)


async def hold(connection: AsyncConnection, key: int) -> bool:
    """Make a PostgreSQL connection hold this key instead of the one before; False where the key is deleted by now."""
    await connection.execute(text("SELECT pg_advisory_lock_shared(:class, :key)"), {"class": SEALING, "key": key})
    found = await connection.execute(text("SELECT count(*) FROM data_key WHERE id = :key"), {"key": key})
    is_there = bool(found.scalar_one())
    before = connection.info.get(HELD) if is_there else key
    if is_there:
        connection.info[HELD] = key
    if before is not None:
        release = text("SELECT pg_advisory_unlock_shared(:class, :key)")
        await connection.execute(release, {"class": SEALING, "key": before})
    return is_there


async def release_keys(connection: AsyncConnection) -> None:
    """Release the key of a PostgreSQL connection that is kept for long and will encrypt nothing."""
    if (key := connection.info.pop(HELD, None)) is not None:
        release = text("SELECT pg_advisory_unlock_shared(:class, :key)")
        await connection.execute(release, {"class": SEALING, "key": key})


async def exclusive_advisory_locks(connection: AsyncConnection, keys: Iterable[int]) -> None:
    """Hold the exclusive locks of these keys (PostgreSQL) until the transaction ends. Raises KeyInUse."""
    for key in keys:
        lock = text("SELECT pg_try_advisory_xact_lock(:class, :key)")
        if not (await connection.execute(lock, {"class": SEALING, "key": key})).scalar_one():
            raise KeyInUse(str(key))
