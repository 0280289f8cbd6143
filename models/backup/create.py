"""Taking a backup: everything at one instant, while the bot goes on; written aside, read again, then named.

one snapshot ─▶ tables, row by row ─▶ papers named there ─▶ the end, with a count of all ─▶ checked ─▶ renamed
"""

import asyncio
import fcntl
import hashlib
import os
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from models.backup.encrypted_backup import FrameWriter, InvalidBackup, frames, identity_in
from models.backup.identity import identity_of
from models.backup.rows import batches, describe_table, pack, raw_tables
from models.database import Database
from models.migrate import revisions

HEAD, TABLE, ROWS, PAPER, PIECE, OFFICE, END = b"H", b"T", b"R", b"P", b"D", b"O", b"E"
"""What a frame holds, its first byte."""
PIECE_SIZE = 1024 * 1024
PAPER_COLUMNS = (("document", "stored_as"), ("file_download", "stored_as"))
SUFFIX, ASIDE = ".sapabackup", ".part"
STAMP = "%Y%m%dT%H%M%SZ"
SHORT = 8
BACKUP_NAME = re.compile(rf"sapa-\d{{8}}T\d{{6}}Z-[0-9a-f]{{{SHORT}}}{re.escape(SUFFIX)}({re.escape(ASIDE)})?")
MUCH_SMALLER = 2
"""How many times larger than the newest an older backup may be, and still be deleted for its age."""


@dataclass
class Contents:
    """What a backup holds: rows by table, papers, and papers that were erased while it was taken."""

    rows: dict[str, int] = field(default_factory=dict)
    papers: int = 0
    gone: int = 0
    missing: int = field(default=0, compare=False)
    """Papers that a row still names and that are nowhere: perhaps another folder was looked into."""

    def all_rows(self) -> int:
        return sum(self.rows.values())


@asynccontextmanager
async def snapshot(store: Database) -> AsyncIterator[AsyncConnection]:
    """Open a read-only snapshot of the database; writers do not wait for it."""
    if store.is_sqlite:
        async with store.engine.connect() as connection:
            yield await connection.execution_options(sqlite_read_only=True)
        return
    async with store.engine.connect() as plain:
        connection = await plain.execution_options(isolation_level="REPEATABLE READ")
        await connection.execute(text("SET TRANSACTION READ ONLY"))
        yield connection


async def create_backup(
    store: Database, papers: Path, folder: Path, secret: str, now: datetime, *, office: Mapping[str, str] | None = None
) -> tuple[Path, Contents]:
    """Write a backup into a folder and read it again; returns the file and its contents. `office`: its own files.

    Raises OSError where the disk is full, InvalidBackup where what was written does not read; then nothing is left.
    """
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    async with store.read_only() as session:
        identity = await identity_of(session)
    delete_leftovers(folder, identity)
    path = _new_path(folder, identity, now)
    aside = path.with_suffix(SUFFIX + ASIDE)
    head = {"made_at": now.isoformat(), "identity": identity}
    try:
        count = await _write(store, papers, aside, secret, head, office=office or {})
        found = await asyncio.to_thread(check, aside, secret)
        if found != count:
            raise InvalidBackup("What was written does not read as it was: the disk may be failing.")
        aside.rename(path)
        await asyncio.to_thread(_sync, folder)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    return path, count


async def _write(
    store: Database, papers: Path, aside: Path, secret: str, head: dict[str, Any], *, office: Mapping[str, str]
) -> Contents:
    count, names = Contents(), set[str]()
    _have, revision = await revisions(store)
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # as long as it is written: see `delete_leftovers`
        out = FrameWriter(file, secret, head["identity"])
        out.write(HEAD + orjson.dumps(head | {"revision": revision}))
        async with snapshot(store) as connection:
            for table in raw_tables():
                out.write(TABLE + orjson.dumps(describe_table(table)))
                held = [table.columns.keys().index(column) for name, column in PAPER_COLUMNS if name == table.name]
                count.rows[str(table.name)] = 0
                async for rows in batches(connection, table):
                    await asyncio.to_thread(out.write, ROWS + pack(rows))
                    count.rows[str(table.name)] += len(rows)
                    names |= {row[at] for at in held for row in rows if row[at]}
        gone = [name for name in sorted(names) if not await asyncio.to_thread(_write_paper, out, papers / name)]
        count.papers, count.gone = len(names) - len(gone), len(gone)
        count.missing = await _count_referenced(store, gone)
        for edited in office.items():
            out.write(OFFICE + orjson.dumps(edited))
        out.write(END + orjson.dumps(vars(count)), is_last=True)
        file.flush()
        await asyncio.to_thread(os.fsync, file.fileno())
    return count


async def _count_referenced(store: Database, gone: list[str]) -> int:
    """Count those of these that a row still names; the others were erased while the backup was taken."""
    async with store.engine.connect() as connection:
        tables = [table for table in raw_tables() if table.name in dict(PAPER_COLUMNS)]
        columns = [table.c[dict(PAPER_COLUMNS)[table.name]] for table in tables]
        found = [
            (await connection.execute(select(column).where(column.in_(gone)))).scalars().all() for column in columns
        ]
    return len({name for names in found for name in names})


def _write_paper(out: FrameWriter, path: Path) -> bool:
    """Write one stored document, still encrypted; False where it was erased meanwhile."""
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
    """Sync the folder, so that the name survives a power cut too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def parts(path: Path, secret: str) -> Iterator[tuple[bytes, bytes]]:
    """Yield the parts of a backup: what each is, and what it holds. Raises InvalidBackup, OSError."""
    with path.open("rb") as file:
        for frame in frames(file, secret):
            yield frame[:1], frame[1:]


def check(path: Path, secret: str) -> Contents:
    """Read a whole backup, and compare it with what it says of itself. Raises InvalidBackup, OSError."""
    count, table, said = Contents(), "", None
    paper: dict[str, Any] = {}
    content = hashlib.sha256()
    for kind, body in parts(path, secret):
        if kind in (PAPER, END):
            _check_digest(paper, content)
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
            said = Contents(**orjson.loads(body))
    if said is None or (said.rows, said.papers) != (count.rows, count.papers):
        raise InvalidBackup("The backup does not hold what it says it holds.")
    return said


def _check_digest(paper: dict[str, Any], content: Any) -> None:
    if paper and content.hexdigest() != paper["sha256"]:
        raise InvalidBackup("A paper in the backup is damaged.")


@dataclass
class Expired:
    """Backups past their days: those that are deleted, and those that stay because the newest holds far less."""

    deleted: list[Path] = field(default_factory=list)
    larger: list[Path] = field(default_factory=list)


def expire(newest: Path, identity: str, keep: timedelta, now: datetime) -> Expired:
    """Delete the backups of this database that are older than the office keeps them; `newest` was read again just now.

    Only files with a name of ours that say themselves to be of this database, and none that is more than twice as large
    as the newest: what made it so small may be what the old one is needed for.
    """
    found = Expired()
    for path in _of_database(newest.parent, identity):
        if path == newest or path.suffix == ASIDE or path.name >= _stamp(now - keep):
            continue
        if path.stat().st_size > MUCH_SMALLER * newest.stat().st_size:
            found.larger.append(path)
            continue
        path.unlink(missing_ok=True)
        found.deleted.append(path)
    return found


def delete_leftovers(folder: Path, identity: str) -> list[Path]:
    """Delete what a kill left of this database's backups; never what another process writes at this moment."""
    left = [path for path in _of_database(folder, identity) if path.suffix == ASIDE and _is_abandoned(path)]
    for path in left:
        path.unlink(missing_ok=True)
    return left


def _of_database(folder: Path, identity: str) -> list[Path]:
    """Return the backups of this database in a folder, whole or begun, by their names and headers."""
    ours = [
        path
        for path in folder.iterdir()
        if BACKUP_NAME.fullmatch(path.name) and path.is_file() and not path.is_symlink()
    ]
    return sorted(path for path in ours if identity_in(path) == identity or _has_no_start(path, identity))


def _has_no_start(path: Path, identity: str) -> bool:
    """Was it killed before it could say of which database it is? Its name does."""
    return path.suffix == ASIDE and path.stat().st_size == 0 and f"-{identity[:SHORT]}." in path.name


def _is_abandoned(path: Path) -> bool:
    """Has its writer gone? A killed process releases the lock."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def _stamp(moment: datetime) -> str:
    return f"sapa-{moment.astimezone(UTC).strftime(STAMP)}"


def _new_path(folder: Path, identity: str, now: datetime) -> Path:
    """Return a name that no file has: it tells the second, and the database by the first letters of its identity."""
    while (path := folder / f"{_stamp(now)}-{identity[:SHORT]}{SUFFIX}").exists():
        now += timedelta(seconds=1)
    return path
