"""How somebody wants to be spoken to: form of address, name, language and way of reading, asked alike everywhere.

`ask_x` puts the question at a step of the talk that asks it, and returns the step. `take_x` keeps the answer in the
account; False means that something else came, and that this was said. What follows is the talk's own affair.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import TypeVar

from telegram import Update

from handlers.conversation.buttons import CallbackData, Choice, choices
from handlers.conversation.context import Context
from handlers.conversation.form import BACK, put
from handlers.conversation.match import explain_unrecognised, heard_name, match_choice, words_of
from handlers.terms import ADDRESSES, MODES
from locales import LANGUAGES, N_, NAMES
from locales import gettext as _
from models.people.account import Address, ReadingMode

ALSO = {"id": N_("Indonesian"), "en": N_("The English language")}
"""What else people call a language."""

Step = TypeVar("Step", bound=StrEnum)


def ask_address(
    context: Context, talk: str, step: Step, before: Sequence[str] = (), *, ways: Sequence[str] = (BACK,)
) -> Step:
    """`before`: the lines that stand above the question."""
    lines = [*before, _("How shall we address you?")]
    put(context, CallbackData(talk, step, ""), "\n".join(lines), address_choices(talk, step), ways=ways)
    return step


def take_address(update: Update, context: Context, talk: str, step: str) -> bool:
    if choice := heard(update, context, address_choices(talk, step)):
        context.account.address = Address(choice.key)
    return choice is not None


def ask_called(context: Context, talk: str, step: Step) -> Step:
    put(context, CallbackData(talk, step, ""), _("What name shall we use for you?"))
    return step


def take_called(update: Update, context: Context) -> bool:
    words = words_of(update)
    if words is None:
        explain_unrecognised(update, context)
        return False
    name = heard_name(words, update, context)
    context.account.called = name or context.account.called
    return name is not None


def ask_language(context: Context, talk: str, step: Step) -> Step:
    put(context, CallbackData(talk, step, ""), _("Which language do you want to use?"), language_choices(talk, step))
    return step


def take_language(update: Update, context: Context, talk: str, step: str) -> bool:
    """What is said next is said in the new language: `with speaking(context.account.language)`."""
    if choice := heard(update, context, language_choices(talk, step)):
        context.account.language = choice.key
    return choice is not None


def ask_mode(context: Context, talk: str, step: Step, *more: str, short: str | None = None) -> Step:
    """`more`: what is worth knowing about the ways of reading, a line each."""
    lines = [_("Choose the way of reading that is most comfortable."), *more]
    put(context, CallbackData(talk, step, ""), "\n".join(lines), mode_choices(talk, step), short=short)
    return step


def take_mode(update: Update, context: Context, talk: str, step: str) -> bool:
    if choice := heard(update, context, mode_choices(talk, step)):
        context.account.mode = ReadingMode(choice.key)
    return choice is not None


def heard(update: Update, context: Context, offered: Sequence[Choice]) -> Choice | None:
    """The choice, or a kind word about what came instead."""
    choice = match_choice(update, offered)
    if choice is None:
        explain_unrecognised(update, context)
    return choice


def address_choices(talk: str, step: str) -> list[Choice]:
    return choices(talk, step, *((address.value, words) for address, words in ADDRESSES.items()))


def language_choices(talk: str, step: str) -> list[Choice]:
    return [Choice(CallbackData(talk, step, code), NAMES[code], also=(ALSO[code],)) for code in LANGUAGES]


def mode_choices(talk: str, step: str) -> list[Choice]:
    return choices(talk, step, *((mode.value, words) for mode, words in MODES.items()))
