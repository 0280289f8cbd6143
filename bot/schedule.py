"""Time: APScheduler wakes the bot up to look; what is due stands in the database.

Whatever came due while the bot was down is caught up, or marked missed, by the rule of its kind (models/due.py).
A due occasion becomes a letter in its lane, so it never races with the person's own words.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.patience import patiently
from models import due
from models.due import DueState
from models.post import inbox
from models.post.inbox import LetterKind
from models.store import Store

log = structlog.get_logger()

LOOK = 5


class Clockwork:
    """Looks every few seconds for what has come due and hands it to its lane."""

    def __init__(self, store: Store, now: Callable[[], datetime], arrived: Callable[[], None]) -> None:
        self._store, self._now, self._arrived = store, now, arrived
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._scheduler.add_job(
            self.look, "interval", seconds=LOOK, coalesce=True, max_instances=1, misfire_grace_time=None
        )

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)

    async def look(self) -> int:
        """Hand over what is due; returns how many."""
        return await patiently(self._hand_over, "What is due")

    async def _hand_over(self) -> int:
        now = self._now()
        letters: list[dict[str, Any]] = []
        async with self._store.writing() as session:
            for occasion in await due.come_due(session, now):
                late = due.is_too_late(occasion, now)
                occasion.state = DueState.MISSED if late else DueState.HANDED_OVER
                occasion.settled_at = now
                if late:
                    log.warning("An occasion came too late to make sense.", kind=occasion.kind, due=occasion.id)
                    continue
                body = {"kind": occasion.kind, "subject": occasion.subject}
                letters.append(
                    {
                        "update_id": None,
                        "lane": occasion.lane,
                        "kind": LetterKind.TIMER,
                        "body": body,
                        "came_at": now,
                    }
                )
            if letters:
                await inbox.post(session, letters)
        if letters:
            self._arrived()
        return len(letters)
