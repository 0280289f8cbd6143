"""Simulates a person with a phone: what they do becomes an update for the bot.

person.send("Halo")  ──▶ message in the chat ──▶ update {message}
person.press(7, "y") ──▶ update {callback_query}
person.tap("Ya")     ──▶ the button that has that label
"""

import secrets

from bot.sandbox.chats import Chat, Entry
from bot.sandbox.people.account import BotIsBlockedError
from bot.sandbox.people.send_files import FileSender
from bot.sandbox.store import Json
from bot.sandbox.world import CALLBACK_LANE

SAMARINDA = (-0.5022, 117.1536)
"""Where people stand when a keyboard asks for their location, in degrees."""


class Person(FileSender):
    """A person on Telegram. All actions are plain calls; they return what now stands in the chat."""

    def press(self, message_id: int, data: str, *, chat: Chat | None = None) -> Json:
        """Press an inline button, or forge its data. Returns the callback query.

        The message may be gone by now: then the bot gets it as inaccessible, as from Telegram.
        """
        place = chat or self.chat
        if place is self.chat and self.blocked:
            raise BotIsBlockedError(f"{self.first_name} blocked the bot")
        query: Json = {
            "id": str((self.id << 32) + secrets.randbits(32)),
            "from": self.user(),
            "chat_instance": str(place.id * 7919 + self.world.bot_id),
            "message": self._pressed(place, message_id),
            "data": data,
        }
        self.listen_from_here()
        self.world.keep_press(query, place.id, message_id)
        self.world.updates.add("callback_query", query, self.id + CALLBACK_LANE)
        return query

    def tap(self, label: str) -> Json | Entry:
        """Press the button with this label: on the reply keyboard, else the newest inline one."""
        if label in self.chat.reply_labels:
            return self.tap_key(label)
        for entry in self.chat.newest:
            for button in entry.buttons:
                if button["text"] == label:
                    return self.press(entry.id, button["callback_data"])
        raise LookupError(f"no button {label!r} in the chat of {self.first_name}")

    def tap_key(self, label: str) -> Entry:
        """Press a key of the reply keyboard: it says its label, shares the contact or the place."""
        key = self._key(label)
        if (keyboard := self.chat.keyboard) and keyboard.get("one_time_keyboard"):
            keyboard["hidden"] = True
        if key.get("request_contact"):
            return self.share_contact()
        if key.get("request_location"):
            return self.send_location(*SAMARINDA)
        return self.send(label)

    def share_contact(self) -> Entry:
        """Send one's own contact: the only kind whose ``user_id`` is the sender's."""
        return self.send_contact(self.phone or "+6281200000000", self.first_name, self.last_name, self.id)

    def send_contact(self, phone: str, first_name: str, last_name: str = "", user_id: int | None = None) -> Entry:
        """Send a contact, typed or from the address book."""
        contact: Json = {"phone_number": phone, "first_name": first_name}
        contact |= {"last_name": last_name} if last_name else {}
        contact |= {"user_id": user_id} if user_id else {}
        return self.say({"contact": contact})

    def react(self, message_id: int, emoji: str) -> None:
        """Put a reaction on a message; the bot gets it only if it asked for such updates."""
        change = {"chat": self.world.chat_json(self.chat), "message_id": message_id, "user": self.user()}
        new = [{"type": "emoji", "emoji": emoji}]
        change |= {"date": self.world.stamp(), "old_reaction": [], "new_reaction": new}
        self.world.updates.add("message_reaction", change, self.id)

    def deactivate(self) -> None:
        """Delete the account: the bot learns it only when it writes."""
        self.deactivated = True
        self.world.keep_person(self)

    def _pressed(self, place: Chat, message_id: int) -> Json:
        entry = place.entry(message_id)
        if entry is not None:
            return dict(entry.message)
        return {"chat": self.world.chat_json(place), "message_id": message_id, "date": 0}

    def _key(self, label: str) -> Json:
        rows = (self.chat.keyboard or {}).get("keyboard", [])
        for row in rows:
            for key in row:
                if key["text"] == label:
                    return dict(key)
        raise LookupError(f"no key {label!r} on the keyboard of {self.first_name}")
