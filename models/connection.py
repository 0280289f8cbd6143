"""Prepares each connection to the database: sets every setting that we rely on, independent of the server, role or
file.

Settings of a PostgreSQL may come from its configuration, the database or the role (ALTER SYSTEM, ALTER DATABASE, ALTER
ROLE); those of a session win over all of them. What no session can set is for `sapa doctor` to look at.

An office decides by `search_path` in which schema the tables of a new database are made. From then on they are where
they are: a `search_path` that was changed later would hide them, and the next start would make empty ones elsewhere.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

BUSY_MS = 5_000
PRAGMAS = (
    "synchronous=FULL",  # an acknowledged update must survive a power cut
    f"busy_timeout={BUSY_MS}",
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "secure_delete=ON",
    "cache_size=-16000",
)
OLDEST_SQLITE = (3, 35, 0)
"""The first one with RETURNING."""
SET = {
    "client_encoding": "UTF8",
    "DateStyle": "ISO, DMY",  # the driver reads no other
    "IntervalStyle": "postgres",
    "TimeZone": "UTC",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "standard_conforming_strings": "on",
    "transform_null_equals": "off",
    "default_transaction_isolation": "read committed",  # what locks and versions of rows are made for
    "default_transaction_deferrable": "off",
    "statement_timeout": "0",  # a migration or a rotation may take long
    "transaction_timeout": "0",
    "lock_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "idle_session_timeout": "0",  # the leader's lock is a connection that waits
}
"""Settings of a PostgreSQL session. `default_transaction_read_only` is the office's to decide."""
SETTING = f"""
SELECT set_config(name, wanted, false)
FROM (VALUES {", ".join(f"('{name}', '{wanted}')" for name, wanted in SET.items())}) AS settings (name, wanted)
WHERE current_setting(name, true) IS NOT NULL
"""
DURABLE = """
SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'
"""
"""An acknowledged update must survive a power cut; how far a standby is waited for stays the office's to decide."""

OURS = """
SELECT nspname::text AS schema FROM pg_namespace AS one WHERE nspname NOT LIKE 'pg\\_%' AND 2 = (
    SELECT count(*) FROM pg_class
    WHERE relnamespace = one.oid AND relkind = 'r' AND relname IN ('alembic_version', 'data_key')
)
"""
"""The schemas in which tables of this bot lie, whether `search_path` leads there or not."""
THERE = f"""
SELECT set_config('search_path', quote_ident(min(schema)), false) FROM ({OURS}) AS ours HAVING count(*) = 1
"""
"""Where the tables are. Of several schemas with such tables `search_path` chooses, and `sapa doctor` says so."""


class UnfitDatabase(Exception):
    """The database cannot give what we rely on; its text says what to do."""


def prepare(engine: Engine) -> None:
    """Prepare every connection of an engine before anything else is asked of it."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite, insert=True)
        event.listen(engine, "begin", _begin)
    else:
        event.listen(engine, "connect", _prepare_postgresql, insert=True)


def _prepare_postgresql(connection: Any, _record: object) -> None:
    with _closed_on_failure(connection):
        cursor = connection.cursor()
        cursor.execute(SETTING)
        cursor.execute(DURABLE)
        cursor.execute(THERE)
        cursor.close()
        connection.commit()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Explicit transactions (pysqlite's own lose updates), the journal and the pragmas."""
    with _closed_on_failure(connection):
        if sqlite3.sqlite_version_info < OLDEST_SQLITE:
            raise UnfitDatabase(f"SQLite {sqlite3.sqlite_version} is too old: use a Python with a newer one.")
        connection.isolation_level = None
        cursor = connection.cursor()
        _keep_journal(cursor)
        for pragma in PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


@contextmanager
def _closed_on_failure(connection: Any) -> Iterator[None]:
    """Close a connection that failed before it was handed out; its thread would outlive the loop."""
    try:
        yield
    except BaseException:
        connection.close()
        raise


def _keep_journal(cursor: Any) -> None:
    """Write-ahead logging, in which a reader never waits for the writer. Raises UnfitDatabase."""
    cursor.execute("PRAGMA journal_mode=WAL")
    (mode,) = cursor.fetchone()
    if mode not in {"wal", "memory"}:
        advice = "put SAPA_DATA_DIR on a local disk, not on a network file system"
        raise UnfitDatabase(f"SQLite cannot keep a write-ahead log here (journal_mode {mode}): {advice}.")


def _begin(connection: Any) -> None:
    read_only = connection.get_execution_options().get("sqlite_read_only")
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
