"""/bahasa, /akses and Pengaturan: form of address, language and way of reading, changed at any time.

Pengaturan ─▶ WHICH ─┬─▶ ADDRESS ─▶ CALLED (just my name)
/bahasa ─────────────┼─▶ LANGUAGE
/akses ──────────────┴─▶ MODE                 each ends with what is set now

Kembali goes back to WHICH, /batal leaves from anywhere
"""

from enum import StrEnum

from telegram import Update
from telegram.ext import ConversationHandler

from handlers.conversation.access import OWN
from handlers.conversation.buttons import Choice, choices
from handlers.conversation.context import Context
from handlers.conversation.form import BACK, navigation_of
from handlers.conversation.match import explain_unrecognised, match_choice
from handlers.conversation.menu import Section, show_menu
from handlers.conversation.persistent import ConversationStateView, set_step
from handlers.conversation.registry import Command, Conversation
from handlers.conversation.resume import repeat_question
from handlers.onboarding import preferences
from handlers.terms import MODES, address_of
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


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=OWN,
        begin=begin,
        resume=resume,
        take={
            Step.WHICH: take_which,
            Step.ADDRESS: take_address,
            Step.CALLED: take_called,
            Step.LANGUAGE: take_language,
            Step.MODE: take_mode,
        },
        commands=[
            Command("bahasa", N_("Change the language"), begin_language),
            Command("akses", N_("Change the way of reading"), begin_mode),
            Command("pengaturan", "", begin),
        ],
        sections={Section.SETTINGS: begin},
    )


async def begin(update: Update, context: Context) -> Step:
    return ask_which(context)


async def begin_language(update: Update, context: Context) -> Step:
    return ask_language(context)


async def begin_mode(update: Update, context: Context) -> Step:
    return ask_mode(context)


def resume(context: Context) -> Step:
    """Ask the open question again."""
    asking = {Step.ADDRESS: ask_address, Step.CALLED: ask_called, Step.LANGUAGE: ask_language, Step.MODE: ask_mode}
    return asking.get(Step(ConversationStateView(TALK)[TALK]), ask_which)(context)


def ask_which(context: Context) -> Step:
    context.ask("\n".join([*as_set(context), _("What do you want to change?")]), which_choices())
    return Step.WHICH


def as_set(context: Context) -> list[str]:
    """How the bot speaks with this person now."""
    return [
        _("Form of address: {address}").format(address=address_of(context.account)),
        _("Language: {language}").format(language=NAMES[context.account.language]),
        _("Way of reading: {mode}").format(mode=_(MODES[context.account.mode])),
    ]


async def take_which(update: Update, context: Context) -> Step | int:
    if navigation_of(update) == BACK:
        return await done(context)
    choice = match_choice(update, which_choices())
    if choice is None:
        explain_unrecognised(update, context)
        return ask_which(context)
    asking = {Step.ADDRESS: ask_address, Step.LANGUAGE: ask_language, Step.MODE: ask_mode}
    return asking[Step(choice.key)](context) if choice.key in asking else await done(context)


def ask_address(context: Context) -> Step:
    return preferences.ask_address(context, TALK, Step.ADDRESS)


async def take_address(update: Update, context: Context) -> Step | int:
    if navigation_of(update) == BACK:
        return ask_which(context)
    if not preferences.take_address(update, context, TALK, Step.ADDRESS):
        return ask_address(context)
    return ask_called(context) if context.account.address is Address.NAME else await done(context)


def ask_called(context: Context) -> Step:
    return preferences.ask_called(context, TALK, Step.CALLED)


async def take_called(update: Update, context: Context) -> Step | int:
    if navigation_of(update) == BACK:
        return ask_address(context)
    return await done(context) if preferences.take_called(update, context) else ask_called(context)


def ask_language(context: Context) -> Step:
    return preferences.ask_language(context, TALK, Step.LANGUAGE)


async def take_language(update: Update, context: Context) -> Step | int:
    if navigation_of(update) == BACK:
        return ask_which(context)
    if not preferences.take_language(update, context, TALK, Step.LANGUAGE):
        return ask_language(context)
    with speaking(context.account.language):
        return await done(context)


def ask_mode(context: Context) -> Step:
    more = [
        _("Short and easy: few words, short sentences."),
        _("Screen reader: numbers are spelled, choices are counted."),
        _("Deaf: everything in writing, nobody telephones."),
    ]
    return preferences.ask_mode(context, TALK, Step.MODE, *more, short=_("How do you like to read?"))


async def take_mode(update: Update, context: Context) -> Step | int:
    if navigation_of(update) == BACK:
        return ask_which(context)
    return await done(context) if preferences.take_mode(update, context, TALK, Step.MODE) else ask_mode(context)


async def done(context: Context) -> int:
    """Say what is set now; a talk that was left for this is taken up again."""
    set_step(TALK, ConversationHandler.END)
    show_menu(context, "\n".join([_("This is how we speak with you now."), *as_set(context)]))
    await repeat_question(context)
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
