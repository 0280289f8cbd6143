"""Ask whether the officer saw the card: without it no new phone or kode cek is given."""

from collections.abc import Awaitable, Callable

from handlers.conversation.context import Context
from handlers.conversation.engine import leave_unchanged
from handlers.conversation.questions import END, Confirm
from handlers.counter.case import MATTERS, Case
from locales import N_
from locales import gettext as _

CARD_LABELS = (N_("Yes, I saw it"), N_("No, not yet"))


def card_check(warning: Callable[[], str], give: Callable[[Context, Case], Awaitable[None]]) -> Confirm[Case]:
    """Ask for the card. `warning` says what ends with it; `give` is called once the card was seen."""

    def ask(context: Context, case: Case) -> str:
        lines = [_("Did you see the card of this person?"), _("Name: {name}").format(name=case.person.name), warning()]
        return "\n".join(lines)

    async def seen(context: Context, case: Case) -> int:
        await give(context, case)
        return END

    return Confirm(ask, labels=CARD_LABELS, yes=seen, no=leave_unchanged, back=MATTERS)
