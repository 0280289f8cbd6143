"""At the counter: an officer records the answer of the person or the family about leaving home.

begin ─▶ WHO ─▶ ANSWER ─▶ written down; the person is told                       /batal leaves from anywhere
"""

from enum import StrEnum

from handlers.conversation.access import AccessRule, Resource
from handlers.conversation.buttons import Choice
from handlers.conversation.context import Context
from handlers.conversation.engine import end_with
from handlers.conversation.questions import Choose
from handlers.conversation.registry import Conversation
from handlers.counter.case import MATTERS, Case, CounterState, at_counter, case_in_hand
from handlers.leaving_home.leaving_notices import FAMILY_ANSWERED, OWN_ANSWERED, ask_to_talk, let_know
from handlers.leaving_home.visible_application import HOME, PERSON
from handlers.notify import notify
from handlers.wording.caregiver_text import first_name, name_of
from handlers.wording.leaving_text import answer_choices, question
from handlers.wording.printed_letters import language_for
from handlers.wording.terms import number_for
from locales import N_, speaking
from locales import gettext as _
from models.applications import departure
from models.applications.departure import CONCERNS, RecordedResponse, Respondent, Response
from models.offices.authority import Act
from models.people.link import Link

TALK = "leaving"
RULE = AccessRule(Act.NOTE_LEAVING, Resource.FILE)


class Step(StrEnum):
    WHO = "WHO"
    ANSWER = "ANSWER"


def conversation() -> Conversation:
    who = Choose(N_("Who answers before you?"), options=who_options, take=take_who, back=MATTERS)
    answer = Choose(ask_answer, options=answer_options, take=take_answer, back=Step.WHO)
    return at_counter(TALK, RULE, {Step.WHO: who, Step.ANSWER: answer}, subject=case_away)


async def case_away(context: Context) -> Case | None:
    """Load the file, as long as its programme is away from home."""
    case = await case_in_hand(context)
    return case if case and case.away else None


async def who_options(context: Context, case: Case) -> list[tuple[str, str]]:
    """Return the person, relatives who help here, and other family; an officer does not record their own answer."""
    family = [
        (str(link.id), await name_of(context, account, link.relation))
        for link, account in case.helpers
        if departure.may_speak_as_family(link) and account.id != context.account.id
    ]
    return [(PERSON, first_name(case.person)), *family, (HOME, N_("Others of the family"))]


def take_who(context: Context, case: Case, key: str) -> Step:
    context.state(CounterState).who = key
    return Step.ANSWER


async def ask_answer(context: Context, case: Case) -> list[str]:
    with speaking(await language_for(context, case.person.id or 0)):
        asked = question(context, case.application, case.person, voice_of(context))
    return [_("Read this aloud or show the screen. Then tap the answer."), "", *asked]


def answer_options(context: Context, case: Case) -> list[Choice]:
    return answer_choices(TALK, Step.ANSWER, voice_of(context))


async def take_answer(context: Context, case: Case, key: str) -> Step | int:
    if context.state(CounterState).who not in dict(await who_options(context, case)):
        return Step.WHO
    return await heard(context, case, Response(key))


async def heard(context: Context, case: Case, answer: Response) -> int:
    """Store the answer with this officer; a concern becomes a request for a visit."""
    by, voice = context.account_id, voice_of(context)
    said = RecordedResponse(voice, link_of(context, case), answer, officer=by)
    row = await departure.record_response(context.session, case.application, said, by=by, now=context.now)
    await notify(context, case.person, OWN_ANSWERED if voice is Respondent.OWN else FAMILY_ANSWERED)
    written = _("The answer is written down.")
    if row.state not in CONCERNS:
        await let_know(context, case.application, row)
        return end_with(context, written)
    request, _is_new = await ask_to_talk(context, case.application, row)
    number = _("Number: {number}").format(number=number_for(context.work.mode, request.reference))
    return end_with(context, written, _("Please arrange a visit before the seat goes to others."), number)


def voice_of(context: Context) -> Respondent:
    return Respondent.OWN if context.state(CounterState).who == PERSON else Respondent.FAMILY


def link_of(context: Context, case: Case) -> Link | None:
    """Return the link of the helper who answers; None: the person, or family without an account."""
    who = context.state(CounterState).who
    return next((link for link, _account in case.helpers if str(link.id) == who), None)
