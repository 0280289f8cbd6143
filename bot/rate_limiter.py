"""Limits the bot token to so many messages a second, and pauses it where Telegram answered 429.

All times here are seconds of a monotonic clock, given by the caller.
"""

from dataclasses import dataclass, field

UNLIMITED = 10_000


@dataclass
class RateLimiter:
    """A bucket of `rate` messages a second (0: unpaced) that never holds more than a quarter of a second's worth."""

    rate: float
    level: float = 0
    at: float = 0
    paused_until: float = 0
    refused: list[tuple[float, int]] = field(default_factory=list)

    def available(self, now: float) -> int:
        """Return how many messages may go out now."""
        if self.is_paused(now):
            return 0
        if not self.rate:
            return UNLIMITED
        self.level = min(max(1.0, self.rate / 4), self.level + (now - self.at) * self.rate)
        self.at = now
        return int(self.level)

    def is_paused(self, now: float) -> bool:
        """Return whether Telegram asked to pause."""
        return now < self.paused_until

    def consume(self, count: int) -> None:
        self.level -= count

    def on_429(self, chat: int, wait: float, now: float) -> None:
        """Record a 429 for a chat; two chats refused within a second pause the whole bot."""
        self.refused = [(at, other) for at, other in self.refused if now - at <= 1]
        self.refused.append((now, chat))
        if len({other for _, other in self.refused}) > 1:
            self.pause(wait, now)

    def pause(self, wait: float, now: float) -> None:
        """Send nothing for `wait` seconds."""
        self.paused_until = max(self.paused_until, now + wait)
