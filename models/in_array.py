"""`IN` with one array parameter, so that the SQL text is constant and its plan is cached.

SQLAlchemy's own IN writes a placeholder for each value at every execution; each length is another statement, which the
database parses and plans again.
"""

from collections.abc import Collection
from typing import Any

import orjson
from sqlalchemy import ARRAY, Boolean, Dialect, String, TypeDecorator, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine


class ArrayParameter(TypeDecorator[Any]):
    """Values of one type as one parameter: an array for PostgreSQL, JSON for SQLite."""

    impl = String
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        of_dialect: TypeEngine[Any] = String() if dialect.name == "sqlite" else ARRAY(self.item)
        return dialect.type_descriptor(of_dialect)

    def process_bind_param(self, value: Collection[Any] | None, dialect: Dialect) -> Any:
        values = list(value or ())
        return orjson.dumps(values).decode() if dialect.name == "sqlite" else values


class in_array(FunctionElement[bool]):
    """`in_array(column, "ids")`: the column's value is one of those given as `ids`, which are numbers or words."""

    type = Boolean()
    inherit_cache = True

    def __init__(self, column: Any, given: str) -> None:
        super().__init__(column, bindparam(given, type_=ArrayParameter(column.type)))

    def self_group(self, against: Any = None) -> "in_array":
        """Return itself unchanged: SQLAlchemy would add `= 1`, and SQLite then scan every row."""
        return self


@compiles(in_array)
def _one_parameter(element: in_array, compiler: Any, **how: Any) -> str:
    column, given = (compiler.process(part, **how) for part in element.clauses)
    if compiler.dialect.name == "sqlite":
        return f"{column} IN (SELECT value FROM json_each({given}))"
    return f"{column} = ANY ({given})"
