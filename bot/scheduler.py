"""Runs timed work: APScheduler only wakes the bot; what is due stands in the database.

Events that came due while the bot was down are caught up, or marked missed, by the rule of their kind.
A due event becomes an item in its chat's inbox, so it never races with the person's updates (models/scheduled.py).
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

from bot.retry import retry_on_db_error
from bot.telegram_client import error_summary
from models import failed_attempts, scheduled
from models.audit_seal import seal_all
from models.backup import ledger
from models.database import Database, is_infrastructure_error
from models.messaging import inbox
from models.messaging.inbox import InboxKind
from models.office_file import Retention
from models.offices import abuse_report
from models.retention.policies import POLICIES
from models.retention.policy import Policy, remove_some
from models.scheduled import ScheduledEvent, ScheduledState

log = structlog.get_logger()

CHECK_SECONDS = 5
MINUTE = 60
HOUR = 3600
SEAL_SECONDS = 600
"""Seconds in which new rows of the audit log have no digest yet, and could be changed unseen in the database."""
DAY = timedelta(days=1)


class Scheduler:
    """Queries every few seconds for due events, and puts each into its chat's inbox."""

    def __init__(
        self,
        store: Database,
        now: Callable[[], datetime],
        arrived: Callable[[], None],
        retention: Retention,
        erased: Path | None = None,
    ) -> None:
        """`erased`: the file in which the ledger of erasures is kept."""
        self._store, self._now, self._arrived, self._retention = store, now, arrived, retention
        self._erased, self._newest_erasure = erased, 0
        self._purged_at: datetime | None = None
        self._are_many_known = False

    def start(self) -> None:
        """Start the jobs, in a new APScheduler: one that was stopped has forgotten its jobs."""
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        how: dict[str, Any] = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        dispatching = self._scheduler.add_job(self.dispatch_due, "interval", seconds=CHECK_SECONDS, **how)
        self._scheduler.add_job(self.record_erasures, "interval", seconds=MINUTE, **how)
        self._scheduler.add_job(self.check_failed_attempts, "interval", seconds=MINUTE, **how)
        soon = self._now() + timedelta(seconds=CHECK_SECONDS)
        self._scheduler.add_job(self.seal_audit_log, "interval", seconds=SEAL_SECONDS, next_run_time=soon, **how)
        self._scheduler.add_job(self.purge_expired, "interval", seconds=HOUR, **how)
        self._scheduler.start()
        self._clock_guard = asyncio.create_task(self._guard_against_clock_changes(dispatching))

    def stop(self) -> None:
        self._clock_guard.cancel()
        self._scheduler.shutdown(wait=False)

    async def _guard_against_clock_changes(self, dispatching: Job) -> None:
        """Wake APScheduler regularly: it goes by the wall clock, and set back by a day, it would sleep for a day."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            if dispatching.next_run_time - self._now() > timedelta(seconds=2 * CHECK_SECONDS):
                dispatching.modify(next_run_time=self._now())

    async def dispatch_due(self) -> int:
        """Put due events into the inbox; returns how many."""
        return await retry_on_db_error(self._dispatch, "The schedule")

    async def check_failed_attempts(self) -> bool:
        """Tell managers of guessing by many accounts; returns whether there are many attempts. Nothing is locked."""
        count = await retry_on_db_error(self._report_failed_attempts, "Failed attempts")
        are_many, were_many = count >= failed_attempts.MANY_IN_ALL, self._are_many_known
        if are_many and not were_many:
            log.warning("Many failed attempts within an hour: managers are told, see /keamanan.", count=count)
        self._are_many_known = are_many
        return are_many

    async def _report_failed_attempts(self) -> int:
        async with self._store.read_only() as session:
            count = await failed_attempts.in_the_last_hour(session, self._now())
            occasions = await abuse_report.alarms(session, count, self._now())
        if occasions:
            async with self._store.transaction() as session:
                await scheduled.schedule_once(session, *occasions)
        return count

    async def seal_audit_log(self) -> int:
        """Add new rows of the audit log to its chain of digests, at the start too; returns how many rows."""
        return await retry_on_db_error(self._seal_all, "The audit log")

    async def _seal_all(self) -> int:
        return await seal_all(self._store, self._now())

    async def purge_expired(self) -> int:
        """Once a day, remove what is past the office's days, in small transactions; returns how many."""
        if self._purged_at is not None and self._now() - self._purged_at < DAY:
            return 0
        began, gone = self._now(), {}
        for kind in POLICIES:
            if count := await self._purge_or_log(kind):
                gone[kind.what] = count
        if gone:
            log.info("Data past the office's days is removed.", gone=gone)
        self._purged_at = began
        return sum(gone.values())

    async def _purge_or_log(self, kind: Policy) -> int:
        """Purge one kind; its failure is logged and does not stop the others."""
        try:
            return await self._purge(kind)
        except Exception as error:
            log.error("A retention policy failed; it runs again tomorrow.", kind=kind.what, error=error_summary(error))
            return 0

    async def _purge(self, kind: Policy) -> int:
        gone = 0
        while some := await retry_on_db_error(partial(self._remove_some, kind), "Retention"):
            gone += some
        return gone

    async def _remove_some(self, kind: Policy) -> int:
        return await remove_some(self._store, kind, self._retention, self._now())

    async def record_erasures(self) -> int:
        """Write new erasures into the ledger, so that no backup brings these people back; returns how many."""
        return await retry_on_db_error(self._write_ledger, "The ledger of erasures") if self._erased else 0

    async def _write_ledger(self) -> int:
        async with self._store.read_only() as session:
            lines, newest = await ledger.erasures_since(session, self._newest_erasure)
        assert self._erased is not None
        added = await asyncio.to_thread(ledger.add, self._erased, lines)
        self._newest_erasure = newest
        return added

    async def _dispatch(self) -> int:
        try:
            return await self._dispatch_together()
        except Exception as error:
            if is_infrastructure_error(error):
                raise
        return await self._dispatch_separately()

    async def _dispatch_separately(self) -> int:
        """Dispatch one at a time after a failure together: the one that fails is dead-lettered."""
        async with self._store.read_only() as session:
            numbers = await scheduled.ids_due(session, self._now())
        count = 0
        for number in numbers:
            try:
                count += await self._dispatch_together(number)
            except Exception as error:
                if is_infrastructure_error(error):
                    raise
                await self._set_aside(number, error_summary(error))
        return count

    async def _set_aside(self, number: int, error: str) -> None:
        log.error("A scheduled event could not be queued and is set aside.", due=number, error=error)
        async with self._store.transaction() as session:
            await scheduled.dead_letter(session, number, self._now())

    async def _dispatch_together(self, only: int | None = None) -> int:
        now = self._now()
        async with self._store.transaction() as session:
            items = [
                inbox_row(occasion, now)
                for occasion in await scheduled.claim_due(session, now, only)
                if is_in_time(occasion, now)
            ]
            if items:
                await inbox.store_items(session, items)
        if items:
            self._arrived()
        return len(items)


def is_in_time(occasion: ScheduledEvent, now: datetime) -> bool:
    """Mark an event handed over, or missed where it is too late to make sense."""
    late = scheduled.is_too_late(occasion, now)
    occasion.state = ScheduledState.MISSED if late else ScheduledState.HANDED_OVER
    occasion.settled_at = now
    if late:
        log.warning("A scheduled event is too late and is marked missed.", kind=occasion.kind, due=occasion.id)
    return not late


def inbox_row(occasion: ScheduledEvent, now: datetime) -> dict[str, Any]:
    body = {"kind": occasion.kind, "subject": occasion.subject}
    return {"update_id": None, "chat_id": occasion.chat_id, "kind": InboxKind.TIMER, "body": body, "came_at": now}
