"""/hakdata for staff: list and decide requests about own data, by the time left.

/hakdata ─▶ WHICH ─▶ DECIDE ─┬─as asked──▶ done, and the person is told     (erasing: SURE first)
                                └─refused, or an answer──▶ WORDS ─▶ the person reads them
/batal leaves from anywhere; a request that a colleague decided meanwhile is refused
"""

from enum import StrEnum

from handlers.conversation.access import AccessRule, Resource, linked_people, own_post
from handlers.conversation.context import A_DAY, Context
from handlers.conversation.engine import end_with
from handlers.conversation.questions import Choose, Confirm, Next, Option, Text
from handlers.conversation.registry import Command, Conversation
from handlers.mydata import decisions
from handlers.mydata.decisions import OpenRequest, RequestCase, is_as_seen, load_request, note_seen, where_of
from handlers.wording.own_data_text import right_words, time_left
from handlers.wording.terms import number_for
from locales import N_
from locales import gettext as _
from models.mydata import data_request as requests
from models.mydata.data_request import DataRequest, RequestState, Right
from models.offices.authority import Act

TALK = "wishes"
RULE = AccessRule(Act.ANSWER_OWN_DATA, Resource.FILE)
ACCEPT, REFUSE, ANSWER = "accept", "refuse", "answer"
LEAST_WORDS, LONGEST = 2, 300
SURE_LABELS = (N_("Yes, erase"), N_("No, keep them"))
ASK_SURE = (N_("Erase the applicant's data now?"), N_("Papers and answers go too."), N_("It cannot be undone."))


class Step(StrEnum):
    WHICH = "WHICH"
    DECIDE = "DECIDE"
    WORDS = "WORDS"
    SURE = "SURE"


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=RULE,
        state=OpenRequest,
        subject=load_request,
        requires=lambda asked: (Act.ANSWER_OWN_DATA, where_of(asked)),
        gone=gone,
        steps={
            Step.WHICH: Choose(
                N_("These requests wait for an answer. Which one do you open?"),
                options=which_options,
                take=take_which,
                subject=waiting,
                gone=(N_("No request about own data waits here."),),
            ),
            Step.DECIDE: Choose(
                ask_decide, options=decide_options, take=take_decide, back=Step.WHICH, delete_after=A_DAY
            ),
            Step.WORDS: Text(ask_words, take=take_words, most=LONGEST, least_words=LEAST_WORDS, back=Step.DECIDE),
            Step.SURE: Confirm(ASK_SURE, labels=SURE_LABELS, yes=erase, no=Step.DECIDE, back=Step.DECIDE),
        },
        commands=[Command("hakdata", N_("Requests about own data"))],
        staff_menu=N_("Requests about own data"),
    )


async def waiting(context: Context) -> list[DataRequest] | None:
    found, own = await requests.open_requests(context.session, await own_post(context)), await linked_people(context)
    return [request for request, person in found if person.id not in own] or None


def gone(context: Context) -> Step:
    """Say that the request is gone: decided, withdrawn, or of another office, in the same words."""
    context.send(_("That request is no longer open here."))
    return Step.WHICH


def one_line(context: Context, request: DataRequest) -> str:
    return f"{right_words(request)}, {time_left(context, request)}: {number_for(context.work.mode, request.reference)}"


def which_options(context: Context, found: list[DataRequest]) -> list[Option]:
    return [Option(str(one.id), one.reference, one_line(context, one)) for one in found]


def take_which(context: Context, found: list[DataRequest], key: str) -> Step:
    context.set_state(OpenRequest(int(key)))
    return Step.DECIDE


async def ask_decide(context: Context, asked: RequestCase) -> list[str]:
    """Show the person, old and new side by side; the access is recorded for the person to read."""
    lines = await decisions.shown(context, asked)
    note_seen(context, asked)
    return lines


ACCEPTING: dict[Right, tuple[str, str]] = {
    Right.CORRECT: (ACCEPT, N_("Correct it as asked")),
    Right.ERASE: (ACCEPT, N_("Erase as asked")),
    Right.LOOK: (ANSWER, N_("I have looked, write an answer")),
}


def decide_options(context: Context, asked: RequestCase) -> list[tuple[str, str]]:
    """Return the decisions; only a refusal, with its reason, where the account may no longer ask it."""
    if asked.request.kind is Right.LOOK:
        return [ACCEPTING[Right.LOOK]]
    refusing = (REFUSE, N_("It is not possible, say why"))
    return [ACCEPTING[asked.request.kind], refusing] if asked.is_wanted else [refusing]


async def take_decide(context: Context, asked: RequestCase, key: str) -> Next:
    if not is_as_seen(context, asked):
        context.send(_("It was changed meanwhile. Look at it again."))
        return Step.DECIDE
    if key != ACCEPT:
        return Step.WORDS
    return Step.SURE if asked.request.kind is Right.ERASE else await accept(context, asked)


async def accept(context: Context, asked: RequestCase) -> int:
    await decisions.accept(context, asked)
    return done(context)


def ask_words(context: Context, asked: RequestCase) -> str:
    if asked.request.kind is Right.LOOK:
        return _("Write your answer. The applicant reads it.")
    return _("Why is it not possible? The applicant reads it.")


async def take_words(context: Context, asked: RequestCase, words: str) -> int:
    state = RequestState.DONE if asked.request.kind is Right.LOOK else RequestState.REFUSED
    await decisions.answer(context, asked, state, words)
    return done(context)


async def erase(context: Context, asked: RequestCase) -> Next:
    is_to_erase = asked.request.kind is Right.ERASE and asked.is_wanted and is_as_seen(context, asked)
    return await accept(context, asked) if is_to_erase else Step.DECIDE


def done(context: Context) -> int:
    return end_with(context, _("It is done. The applicant is told."), _("To see more, type /hakdata."))
