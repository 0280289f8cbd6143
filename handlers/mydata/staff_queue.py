"""/permohonan for staff: what people ask about their own data, by the time that is left.

/permohonan ─▶ WHICH ─▶ DECIDE ─┬─as asked──▶ done, and the person is told     (erasing: SURE first)
                                └─refused, or an answer──▶ WORDS ─▶ the person reads them
/batal leaves from anywhere; what was decided meanwhile by a colleague is said
"""

from enum import StrEnum

from telegram import Update
from telegram.ext import ConversationHandler

from handlers.conversation.access import AccessRule, Resource, authorize, linked_people
from handlers.conversation.buttons import CallbackData, Choice, choices
from handlers.conversation.context import A_DAY, Context
from handlers.conversation.form import BACK, navigation_of, put, too_long
from handlers.conversation.match import explain_unrecognised, match_choice, words_of
from handlers.conversation.menu import show_menu
from handlers.conversation.persistent import ConversationStateView
from handlers.conversation.registry import Command, Conversation
from handlers.mydata import decisions
from handlers.mydata.open_request import Asked, asked_in_hand, hold, is_as_seen, let_go, note_seen
from handlers.mydata.request_words import right_words, time_left
from handlers.registration.review import counted
from handlers.terms import number_for
from locales import N_
from locales import gettext as _
from models.mydata import data_request as requests
from models.mydata.data_request import DataRequest, RequestState, Right
from models.offices.authority import Act
from models.people.person import Person

TALK = "wishes"
RULE = AccessRule(Act.ANSWER_OWN_DATA, Resource.FILE)
ACCEPT, REFUSE, ANSWER = "accept", "refuse", "answer"
YES, NO = "yes", "no"
LEAST_WORDS, LONGEST = 2, 300
GONE = N_("That request is no longer open here.")


class Step(StrEnum):
    WHICH = "WHICH"
    DECIDE = "DECIDE"
    WORDS = "WORDS"
    SURE = "SURE"


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=RULE,
        begin=begin,
        resume=resume,
        take={Step.WHICH: take_which, Step.DECIDE: take_decide, Step.WORDS: take_words, Step.SURE: take_sure},
        commands=[Command("permohonan", N_("What people ask about their data"), begin)],
        staff_menu=N_("Requests about own data"),
    )


async def begin(update: Update, context: Context) -> Step | int:
    let_go(context)
    return await ask_which(context)


async def resume(context: Context) -> Step | int:
    """Ask the open question again."""
    step, asked = ConversationStateView(TALK)[TALK], await asked_in_hand(context)
    if asked is None:
        return await ask_which(context)
    if step == Step.WORDS:
        return ask_words(context, asked)
    return ask_sure(context) if step == Step.SURE else await ask_decide(context, asked)


async def waiting(context: Context) -> list[tuple[DataRequest, Person]]:
    post = await authorize(context, Act.ANSWER_OWN_DATA)
    found = await requests.open_requests(context.session, post) if post else []
    own = await linked_people(context)
    return [one for one in found if one[1].id not in own]


async def ask_which(context: Context) -> Step | int:
    found = await waiting(context)
    if not found:
        show_menu(context, _("No request about own data waits here."))
        return ConversationHandler.END
    listed = "\n\n" + "\n".join(counted(context, [one_line(context, one) for one, _person in found]))
    text = _("These requests wait for an answer. Which one do you open?")
    put(context, CallbackData(TALK, Step.WHICH, ""), text, which_choices(found), listed=listed, ways=())
    return Step.WHICH


def one_line(context: Context, request: DataRequest) -> str:
    return f"{right_words(request)}, {time_left(context, request)}: {number_for(context.work.mode, request.reference)}"


async def take_which(update: Update, context: Context) -> Step | int:
    choice = match_choice(update, which_choices(await waiting(context)))
    if choice is None:
        explain_unrecognised(update, context)
        return await ask_which(context)
    hold(context, int(choice.key))
    asked = await asked_in_hand(context)
    return await ask_decide(context, asked) if asked else await gone(context)


async def ask_decide(context: Context, asked: Asked) -> Step | int:
    """Whose it is, old and new side by side; that an officer saw it is written down for the person to read."""
    lines = await decisions.shown(context, asked)
    note_seen(context, asked)
    put(context, CallbackData(TALK, Step.DECIDE, ""), "\n".join(lines), decide_choices(asked), delete_after=A_DAY)
    return Step.DECIDE


async def take_decide(update: Update, context: Context) -> Step | int:
    asked = await asked_in_hand(context)
    if asked is None:
        return await gone(context)
    if navigation_of(update) == BACK:
        let_go(context)
        return await ask_which(context)
    choice = match_choice(update, decide_choices(asked))
    if choice is None or not is_as_seen(context, asked):
        explain_unrecognised(update, context) if choice is None else context.send(
            _("It was changed meanwhile. Look at it again.")
        )
        return await ask_decide(context, asked)
    if choice.key != ACCEPT:
        return ask_words(context, asked)
    if asked.request.kind is Right.ERASE:
        return ask_sure(context)
    await decisions.accept(context, asked)
    return done(context)


def ask_words(context: Context, asked: Asked) -> Step:
    text = (
        _("Write your answer. The person reads it.")
        if asked.request.kind is Right.LOOK
        else _("Why is it not possible? The person reads it.")
    )
    put(context, CallbackData(TALK, Step.WORDS, ""), text)
    return Step.WORDS


async def take_words(update: Update, context: Context) -> Step | int:
    asked = await asked_in_hand(context)
    if asked is None:
        return await gone(context)
    if navigation_of(update) == BACK:
        return await ask_decide(context, asked)
    words = words_of(update)
    if words is None or len(words.split()) < LEAST_WORDS or len(words) > LONGEST:
        complain(update, context, words)
        return ask_words(context, asked)
    state = RequestState.DONE if asked.request.kind is Right.LOOK else RequestState.REFUSED
    await decisions.answer(context, asked, state, words)
    return done(context)


def complain(update: Update, context: Context, words: str | None) -> None:
    if words is None:
        explain_unrecognised(update, context)
    elif len(words) > LONGEST:
        context.send(too_long(words, LONGEST))
    else:
        context.send(_("Please write at least {count} words.").format(count=LEAST_WORDS))


def ask_sure(context: Context) -> Step:
    lines = [_("Erase this person's data now?"), _("Papers and answers go too."), _("It cannot be undone.")]
    put(context, CallbackData(TALK, Step.SURE, ""), "\n".join(lines), sure_choices())
    return Step.SURE


async def take_sure(update: Update, context: Context) -> Step | int:
    asked = await asked_in_hand(context)
    if asked is None or asked.request.kind is not Right.ERASE:
        return await gone(context)
    choice = match_choice(update, sure_choices())
    if choice is None and navigation_of(update) != BACK:
        explain_unrecognised(update, context)
        return ask_sure(context)
    if choice is None or choice.key == NO:
        return await ask_decide(context, asked)
    if not (asked.is_wanted and is_as_seen(context, asked)):
        return await ask_decide(context, asked)
    await decisions.accept(context, asked)
    return done(context)


async def gone(context: Context) -> Step | int:
    """A colleague was quicker, it was taken back, or it is of another office: the same words."""
    let_go(context)
    context.send(_(GONE))
    return await ask_which(context)


def done(context: Context) -> int:
    let_go(context)
    show_menu(context, _("It is done. The person is told.") + "\n" + _("To see more, type /permohonan."))
    return ConversationHandler.END


def which_choices(found: list[tuple[DataRequest, Person]]) -> list[Choice]:
    return [Choice(CallbackData(TALK, Step.WHICH, str(one.id)), one.reference) for one, _person in found]


ACCEPTING: dict[Right, tuple[str, str]] = {
    Right.CORRECT: (ACCEPT, N_("Correct it as asked")),
    Right.ERASE: (ACCEPT, N_("Erase as asked")),
    Right.LOOK: (ANSWER, N_("I have looked, write an answer")),
}


def decide_choices(asked: Asked) -> list[Choice]:
    """Nothing is done any more for somebody who may no longer ask it; they, or the person, read why."""
    accepting, refusing = [ACCEPTING[asked.request.kind]], [(REFUSE, N_("It is not possible, say why"))]
    if asked.request.kind is Right.LOOK:
        return choices(TALK, Step.DECIDE, *accepting)
    return choices(TALK, Step.DECIDE, *(accepting if asked.is_wanted else []), *refusing)


def sure_choices() -> list[Choice]:
    return choices(TALK, Step.SURE, (YES, N_("Yes, erase")), (NO, N_("No, keep them")))
