"""Restores a backup into an empty database: all of it or nothing, and nothing is sent twice.

    read to its end ─▶ tables of its release ─▶ rows, in one transaction ─▶ pending work is settled
                    ─▶ tables of this release ─▶ papers ─▶ erasures since then, once more

What the copy might send a second time is not sent: messages that waited are given up and counted, unanswered inbox
items are dead-lettered, timers whose moment has passed are missed. Promised news gets a new date, without a message.
"""

import asyncio
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from alembic import command
from sqlalchemy import Table, func, insert, inspect, literal, text, update
from sqlalchemy import select as raw_select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.applications.application import Application
from models.audit import COMMAND, record
from models.backup import ledger
from models.backup.create import HEAD, PAPER, PIECE, ROWS, TABLE, Contents, check, parts
from models.backup.encrypted_backup import InvalidBackup
from models.backup.identity import Identity
from models.backup.ledger import LedgerEntry
from models.backup.rows import raw_table, unpack
from models.database import Database
from models.encrypted import not_raising
from models.grants.grants import VoidReason
from models.grants.voiding import void
from models.intact import ALL, not_intact
from models.messaging.inbox import InboxItem, InboxState
from models.messaging.outbox import Call, CallState
from models.migrate import config_for, migrate, revisions
from models.offices.office import RunningNumber
from models.people.erasure import erase, forget_shredded, names_to_shred
from models.scheduled import ScheduledEvent, ScheduledKind, ScheduledState
from models.tables import METADATA

NEW_PROMISE_AFTER = timedelta(days=7)
"""Delay of news that was promised for a day gone by: staff must see first what was lost."""
MIN_SKIPPED = 100
"""Receipt numbers left out, so that none given out after the backup is given out again."""
PAPERS, MARK = "papers", "restoring"
"""In the folder of data: the papers, and the mark of a restore that has not come to its end."""


MADE_BY_A_START = frozenset({"data_key", "programme_version", "identity", "office"})
"""Tables that a first start fills before any user has written to the bot."""


ALREADY_RESTORED = (
    "This database is in use: it is that of the backup. Was a restore cut off here just now? Then it had come to its"
    " end: `sapa doctor` looks at what it left. To restore once more, give a new database, or move the old file away."
)


class NotEmpty(Exception):
    """There are people in this database already."""


@dataclass(frozen=True, slots=True)
class RestoreResult:
    """What came back: rows, papers, when the backup was made; what was put to rest, and who was erased once more."""

    rows: int
    papers: int
    made_at: datetime
    given_up: int
    set_aside: int
    missed: int
    erased: int
    not_intact: list[str]
    """Values that do not fit their rows, each with its table, row and column."""


async def restore_backup(
    store: Database, data: Path, path: Path, *, secret: str, erased: Iterable[LedgerEntry], now: datetime
) -> RestoreResult:
    """Restore a backup; `data` is the folder of documents and ledger. Raises InvalidBackup, NotEmpty, WrongKey,
    OSError.

    A killed restore leaves a mark: no bot starts with it, and the next run begins again from the first row
    (idempotent).
    """
    papers, mark = data / PAPERS, data / MARK
    count = await asyncio.to_thread(check, path, secret)
    head = orjson.loads(next(parts(path, secret))[1])
    this = f"{head['identity']} {store.engine.url.render_as_string(hide_password=True)}"
    await _prepare_tables(store, head, goes_on=mark.exists() and mark.read_text() == this)
    await asyncio.to_thread(data.mkdir, parents=True, exist_ok=True)
    await asyncio.to_thread(_write_atomically, data, MARK, this.encode())
    async with store.engine.begin() as connection:
        await _empty(connection)
        await _load(connection, path, secret)
        await _check_counts(connection, count)
        await _reset_sequences(connection, store)
    await migrate(store)
    await store.load_keys(secret, now)
    await asyncio.to_thread(_unpack_papers, papers, path, secret)
    async with store.transaction() as session:
        rested = await _settle_pending(session, now)
        people = await ledger.restored_people(session, erased)
        for person_id in people:
            await erase(session, person_id, by=None, now=now)
        note = {"made_at": head["made_at"]}
        await record(session, at=now, by=COMMAND, act="restore", entity="backup", entity_id=None, note=note)
    await _shred(store, papers)
    broken = [str(problem) async for problem in not_intact(store, ALL)]
    await asyncio.to_thread(mark.unlink)
    made_at = datetime.fromisoformat(head["made_at"])
    return RestoreResult(count.all_rows(), count.papers, made_at, *rested, erased=len(people), not_intact=broken)


async def _prepare_tables(store: Database, head: dict[str, Any], *, goes_on: bool) -> None:
    """Prepare the tables as the release of the backup had them, in a database without any personal data.

    `goes_on`: a restore of this backup into this database was cut short; so far it holds nothing, or that backup.
    """
    have, wanted = await revisions(store)
    async with store.engine.begin() as connection:
        if have is None:
            await connection.run_sync(lambda sync: command.upgrade(config_for(sync), head["revision"]))
            return
        is_same = have in {head["revision"], wanted} and await _has_identity(connection, head["identity"])
        is_free = have == head["revision"] and await _is_unused(connection)
    if is_same and not goes_on:
        raise NotEmpty(ALREADY_RESTORED)
    if not (is_same or is_free):
        raise NotEmpty("This database is in use or of another release: give a new one, or move the old file away.")


async def _has_identity(connection: AsyncConnection, identity: str) -> bool:
    return identity in (await connection.execute(raw_select(col(Identity.id)))).scalars().all()


async def _is_unused(connection: AsyncConnection) -> bool:
    """Does no table hold a row that a first start does not make?"""
    for table in await _existing_tables(connection):
        row = await connection.execute(raw_select(literal(1)).select_from(table).limit(1))
        if table.name not in MADE_BY_A_START and row.first():
            return False
    return True


async def _existing_tables(connection: AsyncConnection) -> list[Table]:
    """Our tables that this database has, those that others refer to first; an older release has fewer."""
    names = set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))
    return [table for table in METADATA.sorted_tables if table.name in names]


async def _empty(connection: AsyncConnection) -> None:
    """Empty the tables: a new database has keys and offices of its own; after an unfinished restore it has more."""
    for table in reversed(await _existing_tables(connection)):
        await connection.execute(table.delete())


async def _check_counts(connection: AsyncConnection, count: Contents) -> None:
    """Check the counts; raises InvalidBackup where a table does not hold as many rows as the backup says."""
    for table, rows in count.rows.items():
        found = await connection.execute(raw_select(func.count()).select_from(raw_table(table, {}, ())))
        if (there := found.scalar_one()) != rows:
            raise InvalidBackup(f"Of the table {table} {there} rows came in, of {rows}.")


async def _load(connection: AsyncConnection, path: Path, secret: str) -> None:
    table: Table | None = None
    for kind, body in parts(path, secret):
        if kind == TABLE:
            table = _table_from(orjson.loads(body))
        elif kind == ROWS and table is not None:
            names = table.columns.keys()
            rows = [dict(zip(names, row, strict=True)) for row in unpack(body)]
            await connection.execute(insert(table), rows)
        elif kind not in (HEAD, TABLE, ROWS):
            return


def _table_from(told: dict[str, Any]) -> Table:
    return raw_table(told["table"], told["columns"], told["key"])


async def _reset_sequences(connection: AsyncConnection, store: Database) -> None:
    """Set PostgreSQL's sequences behind the restored ids."""
    if store.is_sqlite:
        return
    owned = await connection.execute(
        text(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND column_default LIKE 'nextval%'"
        )
    )
    for table, column in owned.all():
        highest = f'SELECT setval(pg_get_serial_sequence(\'"{table}"\', \'{column}\'), max("{column}")) FROM "{table}"'
        await connection.execute(text(highest))


async def _settle_pending(session: AsyncSession, now: datetime) -> tuple[int, int, int]:
    """Give up pending messages, dead-letter items, miss timers: the former process may have sent all of it."""
    connection = await session.connection()
    open_calls = col(Call.state).in_((CallState.QUEUED, CallState.SENDING))
    settled = {"reason": "restored", "settled_at": now}
    given_up = await connection.execute(update(Call).where(open_calls).values(state=CallState.UNCERTAIN, **settled))
    waiting = update(InboxItem).where(col(InboxItem.state) == InboxState.NEW)
    set_aside = await connection.execute(waiting.values(state=InboxState.DEAD, done_at=now))
    await void(session, VoidReason.RESTORED, now)  # a code that was used since would open a second time
    promises = await _postpone_promises(session, now)
    late = update(ScheduledEvent).where(
        col(ScheduledEvent.state) == ScheduledState.WAITING, col(ScheduledEvent.due_at) <= now
    )
    missed = await connection.execute(late.values(state=ScheduledState.MISSED, settled_at=now))
    await _skip_numbers(session)
    return given_up.rowcount, set_aside.rowcount, missed.rowcount + promises


async def _postpone_promises(session: AsyncSession, now: datetime) -> int:
    late = select(ScheduledEvent).where(
        ScheduledEvent.state == ScheduledState.WAITING,
        ScheduledEvent.kind == ScheduledKind.PROMISE,
        ScheduledEvent.due_at <= now,
    )
    found = list(await session.exec(late))
    for occasion in found:
        with not_raising():
            application = await session.get(Application, occasion.subject)
        occasion.due_at = now + NEW_PROMISE_AFTER
        session.add(occasion)
        if application is not None:
            application.break_promise(now + NEW_PROMISE_AFTER)
            session.add(application)
    await session.flush()
    return len(found)


async def _skip_numbers(session: AsyncSession) -> None:
    """Leave a gap in every series of running numbers."""
    for counter in list(await session.exec(select(RunningNumber))):
        counter.last += max(MIN_SKIPPED, counter.last // 10)
        session.add(counter)


def _unpack_papers(folder: Path, path: Path, secret: str) -> None:
    """Unpack the stored documents; each is complete under its name or absent."""
    folder.mkdir(parents=True, exist_ok=True)
    name, pieces = "", list[bytes]()
    for kind, body in parts(path, secret):
        if kind != PIECE and name:
            _write_atomically(folder, name, b"".join(pieces))
            name, pieces = "", []
        if kind == PAPER:
            name = Path(orjson.loads(body)["name"]).name
        elif kind == PIECE:
            pieces.append(body)


def _write_atomically(folder: Path, name: str, content: bytes) -> None:
    """Write a file aside, sync and rename it: complete under its name, also after a power cut, or absent."""
    aside = folder / f".{name}"
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    aside.rename(folder / name)


async def _shred(store: Database, papers: Path) -> None:
    """Delete the documents of people who were erased once more, before the bot is started."""
    while True:
        async with store.transaction() as session:
            if not (names := await names_to_shred(session)):
                return
            for name in names:
                (papers / name).unlink(missing_ok=True)
            await forget_shredded(session, names)
