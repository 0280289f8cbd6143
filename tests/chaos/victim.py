"""The real bot with a beacon: `python -m tests.chaos.victim BEACON` is `sapa run` whose phases can be seen.

Each phase has a byte in a small shared file that counts how often it is under way. The killer stops the process,
reads the bytes, then kills it; so a kill is booked under what it really interrupted.
"""

import mmap
import os
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.engine.default import DefaultDialect
from telegram.ext import MessageHandler, filters

import handlers
from bot import app, sender
from bot.__main__ import main
from bot.sender import Sender
from bot.update_processor import UpdateProcessor
from bot.update_receiver import UpdateReceiver

STUMBLE = "tersandung"
PHASES = ("fetch", "turn", "commit", "sending", "settling")


class Beacon:
    """One byte a phase, shared through a file."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(len(PHASES)))
        with path.open("r+b") as file:
            self._bytes = mmap.mmap(file.fileno(), len(PHASES))

    def step(self, phase: str, by: int) -> None:
        place = PHASES.index(phase)
        self._bytes[place] = max(0, min(255, self._bytes[place] + by))

    def under_way(self) -> set[str]:
        return {phase for place, phase in enumerate(PHASES) if self._bytes[place]}

    def clear(self) -> None:
        self._bytes[:] = bytes(len(PHASES))


def shown(beacon: Beacon, phase: str, work: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def with_beacon(*given: Any, **named: Any) -> Any:
        beacon.step(phase, 1)
        try:
            return await work(*given, **named)
        finally:
            beacon.step(phase, -1)

    return with_beacon


def committing(beacon: Beacon, commit: Callable[..., None]) -> Callable[..., None]:
    def with_beacon(dialect: Any, connection: Any) -> None:
        beacon.step("commit", 1)
        try:
            commit(dialect, connection)
        finally:
            beacon.step("commit", -1)

    return with_beacon


def light(beacon: Beacon) -> None:
    UpdateReceiver.store = shown(beacon, "fetch", UpdateReceiver.store)  # type: ignore[method-assign]
    UpdateProcessor._process_items = shown(beacon, "turn", UpdateProcessor._process_items)  # type: ignore[method-assign]
    Sender._call = shown(beacon, "sending", Sender._call)  # type: ignore[method-assign]
    Sender._write = shown(beacon, "settling", Sender._write)  # type: ignore[method-assign]
    DefaultDialect.do_commit = committing(beacon, DefaultDialect.do_commit)  # type: ignore[method-assign]


def fill_the_disk_while(flag: Path) -> None:
    """The database may not grow while a file exists."""

    @event.listens_for(Engine, "begin")
    def _begin(connection: Any) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one() if flag.exists() else 2**30
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")


def jump_the_clock(file: Path) -> None:
    """The wall clock is as many seconds ahead as a file says."""
    now = app.clock
    app.clock = lambda: now() + timedelta(seconds=float(file.read_text() or 0))


def stumble_over(words: str) -> None:
    """A handler of the bot's own that raises whenever somebody says these words."""
    register = handlers.register

    async def fall(update: Any, context: Any) -> None:
        raise ValueError("planted")

    def with_a_fault(application: Any, registry: Any) -> None:
        application.add_handler(MessageHandler(filters.Text([words]), fall))
        register(application, registry)

    handlers.register = with_a_fault


def be_hasty() -> None:
    """Wait a second where an office would wait longer, so that a test need not."""
    sender.TOKEN_PAUSE = 1
    app.LEARN = timedelta(seconds=0.5)


if __name__ == "__main__":
    if "SAPA_CHAOS_FULL" in os.environ:
        fill_the_disk_while(Path(os.environ["SAPA_CHAOS_FULL"]))
    if "SAPA_CHAOS_CLOCK" in os.environ:
        jump_the_clock(Path(os.environ["SAPA_CHAOS_CLOCK"]))
    if "SAPA_CHAOS_STUMBLE" in os.environ:
        stumble_over(STUMBLE)
    if "SAPA_CHAOS_HASTE" in os.environ:
        be_hasty()
    light(Beacon(Path(sys.argv.pop(1))))
    sys.argv[1:] = ["run"]
    main()
