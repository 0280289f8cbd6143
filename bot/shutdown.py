"""Ends the process in good order on a signal, within a bounded time; what hangs is then cut off, which loses nothing.

SIGTERM, SIGINT ─▶ cancelled: transactions end, calls under way get DRAIN seconds ─▶ ended
              └──▶ after AT_MOST seconds, or at the second signal ─▶ the process is gone
"""

import asyncio
import logging
import os
import signal
import sys
import threading
from collections.abc import Awaitable
from typing import Any

import structlog

log = structlog.get_logger()

DRAIN = 4.0
"""Seconds that calls under way get to come to their end; the rest is sorted out by the next start."""
AT_MOST = 8.0
"""Seconds from the signal to the end of the process: `docker stop` waits 10 before it kills."""


async def until_stopped(serve: Awaitable[None]) -> None:
    """Run until SIGTERM or SIGINT, then end in good order."""
    task = asyncio.ensure_future(serve)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop, task)
    try:
        await task
    except asyncio.CancelledError:
        log.info("Stopped: every received update is stored, every unsent message waits.")


def stop(task: asyncio.Future[Any]) -> None:
    """Cancel the work once; a timer of its own thread ends the process even where the event loop hangs."""
    if task.cancelling() if isinstance(task, asyncio.Task) else False:
        exit_now()
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)  # what is cut here is rolled back; no traceback
    task.cancel()
    timer = threading.Timer(AT_MOST, exit_now)
    timer.daemon = True
    timer.start()


def exit_now() -> None:
    """End the process at once, as a kill would; the next start recovers unfinished work."""
    log.warning("Stopped after the time limit with work under way; the next start recovers it.")
    sys.stderr.flush()
    os._exit(0)
