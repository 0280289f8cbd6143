"""Hold what comes back through the queue of a chat though nobody wrote it: a file, a timer, a message not delivered."""

from dataclasses import dataclass
from typing import Any

from models.post.inbox import LetterKind


@dataclass(frozen=True, slots=True)
class InternalEvent:
    """An inbox row of our own, handed to the handlers like an update of Telegram. `lane`: the chat."""

    kind: LetterKind
    lane: int
    body: Any
