"""Taking a backup: everything at one instant, while the bot goes on; written aside, read again, then named.

one snapshot ─▶ tables, row by row ─▶ papers named there ─▶ the end, with a count of all ─▶ checked ─▶ renamed
"""

import asyncio
import fcntl
import hashlib
import os
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from models.backup.rows import batches, described, packed, raw_tables
from models.backup.sealed_file import FrameWriter, NoBackup, frames
from models.migrate import revisions
from models.store import Store

HEAD, TABLE, ROWS, PAPER, PIECE, END = b"H", b"T", b"R", b"P", b"D", b"E"
"""What a frame holds, its first byte."""
PIECE_SIZE = 1024 * 1024
PAPER_COLUMNS = (("document", "stored_as"), ("parcel", "stored_as"))
SUFFIX, ASIDE = ".sapabackup", ".part"
STAMP = "%Y%m%dT%H%M%SZ"
OURS = re.compile(rf"sapa-\d{{8}}T\d{{6}}Z{re.escape(SUFFIX)}({re.escape(ASIDE)})?")


@dataclass
class Count:
    """What a backup holds: rows by table, papers, and papers that were erased while it was taken."""

    rows: dict[str, int] = field(default_factory=dict)
    papers: int = 0
    gone: int = 0

    def all_rows(self) -> int:
        return sum(self.rows.values())


@asynccontextmanager
async def snapshot(store: Store) -> AsyncIterator[AsyncConnection]:
    """One instant of the database, however long it is read; nobody waits for it."""
    if store.is_sqlite:
        async with store.engine.connect() as connection:
            yield await connection.execution_options(sqlite_read_only=True)
        return
    async with store.engine.connect() as plain:
        connection = await plain.execution_options(isolation_level="REPEATABLE READ")
        await connection.execute(text("SET TRANSACTION READ ONLY"))
        yield connection


async def take(store: Store, papers: Path, folder: Path, secret: str, now: datetime) -> tuple[Path, Count]:
    """Write a backup into a folder and read it again; returns the file and what it holds.

    Raises OSError where there is no room, NoBackup where what was written does not read; then nothing is left.
    """
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    path = folder / _named(now)
    aside = path.with_suffix(SUFFIX + ASIDE)
    try:
        count = await _write(store, papers, aside, secret, now)
        found = await asyncio.to_thread(check, aside, secret)
        if found != count:
            raise NoBackup("What was written does not read as it was: the disk may be failing.")
        aside.rename(path)
        await asyncio.to_thread(_sync, folder)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    return path, count


async def _write(store: Store, papers: Path, aside: Path, secret: str, now: datetime) -> Count:
    count, names = Count(), set[str]()
    _have, revision = await revisions(store)
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # as long as it is written: see `expire`
        out = FrameWriter(file, secret)
        out.write(HEAD + orjson.dumps({"made_at": now.isoformat(), "revision": revision}))
        async with snapshot(store) as connection:
            for table in raw_tables():
                out.write(TABLE + orjson.dumps(described(table)))
                held = [table.columns.keys().index(column) for name, column in PAPER_COLUMNS if name == table.name]
                count.rows[str(table.name)] = 0
                async for rows in batches(connection, table):
                    await asyncio.to_thread(out.write, ROWS + packed(rows))
                    count.rows[str(table.name)] += len(rows)
                    names |= {row[at] for at in held for row in rows if row[at]}
        for name in sorted(names):
            is_there = await asyncio.to_thread(_write_paper, out, papers / name)
            count.papers, count.gone = count.papers + is_there, count.gone + (not is_there)
        out.write(END + orjson.dumps(vars(count)), is_last=True)
        file.flush()
        await asyncio.to_thread(os.fsync, file.fileno())
    return count


def _write_paper(out: FrameWriter, path: Path) -> bool:
    """One paper as it lies there, encrypted; False where it was erased meanwhile."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return False
    digest = hashlib.sha256(content).hexdigest()
    out.write(PAPER + orjson.dumps({"name": path.name, "size": len(content), "sha256": digest}))
    for start in range(0, len(content), PIECE_SIZE):
        out.write(PIECE + content[start : start + PIECE_SIZE])
    return True


def _sync(folder: Path) -> None:
    """So that the name, too, survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def parts(path: Path, secret: str) -> Iterator[tuple[bytes, bytes]]:
    """The parts of a backup: what each is, and what it holds. Raises NoBackup, OSError."""
    with path.open("rb") as file:
        for frame in frames(file, secret):
            yield frame[:1], frame[1:]


def check(path: Path, secret: str) -> Count:
    """Read a whole backup, and compare it with what it says of itself. Raises NoBackup, OSError."""
    count, table, said = Count(), "", None
    paper: dict[str, Any] = {}
    content = hashlib.sha256()
    for kind, body in parts(path, secret):
        if kind in (PAPER, END):
            _is_whole(paper, content)
        if kind == TABLE:
            table = orjson.loads(body)["table"]
            count.rows[table] = 0
        elif kind == ROWS:
            count.rows[table] += len(orjson.loads(body))
        elif kind == PAPER:
            paper, content = orjson.loads(body), hashlib.sha256()
            count.papers += 1
        elif kind == PIECE:
            content.update(body)
        elif kind == END:
            said = Count(**orjson.loads(body))
    if said is None or (said.rows, said.papers) != (count.rows, count.papers):
        raise NoBackup("The backup does not hold what it says it holds.")
    return said


def _is_whole(paper: dict[str, Any], content: Any) -> None:
    if paper and content.hexdigest() != paper["sha256"]:
        raise NoBackup("A paper in the backup is damaged.")


def expire(folder: Path, keep: timedelta, now: datetime) -> list[Path]:
    """Delete backups older than the office keeps them, and what a kill left behind; the newest always stays.

    Only what carries a name of ours, and no file that another backup may be writing at this moment.
    """
    found = sorted(path for path in folder.iterdir() if OURS.fullmatch(path.name))
    whole = [path for path in found if path.name.endswith(SUFFIX)]
    old = [path for path in whole[:-1] if path.name < _named(now - keep)]
    left_behind = [path for path in found if path.name.endswith(ASIDE) and _is_left_behind(path)]
    for path in (*old, *left_behind):
        path.unlink(missing_ok=True)
    return old


def _is_left_behind(path: Path) -> bool:
    """Does nobody write it any more? A kill lets go of the lock."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def _named(moment: datetime) -> str:
    return f"sapa-{moment.astimezone(UTC).strftime(STAMP)}{SUFFIX}"
