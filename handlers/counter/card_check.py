"""Ask whether the card was seen: who loses a phone or a kode cek shows it to an officer, else nothing is given."""

from collections.abc import Awaitable, Callable

from handlers.caregivers.ask_consent import NO, YES
from handlers.conversation.context import Context
from handlers.conversation.menu import show_menu
from handlers.conversation.questions import END, Choose
from handlers.counter.case import Case, leave_to_matters
from locales import N_
from locales import gettext as _

CARD_CHOICES = ((YES, N_("Yes, I saw it")), (NO, N_("No, not yet")))


def card_check(warning: Callable[[], str], give: Callable[[Context, Case], Awaitable[None]]) -> Choose[Case]:
    """`warning` says what ends with it; `give` is called once the card was seen."""

    def ask(context: Context, case: Case) -> str:
        lines = [_("Did you see the card of this person?"), _("Name: {name}").format(name=case.person.name), warning()]
        return "\n".join(lines)

    async def take(context: Context, case: Case, key: str) -> int:
        if key == YES:
            await give(context, case)
        else:
            show_menu(context, _("All right. Nothing has changed."))
        return END

    return Choose(ask=ask, options=lambda context, case: CARD_CHOICES, take=take, back=leave_to_matters)
