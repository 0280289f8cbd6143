"""/start: who we are, how to speak with you, and whether we may keep your data.

/start ─▶ ADDRESS ──────────▶ LANGUAGE ─▶ MODE ─▶ CONSENT ──yes──▶ the menu
             └──▶ CALLED ─────▲                     └──no──▶ where the office is

/batal leaves from anywhere; a word that is not understood is asked again
"""

from enum import StrEnum

from telegram import Update
from telegram.ext import CommandHandler, ConversationHandler

from handlers.answers import ask_again, picked, words_of
from handlers.buttons import Choice, choices
from handlers.context import Talk
from handlers.conversation import DurableConversation, answers
from handlers.menu import show_menu
from handlers.words import ADDRESSES, MODES
from locales import LANGUAGES, N_, NAMES, speaking
from locales import gettext as _
from models.people.account import Address, ReadingMode
from models.people.consent import Answer, Consent, Purpose
from models.people.name import Name, read_name

TALK = "start"


class Step(StrEnum):
    ADDRESS = "ADDRESS"
    CALLED = "CALLED"
    LANGUAGE = "LANGUAGE"
    MODE = "MODE"
    CONSENT = "CONSENT"


YES, NO, EASIER = "yes", "no", "easier"


def conversation() -> DurableConversation:
    return DurableConversation(
        TALK,
        entry_points=[CommandHandler("start", begin)],
        states={
            Step.ADDRESS: answers(TALK, Step.ADDRESS, take_address),
            Step.CALLED: answers(TALK, Step.CALLED, take_called),
            Step.LANGUAGE: answers(TALK, Step.LANGUAGE, take_language),
            Step.MODE: answers(TALK, Step.MODE, take_mode),
            Step.CONSENT: answers(TALK, Step.CONSENT, take_consent),
        },
    )


async def begin(update: Update, context: Talk) -> Step | int:
    context.account.came_by = next(iter(context.args or []), context.account.came_by)
    context.account.greeted_at = context.now
    context.say(
        "\n".join(
            [
                _("Hello. This is the official bot of Dinas Sosial."),
                _("Here you can register for programmes."),
                _("You can also see your status and ask staff for help."),
                _("All services are free."),
                _("We never ask for a PIN, an OTP code, or money."),
            ]
        )
    )
    return ask_address(context)


def ask_address(context: Talk) -> Step:
    context.ask(_("How shall we address you?"), address_choices())
    return Step.ADDRESS


async def take_address(update: Update, context: Talk) -> Step | int:
    choice = picked(update, address_choices())
    if choice is None:
        ask_again(update, context)
        return ask_address(context)
    context.account.address = Address(choice.key)
    return ask_called(context) if context.account.address is Address.NAME else ask_language(context)


def ask_called(context: Talk) -> Step:
    context.ask(_("What name shall we use for you?"))
    return Step.CALLED


async def take_called(update: Update, context: Talk) -> Step | int:
    name = read_name(words_of(update) or "")
    if not isinstance(name, Name):
        ask_again(update, context)
        return ask_called(context)
    context.account.called = name.text
    return ask_language(context)


def ask_language(context: Talk) -> Step:
    context.ask(_("Which language do you want to use?"), language_choices())
    return Step.LANGUAGE


async def take_language(update: Update, context: Talk) -> Step | int:
    choice = picked(update, language_choices())
    if choice is None:
        ask_again(update, context)
        return ask_language(context)
    context.account.language = choice.key
    with speaking(choice.key):
        return ask_mode(context)


def ask_mode(context: Talk) -> Step:
    context.ask(
        _("Choose the way of reading that is most comfortable.")
        + "\n"
        + _("You can change it at any time. Type /akses."),
        mode_choices(),
    )
    return Step.MODE


async def take_mode(update: Update, context: Talk) -> Step | int:
    choice = picked(update, mode_choices())
    if choice is None:
        ask_again(update, context)
        return ask_mode(context)
    context.account.mode = ReadingMode(choice.key)
    return ask_consent(context)


def ask_consent(context: Talk) -> Step:
    context.ask(consent_text(), consent_choices())
    return Step.CONSENT


async def take_consent(update: Update, context: Talk) -> Step | int:
    choice = picked(update, consent_choices())
    if choice is None:
        ask_again(update, context)
        return ask_consent(context)
    if choice.key == EASIER:
        context.ask(easier_text(), consent_choices())
        return Step.CONSENT
    context.session.add(
        Consent(
            account_id=context.account.id or 0,
            purpose=Purpose.REGISTER,
            answer=Answer.GIVEN if choice.key == YES else Answer.REFUSED,
            version="1",
            shown=consent_text(),
            language=context.account.language,
            mode=context.account.mode,
            at=context.now,
        )
    )
    show_menu(context, _("Thank you. Now you can begin.") if choice.key == YES else _("That is fine."))
    return ConversationHandler.END


def consent_text() -> str:
    return "\n".join(
        [
            _("Before we begin, we ask for your permission."),
            _("You may refuse. Registering at the office is still possible."),
            _("Do you agree?"),
        ]
    )


def easier_text() -> str:
    return "\n".join([_("We write down your answers."), _("Only staff read them."), _("Is that all right?")])


def address_choices() -> list[Choice]:
    return choices(TALK, Step.ADDRESS, *((address.value, words) for address, words in ADDRESSES.items()))


def language_choices() -> list[Choice]:
    return choices(TALK, Step.LANGUAGE, *((code, NAMES[code]) for code in LANGUAGES))


def mode_choices() -> list[Choice]:
    return choices(TALK, Step.MODE, *((mode.value, words) for mode, words in MODES.items()))


def consent_choices() -> list[Choice]:
    return choices(
        TALK,
        Step.CONSENT,
        (YES, N_("Yes, I agree")),
        (NO, N_("I do not agree")),
        (EASIER, N_("Explain more simply")),
    )
