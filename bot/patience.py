"""Patience with the database: when it, a lock or the disk fails, the work waits and begins again; nothing is lost."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from models.store import is_trouble

log = structlog.get_logger()

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
LAST_WORD = 4.0
"""Seconds that a step under way is given when the bot is told to stop."""

Result = TypeVar("Result")


async def patiently(step: Callable[[], Awaitable[Result]], what: str, *, whole: bool = True) -> Result:
    """Do a step that is one transaction; again, after a growing pause, as long as the trouble is not our code's.

    `what` begins the log line: "The inbox", "The outbox". A stop lets a `whole` step end first.
    """
    pause = FIRST_PAUSE
    while True:
        try:
            return await (unbroken(step) if whole else step())
        except Exception as error:
            if not is_trouble(error):
                raise
            log.warning(f"{what} cannot be reached; trying again.", error=type(error).__name__, wait=pause)
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


async def unbroken(step: Callable[[], Awaitable[Result]]) -> Result:
    """Do a step to its end, even if the bot is told to stop meanwhile; only then is it stopped.

    A transaction that is cut in the middle may leave SQLite locked, so that what was sent could not be written down
    any more and would be sent again.
    """
    task = asyncio.ensure_future(step())
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        done, _ = await asyncio.wait([task], timeout=LAST_WORD)
        if not done:
            task.cancel()
        elif not task.cancelled():
            task.exception()  # looked at, so that nobody complains that it was not
        raise
