"""Limits the bot as Telegram does: some 30 messages a second in all, about one a second for a chat.

A token bucket: each message takes a token, time refills it. Without a token the bot is paused, and all calls in
the pause are refused as well (the numbers are those of Telegram's FAQ for bots).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from bot.sandbox.calls import Call
from bot.sandbox.errors import too_many_requests

COUNTED = ("send", "copymessage", "editmessage")
FREE = frozenset({"sendchataction"})


@dataclass(frozen=True)
class RateLimit:
    """``burst`` messages at once, and ``each_second`` in the long run."""

    burst: float
    each_second: float
    hold: int
    """Seconds for which who takes more is held."""


WHOLE_BOT = RateLimit(burst=30, each_second=30, hold=3)
PRIVATE_CHAT = RateLimit(burst=20, each_second=1, hold=5)
GROUP = RateLimit(burst=20, each_second=20 / 60, hold=20)


@dataclass
class _Bucket:
    left: float
    filled_at: float
    held_until: float = 0.0


class FloodLimits:
    """The buckets of the bot and of every chat. ``on`` switches them."""

    def __init__(self, now: Callable[[], datetime], on: bool) -> None:
        self.on = on
        self._now = now
        self._buckets: dict[str, _Bucket] = {}

    def check(self, call: Call) -> None:
        """Count a message; 429 where there are too many."""
        if not self.on or call.method in FREE or not call.method.startswith(COUNTED):
            return
        chat = call.text("chat_id")
        rate = GROUP if chat.startswith(("-", "@")) else PRIVATE_CHAT
        now = self._now().timestamp()
        buckets = (
            (self._filled("", WHOLE_BOT, now), WHOLE_BOT),
            (self._filled(chat, rate, now), rate),
        )
        for bucket, limit in buckets:
            _refuse_if_empty(bucket, limit, now)
        for bucket, _ in buckets:
            bucket.left -= 1

    def reset(self) -> None:
        """Forget what was sent."""
        self._buckets.clear()

    def _filled(self, name: str, rate: RateLimit, now: float) -> _Bucket:
        bucket = self._buckets.setdefault(name, _Bucket(rate.burst, now))
        gained = (now - bucket.filled_at) * rate.each_second
        bucket.left, bucket.filled_at = min(rate.burst, bucket.left + gained), now
        return bucket


def _refuse_if_empty(bucket: _Bucket, rate: RateLimit, now: float) -> None:
    if bucket.left < 1 and bucket.held_until <= now:
        bucket.held_until = now + rate.hold
    if bucket.held_until > now:
        raise too_many_requests(ceil(bucket.held_until - now))
