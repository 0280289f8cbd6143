"""`sapa doctor`: checks everything the bot depends on and says of each "ok", or what to do; it changes nothing.

    settings ─▶ office ─▶ examples ─▶ disk ─▶ database ─▶ tables ─▶ key ─▶ values ─▶ documents ─▶ running ─▶ queues ─▶
    token ─▶ updates ─▶ clock

Each check answers with a sentence, or raises ToDo with one. A check that itself breaks is a line like the
others, so that one broken thing never hides the next.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alembic.script import ScriptDirectory
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import clock
from bot.commands import doctor_storage
from bot.commands.doctor_probes import (
    TIMEOUT,
    ToDo,
    check_health,
    data_keys,
    is_exposed,
    megabytes,
    revision_of,
)
from bot.commands.doctor_telegram import TelegramProbes
from bot.commands.errors import NEWER_TABLES, WRONG_KEY, sentence
from bot.installation import exposed_paths
from bot.leader_election import is_led, is_locked
from bot.maintenance_checks import trial_words
from bot.settings import BadSettings, Settings, files_with_secrets, settings_and_faults, unknown_names, variable
from models.applications.encrypted_files import EncryptedFiles
from models.database import Database
from models.intact import ALL, NEWEST
from models.keyring import WrongKey, unwrap
from models.migrate import config_for, newest
from models.programmes.catalogue import Catalogue, FileProblems, load_catalogue

ROOM = 500 * 1024 * 1024
"""Bytes that a disk must have free; SQLite stops when it is full."""
LATER = "not looked at: first mend the office's files."
NAMED = 10
"""So many files are named, of those that others can read."""


@dataclass(frozen=True)
class Finding:
    """One line of the report."""

    about: str
    well: bool
    says: str

    def __str__(self) -> str:
        return f"{'ok' if self.well else 'to do':<6} {self.about + ':':<10} {self.says}"


async def examine(
    *, ask_updates: bool = False, deep: bool = False, now: Callable[[], datetime] = clock
) -> AsyncGenerator[Finding]:
    """Yield each finding as it is made; never raises. `deep`: check all that is stored, not only the newest."""
    try:
        settings, wrong = settings_and_faults()
    except BadSettings as unreadable:
        yield Finding("settings", False, str(unreadable))
        return
    doctor = Doctor(settings, wrong, now, ask_updates=ask_updates, newest=ALL if deep else NEWEST)
    async with aclosing(doctor.findings()) as findings:
        async for finding in findings:
            yield finding


class Doctor:
    """Runs the checks with settings of which some may be wrong; checks that need those are left out."""

    def __init__(
        self,
        settings: Settings,
        wrong: dict[str, str],
        now: Callable[[], datetime],
        *,
        ask_updates: bool,
        newest: int | None,
    ) -> None:
        self._settings, self._wrong, self._now = settings, wrong, now
        self._ask_updates, self._newest = ask_updates, newest
        self._store: Database | None = None
        self._running = False
        self._telegram = TelegramProbes(settings, now)
        self._printed_name: str | None = None
        self._catalogue: Catalogue | None = None
        self._is_up_to_date = False

    async def findings(self) -> AsyncGenerator[Finding]:
        where = {"telegram_api", "bot_token"}
        checks: list[tuple[str, set[str], Callable[[], Awaitable[str]]]] = [
            ("settings", set(), self.settings),
            ("office", {"office_file"}, self.office),
            ("examples", {"office_file"}, self.examples),
            ("disk", {"data_dir"}, self.disk),
            ("database", {"database_url"}, self.database),
            ("tables", {"database_url"}, self.tables),
            ("key", {"database_url", "secret_key"}, self.key),
            ("values", {"database_url", "secret_key"}, self.values),
            ("papers", {"database_url", "secret_key", "data_dir"}, self.papers),
            ("running", {"database_url"}, self.running),
            ("set aside", {"database_url"}, self.set_aside),
            ("backup", {"database_url"}, self.backup),
            ("programmes", {"database_url", "office_file"}, self.programmes),
            ("token", where, self.token),
            ("updates", {*where, "webhook_url"}, self.updates),
            ("clock", where, self.clock),
        ]
        try:
            for about, needed, check in checks:
                yield await self._look(about, needed, check)
        finally:
            if self._store:
                await self._store.close()

    async def _look(self, about: str, needed: set[str], check: Callable[[], Awaitable[str]]) -> Finding:
        if missing := sorted(needed & set(self._wrong)):
            names = ", ".join(map(variable, missing))
            return Finding(about, False, f"not looked at: first mend {names}.")
        try:
            return Finding(about, True, await check())
        except ToDo as advice:
            return Finding(about, False, str(advice))
        except Exception as error:
            said = sentence(error) or f"this could not be looked at ({type(error).__name__})."
            return Finding(about, False, said)

    # -- on this machine ----------------------------------------------------------------------------------

    async def settings(self) -> str:
        if self._wrong:
            raise ToDo(" ".join(self._wrong.values()))
        if slips := unknown_names():
            raise ToDo(f"nobody reads {', '.join(slips)}: see .env.example for the names.")
        if exposed := [file for file in files_with_secrets() if is_exposed(file)]:
            names = " ".join(map(str, exposed))
            raise ToDo(f"others on this machine can read {names}: chmod 600 {names}")
        return "each one that is needed is there."

    async def office(self) -> str:
        folder = self._settings.office_file.parent
        try:
            catalogue = load_catalogue(folder)
        except FileProblems as problems:
            raise ToDo("\n".join(("mend these lines:", *map(str, problems.problems)))) from None
        self._catalogue, self._printed_name = catalogue, catalogue.office.bot.username
        doctor_storage.dates(catalogue, self._now())
        return f"{len(catalogue.office.offices)} offices and {len(catalogue)} programmes in {folder}."

    async def examples(self) -> str:
        if self._catalogue is None:
            return LATER
        if says := trial_words(self._catalogue):
            raise ToDo(says)
        return "none is left in the office's files."

    async def disk(self) -> str:
        folder = self._settings.data_dir
        there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
        if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
            raise ToDo(f"the bot may not write in {there}: give it that right, or change SAPA_DATA_DIR.")
        free = shutil.disk_usage(there).free
        if free < ROOM:
            raise ToDo(f"only {megabytes(free)} are free for {folder}: make room.")
        if wider := exposed_paths(self._settings):
            names, more = " ".join(map(str, wider[:NAMED])), f" and {len(wider) - NAMED} more" * (len(wider) > NAMED)
            raise ToDo(f"others on this machine can read {names}{more}, or own them: chown and chmod go-rwx them.")
        return f"{megabytes(free)} are free for {folder}."

    # -- the database -------------------------------------------------------------------------------------

    async def database(self) -> str:
        file = self._settings.sqlite_file
        if file and not file.exists():
            return f"there is none yet; the first start makes {file}."
        self._store = Database.at(self._settings.database)
        try:
            await self._read(lambda session: session.exec(select(1)))
        except BaseException:
            await self._store.close()
            self._store = None
            self._wrong["database"] = "cannot be reached"
            raise
        if file is None:
            await self._read(doctor_storage.may_write)
            await self._read(doctor_storage.is_fit)
        elif not os.access(file, os.W_OK):
            raise ToDo(f"{file} may not be written by this user: give it to the user of the bot.")
        return f"{file} can be read." if file else "PostgreSQL answers."

    async def tables(self) -> str:
        self._reachable()
        if self._store is None:
            return "the first start makes them."
        if not self._settings.sqlite_file:
            await self._read(doctor_storage.in_one_schema)
        have = await self._read(revision_of)
        want = newest()
        self._is_up_to_date = have == want
        if have == want:
            return f"up to date (revision {have})."
        known = {script.revision for script in ScriptDirectory.from_config(config_for()).walk_revisions()}
        if have is not None and have not in known:
            raise ToDo(NEWER_TABLES)
        raise ToDo(f"they are at revision {have or 'none'}, this release wants {want}: sapa migrate")

    async def key(self) -> str:
        self._reachable()
        keys = await self._read(data_keys) if self._store else []
        try:
            for key in keys:
                unwrap(self._settings.secret_key.get_secret_value(), key.wrapped)
        except WrongKey:
            raise ToDo(WRONG_KEY) from None
        return "fits this database." if keys else "the first start makes the data keys with it."

    async def values(self) -> str:
        return await self._opened(lambda store: doctor_storage.values(store, self._newest))

    async def papers(self) -> str:
        papers = EncryptedFiles(self._settings.data_dir / "papers")
        return await self._opened(lambda store: doctor_storage.stored_papers(store, papers, self._newest))

    async def _opened(self, question: Callable[[Database], Awaitable[str]]) -> str:
        """Read from a database with tables of this release and its keys loaded."""
        self._reachable()
        if self._store is None or not self._is_up_to_date:
            return "there is nothing to read yet."
        await self._store.learn_keys(self._settings.secret_key.get_secret_value(), self._now(), only_to_read=True)
        return await question(self._store)

    async def running(self) -> str:
        if self._settings.sqlite_file:
            self._running = is_locked(self._settings.lock_file)
        else:
            self._reachable()
            self._running = bool(await self._read(is_led))
        if self._settings.listen:
            await check_health(self._settings.listen, TIMEOUT, is_running=self._running)
        if not self._running:
            return "no bot is running with this data; sapa run starts it."
        if self._store is None or not self._is_up_to_date:
            return "a bot is running with this data."
        return str(await self._read(lambda session: doctor_storage.serving(session, self._now())))

    # -- the queues ---------------------------------------------------------------------------------------

    async def set_aside(self) -> str:
        return await self._standing(doctor_storage.set_aside)

    async def backup(self) -> str:
        return await self._standing(lambda session: doctor_storage.backup(session, self._now()))

    async def programmes(self) -> str:
        catalogue = self._catalogue
        if catalogue is None:
            return LATER
        return await self._standing(lambda session: doctor_storage.programmes(session, catalogue))

    async def _standing(self, question: Callable[[AsyncSession], Awaitable[str]]) -> str:
        """Read from a database whose tables are of this release."""
        self._reachable()
        if self._store is None:
            return "nothing yet."
        if not self._is_up_to_date:
            return "not looked at: the tables are of another release."
        return str(await self._read(question))

    def _reachable(self) -> None:
        if "database" in self._wrong:
            raise ToDo("not looked at: first mend the database.")

    async def _read(self, question: Callable[[AsyncSession], Awaitable[Any]]) -> Any:
        """Query in a read-only transaction, which neither waits for the writer nor blocks it."""
        assert self._store is not None
        try:
            async with asyncio.timeout(TIMEOUT), self._store.read_only() as session:
                return await question(session)
        except TimeoutError:
            raise ToDo(f"the database does not answer within {TIMEOUT:.0f} seconds.") from None

    # -- Telegram -----------------------------------------------------------------------------------------

    async def token(self) -> str:
        return await self._telegram.token(self._printed_name)

    async def updates(self) -> str:
        return await self._telegram.updates(may_ask=self._ask_updates and not self._running)

    async def clock(self) -> str:
        agrees = self._telegram.clock()
        if self._store is None or self._settings.sqlite_file is not None:
            return agrees
        await self._read(lambda session: doctor_storage.same_time(session, self._now))
        return "agrees with Telegram's and the database's."
