"""The store as commands use it: a second connection beside the running bot's, with its keys and tables."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.app import clock
from bot.settings import BadSettings, Settings
from models.migrate import migrate, revisions
from models.store import Store


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Store]:
    """A new database gets its tables; those of another release are left alone, a bot may run. Raises BadSettings."""
    settings.make_folders()
    store = Store.at(settings.database)
    try:
        have, wanted = await revisions(store)
        if have is None:
            await migrate(store)
        elif have != wanted:
            raise BadSettings("The tables are of another release: stop the bot and run `sapa migrate` first.")
        await store.unlock(settings.secret_key.get_secret_value(), clock())
        yield store
    finally:
        await store.close()
