"""Patience with the database: when it, a lock or the disk fails, the work waits and begins again; nothing is lost."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from models.store import is_trouble

log = structlog.get_logger()

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0

Result = TypeVar("Result")


async def patiently(step: Callable[[], Awaitable[Result]], what: str) -> Result:
    """Do a step that is one transaction; again, after a growing pause, as long as the trouble is not our code's.

    `what` begins the log line: "The inbox", "The outbox".
    """
    pause = FIRST_PAUSE
    while True:
        try:
            return await step()
        except Exception as error:
            if not is_trouble(error):
                raise
            log.warning(f"{what} cannot be reached; trying again.", error=type(error).__name__, wait=pause)
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)
