"""What comes back through a lane though nobody wrote it: a fetched file, a timer, an undelivered message."""

from dataclasses import dataclass
from typing import Any

from models.post.inbox import LetterKind


@dataclass(frozen=True, slots=True)
class Return:
    """A letter of our own, handed to the handlers like an update of Telegram."""

    kind: LetterKind
    lane: int
    body: Any
