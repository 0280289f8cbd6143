"""Rows as a backup holds them: the same for SQLite and PostgreSQL, what is encrypted stays encrypted.

A backup tells of each table its columns and what they hold, so that it can be read by a release with other tables.
"""

import base64
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    literal,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from models.tables import METADATA

AT_ONCE = 1_000
KINDS: dict[str, TypeEngine[Any]] = {
    "text": String(),
    "whole": Integer(),
    "large": BigInteger(),
    "truth": Boolean(),
    "moment": DateTime(timezone=True),
    "bytes": LargeBinary(),
}


def kind_of(column: Column[Any]) -> str:
    """Return the kind of value in a column, looking through our own column types."""
    impl = getattr(column.type, "impl", column.type)
    order = ("moment", "bytes", "truth", "large", "whole", "text")
    return next(kind for kind in order if isinstance(impl, type(KINDS[kind])))


def raw_tables() -> list[Table]:
    """Return every table in an order in which rows can be put in, its columns as plain values."""
    return [
        raw_table(table.name, {column.name: kind_of(column) for column in table.columns}, _key_of(table))
        for table in METADATA.sorted_tables
    ]


def raw_table(name: str, kinds: dict[str, str], key: Sequence[str]) -> Table:
    columns = [Column(column, KINDS[kind], primary_key=column in key) for column, kind in kinds.items()]
    return Table(name, MetaData(), *columns)


def _key_of(table: Table) -> list[str]:
    return [str(column.name) for column in table.primary_key.columns]


def describe_table(table: Table) -> dict[str, Any]:
    return {
        "table": str(table.name),
        "columns": {str(column.name): kind_of(column) for column in table.columns},
        "key": _key_of(table),
    }


async def batches(connection: AsyncConnection, table: Table) -> AsyncIterator[list[list[Any]]]:
    """Yield all rows of a table, some at a time, in the order of its key."""
    key = [table.c[name] for name in _key_of(table)]
    ordered = select(table).order_by(*key).limit(AT_ONCE)
    last: tuple[Any, ...] | None = None
    while True:
        question = ordered if last is None else ordered.where(tuple_(*key) > tuple_(*map(literal, last)))
        rows = list(await connection.execute(question))
        if not rows:
            return
        last = tuple(rows[-1]._mapping[column.name] for column in key)
        yield [list(row) for row in rows]


def pack(rows: list[list[Any]]) -> bytes:
    return orjson.dumps([[_pack(value) for value in row] for row in rows])


def _pack(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return {"b": base64.b64encode(bytes(value)).decode()}
    if isinstance(value, datetime):
        return {"t": (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()}
    return value


def unpack(packed_rows: bytes) -> list[list[Any]]:
    return [[_unpack(value) for value in row] for row in orjson.loads(packed_rows)]


def _unpack(value: Any) -> Any:
    if isinstance(value, dict):
        return base64.b64decode(value["b"]) if "b" in value else datetime.fromisoformat(value["t"])
    return value
