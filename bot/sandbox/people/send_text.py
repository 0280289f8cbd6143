"""Sends what a person writes: texts, edits, locations, polls and forwarded messages."""

from bot.sandbox.chats import Chat, Entry
from bot.sandbox.entities import utf16_length
from bot.sandbox.people.account import TelegramAccount, caption_content, text_content
from bot.sandbox.store import Json

LONGEST_TEXT = 4096
"""UTF-16 units; a phone sends a longer text in several messages."""


class TextSender(TelegramAccount):
    """The hands on the keyboard."""

    def send(self, text: str, *, reply_to: int | None = None, chat: Chat | None = None) -> Entry:
        """Write a text; a very long one goes out in several messages, of which the last is returned."""
        *first, last = _pieces(text.strip())
        for piece in first:
            self.say(text_content(piece), reply_to=reply_to, chat=chat)
        return self.say(text_content(last), reply_to=reply_to, chat=chat)

    def start(self, payload: str = "") -> Entry:
        """Press Start, or open a deep link ``t.me/<bot>?start=<payload>``; unblocks the bot first."""
        self.unblock()
        return self.send(f"/start {payload}".strip())

    def edit(self, message_id: int, text: str, *, chat: Chat | None = None) -> Entry:
        """Correct one of their own messages, its text or its caption."""
        place = chat or self.chat
        entry = place.entries[message_id]
        if entry.message.get("from", {}).get("id") != self.id:
            raise ValueError(f"message {message_id} is not {self.first_name}'s own")
        old = {"text", "entities", "caption", "caption_entities"}
        kept = {name: value for name, value in entry.message.items() if name not in old}
        written = text_content(text) if "text" in entry.message else caption_content(text)
        entry.message = kept | {"edit_date": self.world.stamp()} | written
        entry.phone["edited"] = True
        self.world.keep_entry(entry)
        self._tell("edited_message", place, entry)
        return entry

    def delete(self, message_id: int) -> None:
        """Take a message out of the private chat on both sides; the bot is not told."""
        self.world.delete(self.chat, self.chat.entries[message_id], by="person")

    def send_location(self, latitude: float, longitude: float, *, reply_to: int | None = None) -> Entry:
        """Send a place, in degrees."""
        return self.say({"location": {"latitude": latitude, "longitude": longitude}}, reply_to=reply_to)

    def send_poll(self, question: str, options: list[str]) -> Entry:
        """Send a poll, which a bot for registration has no use for."""
        answers = [{"text": option, "voter_count": 0, "persistent_id": str(n)} for n, option in enumerate(options)]
        poll = {"id": f"{self.id}{self.chat.next_message_id}", "question": question, "options": answers}
        fixed = {"total_voter_count": 0, "is_closed": False, "is_anonymous": True, "type": "regular"}
        more = {"allows_multiple_answers": False, "allows_revoting": True, "members_only": False}
        return self.say({"poll": poll | fixed | more})

    def forward(self, text: str, *, of: "TelegramAccount | None" = None, hidden_name: str = "") -> Entry:
        """Forward a text: of a person here, or of a person whose account is hidden."""
        origin: Json = {"date": self.world.stamp()}
        if of is not None:
            origin |= {"type": "user", "sender_user": of.user()}
        else:
            origin |= {"type": "hidden_user", "sender_user_name": hidden_name or "Teman"}
        return self.say({"forward_origin": origin, **text_content(text)})

    # -- keeping the bot at a distance --------------------------------------------------------------------

    def block(self) -> None:
        """Block the bot: it gets an update, and may no longer write."""
        self._set_bot_status("kicked")

    def unblock(self) -> None:
        """Let the bot write again; nothing happens where it may."""
        if self.blocked:
            self._set_bot_status("member")

    def _set_bot_status(self, status: str) -> None:
        old, self.chat.bot_status = self.chat.bot_status, status
        self.world.keep_chat(self.chat)
        change: Json = {
            "chat": self.world.chat_json(self.chat),
            "from": self.user(),
            "date": self.world.stamp(),
        }
        change["old_chat_member"] = self._bot_membership(old)
        change["new_chat_member"] = self._bot_membership(status)
        self.world.updates.add("my_chat_member", change, self.id)

    def _bot_membership(self, status: str) -> Json:
        until = {"until_date": 0} if status == "kicked" else {}
        return {"user": self.world.bot_user(), "status": status, **until}


def _pieces(text: str) -> list[str]:
    if not text:
        raise ValueError("a phone sends no empty text")
    pieces, rest = [], text
    while utf16_length(rest) > LONGEST_TEXT:
        cut = LONGEST_TEXT
        while utf16_length(rest[:cut]) > LONGEST_TEXT:
            cut -= 1
        pieces.append(rest[:cut])
        rest = rest[cut:]
    return [*pieces, rest]
