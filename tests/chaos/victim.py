"""The real bot with a beacon: `python -m tests.chaos.victim BEACON` is `sapa run` whose phases can be seen.

Each phase has a byte in a small shared file that counts how often it is under way. The killer stops the process,
reads the bytes, then kills it; so a kill is booked under what it really interrupted.
"""

import mmap
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from bot.__main__ import main
from bot.inbox import Mailbox
from bot.outbox import Sender
from bot.turn import Turns

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


def light(beacon: Beacon) -> None:
    Mailbox.take = shown(beacon, "fetch", Mailbox.take)  # type: ignore[method-assign]
    Turns._take = shown(beacon, "turn", Turns._take)  # type: ignore[method-assign]
    Sender._call = shown(beacon, "sending", Sender._call)  # type: ignore[method-assign]
    Sender._write = shown(beacon, "settling", Sender._write)  # type: ignore[method-assign]
    event.listen(Engine, "commit", lambda _connection: beacon.step("commit", 1))
    event.listen(Session, "after_commit", lambda _session: beacon.step("commit", -1))


if __name__ == "__main__":
    light(Beacon(Path(sys.argv.pop(1))))
    sys.argv[1:] = ["run"]
    main()
