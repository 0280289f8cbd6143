"""Lists what is wrong right now, and logs each trouble when it begins, ever less often, and when it is over.

    begun ──line──▶ still so: a line after 1, 2, 4 … 60 minutes, with how often ──▶ over: a line with how long it took

A part that meets a trouble or its end reports it here, as often as it likes; /health, /metrics and the log all read
this one list. The bot puts its list into a context variable, which its tasks inherit.
"""

import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

import structlog

log = structlog.get_logger()

FIRST_REMINDER, LONGEST_REMINDER = 60.0, 3600.0
"""Seconds until the log says again that a trouble goes on; doubled each time."""


class Kind(StrEnum):
    """The part that is in trouble; the label of `sapa_trouble` in /metrics."""

    DATABASE = "database"
    DISK = "disk"
    TELEGRAM = "telegram"
    NOT_BOT_API = "not_bot_api"
    TOKEN = "token"
    CONFLICT = "conflict"
    UPDATES = "updates"
    WEBHOOK = "webhook"
    MENUS = "menus"
    SENDS = "sends"
    USERNAME = "username"
    PROGRAMME = "programme"
    BACKUP = "backup"
    CLOCK = "clock"
    DEAD_LETTERS = "dead_letters"


OVER = {
    Kind.DATABASE: "The database can be used again.",
    Kind.DISK: "The disk has enough free space again.",
    Kind.TELEGRAM: "Telegram can be reached again.",
    Kind.NOT_BOT_API: "The Bot API answers again.",
    Kind.TOKEN: "Telegram takes the token again.",
    Kind.CONFLICT: "No other program asks for this bot's updates any more.",
    Kind.UPDATES: "Telegram answers the question for updates again.",
    Kind.WEBHOOK: "Telegram has taken how updates reach the bot.",
    Kind.MENUS: "Telegram has taken the menus.",
    Kind.SENDS: "What is sent arrives again.",
    Kind.USERNAME: "The username in office.yaml is the token's again.",
    Kind.PROGRAMME: "Every open application has its programme again.",
    Kind.BACKUP: "There is a fresh backup again.",
    Kind.CLOCK: "The clock agrees again.",
    Kind.DEAD_LETTERS: "Nothing is set aside any more.",
}
OF_THE_LEADER = frozenset(Kind) - {Kind.DATABASE, Kind.DISK, Kind.USERNAME, Kind.CLOCK}
"""Those that only the leader meets, which polls, sends and schedules."""
SEVERE = frozenset({Kind.TOKEN, Kind.CONFLICT, Kind.DISK, Kind.SENDS, Kind.USERNAME})
"""Those that end only when an operator does something: level error, the others are warnings."""


@dataclass
class Trouble:
    """One trouble that stands, since a moment of the monotonic clock."""

    kind: Kind
    says: str
    since: float
    times: int = 0
    reminder: float = FIRST_REMINDER
    next_line: float = field(default=0.0)
    met: float = field(default=0.0)
    """When it was last reported."""


class Troubles:
    """The present troubles, by their kind and by the part that met them (`about`)."""

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        self.ticks = ticks
        self._standing: dict[tuple[Kind, str], Trouble] = {}

    def begun(self, kind: Kind, says: str, about: str = "", **facts: Any) -> None:
        """Report a trouble, or that it goes on. `says`: one sentence for operators, the same while the cause is."""
        now = self.ticks()
        trouble = self._standing.get((kind, about))
        if trouble is None or trouble.says != says:
            since = trouble.since if trouble else now
            trouble = self._standing[kind, about] = Trouble(kind, says, since, next_line=now)
        trouble.times += 1
        trouble.met = now
        if now >= trouble.next_line:
            self._remind(trouble, now, facts)

    def _remind(self, trouble: Trouble, now: float, facts: dict[str, Any]) -> None:
        again = {"times": trouble.times, "lasted": format_duration(now - trouble.since)} if trouble.times > 1 else {}
        say = log.error if trouble.kind in SEVERE else log.warning
        say(trouble.says, **facts, **again)
        trouble.next_line = now + trouble.reminder
        trouble.reminder = min(trouble.reminder * 2, LONGEST_REMINDER)

    def over(self, kind: Kind, about: str = "") -> None:
        """Report that a trouble is over, or never was; logged once."""
        trouble = self._standing.pop((kind, about), None)
        if trouble is not None:
            log.info(OVER[kind], lasted=format_duration(self.ticks() - trouble.since), times=trouble.times)

    def fade(self, kind: Kind, after: float) -> None:
        """End those that were not reported for so many seconds: the part that met them may no longer run."""
        for (found, about), trouble in list(self._standing.items()):
            if found is kind and self.ticks() - trouble.met > after:
                self.over(kind, about)

    def hand_over(self, kinds: frozenset[Kind]) -> None:
        """Forget the troubles of the leader when it loses the leadership; they are not over, so nothing is logged."""
        for kind, about in list(self._standing):
            if kind in kinds:
                del self._standing[kind, about]

    def standing(self, *kinds: Kind) -> Iterator[Trouble]:
        """Return the present troubles, of some kinds or of all, the oldest first."""
        found = [trouble for trouble in self._standing.values() if not kinds or trouble.kind in kinds]
        yield from sorted(found, key=lambda trouble: trouble.since)

    def lasted(self, trouble: Trouble) -> float:
        """Return the seconds since it began."""
        return self.ticks() - trouble.since


TROUBLES: ContextVar[Troubles] = ContextVar("troubles")


def troubles() -> Troubles:
    """Return the list of the bot that this task belongs to; a task of no bot gets a list that is not read."""
    return TROUBLES.get(None) or Troubles()


def format_duration(seconds: float) -> str:
    """Format a duration for an operator."""
    if seconds < 120:
        return f"{seconds:.0f} seconds"
    minutes = round(timedelta(seconds=seconds) / timedelta(minutes=1))
    return f"{minutes} minutes" if minutes < 120 else f"{minutes / 60:.0f} hours"
