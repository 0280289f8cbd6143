"""Writes the heartbeat row of this process every few seconds, and checks the disk and the clocks.

every 10 s ─▶ one small commit (can the database be reached and written?) ─▶ who leads ─▶ disk space ─▶ clocks
"""

import asyncio
import os
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from secrets import token_hex

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.health import LEAST_FREE_BYTES, Health
from bot.leader_election import is_led
from bot.release import release
from bot.retry import retry_on_db_error
from bot.telegram_client import TelegramClient
from bot.trouble import Kind, format_duration, troubles
from models import heartbeat
from models.database import Database, utc
from models.heartbeat import Heartbeat

BEAT_SECONDS = 10.0
"""Seconds from one heartbeat to the next."""
FADED = 30.0
"""Seconds: every retry comes sooner, so a trouble of the database that was not reported for longer is over."""
SKEW = timedelta(seconds=60)
"""So far the clock may be from Telegram's and from the database's; answers take some seconds themselves."""


class HeartbeatWriter:
    """Writes until cancelled. `sent_at` tells when a call last arrived."""

    def __init__(
        self, store: Database, client: TelegramClient, health: Health, sent_at: Callable[[], datetime | None]
    ) -> None:
        self._store, self._client, self._health, self._now, self._sent_at = store, client, health, health.now, sent_at
        self._started = health.now()
        self._process = f"{socket.gethostname()}-{os.getpid()}-{token_hex(3)}"

    async def run(self) -> None:
        while True:
            await self.beat()
            await asyncio.sleep(BEAT_SECONDS)

    async def beat(self) -> None:
        is_led, database_time = await retry_on_db_error(self._write, "The heartbeat")
        self._health.on_heartbeat(is_led=is_led)
        troubles().fade(Kind.DATABASE, FADED)
        self._check_disk()
        self._compare_clocks("the database", database_time)
        self._compare_clocks("Telegram", self._client.server_time())

    async def _write(self) -> tuple[bool, datetime | None]:
        """Renew our row; returns whether a process leads, and the clock of the database (SQLite has none)."""
        row = Heartbeat(
            process=self._process,
            release=release(),
            started_at=self._started,
            seen_at=self._now(),
            leads=self._health.leads,
            heard_at=self._health.heard_at,
            sent_at=self._sent_at(),
        )
        async with self._store.transaction() as session:
            await heartbeat.beat(session, row)
            if self._store.is_sqlite:
                return self._health.leads, None
            return await is_led(session), await time_of_database(session)

    def _check_disk(self) -> None:
        if self._health.free_bytes() < LEAST_FREE_BYTES:
            troubles().begun(Kind.DISK, "The disk is full: free some space for SAPA_DATA_DIR.")
        else:
            troubles().over(Kind.DISK)

    def _compare_clocks(self, whose: str, theirs: datetime | None) -> None:
        """Report another clock that differs: dates, deadlines and codes go by ours."""
        if theirs is None:
            return
        ahead = self._now() - theirs
        if abs(ahead) <= SKEW:
            troubles().over(Kind.CLOCK, whose)
            return
        way = "ahead of" if ahead > timedelta() else "behind"
        by = format_duration(abs(ahead).total_seconds())
        troubles().begun(
            Kind.CLOCK, f"The clock of this machine is {way} {whose}'s: timedatectl set-ntp true", whose, by=by
        )


async def time_of_database(session: AsyncSession) -> datetime:
    """Return the clock of PostgreSQL."""
    connection = await session.connection()
    found: datetime = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
    return utc(found)
