"""The look at the card: whoever loses a phone or a kode cek shows it, and an officer says so; else nothing is given."""

from collections.abc import Awaitable, Callable
from enum import StrEnum

from telegram import Update

from handlers.conversation.buttons import CallbackData, Choice, choices
from handlers.conversation.context import Context
from handlers.conversation.form import BACK, navigation_of, put
from handlers.conversation.match import explain_unrecognised, match_choice
from handlers.conversation.menu import show_menu
from handlers.counter.case import Case, back_to_matters, case_in_hand, not_here, put_away
from handlers.family.asking import NO, YES
from locales import N_
from locales import gettext as _

Give = Callable[[Context, Case], Awaitable[None]]


def ask_card(context: Context, case: Case, place: CallbackData, warning: str) -> None:
    """`warning`: what ends with it."""
    lines = [_("Did you see the card of this person?"), _("Name: {name}").format(name=case.person.name), warning]
    put(context, place, "\n".join(lines), card_choices(place))


async def take_card(
    update: Update, context: Context, place: CallbackData, ask: Callable[[Context, Case], StrEnum], give: Give
) -> StrEnum | int:
    """Give it once the card was seen; `ask` puts the question again."""
    case = await case_in_hand(context)
    if case is None:
        return not_here(context)
    if navigation_of(update) == BACK:
        return await back_to_matters(context, case)
    choice = match_choice(update, card_choices(place))
    if choice is None:
        explain_unrecognised(update, context)
        return ask(context, case)
    if choice.key == YES:
        await give(context, case)
    else:
        show_menu(context, _("All right. Nothing has changed."))
    return put_away(context)


def card_choices(place: CallbackData) -> list[Choice]:
    return choices(place.talk, place.step, (YES, N_("Yes, I saw it")), (NO, N_("No, not yet")))
