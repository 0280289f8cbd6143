"""An aiosqlite adapter that runs each statement and each end of a transaction in one thread hop; the stock one needs
several.

    SQLAlchemy ──execute──▶ SingleHopCursor ──one function──▶ aiosqlite's thread: cursor, execute, fetch, close

Each hop wakes up two threads, which costs more than the small statements of an update. It overrides private methods of
the adapter; the libraries are pinned, and every test on SQLite goes through them (decision 0010).
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


class SingleHopCursor(AsyncAdapt_aiosqlite_cursor):
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
    """Run a whole statement in SQLite's thread."""
    cursor = connection._conn.cursor()
    try:
        getattr(cursor, how)(operation, parameters)
        rows = deque(cursor.fetchall() if cursor.description else ())
        return Done(cursor.description, cursor.rowcount, cursor.lastrowid), rows
    finally:
        cursor.close()


class SingleHopConnection(AsyncAdapt_aiosqlite_connection):
    """A connection that skips the rollback where no transaction has begun since the last commit or rollback.

    The pool rolls back every connection that is returned to it. A statement that was cut off leaves `is_over` false.
    """

    __slots__ = ("is_over",)

    _cursor_cls = SingleHopCursor

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


class SingleHop(AsyncAdapt_aiosqlite_dbapi):
    """The driver as SQLAlchemy is given it."""

    def connect(self, *arguments: Any, **options: Any) -> SingleHopConnection:
        return SingleHopConnection(self, super().connect(*arguments, **options)._connection)
