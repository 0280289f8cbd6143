"""At the counter: note why a person cannot decide alone for now (social worker).

begin ─▶ REASON ─▶ stored, encrypted; it grants no access by itself            /batal leaves from anywhere
"""

from enum import StrEnum

from handlers.conversation.access import AccessRule, Resource
from handlers.conversation.context import Context
from handlers.conversation.engine import end_with
from handlers.conversation.questions import AGAIN, Text
from handlers.conversation.registry import Conversation
from handlers.counter.case import MATTERS, Case, at_counter
from locales import N_
from locales import gettext as _
from models.offices.authority import Act
from models.people import guardianship
from models.people.guardianship import MIN_REASON_WORDS, NoReason

TALK = "capacity"
RULE = AccessRule(Act.NOTE_CAPACITY, Resource.FILE)
LONGEST_REASON = 1000
REASON_LINES = (
    N_("Why can {first_name} not decide alone for now?"),
    N_("Write what you have seen. A kind of disability is no reason."),
)


class Step(StrEnum):
    REASON = "REASON"


def conversation() -> Conversation:
    reason = Text(REASON_LINES, take=take_reason, most=LONGEST_REASON, back=MATTERS)
    return at_counter(TALK, RULE, {Step.REASON: reason})


async def take_reason(context: Context, case: Case, words: str) -> int:
    by, now = context.account_id, context.now
    try:
        await guardianship.note_capacity(context.session, case.person, words, by=by, is_social_worker=True, now=now)
    except NoReason:
        context.send(_("Write at least {count} words about the applicant.").format(count=MIN_REASON_WORDS))
        return AGAIN
    return end_with(context, _("Your note is written down."))
