"""At the counter: the kode cek is lost, or somebody else knows it; an officer sees the card and gives a new one.

begin ─▶ SURE ──the card was seen──▶ a new kode cek, and the person hears of it     /batal leaves from anywhere
"""

from enum import StrEnum

from telegram import Update

from handlers.conversation.access import AccessRule, Resource
from handlers.conversation.buttons import CallbackData
from handlers.conversation.context import A_DAY, Context
from handlers.conversation.registry import Conversation
from handlers.counter.card import ask_card, take_card
from handlers.counter.case import Case, case_in_hand, not_here
from locales import gettext as _
from locales import speaking
from models.applications.checking import give_new_code
from models.applications.receipt import grouped
from models.applications.standing import hearers
from models.offices.authority import Act

TALK = "code"
RULE = AccessRule(Act.GIVE_NEW_CODE, Resource.FILE)


class Step(StrEnum):
    SURE = "SURE"


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=RULE,
        resume=resume,
        take={Step.SURE: take_sure},
    )


async def resume(context: Context) -> Step | int:
    """Ask the open question again."""
    case = await case_in_hand(context)
    return ask_sure(context, case) if case else not_here(context)


async def begin(context: Context, case: Case) -> Step | int:
    return ask_sure(context, case)


def ask_sure(context: Context, case: Case) -> Step:
    ask_card(context, case, CallbackData(TALK, Step.SURE, ""), _("The old kode cek then opens nothing any more."))
    return Step.SURE


async def take_sure(update: Update, context: Context) -> StrEnum | int:
    return await take_card(update, context, CallbackData(TALK, Step.SURE, ""), ask_sure, give)


async def give(context: Context, case: Case) -> None:
    """It is read out or written down for the person; from the chat of the officer it goes after a day."""
    file = case.application
    code = await give_new_code(context.session, file, by=context.account.id or 0, now=context.now)
    lines = [
        _("Number: {number}.").format(number=file.number),
        _("The new kode cek: {code}.").format(code=grouped(code)),
        _("Write it down for the person."),
    ]
    context.say("\n".join(lines), menu=True, protect=True, lasts=A_DAY)
    for account in await hearers(context.session, file, context.now):
        with speaking(account.language):
            lines = [_("Staff gave a new kode cek for {number}.").format(number=file.number)]
            lines += [_("The old one opens nothing any more."), _("Was it not you? Type /bantuan.")]
            context.say("\n".join(lines), to=account, reference=file.number)
