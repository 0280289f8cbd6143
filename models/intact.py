"""Looks whether stored values fit the rows in which they stand: the newest of each table, or all."""

from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import Select, Table, select

from models.sealed import NotIntact, Sealed, sealed_columns, with_its_row
from models.store import Store
from models.tables import METADATA

BATCH = 500
NEWEST = 200
"""Rows of each table that a quick look takes."""
ALL = None


async def not_intact(store: Store, newest: int | None = NEWEST) -> AsyncIterator[NotIntact]:
    """What does not fit, table by table; with ALL every row is read."""
    for table in METADATA.sorted_tables:
        if sealed_columns(table):
            async for problem in not_intact_in(store, table, newest):
                yield problem


async def not_intact_in(store: Store, table: Table, newest: int | None = NEWEST) -> AsyncIterator[NotIntact]:
    """What does not fit in one table, the newest rows first."""
    question, left, last = _question(table), newest, None
    (key,) = table.primary_key.columns
    while left is ALL or left > 0:
        some = question.limit(BATCH if left is ALL else min(BATCH, left))
        async with store.reading() as session:
            connection = await session.connection()
            rows = (await connection.execute(some if last is None else some.where(key < last))).all()
        for row in rows:
            for value in row[1:]:
                if isinstance(value, NotIntact):
                    yield value
        if not rows:
            return
        last, left = rows[-1][0], left if left is ALL else left - len(rows)


def _question(table: Table) -> Select[Any]:
    """Rows whose values come as NotIntact where they do not fit, so that all of them are seen."""
    (key,) = table.primary_key.columns
    columns = [
        with_its_row(table.c[name], Sealed(kind.place, raises=False)).label(name)
        for name, kind in sealed_columns(table).items()
    ]
    return select(key, *columns).order_by(key.desc())
