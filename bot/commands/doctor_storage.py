"""Checks for `sapa doctor` what is stored: values, documents, processes, dead letters, the backup, programmes.

Each check returns a sentence, or raises ToDo with one. What a running bot reports too is said in the
same words (bot/maintenance_checks.py), so that the doctor and the log never differ.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.commands.doctor_probes import ToDo
from bot.health import BEAT_OLD
from bot.heartbeat import time_of_database
from bot.maintenance_checks import backup_age, backup_words, dead_words
from bot.trouble import format_duration
from models import heartbeat
from models.applications.encrypted_files import EncryptedFiles
from models.applications.removed_programmes import count_orphans, orphan_warning
from models.connection import OURS
from models.database import Database
from models.intact import ALL, check_files, not_intact
from models.messaging import dead_letters
from models.programmes.catalogue import Catalogue

Now = Callable[[], datetime]
SKEW = timedelta(seconds=30)
READ_ONLY = "The database may only be read: its disk is read-only, or it is a standby."
READING, NAMED = 60, 10
"""Seconds of a quick check of values or documents; and how many damaged ones are named."""


async def serving(session: AsyncSession, now: datetime) -> str:
    """Check the heartbeat of the running bot, which it writes every few seconds. Raises ToDo."""
    fresh = [beat for beat in await heartbeat.seen(session) if now - beat.seen_at <= timedelta(seconds=BEAT_OLD)]
    if not fresh:
        waits = "it waits for Telegram, or the database is locked, full or read-only"
        raise ToDo(f"a bot is running, but has written nothing for {BEAT_OLD:.0f} seconds: {waits}. Read its log.")
    if not any(beat.leads for beat in fresh):
        raise ToDo("bots are running, but none of them leads: nobody asks, sends or watches the time. Read their log.")
    processes = f"{len(fresh)} processes serve" if len(fresh) > 1 else "a bot is running with this data"
    return f"{processes}, release {fresh[0].release}."


async def set_aside(session: AsyncSession) -> str:
    if says := dead_words(await dead_letters.count_by_queue(session)):
        raise ToDo(says)
    return "nothing."


async def backup(session: AsyncSession, now: datetime) -> str:
    is_there, age = await backup_age(session, now)
    if says := backup_words((is_there, age)):
        raise ToDo(says)
    return (
        f"the newest is {format_duration(age.total_seconds())} old." if is_there else "none yet, and none is due yet."
    )


async def programmes(session: AsyncSession, catalogue: Catalogue) -> str:
    """Check that every open application has its programme. Raises ToDo."""
    if found := await count_orphans(session, catalogue):
        raise ToDo(orphan_warning(found))
    return "every open application has its programme."


def dates(catalogue: Catalogue, now: datetime) -> None:
    """Raises ToDo where data/ announces a date that is past."""
    if passed := "; ".join(catalogue.passed_dates(now.date())):
        raise ToDo(f"dates have passed: {passed}.")


async def may_write(session: AsyncSession) -> None:
    """Raises ToDo where PostgreSQL is read-only: a standby, or a database set so."""
    connection = await session.connection()
    if (await connection.execute(text("SHOW transaction_read_only"))).scalar_one() == "on":
        raise ToDo(READ_ONLY)


OLDEST_SERVER = 14
FIT = """
SELECT current_setting('server_version_num')::int / 10000, current_setting('server_encoding'),
       current_setting('fsync'), current_setting('full_page_writes')
"""


async def is_fit(session: AsyncSession) -> None:
    """Raises ToDo for settings of the PostgreSQL server that no session of ours can change (models/connection.py)."""
    connection = await session.connection()
    version, encoding, fsync, pages = (await connection.execute(text(FIT))).one()
    if version < OLDEST_SERVER:
        raise ToDo(f"PostgreSQL {version} is too old: this release needs {OLDEST_SERVER} or newer.")
    if encoding != "UTF8":
        raise ToDo(f"the database has the encoding {encoding}: make a new one with ENCODING 'UTF8'.")
    if "off" in {fsync, pages}:
        raise ToDo("a power cut would damage PostgreSQL: set fsync and full_page_writes to on.")


async def same_time(session: AsyncSession, now: Now) -> None:
    """Raises ToDo where PostgreSQL's clock is another than this machine's."""
    compare_clocks(now(), await time_of_database(session), "the database")


def compare_clocks(now: datetime, theirs: datetime, whose: str) -> None:
    """Raises ToDo where two clocks differ too much."""
    ahead = now - theirs
    if abs(ahead) > SKEW:
        way = "ahead of" if ahead > timedelta() else "behind"
        by = format_duration(abs(ahead).total_seconds())
        raise ToDo(f"this machine is {by} {way} {whose}: timedatectl set-ntp true")


async def in_one_schema(session: AsyncSession) -> None:
    """Raises ToDo where a PostgreSQL has tables of this bot in several schemas, or in one that its user may not use."""
    connection = await session.connection()
    schemas = sorted((await connection.execute(text(OURS))).scalars())
    used, user = (await connection.execute(text("SELECT current_schema(), current_user"))).one()
    if len(schemas) > 1:
        lie = (
            f"tables of this bot lie in the schemas {' and '.join(schemas)}, and search_path leads to {used or 'none'}"
        )
        raise ToDo(f"{lie}: let it lead to those that hold the people, and move the others to another database.")
    if schemas and used != schemas[0]:
        raise ToDo(f"they lie in the schema {schemas[0]}, which the user {user} may not use: give it the right USAGE.")


@dataclass
class Tally:
    """Counts damaged values by their kind, and keeps only the first rows."""

    counts: Counter[str] = field(default_factory=Counter)
    rows: list[str] = field(default_factory=list)

    def add(self, kind: str, row: str) -> None:
        self.counts[kind] += 1
        if len(self.rows) < NAMED:
            self.rows.append(row)

    def __str__(self) -> str:
        kinds = ", ".join(f"{kind} {count}" for kind, count in self.counts.most_common())
        more = self.counts.total() - len(self.rows)
        return f"{self.counts.total()} ({kinds}): {'; '.join(self.rows)}{f'; and {more} more' if more else ''}."


@asynccontextmanager
async def tallied(newest: int | None, what: str, advice: str) -> AsyncIterator[Tally]:
    """Collect damaged values; a quick check ends in time. Raises ToDo with what was found, and with what to do."""
    found, late = Tally(), []
    try:
        async with asyncio.timeout(None if newest is ALL else READING):
            yield found
    except TimeoutError:
        late = [f"Not all could be looked at in {READING} seconds."]
    if found.counts or late:
        raise ToDo(" ".join(([f"{what}: {found}", advice] if found.counts else []) + late))


async def values(store: Database, newest: int | None) -> str:
    """Check that every encrypted value fits its row. Raises ToDo."""
    async with tallied(newest, "values that do not fit their rows", "Compare with a backup from before.") as found:
        async for problem in not_intact(store, newest):
            found.add(f"{problem.table}.{problem.column}", str(problem))
    return f"every encrypted value {of_rows(newest)}can be read in its row."


LOST_PAPERS = "Is SAPA_DATA_DIR the folder that it was? Then bring them back from a backup: sapa restore."


async def stored_papers(store: Database, papers: EncryptedFiles, newest: int | None) -> str:
    """Check that every document that a row names exists and decrypts. Raises ToDo."""
    count = 0
    async with tallied(newest, "papers that cannot be had", LOST_PAPERS) as found:
        async for paper in check_files(store, papers, newest):
            count += 1
            if paper.fault is not None:
                found.add(paper.fault, f"{paper.row} {paper.fault}")
    return f"every paper {of_rows(newest)}is there and opens ({count:,})."


def of_rows(newest: int | None) -> str:
    return "" if newest is ALL else f"of the newest {newest} rows of each table (--deep: of all) "
