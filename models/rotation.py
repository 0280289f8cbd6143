"""Rotates the data key while the bot runs: announced first, then used by all processes, then old values are
re-encrypted.

    begin ──every process learns it within LEARN──▶ used_from ──▶ reseal rows and papers ──none left──▶ retire the old

The old keys are deleted only in a transaction that excludes every process which could still encrypt with them
(models/key_use.py) and that finds no value which carries them: no option can delete a key too early.

Each step is idempotent: a command that was killed is run again. A value is only replaced where it still is what was
read (compare and swap), so an update that writes it meanwhile wins.
"""

import struct
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import Column, LargeBinary, RowMapping, Table, delete, func, literal, type_coerce, update
from sqlalchemy import select as raw_select
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.applications.document import Document
from models.applications.encrypted_files import EncryptedFiles
from models.audit import COMMAND, record
from models.database import Database, advisory_lock, new_key
from models.encrypted import VERSION, Encrypted, NotIntact, identity, row_of
from models.key_use import KeyInUse, exclusive_advisory_locks, exclusive_file_locks
from models.keyring import DataKey, KeyUse, keyring_of, unwrap, wrap
from models.messaging.file_download import FileDownload
from models.tables import METADATA

LEARN = timedelta(seconds=30)
"""How often a process looks for new keys."""
HEADSTART = 4 * LEARN
"""A key is used this long after it was announced: who could not learn it by then does not reach the database at all."""
MAX_NAMED = 10
"""Of each table and column, so that a report stays short."""
NUMBER, NUMBER_AT = struct.Struct(">I"), 2
"""The number of its key stands in a ciphertext from its second byte on."""
UNREADABLE = (InvalidTag, KeyError, ValueError, struct.error)
"""What opening raises where a value is damaged, or its key is nowhere."""
BATCH = 200
"""Rows re-encrypted in one transaction, so that updates hardly wait."""


async def begin(session: AsyncSession, secret: str, now: datetime, headstart: timedelta = HEADSTART) -> DataKey:
    """Announce a new key; one that is on its way already, or not yet the only one, is gone on with."""
    await advisory_lock(session, "keys")
    question = select(DataKey).where(DataKey.use == KeyUse.SEAL).order_by(col(DataKey.id).desc())
    newest, *others = await session.exec(question)
    if others:
        return newest
    key = new_key(secret, KeyUse.SEAL, now)
    key.used_from = now + headstart
    session.add(key)
    await session.flush()
    await record(session, at=now, by=COMMAND, act="announce_key", entity="data_key", entity_id=key.id)
    return key


async def reseal_rows(store: Database) -> AsyncIterator[tuple[str, int]]:
    """Re-encrypt every value that carries an older key: yields the table and how many values, batch by batch."""
    for table in METADATA.sorted_tables:
        columns = [column for column in table.columns if isinstance(column.type, Encrypted)]
        last: Any = None
        while columns:
            async with store.transaction() as session:
                count, last = await _reseal_batch(session, table, columns, last)
            if last is None:
                break
            yield table.name, count


async def _reseal_batch(session: AsyncSession, table: Table, columns: list[Column[Any]], after: Any) -> tuple[int, Any]:
    """Return the next rows by their key; returns how many values were old, and the last row's key, None at the end."""
    (key,) = table.primary_key.columns
    raw = [type_coerce(column, LargeBinary).label(column.name) for column in columns]
    bound_to = [table.c[name] for name in (*identity(table.name), VERSION)]
    question = raw_select(*bound_to, *raw).order_by(key).limit(BATCH)
    connection = await session.connection()
    rows = (await connection.execute(question if after is None else question.where(key > after))).mappings().all()
    count = 0
    for row in rows:
        for column in columns:
            count += await _reseal(session, table, row, column)
    return count, rows[-1][key.name] if rows else None


async def _reseal(session: AsyncSession, table: Table, row: RowMapping, column: Column[Any]) -> int:
    """Re-encrypt a value for the same row; one that cannot be decrypted stays, and keeps its key from being deleted."""
    connection, old = await session.connection(), row[column.name]
    assert isinstance(column.type, Encrypted)
    bound_to = row_of(table, row, row[VERSION])
    try:
        if old is None or keyring_of(connection.dialect).seals_with(old):
            return 0
        new = column.type.seal(column.type.open(old, bound_to, connection.dialect), bound_to, connection.dialect)
    except (NotIntact, struct.error):
        return 0
    (key,) = table.primary_key.columns
    plain = type_coerce(column, LargeBinary)
    is_it = (key == row[key.name], table.c[VERSION] == row[VERSION], plain == old)
    await connection.execute(update(table).where(*is_it).values({column: type_coerce(new, LargeBinary)}))
    return 1


async def reseal_papers(store: Database, papers: EncryptedFiles) -> int:
    """Re-encrypt every file that a row names, if it carries an older key; returns how many.

    One that was deleted at the same instant may have come back by that: a file that no row names is deleted again. One
    that no row names yet is left to the download process (bot/file_downloads.py).
    """
    async with store.read_only() as session:
        before = await referenced_files(session)
    anew = [name for name in sorted(before) if _reseal_paper(store, papers, name)]
    async with store.read_only() as session:
        after = await referenced_files(session)
    for name in anew:
        if name not in after:
            papers.discard(name)
    return len(anew)


def _reseal_paper(store: Database, papers: EncryptedFiles, name: str) -> bool:
    try:
        return papers.reseal(store.keyring, name)
    except UNREADABLE:
        return False  # it keeps its key from being deleted


@dataclass(frozen=True, slots=True)
class Remainder:
    """What still carries a key before the newest: a value by its table, column and row, or a paper."""

    what: str

    def __str__(self) -> str:
        return self.what


async def values_left(
    session: AsyncSession, papers: EncryptedFiles, newest: int, most: int = MAX_NAMED
) -> list[Remainder]:
    """Return values and files with another key than the newest, and missing files that a row names; some of each."""
    found: list[Remainder] = []
    for table in METADATA.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Encrypted):
                found += await _left_in(session, table, column, newest, most)
    there, wanted = set(papers.names()), await referenced_files(session)
    found += [Remainder(f"paper {name}") for name in sorted(wanted & there) if papers.key_of(name) != newest][:most]
    return found + [Remainder(f"paper {name}, which is not there") for name in sorted(wanted - there)[:most]]


async def _left_in(session: AsyncSession, table: Table, column: Column[Any], newest: int, most: int) -> list[Remainder]:
    plain = type_coerce(column, LargeBinary)
    other = func.substr(plain, NUMBER_AT, NUMBER.size) != literal(NUMBER.pack(newest), LargeBinary)
    key = table.primary_key.columns[0]
    question = raw_select(key).where(plain.is_not(None), other).order_by(key).limit(most)
    rows = await (await session.connection()).execute(question)
    return [Remainder(f"{table.name}.{column.name} of row {number}") for (number,) in rows]


async def referenced_files(session: AsyncSession) -> set[str]:
    """Return the papers that a row names."""
    names = {*await session.exec(select(Document.stored_as)), *await session.exec(select(FileDownload.stored_as))}
    return {name for name in names if name}


class NotYet(Exception):
    """The older keys are still needed; `left` says by what, or nothing where a process holds one of them."""

    def __init__(self, left: Sequence[Remainder] = ()) -> None:
        super().__init__()
        self.left = left


async def retire(store: Database, papers: EncryptedFiles, newest: int, now: datetime) -> int:
    """Delete the keys before the newest; returns how many. Raises NotYet, and then nothing is deleted.

    In one transaction: no process holds or can take an older key, no value of any table and no file carries one.
    """
    async with store.transaction() as session:
        await advisory_lock(session, "keys")
        question = select(DataKey.id).where(DataKey.use == KeyUse.SEAL, col(DataKey.id) < newest)
        older = [number or 0 for number in await session.exec(question)]
        try:
            async with _exclusive_locks(store, session, older):
                if still := await values_left(session, papers, newest):
                    raise NotYet(still)
                connection = await session.connection()
                await connection.execute(delete(DataKey).where(col(DataKey.id).in_(older)))
                gone = f"{len(older)} older deleted"
                await record(
                    session, at=now, by=COMMAND, act="rotate_keys", entity="data_key", entity_id=newest, after=gone
                )
                await session.commit()
        except KeyInUse:
            raise NotYet from None
    return len(older)


@asynccontextmanager
async def _exclusive_locks(store: Database, session: AsyncSession, keys: Sequence[int]) -> AsyncIterator[None]:
    if store.is_sqlite:
        with exclusive_file_locks(Path(store.engine.url.database or ""), keys):
            yield
        return
    await exclusive_advisory_locks(await session.connection(), keys)
    yield


async def rewrap(session: AsyncSession, secret: str, new: str, now: datetime) -> int:
    """Wrap every data key with another secret; nothing that they encrypt is touched. Returns how many."""
    await advisory_lock(session, "keys")
    keys = list(await session.exec(select(DataKey)))
    for key in keys:
        key.wrapped = wrap(new, unwrap(secret, key.wrapped))
    session.add_all(keys)
    await record(session, at=now, by=COMMAND, act="rewrap_keys", entity="data_key", entity_id=None)
    return len(keys)
