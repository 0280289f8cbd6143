"""/bahasa, /akses and Pengaturan: form of address, language and way of reading, changed at any time.

Pengaturan ─▶ WHICH ─┬─▶ ADDRESS ─▶ CALLED (just my name)
/bahasa ─────────────┼─▶ LANGUAGE
/akses ──────────────┴─▶ MODE                 each ends with what is set now

Kembali goes back to WHICH, /batal leaves from anywhere
"""

from enum import StrEnum

from telegram import Update
from telegram.ext import CommandHandler, ConversationHandler, MessageHandler

from handlers.asking.answers import misheard, picked
from handlers.asking.forms import BACK, way_of
from handlers.buttons import Choice, choices
from handlers.context import Talk
from handlers.conversation import DurableConversation, PlaceInTalk, answers
from handlers.meeting import preferences
from handlers.menu import Said, Section, show_menu
from handlers.permission import OWN
from handlers.reception import resuming
from handlers.words import MODES, address_of
from locales import N_, NAMES, speaking
from locales import gettext as _
from models.people.account import Address

TALK = "set"


class Step(StrEnum):
    WHICH = "WHICH"
    ADDRESS = "ADDRESS"
    CALLED = "CALLED"
    LANGUAGE = "LANGUAGE"
    MODE = "MODE"


def conversation() -> DurableConversation:
    return DurableConversation(
        TALK,
        rule=OWN,
        entry_points=[
            CommandHandler("pengaturan", begin),
            CommandHandler("bahasa", begin_language),
            CommandHandler("akses", begin_mode),
            MessageHandler(Said(Section.SETTINGS), begin),
        ],
        states={
            Step.WHICH: answers(TALK, Step.WHICH, take_which),
            Step.ADDRESS: answers(TALK, Step.ADDRESS, take_address),
            Step.CALLED: answers(TALK, Step.CALLED, take_called),
            Step.LANGUAGE: answers(TALK, Step.LANGUAGE, take_language),
            Step.MODE: answers(TALK, Step.MODE, take_mode),
        },
    )


async def begin(update: Update, context: Talk) -> Step:
    return ask_which(context)


async def begin_language(update: Update, context: Talk) -> Step:
    return ask_language(context)


async def begin_mode(update: Update, context: Talk) -> Step:
    return ask_mode(context)


def resume(context: Talk) -> Step:
    """Ask the open question again."""
    asking = {Step.ADDRESS: ask_address, Step.CALLED: ask_called, Step.LANGUAGE: ask_language, Step.MODE: ask_mode}
    return asking.get(Step(PlaceInTalk(TALK)[TALK]), ask_which)(context)


def ask_which(context: Talk) -> Step:
    context.ask("\n".join([*as_set(context), _("What do you want to change?")]), which_choices())
    return Step.WHICH


def as_set(context: Talk) -> list[str]:
    """How the bot speaks with this person now."""
    return [
        _("Form of address: {address}").format(address=address_of(context.account)),
        _("Language: {language}").format(language=NAMES[context.account.language]),
        _("Way of reading: {mode}").format(mode=_(MODES[context.account.mode])),
    ]


async def take_which(update: Update, context: Talk) -> Step | int:
    if way_of(update) == BACK:
        return await done(context)
    choice = picked(update, which_choices())
    if choice is None:
        misheard(update, context)
        return ask_which(context)
    asking = {Step.ADDRESS: ask_address, Step.LANGUAGE: ask_language, Step.MODE: ask_mode}
    return asking[Step(choice.key)](context) if choice.key in asking else await done(context)


def ask_address(context: Talk) -> Step:
    return preferences.ask_address(context, TALK, Step.ADDRESS)


async def take_address(update: Update, context: Talk) -> Step | int:
    if way_of(update) == BACK:
        return ask_which(context)
    if not preferences.take_address(update, context, TALK, Step.ADDRESS):
        return ask_address(context)
    return ask_called(context) if context.account.address is Address.NAME else await done(context)


def ask_called(context: Talk) -> Step:
    return preferences.ask_called(context, TALK, Step.CALLED)


async def take_called(update: Update, context: Talk) -> Step | int:
    if way_of(update) == BACK:
        return ask_address(context)
    return await done(context) if preferences.take_called(update, context) else ask_called(context)


def ask_language(context: Talk) -> Step:
    return preferences.ask_language(context, TALK, Step.LANGUAGE)


async def take_language(update: Update, context: Talk) -> Step | int:
    if way_of(update) == BACK:
        return ask_which(context)
    if not preferences.take_language(update, context, TALK, Step.LANGUAGE):
        return ask_language(context)
    with speaking(context.account.language):
        return await done(context)


def ask_mode(context: Talk) -> Step:
    more = [
        _("Short and easy: few words, short sentences."),
        _("Screen reader: numbers are spelled, choices are counted."),
        _("Deaf: everything in writing, nobody telephones."),
    ]
    return preferences.ask_mode(context, TALK, Step.MODE, *more, short=_("How do you like to read?"))


async def take_mode(update: Update, context: Talk) -> Step | int:
    if way_of(update) == BACK:
        return ask_which(context)
    return await done(context) if preferences.take_mode(update, context, TALK, Step.MODE) else ask_mode(context)


async def done(context: Talk) -> int:
    """Say what is set now; a talk that was left for this is taken up again."""
    resuming.settle(TALK, ConversationHandler.END)
    show_menu(context, "\n".join([_("This is how we speak with you now."), *as_set(context)]))
    await resuming.reask(context)
    return ConversationHandler.END


def which_choices() -> list[Choice]:
    return choices(
        TALK,
        Step.WHICH,
        (Step.ADDRESS, N_("Change form of address")),
        (Step.LANGUAGE, N_("Change language")),
        (Step.MODE, N_("Change way of reading")),
        ("nothing", N_("Change nothing")),
    )
