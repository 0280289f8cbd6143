"""Counts the results of calls, and reports a trouble after several failures in a row without a delivery."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from bot.delivery_result import DeliveryResult, Outcome
from bot.telegram_errors import BAD_TOKEN
from bot.trouble import Kind, troubles

FAILURES_IN_A_ROW = 3
"""Failures in a row: one call that Telegram cannot take is no trouble of all."""
ANSWERED = frozenset({Outcome.SENT, Outcome.ALREADY_SO, Outcome.UNREACHABLE, Outcome.TOO_LATE, Outcome.MOVED})
"""Telegram did what was asked, or spoke of this one chat: sending works."""
FAILED = frozenset(
    {
        Outcome.SLOW_DOWN,
        Outcome.OUR_MISTAKE,
        Outcome.GIVEN_UP,
        Outcome.BAD_TOKEN,
        Outcome.TROUBLE,
        Outcome.NOT_SENT,
        Outcome.ANSWER_LOST,
    }
)
SENDS = "sends"


class DeliveryMonitor:
    """Counts what became of calls; says when nothing arrives any more, and when something does again."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.counts: Counter[str] = Counter()
        self.last_at: datetime | None = None
        self._failures = 0

    def record(self, result: DeliveryResult) -> None:
        self.counts[result.outcome] += 1
        if result.outcome in ANSWERED:
            self._works()
        elif result.outcome in FAILED:
            self._failed(result)

    def _works(self) -> None:
        self.last_at = self._now()
        self._failures = 0
        for kind in (Kind.SENDS, Kind.TOKEN):
            troubles().over(kind, SENDS)

    def _failed(self, result: DeliveryResult) -> None:
        self._failures += 1
        if result.outcome is Outcome.BAD_TOKEN:
            troubles().begun(Kind.TOKEN, BAD_TOKEN, SENDS)
        if self._failures >= FAILURES_IN_A_ROW:
            says = "Nothing that is sent arrives at Telegram; it is sent again later."
            troubles().begun(Kind.SENDS, says, SENDS, outcome=str(result.outcome), reason=result.reason)
