"""One visit to SQLite's thread for each statement and each end of a transaction; SQLAlchemy's adapter pays several.

    SQLAlchemy ──execute──▶ OneVisitCursor ──one function──▶ aiosqlite's thread: cursor, execute, fetch, close

Each visit costs a wake-up of two threads, more than the small statements of a turn themselves. The seams used here
are those of the adapter; the libraries are pinned, and every test on SQLite goes through them
(docs/decisions/0010-single-thread-hop.md).
"""

from collections import deque
from typing import Any, NamedTuple

from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)


class Done(NamedTuple):
    """What is left of a cursor after its visit."""

    description: Any = None
    rowcount: int = -1
    lastrowid: int | None = None


class OneVisitCursor(AsyncAdapt_aiosqlite_cursor):
    """A cursor that is opened, used, emptied and closed in one visit."""

    __slots__ = ()

    def _aenter_cursor(self, cursor: Any) -> Any:
        return Done()

    def _make_new_cursor(self, connection: Any) -> Any:
        return None

    async def _execute_async(self, operation: Any, parameters: Any) -> None:
        await self._visit("execute", operation, parameters or ())

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> None:
        await self._visit("executemany", operation, seq_of_parameters)

    async def _visit(self, how: str, operation: str, parameters: Any) -> None:
        connection: Any = self._connection
        adapted: Any = self._adapt_connection
        adapted.is_over = False
        async with adapted._execute_mutex:
            self._cursor, self._rows = await connection._execute(work, connection, how, operation, parameters)

    async def _async_soft_close(self) -> None:
        """Closed already."""

    def close(self) -> None:
        self._rows.clear()


def work(connection: Any, how: str, operation: str, parameters: Any) -> tuple[Done, deque[Any]]:
    """In SQLite's thread: all of a statement."""
    cursor = connection._conn.cursor()
    try:
        getattr(cursor, how)(operation, parameters)
        rows = deque(cursor.fetchall() if cursor.description else ())
        return Done(cursor.description, cursor.rowcount, cursor.lastrowid), rows
    finally:
        cursor.close()


class OneVisitConnection(AsyncAdapt_aiosqlite_connection):
    """A connection that rolls nothing back where nothing was begun since it was committed or rolled back.

    The pool rolls back whatever it is given back. A statement that was cut off leaves `is_over` false.
    """

    __slots__ = ("is_over",)

    _cursor_cls = OneVisitCursor

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.is_over = False

    def commit(self) -> None:
        super().commit()
        self.is_over = True

    def rollback(self) -> None:
        if not self.is_over:
            super().rollback()
            self.is_over = True


class OneVisit(AsyncAdapt_aiosqlite_dbapi):
    """The driver as SQLAlchemy is given it."""

    def connect(self, *arguments: Any, **options: Any) -> OneVisitConnection:
        return OneVisitConnection(self, super().connect(*arguments, **options)._connection)
