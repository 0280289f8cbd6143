"""The look at the card: whoever loses a phone or a kode cek shows it, and an officer says so; else nothing is given."""

from collections.abc import Awaitable, Callable
from enum import StrEnum

from telegram import Update

from handlers.asking.answers import misheard, picked
from handlers.asking.forms import BACK, put, way_of
from handlers.buttons import Choice, Press, choices
from handlers.context import Talk
from handlers.counter.case import Case, back_to_matters, case_in_hand, not_here, put_away
from handlers.family.asking import NO, YES
from handlers.menu import show_menu
from locales import N_
from locales import gettext as _

Give = Callable[[Talk, Case], Awaitable[None]]


def ask_card(context: Talk, case: Case, place: Press, warning: str) -> None:
    """`warning`: what ends with it."""
    lines = [_("Did you see the card of this person?"), _("Name: {name}").format(name=case.person.name), warning]
    put(context, place, "\n".join(lines), card_choices(place))


async def take_card(
    update: Update, context: Talk, place: Press, ask: Callable[[Talk, Case], StrEnum], give: Give
) -> StrEnum | int:
    """Give it once the card was seen; `ask` puts the question again."""
    case = await case_in_hand(context)
    if case is None:
        return not_here(context)
    if way_of(update) == BACK:
        return await back_to_matters(context, case)
    choice = picked(update, card_choices(place))
    if choice is None:
        misheard(update, context)
        return ask(context, case)
    if choice.key == YES:
        await give(context, case)
    else:
        show_menu(context, _("All right. Nothing has changed."))
    return put_away(context)


def card_choices(place: Press) -> list[Choice]:
    return choices(place.talk, place.step, (YES, N_("Yes, I saw it")), (NO, N_("No, not yet")))
