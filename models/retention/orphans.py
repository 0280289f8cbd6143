"""Rows that no other row names any more, by the foreign keys of all tables: a table that is new counts by itself."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Column, Table
from sqlmodel import SQLModel, select

from models.tables import METADATA


def referencing_columns(table: str) -> list[Column[Any]]:
    """Return the columns of all tables that hold the number of a row of this one."""
    keys = (key for one in METADATA.sorted_tables for key in one.foreign_keys if key.column.table.name == table)
    return [key.parent for key in keys]


def unreferenced(model: type[SQLModel], besides: Collection[str] = ()) -> Sequence[Any]:
    """Conditions: no row of any table names it. `besides`: tables whose rows go along with it."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    holding = [column for column in referencing_columns(table.name) if column.table.name not in besides]
    return [~select(column).where(column == table.c.id).correlate(table).exists() for column in holding]
