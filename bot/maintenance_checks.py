"""Checks every minute, in the leader: dead letters, the age of the backup, programmes, dates.

every minute ─▶ dead letters? ─▶ a backup that is too old? ─▶ programmes gone, dates passed?
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.retry import retry_on_db_error
from bot.trouble import Kind, troubles
from models.applications.removed_programmes import count_orphans, orphan_warning
from models.database import Database
from models.figures import backup_at
from models.keyring import DataKey
from models.messaging import dead_letters
from models.programmes.catalogue import Catalogue
from models.yaml_file import places_of
from models.yaml_marks import EXAMPLE

CHECK_SECONDS = 60.0
"""Seconds between looks."""
BACKUP_OLD = timedelta(hours=36)
"""A backup a day, and one that came late."""
DATES = "dates"


class MaintenanceChecks:
    """Looks until cancelled; what it finds stands as a trouble until it is gone."""

    def __init__(self, store: Database, catalogue: Catalogue, now: Callable[[], datetime]) -> None:
        self._store, self._catalogue, self._now = store, catalogue, now

    async def run(self) -> None:
        while True:
            await self.check()
            await asyncio.sleep(CHECK_SECONDS)

    async def check(self) -> None:
        await retry_on_db_error(self._check_all, "The maintenance checks")

    async def _check_all(self) -> None:
        async with self._store.read_only() as session:
            found = {
                Kind.DEAD_LETTERS: dead_words(await dead_letters.count_by_queue(session)),
                Kind.BACKUP: backup_words(await backup_age(session, self._now())),
                Kind.PROGRAMME: gone_words(await count_orphans(session, self._catalogue)),
            }
        for kind, says in found.items():
            set_trouble(kind, says)
        passed = "; ".join(self._catalogue.passed_dates(self._now().date()))
        set_trouble(Kind.PROGRAMME, f"Dates in data/ have passed: {passed}." if passed else None, DATES)


def set_trouble(kind: Kind, says: str | None, about: str = "") -> None:
    if says is None:
        troubles().over(kind, about)
    else:
        troubles().begun(kind, says, about)


async def backup_age(session: AsyncSession, now: datetime) -> tuple[bool, timedelta]:
    """Return whether this database ever had a backup, and its age; without one, the age of the database."""
    if (taken := await backup_at(session)) is not None:
        return True, now - taken
    made = (await session.exec(select(DataKey.created_at).order_by(DataKey.created_at).limit(1))).first()  # type: ignore[arg-type]
    return False, now - (made or now)


def backup_words(found: tuple[bool, timedelta]) -> str | None:
    """Return one sentence where a backup is due; None where the backup or the database is fresh."""
    is_there, age = found
    if age <= BACKUP_OLD:
        return None
    return "The newest backup is too old: sapa backup." if is_there else "There is no backup yet: sapa backup."


def dead_words(counts: dict[str, int]) -> str | None:
    """Return one sentence where there are dead letters."""
    count = sum(counts.values())
    return f"{count} messages are set aside: sapa dead-letters." if count else None


def trial_words(catalogue: Catalogue) -> str | None:
    """Return one sentence with file and lines of each example; None where the office has confirmed everything."""
    found = catalogue.examples
    where = f"The bot serves as a trial. Examples ({EXAMPLE}) left: {len(found)}, at {places_of(found)}."
    return where if found else None


def gone_words(found: dict[str, int]) -> str | None:
    return orphan_warning(found) if found else None
