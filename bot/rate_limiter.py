"""The pace of the whole bot token: so many messages a second, and silence where Telegram asked for it.

All times here are seconds of a monotonic clock, given by the caller.
"""

from dataclasses import dataclass, field

UNPACED = 10_000


@dataclass
class Pace:
    """A bucket of `rate` messages a second (0: unpaced) that never holds more than a quarter of a second's worth."""

    rate: float
    level: float = 0
    at: float = 0
    silent_until: float = 0
    refused: list[tuple[float, int]] = field(default_factory=list)

    def room(self, now: float) -> int:
        """How many messages may go out at this moment."""
        if self.is_silent(now):
            return 0
        if not self.rate:
            return UNPACED
        self.level = min(max(1.0, self.rate / 4), self.level + (now - self.at) * self.rate)
        self.at = now
        return int(self.level)

    def is_silent(self, now: float) -> bool:
        """Has Telegram asked for silence?"""
        return now < self.silent_until

    def took(self, count: int) -> None:
        self.level -= count

    def refuse(self, chat: int, wait: float, now: float) -> None:
        """Telegram refused a chat; when it refuses two chats within a second, it means the whole bot."""
        self.refused = [(at, other) for at, other in self.refused if now - at <= 1]
        self.refused.append((now, chat))
        if len({other for _, other in self.refused}) > 1:
            self.stop(wait, now)

    def stop(self, wait: float, now: float) -> None:
        """Say nothing for `wait` seconds."""
        self.silent_until = max(self.silent_until, now + wait)
