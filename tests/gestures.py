"""What people do with their phones, as updates of Telegram: write, tap, send, forward, edit, block.

The written form of each is in the docstring of tests/chat.py.
"""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.phones import BOT, MEDIA_TYPES, Phone, Telegram, chat_of, content_of, seconds

Update = dict[str, Any]
TAP = re.compile(r"^\[(?P<label>[^\]]+)\](?: (?:on|di) \"(?P<old>[^\"]+)\")?(?: \((?P<how>twice|again|2x|lagi)\))?$")
GESTURE = re.compile(r"^\((?P<kind>[a-z_]+)(?:[: ]+(?P<rest>.*?))?(?: (?P<size>\d+) MB)?\)$", re.DOTALL)
MEGABYTE = 1024 * 1024
LONG_WORDS = "Nama saya Sari dan saya mau bertanya. "


class CannotDo(Exception):
    """The transcript asks for something that the phone does not show."""


class Hand:
    """The hand of one person on one phone: `does` turns a line of a transcript into updates."""

    def __init__(self, telegram: Telegram, phone: Phone, user: Update, now: datetime) -> None:
        self.telegram, self.phone, self.user, self.now = telegram, phone, user, now

    def does(self, what: str) -> list[Update]:
        if tap := TAP.match(what):
            return self.tap(tap["label"], tap["old"], tap["how"])
        gesture = GESTURE.match(what)
        if gesture is None:
            return [self.message(text=what)]
        if gesture["kind"] not in GESTURES:
            raise CannotDo(f"Nobody knows how to do {what}.")
        return GESTURES[gesture["kind"]](self, gesture["rest"] or "", gesture["size"])

    def message(self, *, edited_of: int | None = None, **content: Any) -> Update:
        number = edited_of or self.phone.next_id()
        text = content.get("text", "")
        if text.startswith("/"):
            length = len(text.split()[0])
            content["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        sent = {
            "message_id": number,
            "date": seconds(self.now),
            "chat": chat_of(self.phone),
            "from": self.user,
            **content,
        }
        self.phone.messages[number] = sent
        if edited_of:
            return {"edited_message": {**sent, "edit_date": seconds(self.now)}}
        return {"channel_post" if self.phone.kind == "channel" else "message": sent}

    def tap(self, label: str, old: str | None, how: str | None) -> list[Update]:
        if how in {"again", "lagi"} and self.phone.last_press:
            return [self.press(*self.phone.last_press)]
        for message, button in self.phone.buttons():
            if button["text"] == label and (old is None or old in message["text"]):
                if "callback_data" not in button:
                    raise CannotDo(f"[{label}] opens a page.")
                self.phone.last_press = message["message_id"], button["callback_data"]
                times = 2 if how in {"twice", "2x"} else 1
                return [self.press(*self.phone.last_press) for _ in range(times)]
        for row in self.phone.keyboard:
            for key in row:
                if key["text"] == label:
                    return self.own_contact("", None) if key.get("request_contact") else [self.message(text=label)]
        raise CannotDo(f"No button [{label}] is on the phone of {self.phone.name}.")

    def press(self, message_id: int, data: str) -> Update:
        message = {
            key: value
            for key, value in self.phone.messages[message_id].items()
            if key in {"message_id", "text", "chat", "reply_markup"}
        }
        message |= {"date": seconds(self.now), "from": BOT}
        query = {"id": str(self.phone.next_id()), "from": self.user, "chat_instance": "1", "data": data}
        return {"callback_query": {**query, "message": message}}

    def forged_press(self, data: str, _: Any) -> list[Update]:
        """A press whose data nobody offered."""
        message = next(iter(self.phone.buttons()), None)
        if message is None:
            raise CannotDo("There is no message with buttons to forge a press of.")
        return [self.press(message[0]["message_id"], data)]

    def kept(self, name: str, size: str | None) -> dict[str, Any]:
        length = int(size) * MEGABYTE if size else len(content_of(name))
        file_id = f"file-{len(self.telegram.files) + 1}-{name}"
        self.telegram.files[file_id] = (name, length)
        return {"file_id": file_id, "file_unique_id": file_id, "file_size": length}

    def photo(self, name: str, size: str | None, **more: Any) -> list[Update]:
        big = {**self.kept(name, size), "width": 1280, "height": 960}
        small = {**big, "file_id": f"{big['file_id']}-small", "width": 90, "height": 60, "file_size": 900}
        return [self.message(photo=[small, big], **more)]

    def album(self, names: str, size: str | None) -> list[Update]:
        group = str(self.phone.last_id)
        return [update for name in names.split() for update in self.photo(name, size, media_group_id=group)]

    def document(self, name: str, size: str | None) -> list[Update]:
        media_type = MEDIA_TYPES.get(Path(name).suffix, "application/octet-stream")
        return [self.message(document={**self.kept(name, size), "file_name": name, "mime_type": media_type})]

    def voice(self, _name: str, size: str | None) -> list[Update]:
        return [self.message(voice={**self.kept("voice.ogg", size), "duration": 12, "mime_type": "audio/ogg"})]

    def video(self, _: str, size: str | None) -> list[Update]:
        file = self.kept("voice.ogg", size)
        return [self.message(video={**file, "duration": 5, "width": 640, "height": 360})]

    def sticker(self, *_: Any) -> list[Update]:
        shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return [self.message(sticker={"file_id": "sticker", "file_unique_id": "sticker", **shape})]

    def location(self, *_: Any) -> list[Update]:
        return [self.message(location={"latitude": -0.5, "longitude": 117.15})]

    def poll(self, *_: Any) -> list[Update]:
        options = [{"text": words, "voter_count": 0, "persistent_id": words} for words in ("Ya", "Tidak")]
        poll = {"id": "1", "question": "Setuju?", "options": options, "total_voter_count": 0, "is_closed": False}
        kind = {"is_anonymous": True, "type": "regular", "allows_multiple_answers": False}
        more = {"allows_revoting": False, "members_only": False}
        return [self.message(poll={**poll, **kind, **more})]

    def forward(self, text: str, _: Any) -> list[Update]:
        return [self.message(text=text, forward_origin=self.origin())]

    def contact(self, words: str, _: Any) -> list[Update]:
        name, _space, number = words.rpartition(" ")
        return [self.message(contact={"phone_number": number, "first_name": name, "user_id": 99})]

    def own_contact(self, number: str, _: Any) -> list[Update]:
        card = {"phone_number": number or f"62812{self.phone.chat_id}", "first_name": self.user["first_name"]}
        return [self.message(contact={**card, "user_id": self.user["id"]})]

    def forward_photo(self, name: str, size: str | None) -> list[Update]:
        return self.photo(name, size, forward_origin=self.origin())

    def forward_document(self, name: str, size: str | None) -> list[Update]:
        updates = self.document(name, size)
        next(iter(updates[0].values()))["forward_origin"] = self.origin()
        return updates

    def forward_contact(self, words: str, _: Any) -> list[Update]:
        updates = self.contact(words, _)
        next(iter(updates[0].values()))["forward_origin"] = self.origin()
        return updates

    def dice(self, *_: Any) -> list[Update]:
        return [self.message(dice={"emoji": "🎲", "value": 3})]

    def service(self, kind: str, _: Any) -> list[Update]:
        """What Telegram itself writes into a chat."""
        return [self.message(**{kind: SERVICE.get(kind, {})})]

    def same(self, *_: Any) -> list[Update]:
        """The last message comes once more as edited, with the words it had: a reaction, a preview."""
        mine = [one for one in self.phone.messages.values() if one["from"] == self.user]
        if not mine:
            raise CannotDo("There is no message of one's own to react to.")
        return [{"edited_message": {**mine[-1], "edit_date": seconds(self.now)}}]

    def moves(self, *_: Any) -> list[Update]:
        """The position that was shared last goes on."""
        mine = [one for one in self.phone.messages.values() if one["from"] == self.user and "location" in one]
        if not mine:
            raise CannotDo("There is no position of one's own that moves.")
        place = {"latitude": -0.51, "longitude": 117.16, "live_period": 900, "heading": 90}
        return [{"edited_message": {**mine[-1], "location": place, "edit_date": seconds(self.now)}}]

    def origin(self) -> dict[str, Any]:
        sender = {"id": 99, "is_bot": False, "first_name": "Orang lain"}
        return {"type": "user", "date": seconds(self.now), "sender_user": sender}

    def edit(self, text: str, _: Any) -> list[Update]:
        mine = [one for one in self.phone.messages.values() if one["from"] == self.user and "text" in one]
        if not mine:
            raise CannotDo("There is no message of one's own to edit.")
        return [self.message(edited_of=mine[-1]["message_id"], text=text)]

    def long_text(self, length: str, _: Any) -> list[Update]:
        count = int(length)
        return [self.message(text=(LONG_WORDS * (count // len(LONG_WORDS) + 1))[:count])]

    def text(self, text: str, _: Any) -> list[Update]:
        return [self.message(text=text)]

    def blocks(self, *_: Any) -> list[Update]:
        self.phone.blocked = True
        return [self.membership("member", "kicked")]

    def unblocks(self, *_: Any) -> list[Update]:
        self.phone.blocked = False
        return [self.membership("kicked", "member")]

    def adds_bot(self, *_: Any) -> list[Update]:
        return [self.membership("left", "administrator" if self.phone.kind == "channel" else "member")]

    def removes_bot(self, *_: Any) -> list[Update]:
        return [self.membership("member", "left")]

    def membership(self, was: str, became: str) -> Update:
        change = {"chat": chat_of(self.phone), "from": self.user, "date": seconds(self.now)}
        return {"my_chat_member": {**change, "old_chat_member": member(was), "new_chat_member": member(became)}}


def member(status: str) -> dict[str, Any]:
    rights = ("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats")
    rights += ("can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users")
    rights += ("can_post_stories", "can_edit_stories", "can_delete_stories")
    extra = dict.fromkeys(rights, False) if status == "administrator" else {}
    return {"status": status, "user": BOT, **extra, **({"until_date": 0} if status == "kicked" else {})}


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
GESTURES: dict[str, Callable[..., list[Update]]] = {
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
