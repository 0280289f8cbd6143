"""Time: APScheduler wakes the bot up to look; what is due stands in the database.

Whatever came due while the bot was down is caught up, or marked missed, by the rule of its kind (models/due.py).
A due occasion becomes a letter in its lane, so it never races with the person's own words.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from apscheduler.job import Job
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.retry import patiently
from bot.telegram_client import failure
from models import due, tries
from models.audit_seal import seal_all
from models.backup import ledger
from models.due import Due, DueState
from models.office_file import Retention
from models.offices import watching
from models.post import inbox
from models.post.inbox import LetterKind
from models.retention.kind import Kind, remove_some
from models.retention.kinds import KINDS
from models.store import Store, is_trouble

log = structlog.get_logger()

LOOK = 5
MINUTE = 60
HOUR = 3600
SEAL = 600
"""Whoever can write the database may change, unseen, what the log gained in so many seconds."""
DAY = timedelta(days=1)


class Clockwork:
    """Looks every few seconds for what has come due and hands it to its lane."""

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        arrived: Callable[[], None],
        retention: Retention,
        erased: Path | None = None,
    ) -> None:
        """`erased`: the file in which the ledger of erasures is kept."""
        self._store, self._now, self._arrived, self._retention = store, now, arrived, retention
        self._erased, self._newest_erasure = erased, 0
        self._retained_at: datetime | None = None
        self._many_tries_are_known = False

    def start(self) -> None:
        """Begin to look. A scheduler that was stopped has forgotten its jobs, so each start has a new one."""
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        how: dict[str, Any] = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        looking = self._scheduler.add_job(self.look, "interval", seconds=LOOK, **how)
        self._scheduler.add_job(self.remember_erased, "interval", seconds=MINUTE, **how)
        self._scheduler.add_job(self.watch, "interval", seconds=MINUTE, **how)
        soon = self._now() + timedelta(seconds=LOOK)
        self._scheduler.add_job(self.seal, "interval", seconds=SEAL, next_run_time=soon, **how)
        self._scheduler.add_job(self.retain, "interval", seconds=HOUR, **how)
        self._scheduler.start()
        self._keeper = asyncio.create_task(self._keep_ticking(looking))

    def stop(self) -> None:
        self._keeper.cancel()
        self._scheduler.shutdown(wait=False)

    async def _keep_ticking(self, looking: Job) -> None:
        """The scheduler goes by the wall clock: set back by a day, it would not look for a day."""
        while True:
            await asyncio.sleep(LOOK)
            if looking.next_run_time - self._now() > timedelta(seconds=2 * LOOK):
                looking.modify(next_run_time=self._now())

    async def look(self) -> int:
        """Hand over what is due; returns how many."""
        return await patiently(self._hand_over, "What is due")

    async def watch(self) -> bool:
        """Tell managers of guessing by many accounts; returns whether there are many tries in all. Nothing is shut."""
        count = await patiently(self._tell_of_tries, "Wrong tries")
        are_many, were_many = count >= tries.MANY_IN_ALL, self._many_tries_are_known
        if are_many and not were_many:
            log.warning("Many wrong tries within an hour: managers are told, see /percobaan.", count=count)
        self._many_tries_are_known = are_many
        return are_many

    async def _tell_of_tries(self) -> int:
        async with self._store.reading() as session:
            count = await tries.in_the_last_hour(session, self._now())
            occasions = await watching.alarms(session, count, self._now())
        if occasions:
            async with self._store.writing() as session:
                await due.remember_once(session, *occasions)
        return count

    async def seal(self) -> int:
        """Seal what the audit log gained, at the start too; returns how many rows."""
        return await patiently(self._seal_all, "The audit log")

    async def _seal_all(self) -> int:
        return await seal_all(self._store, self._now())

    async def retain(self) -> int:
        """Once a day, remove whatever is past the office's days, a few at a time; returns how many."""
        if self._retained_at is not None and self._now() - self._retained_at < DAY:
            return 0
        began, gone = self._now(), {}
        for kind in KINDS:
            if count := await self._retain_or_say(kind):
                gone[kind.what] = count
        if gone:
            log.info("What was past the office's days is removed.", gone=gone)
        self._retained_at = began
        return sum(gone.values())

    async def _retain_or_say(self, kind: Kind) -> int:
        """One kind that fails keeps the others from nothing."""
        try:
            return await self._retain(kind)
        except Exception as error:
            log.error("What is past its days could not be removed.", kind=kind.what, error=failure(error))
            return 0

    async def _retain(self, kind: Kind) -> int:
        gone = 0
        while some := await patiently(partial(self._remove_some, kind), "What is past its days"):
            gone += some
        return gone

    async def _remove_some(self, kind: Kind) -> int:
        return await remove_some(self._store, kind, self._retention, self._now())

    async def remember_erased(self) -> int:
        """Write new erasures into the ledger, so that no backup brings these people back; returns how many."""
        return await patiently(self._into_ledger, "The ledger of erasures") if self._erased else 0

    async def _into_ledger(self) -> int:
        async with self._store.reading() as session:
            lines, newest = await ledger.of_database(session, self._newest_erasure)
        assert self._erased is not None
        added = await asyncio.to_thread(ledger.add, self._erased, lines)
        self._newest_erasure = newest
        return added

    async def _hand_over(self) -> int:
        try:
            return await self._hand_over_at_once()
        except Exception as error:
            if is_trouble(error):
                raise
        return await self._hand_over_apart()

    async def _hand_over_apart(self) -> int:
        """One at a time, where one of them keeps the others back: that one is set aside."""
        async with self._store.reading() as session:
            numbers = await due.ids_due(session, self._now())
        count = 0
        for number in numbers:
            try:
                count += await self._hand_over_at_once(number)
            except Exception as error:
                if is_trouble(error):
                    raise
                await self._set_aside(number, failure(error))
        return count

    async def _set_aside(self, number: int, error: str) -> None:
        log.error("What came due could not be handed over and is set aside.", due=number, error=error)
        async with self._store.writing() as session:
            await due.set_aside(session, number, self._now())

    async def _hand_over_at_once(self, only: int | None = None) -> int:
        now = self._now()
        async with self._store.writing() as session:
            letters = [
                letter_of(occasion, now)
                for occasion in await due.come_due(session, now, only)
                if is_in_time(occasion, now)
            ]
            if letters:
                await inbox.post(session, letters)
        if letters:
            self._arrived()
        return len(letters)


def is_in_time(occasion: Due, now: datetime) -> bool:
    """Mark an occasion handed over, or missed where it came too late to make sense."""
    late = due.is_too_late(occasion, now)
    occasion.state = DueState.MISSED if late else DueState.HANDED_OVER
    occasion.settled_at = now
    if late:
        log.warning("An occasion came too late to make sense.", kind=occasion.kind, due=occasion.id)
    return not late


def letter_of(occasion: Due, now: datetime) -> dict[str, Any]:
    body = {"kind": occasion.kind, "subject": occasion.subject}
    return {"update_id": None, "lane": occasion.lane, "kind": LetterKind.TIMER, "body": body, "came_at": now}
