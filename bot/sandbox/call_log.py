"""Logs what the bot asked for and what it was told: the newest calls, and a count of all."""

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from bot.sandbox.calls import Call

MOST_KEPT = 100_000


@dataclass(frozen=True)
class LoggedCall:
    """One call. ``outcome`` is the HTTP status, or the fault of the line that ate the answer."""

    method: str
    chat_id: str
    outcome: str
    at: datetime

    @property
    def ok(self) -> bool:
        """Whether the bot was told that it worked."""
        return self.outcome == "200"

    def row(self) -> dict[str, Any]:
        """Return the form over HTTP."""
        return asdict(self) | {"ok": self.ok}


class CallLog:
    """Iterate over it for the newest calls, the oldest of them first."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.calls: deque[LoggedCall] = deque(maxlen=MOST_KEPT)
        self.counts: Counter[str] = Counter()
        """How often each ``method outcome`` came, as in ``sendmessage 200``."""

    def note(self, call: Call, outcome: str) -> None:
        """Record one call."""
        self.calls.append(LoggedCall(call.method, call.text("chat_id"), outcome, self._now()))
        self.counts[f"{call.method} {outcome}"] += 1

    def of(self, method: str) -> list[LoggedCall]:
        """Return the newest calls of one method."""
        return [call for call in self.calls if call.method == method.lower()]

    def reset(self) -> None:
        """Clear the log."""
        self.calls.clear()
        self.counts.clear()
