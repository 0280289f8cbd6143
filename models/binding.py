"""Writes sealed columns: before a row is written its key is drawn and its version made, to which its values are bound.

    session.flush ─▶ before_flush: key and version of new rows; a new version of rows whose sealed values changed
    any execute   ─▶ before_execute: INSERT and UPDATE get their sealed values as Bound(value, row), or are refused

A statement that writes a part of a row's sealed columns is refused here, and a value that came by another way is
refused by the type of its column: nothing is stored unbound. Emptying (NULL) needs no binding.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Insert, Table, TextClause, Update, event, text
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified, instance_state

from models.encrypted import VERSION, Bound, EncryptedRow, encrypted_columns, identity, new_version, row_of

Row = dict[str, Any]
WRITES = (Insert, Update)


def bound(table: Table, values: Mapping[str, Any]) -> Row:
    """Return the values of one row, all its encrypted ones among them, ready for `insert` or `update(…).values()`."""
    version = values.get(VERSION) or new_version()
    row = row_of(table, values, version)
    sealed = {name: Bound(values[name], row) for name in encrypted_columns(table) if values.get(name) is not None}
    return {**values, VERSION: version, **sealed}


def bind_engine(engine: Engine) -> None:
    """Let every statement of an engine be looked at before it is compiled."""

    @event.listens_for(engine, "before_execute", retval=True)
    def _bind(connection: Connection, statement: Any, many: Any, one: Any, _options: Any) -> tuple[Any, Any, Any]:
        if isinstance(statement, WRITES) and encrypted_columns(statement.table):
            write = _insert if isinstance(statement, Insert) else _update
            if many:
                return statement, write(connection, statement, many), one
            if rows := write(connection, statement, [one]):
                return statement, many, rows[0]
        return statement, many, one


def _insert(connection: Connection, statement: Any, rows: Sequence[Row]) -> list[Row]:
    table, keys = statement.table, _key_column(statement.table)
    without = [row for row in rows if row and row.get(keys) is None]
    drawn = iter(draw(connection, table, len(without)))
    keyed = [row | {keys: next(drawn)} if row and row.get(keys) is None else row for row in rows]
    if len(without) < len(rows):
        _note_keys(connection, table, [row[keys] for row in keyed if row])
    return [bound(table, row) if row else row for row in keyed]


def _update(_connection: Connection, statement: Any, rows: Sequence[Row]) -> list[Row]:
    table = statement.table
    _writes_bound(table, {getattr(column, "name", column) for column in statement._values or ()}, _binding(table))
    names = {*rows[0]}  # the others of a batch write the same columns
    if _writes_bound(table, names, _binding(table) | encrypted_columns(table).keys()):
        return [_updated(table, row) for row in rows]
    return list(rows)


def _writes_bound(table: Table, names: set[str], bound_together: Set[str]) -> bool:
    """Is anything written of what is bound together? Then all of it must be. Raises TypeError."""
    if not names & bound_together:
        return False
    if not names >= {VERSION, *encrypted_columns(table)}:
        raise TypeError(f"{table.name}: the sealed columns of a row are written together, with its {VERSION}.")
    return True


@cache
def _binding(table: Table) -> frozenset[str]:
    return frozenset({VERSION, *identity(table.name)})


def _updated(table: Table, row: Row) -> Row:
    """Return the parameters of an entity's UPDATE; its WHERE names the key "person_id" (SQLAlchemy's column label)."""
    where = {name: row[f"{table.name}_{name}"] for name in identity(table.name) if name not in row}
    values = bound(table, where | row)
    return {name: values[name] for name in row}


def draw(connection: Connection, table: Table, count: int) -> Iterable[int]:
    """Return the next keys of a table, as the database itself would have numbered its rows."""
    if count == 0:
        return ()
    if connection.dialect.name == "sqlite":
        return _next_in_sqlite(connection, table, count)
    return connection.execute(_next_keys(table), {"count": count}).scalars().all()


_last_keys: WeakKeyDictionary[Any, dict[Table, int]] = WeakKeyDictionary()
"""By transaction: SQLite has one writer, who has begun already, so that a table is asked once for its last key."""


def _next_in_sqlite(connection: Connection, table: Table, count: int) -> range:
    known = _last_keys.setdefault(connection.get_transaction(), {})
    if (last := known.get(table)) is None:
        last = connection.exec_driver_sql(_last_key(table)).scalar_one()
    known[table] = last + count
    return range(last + 1, last + 1 + count)


def _note_keys(connection: Connection, table: Table, keys: Sequence[int]) -> None:
    """Note the keys of rows that were inserted with keys given or drawn before."""
    known = _last_keys.get(connection.get_transaction(), {})
    if table in known:
        known[table] = max([known[table], *keys])


@cache
def _key_column(table: Table) -> str:
    (key,) = table.primary_key.columns
    return str(key.name)


@cache
def _last_key(table: Table) -> str:
    return f"SELECT coalesce(max({_key_column(table)}), 0) FROM {table.name}"


@cache
def _next_keys(table: Table) -> TextClause:
    series = f"pg_get_serial_sequence('{table.name}', '{_key_column(table)}')"
    return text(f"SELECT nextval({series}) FROM generate_series(1, :count)")


@event.listens_for(Session, "before_flush")
def _prepare(session: Session, _context: Any, _instances: Any) -> None:
    fresh: dict[Table, list[EncryptedRow]] = {}
    for row in session.new:
        if isinstance(row, EncryptedRow):
            row.row_version = new_version()
            fresh.setdefault(row.__table__, []).append(row)  # type: ignore[attr-defined]
    for table, rows in fresh.items():
        _number(session, table, rows)
    for row in session.dirty:
        if isinstance(row, EncryptedRow):
            _renew(row)


def _number(session: Session, table: Table, rows: Sequence[EncryptedRow]) -> None:
    key = _key_column(table)
    without = [row for row in rows if getattr(row, key) is None]
    for row, number in zip(without, draw(session.connection(), table, len(without)), strict=True):
        setattr(row, key, number)


@cache
def _bound_with(table: Table) -> frozenset[str]:
    """Return the columns that are written together with a new version."""
    return frozenset({*encrypted_columns(table), *identity(table.name)}) - {_key_column(table)}


def _renew(row: EncryptedRow) -> None:
    """Give a row whose sealed values changed a new version, and let all of them be written."""
    table: Table = row.__table__  # type: ignore[attr-defined]
    names = _bound_with(table)
    before = instance_state(row).committed_state
    if any(name in before and before[name] != getattr(row, name) for name in (*names, _key_column(table))):
        for name in names:
            getattr(row, name)  # an expired one is loaded first
            flag_modified(row, name)
        row.row_version = new_version()
