"""At the counter: the phone or the kode cek is lost; an officer sees the card and gives a code for a new one.

begin ─▶ SURE ──the card was seen──▶ given; the old one ends                        /batal leaves from anywhere
"""

from enum import StrEnum

from handlers.caregivers.ask_consent import hand_picture
from handlers.conversation.access import AccessRule, Resource, own_post
from handlers.conversation.context import A_DAY, Context
from handlers.conversation.engine import leave_unchanged
from handlers.conversation.questions import END, Confirm
from handlers.conversation.registry import Conversation
from handlers.counter.case import MATTERS, Case, at_counter
from handlers.notify import Notice, notify
from locales import N_
from locales import gettext as _
from models.applications.receipt import grouped
from models.applications.receipt_lookup import give_new_code
from models.notices import Category
from models.offices.authority import Act
from models.people import permission

TALK = "card"
RULE = AccessRule(Act.GIVE_NEW_CODE, Resource.FILE)
"""The same roles may give a new phone; the act that was chosen is checked before each step."""
CARD_LABELS = (N_("Yes, I saw it"), N_("No, not yet"))
ENDS = {
    Act.GIVE_NEW_CODE: N_("The old kode cek status then opens nothing any more."),
    Act.GIVE_NEW_PHONE: N_("The old phone then no longer opens this registration."),
}
NEW_CODE = Notice(
    "new_code",
    Category.SECURITY,
    (
        N_("Staff gave a new kode cek status for {number}."),
        N_("The old one opens nothing any more."),
        N_("Was it not you? Type /tanya."),
    ),
)


class Step(StrEnum):
    SURE = "SURE"


def conversation() -> Conversation:
    sure = Confirm(ask_sure, labels=CARD_LABELS, yes=give, no=leave_unchanged, back=MATTERS)
    return at_counter(TALK, RULE, {Step.SURE: sure})


def ask_sure(context: Context, case: Case) -> list[str]:
    name = _("Name: {name}").format(name=case.person.name)
    return [_("Did you see the card of the applicant?"), name, _(ENDS[case.act])]


async def give(context: Context, case: Case) -> int:
    await (give_code(context, case) if case.act is Act.GIVE_NEW_CODE else give_phone(context, case))
    return END


async def give_code(context: Context, case: Case) -> None:
    """Show the new kode cek, to be written down for the person; the message is deleted after a day."""
    file = case.application
    code = await give_new_code(context.session, file, by=context.account_id, now=context.now)
    context.send(
        _("Number: {number}.").format(number=file.number),
        _("The new kode cek status: {code}.").format(code=grouped(code)),
        _("Write it down for the applicant."),
        menu=True,
        protect=True,
        delete_after=A_DAY,
    )
    await notify(context, file, NEW_CODE)


async def give_phone(context: Context, case: Case) -> None:
    """Give a code for the new phone; it opens only together with the birth date. The old phone ends when it is used."""
    post = await own_post(context)
    code = await permission.code_for_new_phone(context.session, case.person.id or 0, post, now=context.now)
    context.send(
        _("Kode keluarga for the new phone: {code}").format(code=grouped(code)),
        _("On the new phone, type /keluarga. Then choose I have a kode keluarga."),
        _("You cannot use it yourself. An older kode keluarga is void."),
        _("It is valid for three days, and can be used once."),
        _("We delete this message after one day."),
        menu=True,
        protect=True,
        delete_after=A_DAY,
    )
    hand_picture(context, code, delete_after=A_DAY)
