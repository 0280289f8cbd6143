"""Tell what an update carries: content that a person sent, or a service message of Telegram.

message ─┬─ content: text, photo, contact card, … ──▶ the question that is open answers it
         ├─ service message: a pin, a timer, a call, … ──▶ ignored
         └─ edited ─┬─ the same words and file: a reaction, a preview, a position that moves ──▶ ignored
                    └─ other words ──▶ answered

An edit carries only what a message says now, so the state of the chat keeps digests of the last messages.
"""

from hashlib import blake2b

from telegram import Chat, Message, PhotoSize, Update

from handlers.conversation.context import Context

CONTENT = (
    "text", "photo", "document", "contact", "voice", "audio", "video_note", "video", "animation", "live_photo",
    "sticker", "location", "venue", "poll", "checklist", "dice", "game", "story", "paid_media", "invoice",
    "giveaway", "giveaway_winners", "passport_data",
)  # fmt: skip
"""The fields of a Message that a person fills; a contract test sorts every field of the pinned library."""
FILES = ("document", "voice", "audio", "video_note", "video", "animation", "sticker")
SAID, MOST_SAID = "said", 30
"""The key of the digests in the state of a chat, and of how many messages they are kept."""


def is_said(message: Message) -> bool:
    """Does it carry content that a person sent?"""
    return any(getattr(message, kind) for kind in CONTENT)


def is_to_ignore(update: Update, context: Context) -> bool:
    """Does it carry no content from a person? Call it once an update: it remembers the digests."""
    if update.message is not None:
        note_said(update.message, context)
        return not is_said(update.message)
    edited = update.edited_message
    return edited is not None and not has_new_words(edited, context)


def note_said(message: Message, context: Context) -> None:
    digest = digest_of(message)
    if digest is not None and message.chat.type == Chat.PRIVATE:
        said = {**context.work.state.get(SAID, {}), str(message.message_id): digest}
        context.work.remember(SAID, dict(list(said.items())[-MOST_SAID:]))


def has_new_words(edited: Message, context: Context) -> bool:
    """Did an edit change the content? For a message not remembered, Telegram's edit date decides."""
    before, now = context.work.state.get(SAID, {}).get(str(edited.message_id)), digest_of(edited)
    if before is None:
        return now is not None and edited.edit_date is not None
    if before != now:
        note_said(edited, context)
    return bool(before != now)


def digest_of(message: Message) -> str | None:
    """Return a digest of words, card and file; None where there is none. Positions, votes and ticks do not count."""
    file = message.photo[-1] if message.photo else next(filter(None, (getattr(message, kind) for kind in FILES)), None)
    number = message.contact.phone_number if message.contact else None
    parts = (message.text, message.caption, number, file.file_unique_id if file else None)
    if not any(parts):
        return None
    return blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def carries_paper(message: Message) -> bool:
    """Does it carry a picture or a file? Telegram sends an animation as a document too."""
    return bool(message.photo or (message.document and not message.animation))


def is_voice(update: Update) -> bool:
    message = update.message
    return message is not None and bool(message.voice or message.audio or message.video_note)


def largest(message: Message) -> PhotoSize:
    """Return the largest of the sizes that Telegram offers of a photo."""
    return max(message.photo, key=lambda photo: photo.width * photo.height)


def size_of(message: Message) -> int | None:
    """Return the bytes of a photo or a document, as Telegram states them; None where there is nothing to fetch."""
    if message.photo:
        return largest(message).file_size or 0
    return (message.document.file_size or 0) if message.document else None
