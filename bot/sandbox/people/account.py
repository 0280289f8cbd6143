"""Holds a Telegram account: who a person is, their chat with the bot, and how what they say reaches it."""

import asyncio
from dataclasses import dataclass, field

from bot.sandbox.chats import Chat, Entry
from bot.sandbox.entity_detection import with_detected
from bot.sandbox.errors import forbidden
from bot.sandbox.store import Json
from bot.sandbox.world import World


class BotIsBlockedError(Exception):
    """The person stopped the bot: the phone offers no way to write until they start it again."""


@dataclass
class TelegramAccount:
    """A Telegram account with a phone."""

    world: World = field(repr=False)
    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = "id"
    phone: str = ""
    deactivated: bool = False
    _last_answer_id: int = field(default=0, init=False, repr=False)
    """The newest message of the chat at the person's last act, or the last one that ``answer`` gave."""

    # -- who they are -------------------------------------------------------------------------------------

    def names(self) -> Json:
        """The names Telegram shows, without the empty ones."""
        named = {"first_name": self.first_name, "last_name": self.last_name, "username": self.username}
        return {name: value for name, value in named.items() if value}

    def user(self) -> Json:
        """The person as the sender of a message."""
        return {"id": self.id, "is_bot": False, **self.names(), "language_code": self.language_code}

    def row(self) -> Json:
        """The form for the store and the page."""
        return {name: value for name, value in vars(self).items() if name not in {"world", "_last_answer_id"}}

    @property
    def chat(self) -> Chat:
        """Their private chat with the bot."""
        return self.world.chats[self.id]

    @property
    def blocked(self) -> bool:
        """Whether they stopped the bot."""
        return self.chat.bot_status == "kicked"

    def check_reachable(self) -> None:
        """Raise 403 where the bot may not write to them."""
        if self.deactivated:
            raise forbidden("user is deactivated")
        if self.blocked:
            raise forbidden("bot was blocked by the user")
        if not self.chat.started:
            raise forbidden("bot can't initiate conversation with a user")

    # -- what they see ------------------------------------------------------------------------------------

    @property
    def messages(self) -> list[Entry]:
        """Their chat with the bot as it stands now, the oldest first."""
        return self.chat.messages

    @property
    def received(self) -> list[Entry]:
        """What the bot said and did not take back, the oldest first."""
        return [entry for entry in self.messages if entry.from_bot]

    @property
    def last(self) -> Entry | None:
        """The newest message of the bot."""
        return next((entry for entry in self.chat.newest if entry.from_bot), None)

    async def answer(self, *, within: float = 5.0) -> Entry:
        """The first message of the bot since this person's last act; asked again, the one after it.

        Waits for it. ``within`` is in seconds of the real clock; TimeoutError when they pass.
        """
        with self.world.events.listening() as board:
            async with asyncio.timeout(within):
                while (entry := self._next_answer()) is None:
                    await board.get()
        self._last_answer_id = entry.id
        return entry

    def _next_answer(self) -> Entry | None:
        return next((entry for entry in self.received if entry.id > self._last_answer_id), None)

    def listen_from_here(self) -> None:
        """Ignore earlier messages of the bot when the next answer is looked for."""
        self._last_answer_id = self.chat.next_message_id - 1

    # -- how it reaches the bot ---------------------------------------------------------------------------

    def say(self, content: Json, *, reply_to: int | None = None, chat: Chat | None = None) -> Entry:
        """Put a message of any form into a chat and queue its update, if the bot may see it."""
        place = chat or self.chat
        if place.bot_status == "kicked" and place is self.chat:
            raise BotIsBlockedError(f"{self.first_name} blocked the bot")
        if reply_to is not None:
            content = content | {"reply_to_message": _quoted(place.entries[reply_to])}
        if place is self.chat:
            place.started = True
            self._hide_keyboard(place)
        entry = self.world.post(place, content, sender=self.user())
        self.listen_from_here()
        self._tell("message", place, entry)
        return entry

    def _tell(self, kind: str, place: Chat, entry: Entry) -> None:
        if place.type == "private" or place.bot_status == "administrator" or self._is_meant(entry):
            self.world.updates.add(kind, dict(entry.message), place.id)

    def _is_meant(self, entry: Entry) -> bool:
        """Return whether a bot in privacy mode sees a message in a group: a command, mention or reply to it."""
        quoted = entry.message.get("reply_to_message", {}).get("from", {})
        mention = f"@{self.world.profile.username}"
        return entry.text.startswith("/") or mention in entry.text or quoted.get("id") == self.world.bot_id

    def _hide_keyboard(self, place: Chat) -> None:
        shown = place.keyboard
        if shown and shown.get("force_reply"):
            place.keyboard = None


def _quoted(entry: Entry) -> Json:
    """Return a message as another one quotes it: without its own quote."""
    return {name: value for name, value in entry.message.items() if name != "reply_to_message"}


def text_content(text: str) -> Json:
    """A text of a person with what Telegram marks in it."""
    entities = with_detected(text, [])
    return {"text": text} | ({"entities": entities} if entities else {})


def caption_content(caption: str) -> Json:
    """The same under a file."""
    marked = text_content(caption)
    renamed = {"text": "caption", "entities": "caption_entities"}
    return {renamed[name]: value for name, value in marked.items()} if caption else {}
