"""At the counter: what the person or the family says about leaving home, heard by an officer.

begin ─▶ WHO ─▶ ANSWER ─▶ written down; the person is told                       /batal leaves from anywhere
"""

from enum import StrEnum

from telegram import Update

from handlers.conversation.access import AccessRule, Resource
from handlers.conversation.buttons import CallbackData, Choice, choices
from handlers.conversation.context import Context
from handlers.conversation.form import BACK, navigation_of, put
from handlers.conversation.match import explain_unrecognised, match_choice
from handlers.conversation.menu import show_menu
from handlers.conversation.persistent import ConversationStateView
from handlers.conversation.registry import Conversation
from handlers.counter.case import Case, CounterState, back_to_matters, case_in_hand, not_here, put_away
from handlers.leaving_home.concerns import ask_to_talk, let_know
from handlers.leaving_home.leaving_notices import FAMILY_ANSWERED, OWN_ANSWERED
from handlers.leaving_home.visible_application import HOME, PERSON
from handlers.notify import notify
from handlers.wording.caregiver_text import first_name, name_of
from handlers.wording.leaving_text import answer_choices, question
from handlers.wording.printed_letters import language_for
from handlers.wording.terms import number_for
from locales import N_, speaking
from locales import gettext as _
from models.applications import departure
from models.applications.departure import DOUBTS, RecordedResponse, Respondent, Response
from models.offices.authority import Act
from models.people.link import Link

TALK = "leaving"
RULE = AccessRule(Act.NOTE_LEAVING, Resource.FILE)


class Step(StrEnum):
    WHO = "WHO"
    ANSWER = "ANSWER"


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=RULE,
        state=CounterState,
        resume=resume,
        take={Step.WHO: take_who, Step.ANSWER: take_answer},
    )


async def resume(context: Context) -> Step | int:
    """Ask the open question again."""
    case = await case_in_hand(context)
    if case is None:
        return not_here(context)
    is_answering = ConversationStateView(TALK)[TALK] == Step.ANSWER
    return await ask_answer(context, case) if is_answering else await ask_who(context, case)


async def begin(context: Context, case: Case) -> Step | int:
    return await ask_who(context, case)


async def ask_who(context: Context, case: Case) -> Step:
    text = _("Who answers before you?")
    put(context, CallbackData(TALK, Step.WHO, ""), text, await who_choices(context, case))
    return Step.WHO


async def take_who(update: Update, context: Context) -> Step | int:
    case = await case_in_hand(context)
    if case is None:
        return not_here(context)
    if navigation_of(update) == BACK:
        return await back_to_matters(context, case)
    choice = match_choice(update, await who_choices(context, case))
    if choice is None:
        explain_unrecognised(update, context)
        return await ask_who(context, case)
    context.state(CounterState).who = choice.key
    return await ask_answer(context, case)


async def ask_answer(context: Context, case: Case) -> Step | int:
    if case.away is None:
        return not_here(context)
    voice = voice_of(context)
    with speaking(await language_for(context, case.person.id or 0)):
        asked = question(context, case.application, case.person, voice)
    text = "\n".join([_("Read this aloud, and tap what they say."), "", asked])
    put(context, CallbackData(TALK, Step.ANSWER, ""), text, answer_choices(TALK, Step.ANSWER, voice))
    return Step.ANSWER


async def take_answer(update: Update, context: Context) -> Step | int:
    case = await case_in_hand(context)
    if case is None or case.away is None:
        return not_here(context)
    if navigation_of(update) == BACK:
        return await ask_who(context, case)
    if context.state(CounterState).who not in {choice.key for choice in await who_choices(context, case)}:
        return await ask_who(context, case)
    choice = match_choice(update, answer_choices(TALK, Step.ANSWER, voice_of(context)))
    if choice is None:
        explain_unrecognised(update, context)
        return await ask_answer(context, case)
    await heard(context, case, Response(choice.key))
    return put_away(context)


async def heard(context: Context, case: Case, answer: Response) -> None:
    """Kept as heard by this officer; what holds somebody back becomes a request to visit them."""
    by, voice = context.account.id or 0, voice_of(context)
    said = RecordedResponse(voice, link_of(context, case), answer, officer=by)
    row = await departure.record_response(context.session, case.application, said, by=by, now=context.now)
    told = OWN_ANSWERED if voice is Respondent.OWN else FAMILY_ANSWERED
    await notify(context, case.person, told)
    lines = [_("The answer is written down.")]
    if row.state in DOUBTS:
        request, _is_new = await ask_to_talk(context, case.application, row)
        lines.append(_("Please arrange a visit before the place is lost."))
        lines.append(_("Number: {number}").format(number=number_for(context.work.mode, request.reference)))
    else:
        await let_know(context, case.application, row)
    show_menu(context, "\n".join(lines))


def voice_of(context: Context) -> Respondent:
    return Respondent.OWN if context.state(CounterState).who == PERSON else Respondent.FAMILY


def link_of(context: Context, case: Case) -> Link | None:
    """The link of the helper who answers; None: the person, or family without an account."""
    who = context.state(CounterState).who
    return next((link for link, _account in case.helpers if str(link.id) == who), None)


async def who_choices(context: Context, case: Case) -> list[Choice]:
    """The person, whoever of the family helps here, and the family beside them; nobody is heard by themself."""
    family = [
        (link, account)
        for link, account in case.helpers
        if departure.may_speak_as_family(link) and account.id != context.account.id
    ]
    return [
        *choices(TALK, Step.WHO, (PERSON, first_name(case.person))),
        *[
            Choice(CallbackData(TALK, Step.WHO, str(link.id)), await name_of(context, account, link.relation))
            for link, account in family
        ],
        *choices(TALK, Step.WHO, (HOME, N_("Others of the family"))),
    ]
