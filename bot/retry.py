"""Retries a transaction, with back-off, while the database, a lock or the disk fails; nothing is lost."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.trouble import Kind, troubles
from models.database import describe_error, is_infrastructure_error

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
STOP_GRACE = 4.0
"""Seconds that a step under way is given when the bot is told to stop."""

Result = TypeVar("Result")


async def retry_on_db_error(step: Callable[[], Awaitable[Result]], what: str, *, whole: bool = True) -> Result:
    """Run a step that is one transaction; repeat it with exponential back-off while the infrastructure fails.

    `what` begins the log line: "The inbox", "The outbox". A stop lets a `whole` step end first.
    """
    pause = FIRST_PAUSE
    while True:
        try:
            result = await (shielded(step) if whole else step())
        except Exception as error:
            if not is_infrastructure_error(error):
                raise
            database_trouble(f"{what} cannot be reached ({describe_error(error)}); trying again.", what, error)
        else:
            troubles().over(Kind.DATABASE, what)
            return result
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


def database_trouble(says: str, about: str, error: BaseException) -> None:
    """Report that the database, a lock or the disk failed, without the error's own text: it may quote a row."""
    troubles().begun(Kind.DATABASE, says, about, error=type(error).__name__)


async def shielded(step: Callable[[], Awaitable[Result]]) -> Result:
    """Run a step to its end, even if the bot is told to stop meanwhile; the cancellation follows afterwards.

    A transaction that is cut in the middle may leave SQLite locked, so that what was sent could not be written down
    any more and would be sent again.
    """
    task = asyncio.ensure_future(step())
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        done, _ = await asyncio.wait([task], timeout=STOP_GRACE)
        if not done:
            task.cancel()
        elif not task.cancelled():
            task.exception()  # retrieved, so that asyncio does not warn about it
        raise
