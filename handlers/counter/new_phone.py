"""At the counter: the phone is lost; an officer sees the card and gives a code for the new one.

begin ─▶ SURE ──the card was seen──▶ a code; the old phone ends when it is used     /batal leaves from anywhere
"""

from enum import StrEnum

from handlers.caregivers.consent_code import hand_picture
from handlers.conversation.access import AccessRule, Resource, authorize, where_of
from handlers.conversation.context import A_DAY, Context
from handlers.conversation.registry import Conversation
from handlers.counter.card_check import card_check
from handlers.counter.case import Case, at_counter
from locales import gettext as _
from models.applications.receipt import grouped
from models.offices.authority import Act
from models.people import permission

TALK = "phone"
RULE = AccessRule(Act.GIVE_NEW_PHONE, Resource.FILE)


class Step(StrEnum):
    SURE = "SURE"


def conversation() -> Conversation:
    return at_counter(TALK, RULE, {Step.SURE: card_check(ask_sure, give)})


def ask_sure() -> str:
    return _("The old phone then no longer sees the files.")


async def give(context: Context, case: Case) -> None:
    """Give a code for the new phone; it opens only together with the birth date."""
    post = await authorize(context, Act.GIVE_NEW_PHONE, where_of(case.application, case.person))
    if post is None:
        return
    code = await permission.code_for_new_phone(context.session, case.person.id or 0, post, now=context.now)
    lines = [
        _("Code for the new phone: {code}").format(code=grouped(code)),
        _("On the new phone: /keluarga, then I have a code."),
        _("You cannot use it yourself. An older code is void."),
        _("It is valid for three days, and only once."),
        _("We delete this message after one day."),
    ]
    context.send("\n".join(lines), menu=True, protect=True, delete_after=A_DAY)
    hand_picture(context, code, delete_after=A_DAY)
