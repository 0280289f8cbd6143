"""The office's server as the chaos sees it: real processes that are started, killed and started again."""

import asyncio
import contextlib
import os
import random
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.victim import PHASES, Beacon
from tests.own_catalogue import OFFICE
from tests.stores import SECRET

PATIENCE = 20.0
LOOK = 0.0003


@dataclass
class Server:
    """One process of the bot with its beacon and its log."""

    folder: Path
    number: int
    settings: dict[str, str]
    process: asyncio.subprocess.Process | None = None

    def __post_init__(self) -> None:
        self.beacon = Beacon(self.folder / f"beacon{self.number}")
        self.log = self.folder / f"log{self.number}.txt"

    async def start(self) -> None:
        self.beacon.clear()
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.chaos.victim", str(self.folder / f"beacon{self.number}"),
                env=os.environ | self.settings, stdout=log, stderr=log,
            )  # fmt: skip

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.returncode is None

    async def kill(self) -> set[str]:
        """Stop it where it stands, see what it was doing, and kill it."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGSTOP)
            doing = self.beacon.under_way()
            self.process.kill()
            await self.process.wait()
            return doing
        return set()

    async def stop(self) -> None:
        if self.is_alive and self.process is not None:
            self.process.terminate()
            await asyncio.wait_for(self.process.wait(), 30)


@dataclass
class Office:
    """All processes of one installation, and the book of kills."""

    servers: list[Server]
    kills: Counter[str] = field(default_factory=Counter)
    chance: random.Random = field(default_factory=lambda: random.Random(20261123))

    async def open(self) -> None:
        await asyncio.gather(*(server.start() for server in self.servers))

    async def close(self) -> None:
        await asyncio.gather(*(server.stop() for server in self.servers))

    async def kill_one(self, phase: str) -> None:
        """Kill a process that is in a phase (or, after some patience, any), book it, and start it again."""
        server, doing = await self._catch(phase)
        self.kills["all"] += 1
        self.kills.update(doing or {"idle"})
        await asyncio.sleep(self.chance.uniform(0, 0.3))
        await server.start()

    async def _catch(self, phase: str) -> tuple[Server, set[str]]:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for server in self.servers:
                if server.is_alive and phase in server.beacon.under_way():
                    return server, await server.kill()
            await asyncio.sleep(LOOK)
        server = self.chance.choice([server for server in self.servers if server.is_alive])
        return server, await server.kill()

    def report(self) -> str:
        return ", ".join(f"{phase} {self.kills[phase]}" for phase in ("all", *PHASES, "idle"))


def settings_for(root: str, token: str, database: str, folder: Path) -> dict[str, str]:
    return {
        "SAPA_BOT_TOKEN": token,
        "SAPA_SECRET_KEY": SECRET,
        "SAPA_TELEGRAM_API": root,
        "SAPA_DATABASE_URL": database,
        "SAPA_DATA_DIR": str(folder),
        "SAPA_OFFICE_FILE": str(OFFICE),
        "SAPA_SEND_RATE": "0",
    }
