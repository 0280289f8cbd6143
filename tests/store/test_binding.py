"""What is stored encrypted opens in its own row and column only, in every table that has such columns.

The tables come from the models: a new one with a sealed column takes part by itself.
"""

import itertools
import secrets
from collections.abc import Iterable
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Enum,
    Integer,
    LargeBinary,
    Table,
    insert,
    text,
    type_coerce,
)
from sqlalchemy import select as raw_select
from sqlalchemy import update as raw_update
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import aliased
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import SQLModel

from models.database import Database
from models.encrypted import VERSION, EncryptedRow, NotIntact, encrypted_columns, identity
from models.intact import ALL, not_intact, not_intact_in
from models.tables import METADATA
from tests.stores import NOW

TABLES = [table for table in METADATA.sorted_tables if encrypted_columns(table)]
CLASSES: dict[str, Any] = {one.__tablename__: one for one in EncryptedRow.__subclasses__()}
of_each_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)


def value_for(column: Column[Any], number: int) -> Any:
    """Something that fits the column and differs from row to row; a foreign key names the row of the same number."""
    if column.foreign_keys:
        return value_for(next(iter(column.foreign_keys)).column, number)
    told, kind = f"{column.name} {number}", getattr(column.type, "impl", column.type)
    if column.name in encrypted_columns(column.table):
        return {"of": told}
    if isinstance(column.type, Enum):
        return column.type.python_type(column.type.enums[0])
    of_kinds = {DateTime: NOW + timedelta(minutes=number), Boolean: False, Integer: number, LargeBinary: told.encode()}
    return next((value for one, value in of_kinds.items() if isinstance(kind, one)), told)


def row_for(table: Table, number: int) -> dict[str, Any]:
    return {column.name: value_for(column, number) for column in table.columns if column.name != VERSION}


async def fill(store: Database, last: Table | None = None) -> None:
    """Two rows in every table up to `last`, after those which they name: of these there are three."""
    async with store.transaction() as session:
        connection = await session.connection()
        for table in METADATA.sorted_tables:
            if table.name != "data_key":
                numbers = (1, 2) if last in (None, table) else (1, 2, 3)
                await connection.execute(insert(table), [row_for(table, number) for number in numbers])
            if table is last:
                return


def key_of(table: Table) -> Any:
    (key,) = table.primary_key.columns
    return key


async def stored(store: Database, table: Table, names: list[str]) -> dict[int, dict[str, Any]]:
    """The bytes as they lie in the table, of each row by its key."""
    columns = [type_coerce(table.c[name], LargeBinary).label(name) for name in names]
    async with store.read_only() as session:
        rows = await (await session.connection()).execute(raw_select(key_of(table), *columns))
        return {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}


async def put(store: Database, table: Table, key: int, values: dict[str, Any]) -> None:
    """Write by hand, as somebody with the database would."""
    names = ", ".join(f"{name} = :{name}" for name in values)
    statement = text(f"UPDATE {table.name} SET {names} WHERE {key_of(table).name} = :the_key")
    async with store.transaction() as session:
        await (await session.connection()).execute(statement, values | {"the_key": key})


async def exchange(store: Database, table: Table, names: list[str]) -> None:
    """Let two rows have each other's bytes."""
    rows = await stored(store, table, names)
    await put(store, table, 1, rows[2])
    await put(store, table, 2, rows[1])


async def reported(store: Database, table: Table) -> set[tuple[str, str]]:
    """Columns and keys of what does not fit."""
    return {(found.column, found.row.split(",")[0]) async for found in not_intact_in(store, table, ALL)}


def both(names: Iterable[str]) -> set[tuple[str, str]]:
    return {(name, key) for name in names for key in "12"}


async def read(store: Database, question: Any) -> list[Any]:
    """Every value that a question brings, those inside entities too. Raises NotIntact, also where one is returned."""
    async with store.transaction() as session:
        rows = (await session.exec(question)).all()
        flat = itertools.chain.from_iterable(rows)
        values = [value for one in flat for value in (vars(one).values() if isinstance(one, SQLModel) else [one])]
    if problem := next((value for value in values if isinstance(value, NotIntact)), None):
        raise problem
    return values


def ways_to_read(table: Table, name: str) -> dict[str, Any]:
    entity, found, (key,) = CLASSES[table.name], raw_select(*table.columns).cte("found"), table.primary_key.columns
    return {
        "entity": raw_select(entity),
        "column of an entity": raw_select(getattr(entity, name)),
        "column of an alias": raw_select(getattr(aliased(entity), name)),
        "table": raw_select(table),
        "column with another name": raw_select(table.alias().c[name].label("other")),
        "beside others": raw_select(key, table.c[name]).order_by(key),
        "common table expression": raw_select(found.c[name]),
        "subquery": raw_select(raw_select(table).subquery().c[name]),
        "union": raw_select(table.c[name]).union_all(raw_select(table.c[name])),
    }


async def a_value_in_another_row_is_refused_however_it_is_read(store: Database, table: Table) -> None:
    assert await reported(store, table) == set()
    for name in encrypted_columns(table):
        for how, question in ways_to_read(table, name).items():
            assert {"of": f"{name} 1"} in await read(store, question), how
        await exchange(store, table, [name])
        for how, question in ways_to_read(table, name).items():
            with pytest.raises(NotIntact) as refused:
                await read(store, question)
                raise AssertionError(how)
            assert (refused.value.table, refused.value.column) == (table.name, name)
        assert await reported(store, table) == both([name])
        await exchange(store, table, [name])


async def all_values_and_the_version_in_another_row_are_refused(store: Database, table: Table) -> None:
    everything = [*encrypted_columns(table), VERSION]
    await exchange(store, table, everything)
    assert await reported(store, table) == both(encrypted_columns(table))
    await exchange(store, table, everything)


async def an_older_value_put_back_is_refused(store: Database, table: Table) -> None:
    for name in encrypted_columns(table):
        older = (await stored(store, table, [name]))[1]
        await rewrite(store, table, 1, name)
        newer = (await stored(store, table, [name]))[1]
        await put(store, table, 1, older)
        assert await reported(store, table) == {(name, "1")}
        await put(store, table, 1, newer)
        assert await reported(store, table) == set()


async def whose_row_it_is_cannot_be_changed_by_hand(store: Database, table: Table) -> None:
    for name in identity(table.name):
        if name != key_of(table).name:
            was = (await plainly_stored(store, table, name))[1]
            await put(store, table, 1, {name: 3 if isinstance(was, int) else "another"})
            assert {key for _, key in await reported(store, table)} == {"1"}
            await put(store, table, 1, {name: was})
    assert await reported(store, table) == set()


async def a_value_of_another_column_is_refused(store: Database, table: Table) -> None:
    names = list(encrypted_columns(table))
    for one, other in itertools.pairwise(names):
        rows = await stored(store, table, [one, other])
        await put(store, table, 1, {one: rows[1][other], other: rows[1][one]})
        assert await reported(store, table) == {(one, "1"), (other, "1")}
        await put(store, table, 1, rows[1])


async def damaged_bytes_are_refused(store: Database, table: Table) -> None:
    name = next(iter(encrypted_columns(table)))
    whole = (await stored(store, table, [name]))[1][name]
    other_key = whole[:4] + b"\x63" + whole[5:]
    for damaged in (whole[:-1], whole[:3], b"", bytes([whole[0] ^ 1]) + whole[1:], other_key):
        await put(store, table, 1, {name: damaged})
        assert await reported(store, table) == {(name, "1")}
    await put(store, table, 1, {name: whole})


async def what_a_statement_brings_back_is_looked_at_too(store: Database, table: Table) -> None:
    name = next(iter(encrypted_columns(table)))
    await exchange(store, table, [name])
    bound = {VERSION, *encrypted_columns(table), *identity(table.name)}
    plain = next(column for column in table.columns if column.name not in bound)
    with pytest.raises(NotIntact):
        await read(store, raw_update(table).values({plain: plain}).returning(table.c[name]))
    await exchange(store, table, [name])


async def no_statement_writes_a_part_of_what_is_bound_together(store: Database, table: Table) -> None:
    name, key = next(iter(encrypted_columns(table))), key_of(table)
    statements = [
        raw_update(table).values({name: {"of": "somebody"}}),
        raw_update(table).values({VERSION: b"12345678"}),
        insert(table).values({**row_for(table, 3), name: {"of": "somebody"}}),
        *[raw_update(table).where(key == 1).values({one: row_for(table, 3)[one]}) for one in identity(table.name)],
    ]
    for statement in statements:
        with pytest.raises((TypeError, StatementError)):
            await read(store, statement)
    unversioned = {one: {"of": "somebody"} for one in encrypted_columns(table)}
    with pytest.raises((TypeError, StatementError)):
        async with store.transaction() as session:
            await (await session.connection()).execute(raw_update(table).where(key == 1), unversioned)
    assert await reported(store, table) == set()


async def an_update_that_would_put_back_an_older_value_is_refused(store: Database, table: Table) -> None:
    name = next(iter(encrypted_columns(table)))
    async with store.read_only() as session:
        stale = await session.get_one(CLASSES[table.name], 1)
    await rewrite(store, table, 1, name)
    puts_back_another = len(encrypted_columns(table)) > 1
    with pytest.raises(StaleDataError) if puts_back_another else nullcontext():
        async with store.transaction() as session:
            setattr(stale, name, {"of": "an older one"})
            session.add(stale)
    assert await reported(store, table) == set()


CASES = (
    a_value_in_another_row_is_refused_however_it_is_read,
    all_values_and_the_version_in_another_row_are_refused,
    an_older_value_put_back_is_refused,
    whose_row_it_is_cannot_be_changed_by_hand,
    a_value_of_another_column_is_refused,
    damaged_bytes_are_refused,
    what_a_statement_brings_back_is_looked_at_too,
    no_statement_writes_a_part_of_what_is_bound_together,
    an_update_that_would_put_back_an_older_value_is_refused,
)
"""Each leaves every row as whole as it found it."""


@of_each_table
async def test_the_values_of_a_table_are_bound_to_their_rows(store: Database, table: Table) -> None:
    """One database for all cases of a table: that is most of their cost."""
    await fill(store, table)
    for case in CASES:
        await case(store, table)
        assert await reported(store, table) == set(), case.__name__


def test_every_table_with_sealed_columns_is_bound_by_its_rows() -> None:
    """It is an EncryptedRow with one key, its columns carry their own names, its pins fit what row_of() writes."""
    for table in METADATA.sorted_tables:
        for name, kind in encrypted_columns(table).items():
            assert kind.place == f"{table.name}.{name}"
            assert table.name in CLASSES
            assert (CLASSES[table.name].__mapper__.version_id_col is not None) is (len(encrypted_columns(table)) > 1)
        pinned = [table.c[name] for name in identity(table.name)] if encrypted_columns(table) else []
        *numbers, last = pinned or [None]
        assert all(isinstance(one.type, Integer) and not one.nullable for one in numbers)
        assert last is None or not isinstance(last.type, Integer) or not last.nullable
        assert not pinned or len(table.primary_key.columns) == 1


async def test_a_quick_look_takes_the_newest_rows(store: Database) -> None:
    table = METADATA.tables["person"]
    await fill(store)
    await exchange(store, table, ["name"])
    found = [problem async for problem in not_intact(store, newest=1)]
    assert [(one.table, one.column, one.row) for one in found] == [("person", "name", "2")]
    assert str(found[0]) == "person 2: name does not fit its row"


async def rewrite(store: Database, table: Table, key: int, name: str) -> None:
    """Give a sealed column another value through its entity, as our own code does."""
    async with store.transaction() as session:
        row = await session.get_one(CLASSES[table.name], key)
        setattr(row, name, {"of": f"another day, {secrets.token_hex(4)}"})
        session.add(row)


async def plainly_stored(store: Database, table: Table, name: str) -> dict[int, Any]:
    async with store.read_only() as session:
        rows = await (await session.connection()).execute(raw_select(key_of(table), table.c[name]))
        return {row[0]: row[1] for row in rows}
