"""Brings the tables to this release's shape; one process at a time, and again does no harm."""

from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from models.database import Database

SCRIPTS = Path(__file__).parent / "migrations"
MIGRATING = 7_326_002


def config_for(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


async def migrate(store: Database) -> None:
    """Upgrade to the newest revision, under a lock: of the file on SQLite, of the database on PostgreSQL."""
    async with store.engine.begin() as connection:
        if not store.is_sqlite:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATING})
        await connection.run_sync(lambda sync: command.upgrade(config_for(sync), "head"))


async def revisions(store: Database) -> tuple[str | None, str | None]:
    """Return the revision the tables have, and the one this release wants."""

    def have(sync: Connection) -> Any:
        return MigrationContext.configure(sync).get_current_revision()

    async with store.engine.connect() as connection:
        return await connection.run_sync(have), newest()


@cache
def newest() -> str | None:
    """Return the revision that this release wants. The scripts are compiled for it, so once in a process is enough."""
    return ScriptDirectory.from_config(config_for()).get_current_head()
