"""At the counter: a social worker notes why somebody cannot decide alone for now.

begin ─▶ REASON ─▶ written down, encrypted; it opens nothing by itself            /batal leaves from anywhere
"""

from enum import StrEnum

from telegram import Update

from handlers.conversation.access import AccessRule, Resource
from handlers.conversation.buttons import CallbackData
from handlers.conversation.context import Context
from handlers.conversation.form import BACK, navigation_of, put, too_long
from handlers.conversation.match import explain_unrecognised, words_of
from handlers.conversation.menu import show_menu
from handlers.conversation.registry import Conversation
from handlers.counter.case import Case, back_to_matters, case_in_hand, not_here, put_away
from handlers.family.words import first_name
from locales import gettext as _
from models.offices.authority import Act
from models.people import guardianship
from models.people.guardianship import LEAST_WORDS, NoReason

TALK = "capacity"
RULE = AccessRule(Act.NOTE_CAPACITY, Resource.FILE)
LONGEST_REASON = 1000


class Step(StrEnum):
    REASON = "REASON"


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=RULE,
        resume=resume,
        take={Step.REASON: take_reason},
    )


async def resume(context: Context) -> Step | int:
    """Ask the open question again."""
    case = await case_in_hand(context)
    return ask_reason(context, case) if case else not_here(context)


async def begin(context: Context, case: Case) -> Step | int:
    return ask_reason(context, case)


def ask_reason(context: Context, case: Case) -> Step:
    lines = [
        _("Why can {first_name} not decide alone for now?").format(first_name=first_name(case.person)),
        _("Write what you have seen. A kind of disability is no reason."),
    ]
    put(context, CallbackData(TALK, Step.REASON, ""), "\n".join(lines))
    return Step.REASON


async def take_reason(update: Update, context: Context) -> Step | int:
    case = await case_in_hand(context)
    if case is None:
        return not_here(context)
    if navigation_of(update) == BACK:
        return await back_to_matters(context, case)
    words = words_of(update)
    if words is None or len(words) > LONGEST_REASON:
        explain_unrecognised(update, context) if words is None else context.say(too_long(words, LONGEST_REASON))
        return ask_reason(context, case)
    by = context.account.id or 0
    try:
        await guardianship.note_capacity(
            context.session, case.person, words, by=by, is_social_worker=True, now=context.now
        )
    except NoReason:
        context.say(_("Please write at least {count} words about this person.").format(count=LEAST_WORDS))
        return ask_reason(context, case)
    show_menu(context, _("Your note is written down."))
    return put_away(context)
