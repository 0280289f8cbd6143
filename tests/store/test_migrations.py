"""The migrations make exactly the tables that the models describe, and there is one way through them."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from models.database import Database
from models.migrate import config_for, migrate, revisions
from models.tables import METADATA


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, METADATA))


async def test_the_migrated_tables_are_the_tables_of_the_models(store: Database) -> None:
    async with store.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_migrating_again_changes_nothing(store: Database) -> None:
    await migrate(store)
    have, wanted = await revisions(store)
    assert have == wanted
    async with store.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


def test_the_migrations_are_one_line_from_the_first_to_the_last() -> None:
    scripts = ScriptDirectory.from_config(config_for())
    ways = [script.revision for script in scripts.walk_revisions()]
    assert len(scripts.get_heads()) == len(scripts.get_bases()) == 1
    assert sorted(ways, reverse=True) == ways
