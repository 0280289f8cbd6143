"""At the counter: the kode cek is lost, or known to others; an officer sees the card and gives a new one.

begin ─▶ SURE ──the card was seen──▶ a new kode cek, and the person is told of it   /batal leaves from anywhere
"""

from enum import StrEnum

from handlers.conversation.access import AccessRule, Resource
from handlers.conversation.context import A_DAY, Context
from handlers.conversation.registry import Conversation
from handlers.counter.card_check import card_check
from handlers.counter.case import Case, at_counter
from handlers.notify import Notice, notify
from locales import N_
from locales import gettext as _
from models.applications.receipt import grouped
from models.applications.receipt_lookup import give_new_code
from models.notices import Category
from models.offices.authority import Act

TALK = "code"
RULE = AccessRule(Act.GIVE_NEW_CODE, Resource.FILE)
NEW_CODE = Notice(
    "new_code",
    Category.SECURITY,
    (
        N_("Staff gave a new kode cek for {number}."),
        N_("The old one opens nothing any more."),
        N_("Was it not you? Type /bantuan."),
    ),
)


class Step(StrEnum):
    SURE = "SURE"


def conversation() -> Conversation:
    return at_counter(TALK, RULE, {Step.SURE: card_check(ask_sure, give)})


def ask_sure() -> str:
    return _("The old kode cek then opens nothing any more.")


async def give(context: Context, case: Case) -> None:
    """Show the new kode cek, to be written down for the person; the message is deleted after a day."""
    file = case.application
    code = await give_new_code(context.session, file, by=context.account.id or 0, now=context.now)
    lines = [
        _("Number: {number}.").format(number=file.number),
        _("The new kode cek: {code}.").format(code=grouped(code)),
        _("Write it down for the person."),
    ]
    context.send("\n".join(lines), menu=True, protect=True, delete_after=A_DAY)
    await notify(context, file, NEW_CODE)
