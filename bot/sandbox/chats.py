"""Holds chats and their messages, in the form in which the Bot API tells them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.store import Json


@dataclass
class Entry:
    """One message of a chat: ``message`` is what the bot sees, ``phone`` what only the phone knows.

    ``phone`` may hold ``deleted`` (by whom: "bot" or "person"), ``keyboard`` (the markup that came with it,
    where it is no inline keyboard), ``reaction`` (an emoji) and ``edited`` (its words changed).
    """

    chat_id: int
    message: Json
    from_bot: bool
    phone: Json = field(default_factory=dict)

    @property
    def id(self) -> int:
        """The ``message_id``, unique within the chat."""
        return int(self.message["message_id"])

    @property
    def deleted(self) -> bool:
        """Whether it is gone from the chat."""
        return "deleted" in self.phone

    @property
    def text(self) -> str:
        """The text or the caption; empty where there is none."""
        return str(self.message.get("text") or self.message.get("caption") or "")

    @property
    def buttons(self) -> list[Json]:
        """The inline buttons, row after row."""
        rows = self.message.get("reply_markup", {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]

    @property
    def labels(self) -> list[str]:
        """What stands on the inline buttons."""
        return [str(button["text"]) for button in self.buttons]

    def row(self) -> Json:
        """The form for the store and the page: of what is gone only the place is left."""
        return vars(self) | ({"message": self._head()} if self.deleted else {})

    def _head(self) -> Json:
        kept = ("message_id", "date", "chat")
        return {name: self.message[name] for name in kept}


@dataclass
class Chat:
    """A private chat (its id is the person's), a group or a channel."""

    id: int
    type: str
    title: str = ""
    username: str = ""
    members: list[int] = field(default_factory=list)
    bot_status: str = "member"
    """What the bot is there: member, administrator, left, kicked; in a private chat kicked means blocked."""
    started: bool = True
    """Whether the bot may write first: false in a private chat until the person has."""
    next_message_id: int = 1
    keyboard: Json | None = None
    """The reply keyboard or forced reply the phone shows now, with the ``message_id`` that brought it."""
    pinned: list[int] = field(default_factory=list)
    moved_to: int = 0
    """The supergroup that took this group's place."""
    entries: dict[int, Entry] = field(default_factory=dict)

    @property
    def messages(self) -> list[Entry]:
        """What stands in the chat now, the oldest first."""
        return [entry for entry in self.entries.values() if not entry.deleted]

    @property
    def newest(self) -> Iterator[Entry]:
        """What stands in the chat, the newest first."""
        return (entry for entry in reversed(self.entries.values()) if not entry.deleted)

    @property
    def reply_labels(self) -> list[str]:
        """What stands on the reply keyboard that is shown now."""
        rows = (self.keyboard or {}).get("keyboard", [])
        return [str(button["text"]) for row in rows for button in row]

    def entry(self, message_id: int) -> Entry | None:
        """A message that still stands."""
        found = self.entries.get(message_id)
        return None if found is None or found.deleted else found

    def row(self) -> Json:
        """The form for the store and the page; messages have rows of their own."""
        plain: dict[str, Any] = dict(vars(self))
        del plain["entries"]
        return plain
