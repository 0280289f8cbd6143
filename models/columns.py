"""Column types that every table uses: enums stored as their plain words."""

from enum import StrEnum
from typing import Any

from sqlalchemy import Enum
from sqlmodel import Field


def enum_type(words: type[StrEnum]) -> Enum:
    """Return an enum column that holds the member's value as text, the same on SQLite and PostgreSQL."""
    return Enum(
        words,
        native_enum=False,
        create_constraint=False,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


def enum_column(words: type[StrEnum], default: Any = ..., **options: Any) -> Any:
    """Return a field for one of `words`; an index can be asked for with `index=True`."""
    return Field(default=default, sa_type=enum_type(words), **options)
