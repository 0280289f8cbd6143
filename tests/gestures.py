"""What people do with their phones in a transcript: write, tap, send, forward, edit, block.

Each is an act of the sandbox's people, or a message as their phone would put it into the chat; the world makes the
update of it. The written form of each is in the docstring of tests/chat.py.
"""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from bot.sandbox import BotIsBlockedError, Entry
from bot.sandbox.api.send_files import MOST_DOWNLOAD
from bot.sandbox.files import StoredFile, document_json, photo_json, voice_json
from bot.sandbox.people.account import text_content
from tests.phones import Json, Phone, Telegram

TAP = re.compile(r"^\[(?P<label>[^\]]+)\](?: (?:on|di) \"(?P<old>[^\"]+)\")?(?: \((?P<how>twice|again|2x|lagi)\))?$")
GESTURE = re.compile(r"^\((?P<kind>[a-z_]+)(?:[: ]+(?P<rest>.*?))?(?: (?P<size>\d+) MB)?\)$", re.DOTALL)
MEGABYTE = 1024 * 1024
LONG_WORDS = "Nama saya Sari dan saya mau bertanya. "
MEDIA_TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".pdf": "application/pdf", ".exe": "application/x-msdownload"}
SOMEBODY = {"id": 99, "is_bot": False, "first_name": "Orang lain"}


class CannotDo(Exception):
    """The transcript asks for something that the phone does not show."""


class Hand:
    """The hand of one person on one chat, their own or a group's: `does` carries out a line of a transcript."""

    def __init__(self, telegram: Telegram, phone: Phone, place: Phone | None = None) -> None:
        self.world, self.person = telegram.world, telegram.person(phone.name)
        self.phone = place or phone
        self.chat = self.phone.chat

    def does(self, what: str) -> None:
        try:
            self._do(what)
        except BotIsBlockedError as problem:
            raise CannotDo(str(problem)) from None

    def _do(self, what: str) -> None:
        if tap := TAP.match(what):
            self.tap(tap["label"], tap["old"], tap["how"])
            return
        gesture = GESTURE.match(what)
        if gesture is None:
            self.text(what)
        elif gesture["kind"] not in GESTURES:
            raise CannotDo(f"Nobody knows how to do {what}.")
        else:
            GESTURES[gesture["kind"]](self, gesture["rest"] or "", gesture["size"])

    def say(self, **content: Any) -> None:
        """Put a message of any form into the chat; in a channel it is the channel that posts."""
        if self.chat.type != "channel":
            self.person.say(content, chat=self.chat)
            return
        entry = self.world.post(self.chat, content, sender=None)
        self.world.updates.add("channel_post", dict(entry.message), self.chat.id)

    def text(self, text: str, _: Any = None) -> None:
        self.say(**text_content(text))

    def tap(self, label: str, old: str | None, how: str | None) -> None:
        if how in {"again", "lagi"} and self.phone.last_press:
            self.press(*self.phone.last_press)
            return
        for entry, button in self.phone.buttons():
            if button["text"] == label and (old is None or old in entry.text):
                if "callback_data" not in button:
                    raise CannotDo(f"[{label}] opens a page.")
                self.phone.last_press = entry.id, button["callback_data"]
                for _ in range(2 if how in {"twice", "2x"} else 1):
                    self.press(*self.phone.last_press)
                return
        if label not in self.chat.reply_labels:
            raise CannotDo(f"No button [{label}] is on the phone of {self.phone.name}.")
        self.person.tap_key(label)

    def press(self, message_id: int, data: str) -> None:
        self.person.press(message_id, data, chat=self.chat)

    def forged_press(self, data: str, _: Any) -> None:
        """A press whose data was never offered."""
        message = next(iter(self.phone.buttons()), None)
        if message is None:
            raise CannotDo("There is no message with buttons to forge a press of.")
        self.press(message[0].id, data)

    # Files --------------------------------------------------------------------------------------------------------

    def kept(self, kind: str, name: str, size: str | None, **more: int) -> StoredFile:
        """The very bytes of a file under tests/, which may be said to be larger than they are."""
        media_type = MEDIA_TYPES.get(Path(name).suffix, "application/octet-stream")
        more |= {"size": int(size) * MEGABYTE} if size else {}
        is_never_given_out = more.get("size", 0) > MOST_DOWNLOAD
        return self.world.files.add(kind, name, media_type, b"" if is_never_given_out else content_of(name), **more)

    def photo(self, name: str, size: str | None, **more: Any) -> None:
        small = self.world.files.add("photo", name, "image/jpeg", b"small", width=90, height=60)
        big = self.kept("photo", name, size, width=1280, height=960)
        self.say(photo=photo_json([small, big]), **more)

    def album(self, names: str, size: str | None) -> None:
        group = str(self.phone.last_id)
        for name in names.split():
            self.photo(name, size, media_group_id=group)

    def document(self, name: str, size: str | None, **more: Any) -> None:
        self.say(document=document_json(self.kept("document", name, size)), **more)

    def voice(self, _name: str, size: str | None) -> None:
        self.say(voice=voice_json(self.kept("voice", "voice.ogg", size), 12) | {"mime_type": "audio/ogg"})

    def video(self, _: str, size: str | None) -> None:
        file = self.kept("video", "voice.ogg", size)
        self.say(video={**file.json(), "duration": 5, "width": 640, "height": 360})

    # Other kinds of messages --------------------------------------------------------------------------------------

    def sticker(self, *_: Any) -> None:
        shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        self.say(sticker={"file_id": "sticker", "file_unique_id": "sticker", **shape})

    def location(self, *_: Any) -> None:
        self.say(location={"latitude": -0.5, "longitude": 117.15})

    def poll(self, *_: Any) -> None:
        options = [{"text": words, "voter_count": 0, "persistent_id": words} for words in ("Ya", "Tidak")]
        poll = {"id": "1", "question": "Setuju?", "options": options, "total_voter_count": 0, "is_closed": False}
        kind = {"is_anonymous": True, "type": "regular", "allows_multiple_answers": False}
        self.say(poll={**poll, **kind, "allows_revoting": False, "members_only": False})

    def forward(self, text: str, _: Any) -> None:
        self.say(**text_content(text), forward_origin=self.origin())

    def contact(self, words: str, _: Any, **more: Any) -> None:
        name, _space, number = words.rpartition(" ")
        self.say(contact={"phone_number": number, "first_name": name, "user_id": SOMEBODY["id"]}, **more)

    def own_contact(self, number: str, _: Any) -> None:
        card = {"phone_number": number or self.person.phone, "first_name": self.person.first_name}
        self.say(contact={**card, "user_id": self.person.id})

    def forward_photo(self, name: str, size: str | None) -> None:
        self.photo(name, size, forward_origin=self.origin())

    def forward_document(self, name: str, size: str | None) -> None:
        self.document(name, size, forward_origin=self.origin())

    def forward_contact(self, words: str, _: Any) -> None:
        self.contact(words, _, forward_origin=self.origin())

    def dice(self, *_: Any) -> None:
        self.say(dice={"emoji": "🎲", "value": 3})

    def service(self, kind: str, _: Any) -> None:
        """What Telegram itself writes into a chat."""
        self.say(**{kind: SERVICE.get(kind, {})})

    def long_text(self, length: str, _: Any) -> None:
        count = int(length)
        self.text((LONG_WORDS * (count // len(LONG_WORDS) + 1))[:count])

    # What stands in the chat already ------------------------------------------------------------------------------

    def last_own(self, kind: str = "message_id") -> Entry:
        """The last message of the person that has such a part."""
        for entry in self.chat.newest:
            if entry.message.get("from", SOMEBODY)["id"] in {self.person.id, SOMEBODY["id"]} and kind in entry.message:
                return entry
        raise CannotDo(f"There is no message of one's own with a {kind}.")

    def comes_edited(self, **other: Any) -> None:
        entry = self.last_own("location" if "location" in other else "message_id")
        message = {**entry.message, **other, "edit_date": self.world.stamp()}
        place = "channel_post" if self.chat.type == "channel" else "message"
        self.world.updates.add(f"edited_{place}", message, self.chat.id)

    def same(self, *_: Any) -> None:
        """The last message comes once more as edited, with the words it had: a reaction, a preview."""
        self.comes_edited()

    def moves(self, *_: Any) -> None:
        """The position that was shared last goes on."""
        self.comes_edited(location={"latitude": -0.51, "longitude": 117.16, "live_period": 900, "heading": 90})

    def origin(self) -> Json:
        return {"type": "user", "date": self.world.stamp(), "sender_user": SOMEBODY}

    def edit(self, text: str, _: Any) -> None:
        entry = self.last_own("text")
        if self.chat.type == "channel":
            self.comes_edited(text=text)
        else:
            self.person.edit(entry.id, text, chat=self.chat)

    # The bot itself -----------------------------------------------------------------------------------------------

    def blocks(self, *_: Any) -> None:
        self.person.block()

    def unblocks(self, *_: Any) -> None:
        self.person.unblock()

    def adds_bot(self, *_: Any) -> None:
        self.membership("left", "administrator")

    def removes_bot(self, *_: Any) -> None:
        self.membership("administrator", "left")

    def membership(self, was: str, became: str) -> None:
        self.chat.bot_status = became
        change = {"chat": self.world.chat_json(self.chat), "from": self.person.user(), "date": self.world.stamp()}
        user = self.world.bot_user()
        change |= {"old_chat_member": member(user, was), "new_chat_member": member(user, became)}
        self.world.updates.add("my_chat_member", change, self.chat.id)


@cache
def path_of(name: str) -> Path:
    """Return the path of a file to send, from anywhere under tests/."""
    found = sorted(Path(__file__).parent.rglob(name))
    if not found:
        raise FileNotFoundError(f"No file called {name} lies under tests/.")
    return found[0]


@cache
def content_of(name: str) -> bytes:
    return b"OggS\0\2made up" if name == "voice.ogg" else path_of(name).read_bytes()


def member(bot: Json, status: str) -> Json:
    rights = ("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats")
    rights += ("can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users")
    rights += ("can_post_stories", "can_edit_stories", "can_delete_stories")
    extra = dict.fromkeys(rights, False) if status == "administrator" else {}
    return {"status": status, "user": bot, **extra}


SERVICE: dict[str, Any] = {
    "pinned_message": {"message_id": 0, "date": 0, "chat": {"id": 1, "type": "private"}},
    "message_auto_delete_timer_changed": {"message_auto_delete_time": 86400},
    "chat_background_set": {"type": {"type": "fill", "fill": {"type": "solid", "color": 0}, "dark_theme_dimming": 0}},
    "video_chat_ended": {"duration": 60},
    "forum_topic_created": {"name": "Topik", "icon_color": 7322096},
    "forum_topic_edited": {"name": "Topik baru"},
    "checklist_tasks_done": {"marked_as_done_task_ids": [1]},
    "proximity_alert_triggered": {
        "traveler": {"id": 9, "is_bot": False, "first_name": "A"},
        "watcher": {"id": 8, "is_bot": False, "first_name": "B"},
        "distance": 5,
    },
    "new_chat_title": "Judul",
    "connected_website": "contoh.id",
}
"""What some kinds of service messages carry; the others come empty."""
GESTURES: dict[str, Callable[..., None]] = {
    "foto": Hand.photo, "photo": Hand.photo,
    "album": Hand.album,
    "dokumen": Hand.document, "document": Hand.document,
    "suara": Hand.voice, "voice": Hand.voice,
    "video": Hand.video,
    "stiker": Hand.sticker, "sticker": Hand.sticker,
    "lokasi": Hand.location, "location": Hand.location,
    "polling": Hand.poll, "poll": Hand.poll,
    "terusan": Hand.forward, "forward": Hand.forward,
    "kontak": Hand.contact, "contact": Hand.contact,
    "nomorku": Hand.own_contact, "own_contact": Hand.own_contact,
    "edit": Hand.edit,
    "terusan_foto": Hand.forward_photo, "forward_photo": Hand.forward_photo,
    "terusan_dokumen": Hand.forward_document, "forward_document": Hand.forward_document,
    "terusan_kontak": Hand.forward_contact, "forward_contact": Hand.forward_contact,
    "dadu": Hand.dice, "dice": Hand.dice,
    "layanan": Hand.service, "service": Hand.service,
    "reaksi": Hand.same, "reaction": Hand.same,
    "berpindah": Hand.moves, "moves": Hand.moves,
    "panjang": Hand.long_text, "long": Hand.long_text,
    "teks": Hand.text, "text": Hand.text,
    "tekan": Hand.forged_press, "press": Hand.forged_press,
    "blokir": Hand.blocks, "blocks": Hand.blocks,
    "buka_blokir": Hand.unblocks, "unblocks": Hand.unblocks,
    "menambah_bot": Hand.adds_bot, "adds_bot": Hand.adds_bot,
    "mengeluarkan_bot": Hand.removes_bot, "removes_bot": Hand.removes_bot,
}  # fmt: skip
