"""Opens or creates an installation (data folder, database, keys), with the checks that every command passes.

    run, try ─────────▶ create_installation(is_first)   make folder, database and keys where there are none
    migrate, restore ─▶ create_installation             the same, but root makes no folder of data: whose would it be?
    all others ───────▶ open_installation               open what is there; nothing is ever made

The user of the command must own the data: a file of another user's would stop the bot at its next start.
"""

import os
import pwd
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import text

from bot.leader_election import AlreadyRunning, FileLock, is_led, is_locked
from bot.settings import BadSettings, Settings
from models.backup import ledger
from models.backup.restore import MARK
from models.database import Database, NoKeys
from models.key_use import release_keys
from models.migrate import revisions

ROOT = 0
COMMANDS = 7_326_004
BUSY = "Another backup, restore or change of keys is under way: wait until it has ended."
NONE_HERE = "Only `sapa run`, `sapa try`, `sapa migrate` and `sapa restore` make one."
STORE_SETTINGS = ("secret_key", "data_dir", "database_url")
"""The settings that a command needs which opens the database."""


@asynccontextmanager
async def exclusive_command(settings: Settings, store: Database) -> AsyncIterator[None]:
    """Run one backup, restore or rotation at a time: each relies on unchanged keys. Raises BadSettings.

    SQLite: a lock file; PostgreSQL: an advisory lock of a connection of its own. Both end with the process.
    """
    if store.is_sqlite:
        with CommandLock(settings.lock_file.with_suffix(".command.lock")):
            yield
        return
    async with store.engine.connect() as plain:
        connection = await plain.execution_options(isolation_level="AUTOCOMMIT")
        await release_keys(connection)
        if not (await connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": COMMANDS})).scalar_one():
            raise BadSettings(BUSY)
        try:
            yield
        finally:
            await connection.invalidate()


async def ensure_not_running(settings: Settings, store: Database, what: str) -> None:
    """Raises BadSettings where a bot runs with this data."""
    if store.is_sqlite:
        runs = is_locked(settings.lock_file)
    else:
        async with store.read_only() as session:
            runs = await is_led(session)
    if runs:
        raise BadSettings(f"A bot is running with this data: stop it first{what}.")


class CommandLock(FileLock):
    """Locks out other commands; its refusal names the other command."""

    def __enter__(self) -> None:
        try:
            super().__enter__()
        except AlreadyRunning:
            raise BadSettings(BUSY) from None


@asynccontextmanager
async def open_installation(settings: Settings, now: datetime, *, with_papers: bool = False) -> AsyncIterator[Database]:
    """Open an existing installation, beside a bot that may run; nothing is created. Raises BadSettings.

    `with_papers`: the folder of data is needed as well, also where the database is elsewhere.
    """
    check_owner(settings)
    _check_present(settings)
    if with_papers and not settings.data_dir.is_dir():
        raise BadSettings(f"There is no folder {settings.data_dir}, where papers lie: is SAPA_DATA_DIR right?")
    store = Database.at(settings.database)
    try:
        await _check_ready(store, settings, now)
        yield store
    finally:
        await store.close()


async def _check_ready(store: Database, settings: Settings, now: datetime) -> None:
    have, wanted = await revisions(store)
    if have is None:
        raise BadSettings(f"The database has no tables: is SAPA_DATABASE_URL right? {NONE_HERE}")
    if have != wanted:
        raise BadSettings("The tables are of another release: stop the bot and run `sapa migrate` first.")
    try:
        await store.load_keys(settings.secret_key.get_secret_value(), now)
    except NoKeys:
        raise BadSettings("The database has no keys yet: start the bot once, or run `sapa migrate`.") from None


def _check_present(settings: Settings) -> None:
    if (settings.data_dir / MARK).exists():
        raise BadSettings("A restore was cut short: do it again (sapa restore FILE --yes).")
    file = settings.sqlite_file
    if file is not None and not file.is_file():
        raise BadSettings(f"There is no database at {file}: is SAPA_DATA_DIR right in this folder? {NONE_HERE}")


def create_installation(settings: Settings, *, is_first: bool = False) -> None:
    """Make the folders of an installation; `is_first`: this is the bot itself. Raises BadSettings, OSError."""
    check_owner(settings)
    if os.geteuid() == ROOT and not is_first and not settings.data_dir.exists():
        make_it = f"install -d -m 700 -o USER {settings.data_dir}"
        raise BadSettings(f"{settings.data_dir} is not there, and root cannot know whose it is to be: {make_it}")
    settings.make_folders()
    for place in data_paths(settings):
        if is_wider(place) and place.stat().st_uid == os.geteuid():
            place.chmod(place.stat().st_mode & 0o700)


def check_owner(settings: Settings) -> None:
    """Refuse a user whose files the user of the bot could not write. Raises BadSettings."""
    owner, me = owner_of(settings), os.geteuid()
    if owner is None or owner == me:
        return
    kept = next(place for place in _kept(settings) if place.exists())
    if me == ROOT or not (kept.is_dir() and os.access(kept, os.W_OK | os.X_OK)):
        name = _name_of(owner)
        raise BadSettings(f"{kept} belongs to the user {name}: run this as that user (sudo -u {name} sapa …).")


def data_paths(settings: Settings) -> list[Path]:
    """List every file and folder of ours in the data folder; no other file there, and no links."""
    file, data = settings.sqlite_file, settings.data_dir
    found = [data / MARK, data / ledger.NAME, *(data / "papers").glob("*"), data / "papers"]
    found += data.glob(f"{ledger.NAME}*")
    if file is not None:
        found += [*file.parent.glob(f"{file.name}*"), *file.parent.glob(f"{file.stem}*.lock")]
    return [place for place in dict.fromkeys(found) if place.exists() and not place.is_symlink()]


def is_wider(place: Path) -> bool:
    """Return whether other users than its owner may read or change it."""
    return bool(place.stat().st_mode & 0o077)


def exposed_paths(settings: Settings) -> list[Path]:
    """List what other users may read, and what belongs to another user than the rest."""
    owner = owner_of(settings)
    return [place for place in data_paths(settings) if is_wider(place) or place.stat().st_uid != owner]


def owner_of(settings: Settings) -> int | None:
    """Return the owner of the data: of the database file, else of the folder; None where neither exists."""
    return next((place.stat().st_uid for place in _kept(settings) if place.exists()), None)


def _kept(settings: Settings) -> list[Path]:
    file = settings.sqlite_file
    return [*([file] if file else []), settings.data_dir / "papers", settings.data_dir]


def _name_of(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)
