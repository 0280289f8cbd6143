"""Sends what a person attaches: photos, documents, voice notes, stickers and albums."""

from bot.sandbox.chats import Entry
from bot.sandbox.files import document_json, photo_json, voice_json
from bot.sandbox.people.account import caption_content
from bot.sandbox.people.send_text import TextSender
from bot.sandbox.store import Json


class FileSender(TextSender):
    """A person's actions that attach files."""

    def send_photo(self, content: bytes, caption: str = "", *, reply_to: int | None = None) -> Entry:
        """Send a picture; Telegram makes it smaller and forgets its name."""
        return self.say(self._photo(content) | caption_content(caption), reply_to=reply_to)

    def send_document(self, name: str, content: bytes, mime: str = "application/pdf", caption: str = "") -> Entry:
        """Send a file as it is."""
        file = self.world.files.add("document", name, mime, content)
        return self.say({"document": document_json(file), **caption_content(caption)})

    def send_voice(self, content: bytes, seconds: int = 3, caption: str = "") -> Entry:
        """Send a voice note."""
        file = self.world.files.add("voice", "voice.ogg", "audio/ogg", content)
        return self.say({"voice": voice_json(file, seconds), **caption_content(caption)})

    def send_sticker(self, emoji: str = "👍") -> Entry:
        """Send a sticker, of which only the emoji matters here."""
        file = self.world.files.add("sticker", "sticker.webp", "image/webp", b"RIFF")
        form = {"width": 512, "height": 512, "is_animated": False, "is_video": False, "type": "regular"}
        return self.say({"sticker": {**file.json(), **form, "emoji": emoji}})

    def send_album(self, photos: list[bytes], caption: str = "") -> list[Entry]:
        """Send several pictures at once: as many messages, tied by ``media_group_id``."""
        group = {"media_group_id": f"{self.id}{self.world.stamp()}{self.chat.next_message_id}"}
        captions = [caption, *[""] * (len(photos) - 1)]
        pairs = zip(photos, captions, strict=True)
        return [self.say(self._photo(photo) | group | caption_content(words)) for photo, words in pairs]

    def _photo(self, content: bytes) -> Json:
        return {"photo": photo_json(self.world.files.add_photo(content))}
