"""What the doctor reads in the database: who serves, what is set aside, the backup, programmes and their applications.

Each question answers with a sentence, or raises ToDo with one. They are the watch's own words (bot/watch.py), so that
the doctor and the log of a bot that runs never differ.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.health import BEAT_OLD
from bot.heart import time_of_database
from bot.soundings import ToDo
from bot.trouble import spoken
from bot.watch import backup_age, backup_words, dead_words
from models import heartbeat
from models.applications.orphans import orphans, orphans_words
from models.post import dead
from models.programmes.catalogue import Catalogue

Now = Callable[[], datetime]
SKEW = timedelta(seconds=30)
READ_ONLY = "The database may only be read: its disk is read-only, or it is a standby."


async def serving(session: AsyncSession, now: datetime) -> str:
    """How the bot that runs is: it writes every few seconds, or it cannot. Raises ToDo."""
    fresh = [beat for beat in await heartbeat.seen(session) if now - beat.seen_at <= timedelta(seconds=BEAT_OLD)]
    if not fresh:
        waits = "it waits for Telegram, or the database is locked, full or read-only"
        raise ToDo(f"a bot is running, but has written nothing for {BEAT_OLD:.0f} seconds: {waits}. Read its log.")
    if not any(beat.leads for beat in fresh):
        raise ToDo("bots are running, but none of them leads: nobody asks, sends or watches the time. Read their log.")
    processes = f"{len(fresh)} processes serve" if len(fresh) > 1 else "a bot is running with this data"
    return f"{processes}, release {fresh[0].release}."


async def set_aside(session: AsyncSession) -> str:
    if says := dead_words(await dead.counts(session)):
        raise ToDo(says)
    return "nothing."


async def backup(session: AsyncSession, now: datetime) -> str:
    is_there, age = await backup_age(session, now)
    if says := backup_words((is_there, age)):
        raise ToDo(says)
    return f"the newest is {spoken(age.total_seconds())} old." if is_there else "none yet, and none is due yet."


async def programmes(session: AsyncSession, catalogue: Catalogue) -> str:
    """Every open application has its programme. Raises ToDo."""
    if found := await orphans(session, catalogue):
        raise ToDo(orphans_words(found))
    return "every open application has its programme."


def dates(catalogue: Catalogue, now: datetime) -> None:
    """Raises ToDo where a date in data/ tells people of a future that is over."""
    if passed := "; ".join(catalogue.passed_dates(now.date())):
        raise ToDo(f"dates have passed: {passed}.")


async def may_write(session: AsyncSession) -> None:
    """Raises ToDo where PostgreSQL lets nobody write: a standby, or a database set so."""
    connection = await session.connection()
    if (await connection.execute(text("SHOW transaction_read_only"))).scalar_one() == "on":
        raise ToDo(READ_ONLY)


OLDEST_SERVER = 14
FIT = """
SELECT current_setting('server_version_num')::int / 10000, current_setting('server_encoding'),
       current_setting('fsync'), current_setting('full_page_writes')
"""


async def is_fit(session: AsyncSession) -> None:
    """Raises ToDo where the PostgreSQL server is what no session of ours can change (models/connection.py)."""
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
    compare(now(), await time_of_database(session), "the database")


def compare(now: datetime, theirs: datetime, whose: str) -> None:
    """Raises ToDo where another clock differs."""
    ahead = now - theirs
    if abs(ahead) > SKEW:
        way = "ahead of" if ahead > timedelta() else "behind"
        by = spoken(abs(ahead).total_seconds())
        raise ToDo(f"this machine is {by} {way} {whose}: timedatectl set-ntp true")
