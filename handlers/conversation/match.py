"""Match an answer that was tapped, typed or sent at a step.

A step asks `match_choice(update, offered)` for a choice or `words_of(update)` for words; None means that the
message was something else: the step explains it (meanings.py), and asks its question again.
"""

from collections.abc import Sequence
from enum import StrEnum

from telegram import Message, Update

from handlers.conversation.buttons import CallbackData, Choice, chosen, named_exactly
from handlers.conversation.context import Context
from handlers.conversation.menu import is_quoted
from locales import N_
from locales import gettext as _
from models.people.name import Name, NameFault, NameProblem, read_name
from models.people.said_name import name_in

LONGEST_TEXT = 4096
CAME = (
    (("forward_origin",), N_("That is a forwarded message.")),
    (("voice", "audio", "video_note"), N_("The bot cannot play voice messages.")),
    (("contact",), N_("That is a contact.")),
    (("venue", "location"), N_("That is a location.")),
    (("animation", "video"), N_("That is a video.")),
    (("sticker", "dice"), N_("That is a sticker.")),
    (("photo", "paid_media"), N_("That is a picture.")),
    (("document",), N_("That is a file.")),
    (("poll",), N_("That is a poll.")),
    (("checklist",), N_("That is a list.")),
)
"""Content that is sent instead of an answer, and what to call it; the first field that is set counts."""
SOMETHING_ELSE = N_("The bot cannot read that kind of message.")


class Takes(StrEnum):
    """What a question takes besides buttons, and the sentence for other content."""

    WORDS = N_("Answer in words.")
    OWN_WORDS = N_("Please write your own answer.")
    PAPERS = N_("Send a photo or a PDF.")
    CONTACT = N_("Write a phone number, or send a contact card.")
    FOR_STAFF = N_("Here you can send words, a voice note or a photo.")


UNCLEAR = N_("The bot did not understand that answer.\nTap a button, or write its number.")
"""It names the choices: every question whose words can be unclear has some."""
NO_PERSON = N_("That is not a name yet. Write letters, for example: Siti Aminah.")
NO_NAME = N_("That is not a name yet. Write letters.")


def pressed(update: Update) -> CallbackData | None:
    query = update.callback_query
    return CallbackData.read(query.data) if query and query.data else None


def words_of(update: Update) -> str | None:
    """Return the words that were typed, without enclosing quotes; None for a button, a picture, a forward, …"""
    message = update.message
    if message is None or message.text is None or message.forward_origin is not None:
        return None
    text = message.text.strip()
    return (text[1:-1].strip() if is_quoted(text) else text) or None


def match_choice(update: Update, offered: Sequence[Choice], *, in_full: bool = False) -> Choice | None:
    """Return the choice that was tapped or typed, if it is among those offered now.

    `in_full`: only by its number or all its words, where words are an answer too.
    """
    press = pressed(update)
    if press is not None:
        return next((choice for choice in offered if choice.press == press), None)
    words = words_of(update)
    return (named_exactly if in_full else chosen)(words, offered) if words else None


def heard_name(words: str, update: Update, context: Context, *, of_person: bool = True) -> str | None:
    """Return the name in these words, cleaned, without the sentence around it; None: the fault was explained."""
    office = context.reference.catalogue.office.names()
    reading = read_name(words, office)
    if of_person and isinstance(reading, Name):
        reading = read_name(name_in(reading.text), office)
    if isinstance(reading, Name):
        return reading.text
    if reading.fault is NameFault.LOOKS_LIKE_NIK:
        context.delete(update.message.message_id if update.message else None)
    context.send(name_problem(reading, of_person=of_person))
    return None


def name_problem(problem: NameProblem, *, of_person: bool) -> str:
    if problem.fault is NameFault.LOOKS_LIKE_NIK:
        return nik_too_early()
    if problem.fault is NameFault.TOO_LONG:
        return _("That name is too long ({count} characters). At most {most} fit.").format(
            count=problem.length, most=problem.most
        )
    if problem.fault is NameFault.POSES:
        return _("Please write only the name, without links.") + "\n" + _("The name of an office is not taken either.")
    return _(NO_PERSON if of_person else NO_NAME)


def nik_too_early() -> str:
    return _("That looks like a NIK. The NIK is asked later.") + "\n" + _("We delete that message from this chat.")


def describe_content(message: Message | None, takes: Takes = Takes.WORDS) -> str:
    """Name kindly what was sent instead of an answer, and say what the open question takes."""
    if message is None:
        return _("That button is from an earlier question.")
    if message.text is not None and message.forward_origin is None:
        return _(UNCLEAR)
    came = next((words for kinds, words in CAME if any(getattr(message, kind) for kind in kinds)), SOMETHING_ELSE)
    is_words = takes is Takes.WORDS and message.text is not None
    return _(came) + " " + _(Takes.OWN_WORDS if is_words else takes)
