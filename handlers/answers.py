"""Reading an answer: whatever was tapped, typed or sent at a step, in one shape.

A step asks `picked(update, offered)` for a choice or `words_of(update)` for words; None means that something
else came, and the step calls `ask_again`, which says kindly what was understood and asks once more.
"""

from collections.abc import Sequence

from telegram import Message, Update

from handlers.buttons import Choice, Press, chosen
from handlers.context import Talk
from locales import gettext as _

LONGEST_TEXT = 4096
PICTURES = ("photo", "sticker", "animation", "video", "video_note")


def pressed(update: Update) -> Press | None:
    query = update.callback_query
    return Press.read(query.data) if query and query.data else None


def words_of(update: Update) -> str | None:
    """The words that were typed; None for a button, a picture, a forwarded message or anything else."""
    message = update.message
    if message is None or message.text is None or message.forward_origin is not None:
        return None
    return message.text.strip() or None


def picked(update: Update, offered: Sequence[Choice]) -> Choice | None:
    """The choice that was tapped or typed, if it is among those offered now."""
    press = pressed(update)
    if press is not None:
        return next((choice for choice in offered if choice.press == press), None)
    words = words_of(update)
    return chosen(words, offered) if words else None


def ask_again(update: Update, context: Talk) -> None:
    """Say what was not understood; the question itself is asked again by the step."""
    context.say(what_came(update.message))


def what_came(message: Message | None) -> str:
    """A kind sentence about what was sent instead of an answer."""
    if message is None:
        return _("That button belongs to another question.")
    if message.forward_origin is not None:
        return _("That is a forwarded message. Please write your own answer.")
    if message.voice or message.audio:
        return _("I cannot hear voice messages. Please write your answer.")
    if message.contact:
        return _("That is a contact. Here I need an answer in words.")
    if message.location:
        return _("That is a location. Here I need an answer in words.")
    if message.document:
        return _("That is a file. Here I need an answer in words.")
    if any(getattr(message, kind, None) for kind in PICTURES):
        return _("That is a picture. Here I need an answer in words.")
    if message.poll:
        return _("That is a poll. Here I need an answer in words.")
    return _("I did not understand that answer.")
