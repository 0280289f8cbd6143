"""A new data key while the bot runs: announced first, then used by all, then everything old is sealed anew.

    begin ──every process learns it within LEARN──▶ used_from ──▶ reseal rows and papers ──none left──▶ retire the old

Each step can be repeated: a command that was killed is begun again and goes on where nothing is left to do. A value is
only replaced where it still is what was read, so a turn that writes it meanwhile wins.
"""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, LargeBinary, Table, delete, type_coerce, update
from sqlalchemy import select as raw_select
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.applications.document import Document
from models.applications.papers import Papers
from models.post.parcel import Parcel
from models.secrets import DataKey, KeyUse, Sealed, keyring_of, unwrap, wrap
from models.store import Store, new_key, one_at_a_time
from models.tables import METADATA

LEARN = timedelta(seconds=30)
"""How often a process looks for new keys."""
HEADSTART = 4 * LEARN
"""A key is used this long after it was announced: who could not learn it by then does not reach the database at all."""
BATCH = 200
"""Rows sealed anew in one transaction, so that turns hardly wait."""


async def begin(session: AsyncSession, secret: str, now: datetime) -> DataKey:
    """Announce a new key; one that is on its way already, or not yet the only one, is gone on with."""
    await one_at_a_time(session, "keys")
    question = select(DataKey).where(DataKey.use == KeyUse.SEAL).order_by(col(DataKey.id).desc())
    newest, *others = await session.exec(question)
    if others:
        return newest
    key = new_key(secret, KeyUse.SEAL, now)
    key.used_from = now + HEADSTART
    session.add(key)
    await session.flush()
    return key


async def reseal_rows(store: Store) -> AsyncIterator[tuple[str, int]]:
    """Seal every column anew that carries an older key: yields the table and how many values, batch by batch."""
    for table in METADATA.sorted_tables:
        columns = [column for column in table.columns if isinstance(column.type, Sealed)]
        last: Any = None
        while columns:
            async with store.writing() as session:
                count, last = await _reseal_batch(session, table, columns, last)
            if last is None:
                break
            yield table.name, count


async def _reseal_batch(session: AsyncSession, table: Table, columns: list[Column[Any]], after: Any) -> tuple[int, Any]:
    """The next rows by their key; returns how many values were old, and the last row's key, None at the end."""
    (key,) = table.primary_key.columns
    raw = [type_coerce(column, LargeBinary).label(column.name) for column in columns]
    question = raw_select(key.label("the_key"), *raw).order_by(key).limit(BATCH)
    connection = await session.connection()
    rows = (await connection.execute(question if after is None else question.where(key > after))).all()
    count = 0
    for row in rows:
        for column in columns:
            count += await _reseal(session, table, key == row.the_key, column, getattr(row, column.name))
    return count, rows[-1].the_key if rows else None


async def _reseal(session: AsyncSession, table: Table, is_it: Any, column: Column[Any], old: bytes | None) -> int:
    connection = await session.connection()
    keys = keyring_of(connection.dialect)
    assert isinstance(column.type, Sealed)
    if old is None or keys.seals_with(old):
        return 0
    place = column.type.place.encode()
    new = keys.seal(keys.open(old, place), place)
    plain = type_coerce(column, LargeBinary)
    statement = update(table).where(is_it, plain == old).values({column: type_coerce(new, LargeBinary)})
    await connection.execute(statement)
    return 1


async def reseal_papers(store: Store, papers: Papers) -> int:
    """Seal every paper file anew that carries an older key; returns how many.

    One that was destroyed in the same instant may have come back by that: what no row names goes again.
    """
    names = [name for name in papers.names() if papers.reseal(store.keyring, name)]
    async with store.reading() as session:
        named = {*await session.exec(select(Document.stored_as)), *await session.exec(select(Parcel.stored_as))}
    for name in names:
        if name not in named:
            papers.discard(name)
    return len(names)


async def retire(session: AsyncSession, newest: int) -> int:
    """Delete the keys before the newest; to be called when nothing carries them any more. Returns how many."""
    gone = delete(DataKey).where(col(DataKey.use) == KeyUse.SEAL, col(DataKey.id) < newest)
    return int((await (await session.connection()).execute(gone)).rowcount)


async def rewrap(session: AsyncSession, secret: str, new: str) -> int:
    """Wrap every data key with another secret; nothing that they encrypt is touched. Returns how many."""
    await one_at_a_time(session, "keys")
    keys = list(await session.exec(select(DataKey)))
    for key in keys:
        key.wrapped = wrap(new, unwrap(secret, key.wrapped))
    session.add_all(keys)
    return len(keys)
