"""Define the events that reach a chat through its queue besides updates: a file, a timer, a message not delivered."""

from dataclasses import dataclass
from typing import Any

from models.messaging.inbox import InboxKind


@dataclass(frozen=True, slots=True)
class InternalEvent:
    """An inbox row of our own, handed to the handlers like an update of Telegram. `chat`: the chat."""

    kind: InboxKind
    chat_id: int
    body: Any
