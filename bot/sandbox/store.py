"""Stores the sandbox's state, one row a thing, so that a restart shows the same chats."""

import sqlite3
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, Protocol

import orjson

Json = dict[str, Any]


class Store(Protocol):
    """Keeps things by kind and key. Each ``put`` is on disk when it returns; nothing else is rewritten."""

    def put(self, kind: str, key: str, value: Json) -> None: ...
    def remove(self, kind: str, key: str) -> None: ...
    def each(self, kind: str) -> Iterator[Json]: ...
    def put_file(self, name: str, content: bytes) -> None: ...
    def file(self, name: str) -> bytes: ...
    def close(self) -> None: ...


class MemoryStore:
    """Forgets all at the end; what tests use."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}

    def put(self, kind: str, key: str, value: Json) -> None:
        """Do nothing: the objects in memory are the store."""

    def remove(self, kind: str, key: str) -> None:
        """Nothing to do."""

    def each(self, kind: str) -> Iterator[Json]:
        """Return no rows: none were stored."""
        return iter(())

    def put_file(self, name: str, content: bytes) -> None:
        """Keep the bytes of a file."""
        self._files[name] = content

    def file(self, name: str) -> bytes:
        """The bytes of a file."""
        return self._files[name]

    def close(self) -> None:
        """Nothing to do."""


class FolderStore:
    """One SQLite file, and a folder of files beside it."""

    def __init__(self, place: Path) -> None:
        self._files = place / "files"
        self._files.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(place / "sandbox.sqlite3", isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS thing (kind TEXT, key TEXT, value BLOB, seq INTEGER PRIMARY KEY,"
            " UNIQUE (kind, key))"
        )

    def put(self, kind: str, key: str, value: Json) -> None:
        """Insert or replace one thing; its place in the order stays."""
        self._db.execute(
            "INSERT INTO thing (kind, key, value) VALUES (?, ?, ?)"
            " ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value",
            (kind, key, orjson.dumps(value)),
        )

    def remove(self, kind: str, key: str) -> None:
        """Forget one thing."""
        self._db.execute("DELETE FROM thing WHERE kind = ? AND key = ?", (kind, key))

    def each(self, kind: str) -> Iterator[Json]:
        """All things of a kind, the oldest first."""
        rows = self._db.execute("SELECT value FROM thing WHERE kind = ? ORDER BY seq", (kind,)).fetchall()
        return (orjson.loads(value) for (value,) in rows)

    def put_file(self, name: str, content: bytes) -> None:
        """Write a file beside the database."""
        (self._files / name).write_bytes(content)

    def file(self, name: str) -> bytes:
        """Read a file beside the database."""
        return (self._files / name).read_bytes()

    def close(self) -> None:
        """Close the database."""
        self._db.close()


def fitting(kind: type, row: Json) -> Json:
    """Keep the fields of a row that the dataclass still has: a folder may be older than the program."""
    known = {field.name for field in fields(kind) if field.init}
    return {name: value for name, value in row.items() if name in known}


def open_store(place: Path | None) -> Store:
    """Open a folder's store, or one in memory where no folder is given."""
    return MemoryStore() if place is None else FolderStore(place)
