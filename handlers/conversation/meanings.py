"""Offer what words that were not understood may mean. Nothing is done before a button is tapped or its words typed.

words ─┬─ like a choice of the open question ─▶ that choice, then the question again
       ├─ like a matter of the office's file ─▶ "Do you mean this?", then the open question again
       └─ like neither ─▶ explained at a question; where none is open, kept until the account sends them to staff
"""

from collections.abc import Sequence
from dataclasses import replace

from telegram import Update

from handlers.conversation.buttons import CallbackData, Choice
from handlers.conversation.context import A_DAY, OPEN_TALKS, Context
from handlers.conversation.follow_ups import offer
from handlers.conversation.match import Takes, describe_content, words_of
from handlers.conversation.menu import MENU_NAME, Section, is_quoted
from locales import N_, language
from locales import gettext as _
from models.matters.matching import CLEAR, LEAST_SCORE, MOST, matcher_of
from models.matters.matter_file import MatterEntry
from models.plain_words import near, plain

TALK, GO, COMMAND, PROGRAMME, SEND = "matter", "go", "command", "programme", "send"
UNSENT = "unsent"
"""The key of words that staff may get, in the state of a chat: the number of the message, its words, the moment."""
DO_YOU_MEAN = N_("Do you mean this?")
ASK_STAFF = Choice(CallbackData(MENU_NAME, Section.HELP, ""), N_("Ask staff"))
SEE_MENU = Choice(CallbackData(MENU_NAME, Section.MENU, ""), N_("See the menu"), (N_("No"), N_("Not that")))


def explain_unrecognised(
    update: Update, context: Context, takes: Takes = Takes.WORDS, offered: Sequence[Choice] = ()
) -> None:
    """Offer what the words may mean, or say what was not understood; the step itself asks its question again."""
    if not (offer_choice(update, context, offered) or offer_matter(update, context)):
        context.send(describe_content(update.message, takes))


def offer_choice(update: Update, context: Context, offered: Sequence[Choice]) -> bool:
    """Offer the choices of the open question that the words come near to; False where there are none."""
    said = plain(words_of(update) or "")
    shares = [(near(said, choice.forms), choice) for choice in offered]
    best = max((share for share, _choice in shares), default=0.0)
    alike = [choice for share, choice in shares if share == best > 0]
    if not 0 < len(alike) <= MOST:
        return False
    context.send(_(DO_YOU_MEAN), choices=alike, numbered_choices=False)
    return True


def offer_clear_matter(update: Update, context: Context) -> bool:
    """Offer where the words of the file lead, at a question that takes any name; False where they may be one."""
    found = matters_in(update, context, CLEAR)
    is_sentence = len(plain(words_of(update) or "").split()) > 1
    return any(matter.command or is_sentence for matter in found) and offer_matter(update, context)


def offer_matter(update: Update, context: Context) -> bool:
    """Offer where the words may lead; False where they mean nothing known."""
    open_talk = next(reversed(context.work.state.get(OPEN_TALKS) or {}), None)
    if open_talk is not None and open_talk in context.registry and context.registry[open_talk].access.act is not None:
        return False
    found = matters_in(update, context)
    if open_talk is not None:
        if choices := [choice_of(matter) for matter in found if not matter.small_talk]:
            offer(context, _(DO_YOU_MEAN), [*choices, ASK_STAFF], numbered_choices=False)
        return bool(choices)
    if found and found[0].small_talk:
        answer(context, found[0])
    elif found:
        keep_unsent(update, context)
        offer_ways(context, update, found)
    return bool(found)


def offer_ways(context: Context, update: Update, found: Sequence[MatterEntry]) -> None:
    """Offer matters where no question is open; "yes" means the only one."""
    choices = [choice_of(matter) for matter in found if not matter.small_talk]
    if len(choices) == 1:
        choices = [replace(choices[0], also=(N_("Yes"),))]
    offer(context, _(DO_YOU_MEAN), [*choices, send_choice(update, N_("Send it to staff")), SEE_MENU])


def matters_in(update: Update, context: Context, at_least: float = LEAST_SCORE) -> list[MatterEntry]:
    """Return the matters that typed words may mean, one for each target; quoted words and commands mean none."""
    words, text = words_of(update), (update.message.text or "").strip() if update.message else ""
    if words is None or is_quoted(text) or text.startswith("/"):
        return []
    found = matcher_of(context.reference.catalogue.matters).find(words, at_least)
    return list({matter.target: matter for matter in reversed(found)}.values())[::-1]


def choice_of(matter: MatterEntry) -> Choice:
    return Choice(CallbackData(TALK, GO, matter.key), matter.label.in_(language()))


def answer(context: Context, matter: MatterEntry) -> None:
    """Send the stored answer of a matter, with the commands below it."""
    assert matter.answer is not None
    described = {command.name: command.description for command in context.registry.public_commands()}
    then = [Choice(CallbackData(TALK, COMMAND, name), described[name]) for name in matter.then if name in described]
    words = matter.answer
    is_free = not context.work.state.get(OPEN_TALKS)
    offer(context, words.in_(language()), then, numbered_choices=is_free, short=words.in_(language(), short=True))


def offer_to_staff(update: Update, context: Context) -> bool:
    """Offer to send words that mean nothing known to staff; False where there are none."""
    if words_of(update) is None:
        return False
    keep_unsent(update, context)
    words = _("The bot did not understand. Send this message to staff?")
    offer(context, words, [send_choice(update, N_("Yes, send it to staff")), SEE_MENU])
    return True


def keep_unsent(update: Update, context: Context) -> None:
    """Keep the words of a message, encrypted with the chat, until they are sent or a day is over."""
    if update.message is not None:
        kept = [update.message.message_id, words_of(update), context.now.timestamp()]
        context.work.remember(UNSENT, kept)


def send_choice(update: Update, label: str) -> Choice:
    """Make the button that sends the kept words of this message, and of no other one."""
    return Choice(CallbackData(TALK, SEND, str(update.message.message_id if update.message else 0)), label)


def forget_unsent(context: Context) -> None:
    """At the end of an update: words of another day are no longer kept."""
    kept = context.work.state.get(UNSENT)
    if kept and context.now.timestamp() - kept[2] > A_DAY.total_seconds():
        context.work.remember(UNSENT, None)
