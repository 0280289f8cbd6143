"""Injects faults: into which calls, how often, and in which way.

sandbox.faults.add("sendMessage", "reset_after", count=1)   done, but the bot gets no response
sandbox.faults.add("send*", "429", retry_after=3, probability=0.1)
sandbox.faults.add("*", "hang", seconds=30, done=True)
"""

import random
from dataclasses import dataclass
from fnmatch import fnmatchcase

from bot.sandbox.calls import Call
from bot.sandbox.errors import ApiError, too_many_requests

CUTS = frozenset({"refuse", "reset_before", "reset_after", "hang", "page"})
"""Kinds that are no answer of Telegram but a fault of the line."""
PORTAL = "<html><title>Login Wi-Fi</title></html>"
SENTENCES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    413: "Request Entity Too Large",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


@dataclass
class Fault:
    """One rule.

    ``kind`` is a status (``"429"``, ``"500"`` …), ``refuse`` (close before reading), ``reset_before`` (read,
    do nothing, drop the line), ``reset_after`` (do it, drop the line) or ``hang`` (say nothing for
    ``seconds``, then drop the line; ``done`` says whether it was done before) or ``page`` (something that is no Bot
    API answers: ``content`` with ``status`` and ``media_type``). A rule ends after ``count`` hits.
    """

    method: str
    kind: str
    count: int | None = None
    probability: float = 1.0
    retry_after: int = 5
    seconds: float = 30.0
    done: bool = False
    chat_id: int | None = None
    description: str = ""
    status: int = 200
    content: str = PORTAL
    media_type: str = "text/html"
    hits: int = 0

    def __post_init__(self) -> None:
        self.kind = str(self.kind)
        if self.kind not in CUTS and not (self.kind.isdecimal() and 400 <= int(self.kind) < 600):
            raise ValueError(f"no such fault: {self.kind!r}")

    @property
    def spent(self) -> bool:
        """Whether it has hit as often as it may."""
        return self.count is not None and self.hits >= self.count

    def fits(self, method: str, chat_id: str | None) -> bool:
        """Whether a call is meant; None for the chat where the call is not read yet."""
        if self.chat_id is not None and str(self.chat_id) != chat_id:
            return False
        return not self.spent and fnmatchcase(method, self.method.lower())

    def error(self) -> ApiError:
        """Return the error that the bot gets."""
        code = int(self.kind)
        if code == 429:
            return too_many_requests(self.retry_after)
        return ApiError(code, self.description or SENTENCES.get(code, "Internal Server Error"))


class Faults:
    """All rules, in the order of their making; the first that applies counts. The random numbers are seeded."""

    def __init__(self) -> None:
        self.rules: list[Fault] = []
        self.latency_ms = 0.0
        """How long the line takes before a call is done, in milliseconds."""
        self._dice = random.Random(0)

    def add(self, method: str, kind: str, **more: object) -> Fault:
        """Add a rule; ``method`` is a pattern such as ``sendMessage``, ``send*`` or ``*``."""
        rule = Fault(method, kind, **more)  # type: ignore[arg-type]
        self.rules.append(rule)
        return rule

    def seed(self, number: int) -> None:
        """Seed the random numbers."""
        self._dice.seed(number)

    def clear(self) -> None:
        """Remove all faults and the latency."""
        self.rules.clear()
        self.latency_ms = 0.0

    def refusing(self, method: str) -> bool:
        """Whether the line is closed before the call is read."""
        return self._strike([rule for rule in self.rules if rule.kind == "refuse"], method, None) is not None

    def strike(self, call: Call) -> Fault | None:
        """Return the fault for a call that was read."""
        rules = [rule for rule in self.rules if rule.kind != "refuse"]
        return self._strike(rules, call.method, call.text("chat_id") or None)

    def _strike(self, rules: list[Fault], method: str, chat_id: str | None) -> Fault | None:
        for rule in rules:
            if rule.fits(method, chat_id) and self._dice.random() < rule.probability:
                rule.hits += 1
                return rule
        return None
