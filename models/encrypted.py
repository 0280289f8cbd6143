"""Encrypted columns: a ciphertext is bound to its table, column, row and the row's version (AES-GCM associated data).

    write  value ─▶ Bound(value, row) ─▶ associated data "person.name 5:" + row_version ─▶ ciphertext
    read   SELECT … "5:" || row_version || ciphertext ─▶ opened with what the row says now, or NotIntact

The column's SELECT expression brings the row's own key and version along with every value, in entities, single columns,
aliases and RETURNING alike. What was moved to another row, or is older than its row, does not open. Who writes:
models/binding.py.
"""

import os
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

import orjson
from cryptography.exceptions import InvalidTag
from sqlalchemy import Column, Dialect, Integer, LargeBinary, Table, event
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapper
from sqlalchemy.sql.elements import Label
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from models.keyring import keyring_of

VERSION = "row_version"
VERSION_SIZE = 8
COMMA = " || ',' || "
PINNED = {"info": {"pinned": True}}
"""`sa_column_kwargs` of a column that says whose row it is, or names its file: the ciphertexts are bound to it, too.

A number that is never empty, or, as the last of a table, a text that may be.
"""


NUMBERED_BY_CHAT = frozenset({"conversation_state"})
"""Tables whose key is the number of a chat, which no log may hold."""


UNFIT = (InvalidTag, KeyError, ValueError, struct.error)
"""What opening raises where a ciphertext, its key or its place is another."""


class NotIntact(Exception):
    """A stored value does not fit the row in which it stands: moved, put back, damaged, or its key is gone."""

    def __init__(self, table: str, column: str, row: str) -> None:
        self.table, self.column, self.row = table, column, row
        number = row.partition(",")[0]
        super().__init__(
            f"{table if table in NUMBERED_BY_CHAT else f'{table} {number}'}: {column} does not fit its row"
        )


def intact(value: Any) -> Any:
    """Return a value of a column that does not raise by itself; raise NotIntact if it is not intact."""
    if isinstance(value, NotIntact):
        raise value
    return value


_never_raises = ContextVar("_never_raises", default=False)


@contextmanager
def not_raising() -> Iterator[None]:
    """Return NotIntact instead of raising it, within the block: for callers that empty or skip values."""
    before = _never_raises.set(True)
    try:
        yield
    finally:
        _never_raises.reset(before)


class Bound(NamedTuple):
    """A value on its way into a encrypted column of one version of one row."""

    value: Any
    row: bytes


class Encrypted(TypeDecorator[Any]):
    """An encrypted column of any JSON value; `place` is its table and column.

    `raises`: a value that is not intact raises NotIntact. Else the exception is returned as the value, so that one row
    does not block a batch of others; the caller checks.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str, raises: bool = True) -> None:
        super().__init__()
        self.place, self.raises = place, raises
        self._place = place.encode() + b" "
        self.table, self.column = place.split(".")

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        if not isinstance(value, Bound):
            raise TypeError(f"{self.place} is written through an entity, or with models.binding.bound().")
        return None if value.value is None else self.seal(orjson.dumps(value.value), value.row, dialect)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        start = value.index(b":") + 1 + VERSION_SIZE
        row = value[:start]
        try:
            return orjson.loads(keyring_of(dialect).open(value[start:], self._place + row))
        except UNFIT:
            problem = self.problem(row)
        if self.raises and not _never_raises.get():
            raise problem
        return problem

    def column_expression(self, column: Any) -> Any:
        plain = column.element if isinstance(column, Label) else column
        return plain if isinstance(plain, with_its_row) else with_its_row(plain, self)

    def seal(self, plain: bytes, row: bytes, dialect: Dialect) -> bytes:
        return keyring_of(dialect).seal(plain, self.bound_to(row))

    def bound_to(self, row: bytes) -> bytes:
        """Return the associated data of a value in this row."""
        return self._place + row

    def open(self, encrypted: bytes, row: bytes, dialect: Dialect) -> bytes:
        """Return the bytes that were encrypted for this row. Raises NotIntact."""
        try:
            return keyring_of(dialect).open(encrypted, self.bound_to(row))
        except UNFIT:
            raise self.problem(row) from None

    def problem(self, row: bytes) -> NotIntact:
        return NotIntact(self.table, self.column, row.partition(b":")[0].decode(errors="replace"))


class with_its_row(FunctionElement[Any]):
    """The ciphertext behind the key and the version of the row from which it is read."""

    inherit_cache = True

    def __init__(self, column: Any, kind: Encrypted) -> None:
        columns = column.table.c
        key = [columns[name] for name in identity(kind.table)]
        super().__init__(columns[VERSION], column, *key)
        self.type = kind


@compiles(with_its_row, "sqlite")
def _in_sqlite(element: with_its_row, compiler: Any, **how: Any) -> str:
    version, column, *key = (compiler.process(part, **how) for part in element.clauses)
    key = [f"coalesce({one}, '')" for one in key]
    return f"CAST({COMMA.join(key)} || ':' || {version} || {column} AS BLOB)"


@compiles(with_its_row, "postgresql")
def _in_postgresql(element: with_its_row, compiler: Any, **how: Any) -> str:
    version, column, *key = (compiler.process(part, **how) for part in element.clauses)
    key = [f"coalesce({one}::text, '')" for one in key]
    return f"convert_to(concat_ws(',', {', '.join(key)}) || ':', 'UTF8') || {version} || {column}"


class EncryptedRow(SQLModel):
    """A row with sealed columns. Its version changes whenever one of them does, so that what was before fits no more.

    All of them are written together. Where there are several, an UPDATE that starts from another version than the
    stored one is refused (optimistic concurrency control): it would put back what another writer changed beside it.
    """

    row_version: bytes = Field(default=b"", sa_type=LargeBinary, nullable=False)


@event.listens_for(Mapper, "after_mapper_constructed")
def _check_versions(mapper: Mapper[Any], _class: type) -> None:
    """UPDATE and DELETE of an entity with several sealed columns name the version from which they start.

    It stands here, because the event must be listened for before any entity is mapped.
    """
    if (
        issubclass(_class, EncryptedRow) and len(encrypted_columns(mapper.local_table)) > 1
    ):  # such an UPDATE is no batch
        mapper.version_id_col = mapper.local_table.c[VERSION]
        mapper.version_id_generator = False


def new_version() -> bytes:
    return os.urandom(VERSION_SIZE)


@cache
def encrypted_columns(table: Table) -> dict[str, Encrypted]:
    """Return the encrypted columns of a table, by name."""
    return {column.name: column.type for column in table.columns if isinstance(column.type, Encrypted)}


@cache
def identity(table: str) -> tuple[str, ...]:
    """Return the columns that say which row it is and whose: the primary key, and what is pinned."""
    columns: list[Column[Any]] = list(SQLModel.metadata.tables[table].columns)
    return tuple(one.name for one in columns if one.primary_key or one.info.get("pinned"))


def row_of(table: Table, values: Any, version: bytes) -> bytes:
    """Return what a ciphertext is bound to, written just as the SELECT expression brings it back."""
    form, pick = _form(table)
    key: str = form % pick(values)
    return key.encode() + version


@cache
def _form(table: Table) -> tuple[str, Callable[[Any], Any]]:
    """Return how the key of a row is written, and what picks its parts out of the row."""
    *numbers, last = identity(table.name)
    if isinstance(table.c[last].type, Integer):
        return ",".join(["%d"] * (len(numbers) + 1)) + ":", itemgetter(*numbers, last)
    return "%d," * len(numbers) + "%s:", lambda values: (*[values[name] for name in numbers], values[last] or "")


def encrypted(place: str, *, default: Any = ..., raises: bool = True) -> Any:
    """Return a field whose column is encrypted; use `default=None` where it may be empty."""
    return Field(default=default, sa_type=Encrypted(place, raises), nullable=default is None)
