"""Reading an answer: whatever was tapped, typed or sent at a step, in one shape.

A step asks `picked(update, offered)` for a choice or `words_of(update)` for words; None means that something
else came, and the step calls `ask_again`, which says kindly what was understood and asks once more.
"""

from collections.abc import Sequence

from telegram import Message, Update

from handlers.buttons import Choice, Press, chosen
from handlers.context import Talk
from handlers.menu import is_quoted
from locales import N_
from locales import gettext as _

LONGEST_TEXT = 4096
INSTEAD = (
    (("forward_origin",), N_("That is a forwarded message. Please write your own answer.")),
    (("voice", "audio"), N_("I cannot hear voice messages. Please write your answer.")),
    (("contact",), N_("That is a contact. Here I need an answer in words.")),
    (("location",), N_("That is a location. Here I need an answer in words.")),
    (
        ("photo", "sticker", "animation", "video", "video_note"),
        N_("That is a picture. Here I need an answer in words."),
    ),
    (("document",), N_("That is a file. Here I need an answer in words.")),
    (("poll",), N_("That is a poll. Here I need an answer in words.")),
)
"""What can come instead of an answer, and what to say of it; the first that is there counts."""
UNCLEAR = N_("I did not understand that answer.")


def pressed(update: Update) -> Press | None:
    query = update.callback_query
    return Press.read(query.data) if query and query.data else None


def words_of(update: Update) -> str | None:
    """The words that were typed, without quotes around all of them; None for a button, a picture, a forward, …"""
    message = update.message
    if message is None or message.text is None or message.forward_origin is not None:
        return None
    text = message.text.strip()
    return (text[1:-1].strip() if is_quoted(text) else text) or None


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
        return _("That button is from an earlier question.")
    return _(next((words for kinds, words in INSTEAD if any(getattr(message, kind) for kind in kinds)), UNCLEAR))
