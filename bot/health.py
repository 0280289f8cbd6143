"""Decides whether this process is ready to serve: the one reason, in one line, why it is not.

    ready     GET /health   200, or 503 with the reason: an operator has to look, or it has just begun
    alive     GET /live     200 as long as the process answers; only what a restart could cure would end it

A trouble counts at once or after some time (`TOLERATED`); the others are shown beside, and in /metrics.
"""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.trouble import OF_THE_LEADER, Kind, Trouble, Troubles, format_duration

POLL_OLD = 100.0
"""Seconds since Telegram last answered the leader well: two long polls of 30 s, and what networks take."""
BEAT_OLD = 45.0
"""Seconds since something was last written to the database."""
LEADER_AWAY = 15.0
"""Seconds without a leader: another process takes over within one, a start takes some."""
LEAST_FREE_BYTES = 20 * 1024 * 1024
"""Bytes free for the data: with less nothing can be kept."""
TOLERATED: dict[Kind, float] = {
    Kind.DATABASE: 0,
    Kind.DISK: 0,
    Kind.TOKEN: 0,
    Kind.CONFLICT: 0,
    Kind.WEBHOOK: 0,
    Kind.NOT_BOT_API: POLL_OLD,
    Kind.TELEGRAM: POLL_OLD,
    Kind.UPDATES: POLL_OLD,
    Kind.SENDS: 120.0,
}
"""Seconds that a trouble may last until the process is no longer ready; kinds that are not here never count."""


class Health:
    """What the parts of the bot tell about themselves, and what follows from it."""

    def __init__(self, troubles: Troubles, data_dir: Path, now: Callable[[], datetime]) -> None:
        self.troubles, self._data_dir, self.now = troubles, data_dir, now
        self._ticks = troubles.ticks
        self.stage: str | None = "it has just been started"
        """What a start is at; None once it is done."""
        self.leads = False
        self.heard_at: datetime | None = None
        self._heard = self._beat_at = self._led = self._ticks()

    # -- what the parts tell -------------------------------------------------------------------------------

    def heard(self) -> None:
        """Record a successful response of Telegram to the leader."""
        self._heard, self.heard_at = self._ticks(), self.now()

    def on_heartbeat(self, *, is_led: bool) -> None:
        """Record a successful write to the database; `is_led`: some process is the leader."""
        self._beat_at = self._ticks()
        if is_led:
            self._led = self._beat_at

    def set_leading(self, leads: bool) -> None:
        self.leads = leads
        if not leads:
            self.troubles.hand_over(OF_THE_LEADER)
        self._heard = self._led = self._ticks()  # a new leader has yet to ask; one that was is led by the next

    # -- what follows --------------------------------------------------------------------------------------

    def reason(self) -> str | None:
        """Return in one line why this process is not ready; None when it is."""
        standing = [trouble for trouble in self.troubles.standing() if self._counts(trouble)]
        if standing:
            first = min(standing, key=lambda trouble: list(TOLERATED).index(trouble.kind))
            return f"{first.says} For {format_duration(self.troubles.lasted(first))}."
        return self._silence()

    def _counts(self, trouble: Trouble) -> bool:
        if self.stage and trouble.kind in {Kind.TELEGRAM, Kind.NOT_BOT_API}:
            return True
        return self.troubles.lasted(trouble) >= TOLERATED.get(trouble.kind, float("inf"))

    def _silence(self) -> str | None:
        """Return what no part reports, because the part that would hangs, or does not run."""
        now = self._ticks()
        if self.free_bytes() < LEAST_FREE_BYTES:
            return f"The disk is full: {self.free_bytes() // 1024} kB are free for {self._data_dir}."
        if now - self._beat_at > BEAT_OLD:
            return f"The database has not answered for {format_duration(now - self._beat_at)}."
        if self.stage:
            return f"Not ready yet: {self.stage}."
        if now - self._led > LEADER_AWAY and not self.leads:
            return f"No process leads, for {format_duration(now - self._led)}: nobody asks, sends or watches the time."
        if self.leads and now - self._heard > POLL_OLD:
            return f"Telegram has not answered for {format_duration(now - self._heard)}."
        return None

    def free_bytes(self) -> int:
        """Return the bytes that are free for the data."""
        try:
            return shutil.disk_usage(self._data_dir).free
        except OSError:
            return 0

    def shown(self) -> dict[str, Any]:
        """Return the body of /health: one line, without personal data."""
        reason = self.reason()
        beside = sorted({trouble.says for trouble in self.troubles.standing()} - {reason})
        return {"status": "ok" if reason is None else "trouble", "reason": reason, "leads": self.leads, "also": beside}
