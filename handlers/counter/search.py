"""/loket: somebody stands at the counter with a card, and perhaps a number.

/loket ─▶ WHOSE ─▶ WHICH ─▶ WHAT ─▶ the talk of that matter (matters.py)
            └──one file fits──▲                                       /batal leaves from anywhere
"""

from collections.abc import Sequence
from enum import StrEnum

from telegram import Update
from telegram.ext import ConversationHandler

from handlers.conversation.access import AccessRule, Resource, authorize, is_allowed, where_of
from handlers.conversation.buttons import CallbackData, Choice, choices
from handlers.conversation.context import A_DAY, Context
from handlers.conversation.form import BACK, Prompt, navigation_of, put
from handlers.conversation.match import explain_unrecognised, match_choice, words_of
from handlers.conversation.persistent import ConversationStateView, set_step
from handlers.conversation.registry import Command, Conversation
from handlers.counter.case import COUNTER, NOT_HERE, Case, CounterState, case_in_hand, is_their_own, not_here, put_away
from handlers.counter.services import SERVICES, for_post
from handlers.wording.duplicate_text import alike_lines
from handlers.wording.leaving_text import leaving_lines
from locales import N_
from locales import gettext as _
from models.applications.application import Application
from models.applications.departure import standing_of
from models.applications.overview import application_numbered
from models.offices.authority import Act
from models.offices.staff import active_post
from models.people.person import Person
from models.people.person_search import find, meant

TALK = COUNTER
RULE = AccessRule(Act.WITNESS_CONSENT, Resource.FILE)


class Step(StrEnum):
    WHOSE = "WHOSE"
    WHICH = "WHICH"
    WHAT = "WHAT"


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=RULE,
        state=CounterState,
        begin=begin,
        resume=resume,
        take={Step.WHOSE: take_whose, Step.WHICH: take_which, Step.WHAT: take_what},
        commands=[Command("loket", N_("Somebody is at the counter"), begin)],
        staff_menu=N_("Somebody is at the counter"),
    )


async def begin(update: Update, context: Context) -> Step:
    return ask_whose(context)


async def resume(context: Context) -> Step | int:
    """Ask the open question again."""
    step = ConversationStateView(TALK)[TALK]
    if step == Step.WHICH:
        return await ask_which(context)
    case = await case_in_hand(context) if step == Step.WHAT else None
    return await ask_what(context, case) if case else ask_whose(context)


def ask_whose(context: Context) -> Step:
    lines = [
        _("Whose file is it?"),
        _("Write the number, the name, the NIK or the phone."),
        _("Look at the card of the person first."),
    ]
    put(context, CallbackData(TALK, Step.WHOSE, ""), "\n".join(lines), ways=())
    return Step.WHOSE


async def take_whose(update: Update, context: Context) -> Step | int:
    words = words_of(update)
    wanted = meant(words) if words is not None else None
    if wanted is None:
        explain_unrecognised(update, context) if words is None else context.send(
            _("I cannot look for that. Look at it again.")
        )
        return ask_whose(context)
    if wanted.is_secret:
        context.delete(update.message.message_id if update.message else None)
    post = await authorize(context, RULE.act or Act.WITNESS_CONSENT)
    if post is None:
        return put_away(context)
    found = await find(context.session, wanted, post, context.now)
    if not found.files:
        context.send(_(NOT_HERE))
        return ask_whose(context)
    context.set_state(CounterState(found=[application.number for application, _person in found.files]))
    return await ask_which(context, found.more)


async def ask_which(context: Context, more: bool = False) -> Step | int:
    """Which of several files; a single one needs no question."""
    files = await found_before(context)
    if not files:
        return not_here(context)
    if len(files) == 1:
        return await with_file(context, files[0][0].number)
    lines = [_("Which one is it?"), *([_("There are more. Write more of the name.")] if more else [])]
    prompt = Prompt("\n".join(lines), delete_after=A_DAY)
    put(context, CallbackData(TALK, Step.WHICH, ""), prompt, file_choices(context, files))
    return Step.WHICH


async def take_which(update: Update, context: Context) -> Step | int:
    if navigation_of(update) == BACK:
        return ask_whose(context)
    choice = match_choice(update, file_choices(context, await found_before(context)))
    if choice is None:
        explain_unrecognised(update, context)
        return await ask_which(context)
    return await with_file(context, choice.key)


async def found_before(context: Context) -> list[tuple[Application, Person]]:
    """The files that were found, as far as they are still of this office and region."""
    numbers = context.state(CounterState).found
    files = [file for number in numbers if (file := await application_numbered(context.session, number)) is not None]
    return [file for file in files if await is_allowed(context, context.state(CounterState).what, where_of(*file))]


async def with_file(context: Context, number: str) -> Step | int:
    context.state(CounterState).number = number
    case = await case_in_hand(context)
    return await ask_what(context, case) if case else not_here(context)


async def ask_what(context: Context, case: Case) -> Step:
    lines = [_("Name: {name}").format(name=case.person.name), *await leaving_of(context, case)]
    lines += [_("This person wants no sorting by the bot.")] if case.person.unsorted_since else []
    lines += await alike_lines(context, case.person, await active_post(context.session, context.account.id or 0))
    lines.append(_("What is it about?"))
    put(context, CallbackData(TALK, Step.WHAT, ""), "\n".join(lines), await matter_choices(context, case))
    return Step.WHAT


async def leaving_of(context: Context, case: Case) -> list[str]:
    """Where leaving home stands, so that the officer asks who has not answered yet."""
    if case.away is None:
        return []
    step = await standing_of(context.session, case.application, case.person, context.now)
    return [*leaving_lines(context, case.application, case.person, step, is_self=False), ""]


async def take_what(update: Update, context: Context) -> Step | int:
    if navigation_of(update) == BACK:
        return ask_whose(context)
    case = await case_in_hand(context)
    if case is None:
        return not_here(context)
    choice = match_choice(update, await matter_choices(context, case))
    if choice is None:
        explain_unrecognised(update, context)
        return await ask_what(context, case)
    if await is_their_own(context, Act(choice.key), case.person):
        context.send(_("You are linked with this person. Another officer must do this."))
        return await ask_what(context, case)
    context.state(CounterState).what = Act(choice.key)
    matter = next(one for one in SERVICES if one.act == choice.key)
    if matter.begin is None:
        begun = await context.registry[matter.talk].ask(context, context.registry[matter.talk].first)
    else:
        begun = await matter.begin(context, case._replace(act=matter.act))
    set_step(matter.talk, begun)
    is_back = begun == ConversationHandler.END and bool(context.state(CounterState).number)
    return Step.WHAT if is_back else ConversationHandler.END


async def matter_choices(context: Context, case: Case) -> list[Choice]:
    post = await active_post(context.session, context.account.id or 0)
    return choices(TALK, Step.WHAT, *((one.act, one.words) for one in for_post(post, case, context.now)))


def file_choices(context: Context, files: Sequence[tuple[Application, Person]]) -> list[Choice]:
    """Name, place and number: people of one name are told apart."""
    places = context.reference.places

    def label(application: Application, person: Person) -> str:
        place = places.place(person.village or person.district or person.regency)
        where = person.village_text or (place.label if place else "")
        return f"{str(person.name)[:30]}, {where[:20]}: {application.number}"

    return [
        Choice(CallbackData(TALK, Step.WHICH, application.number), label(application, one))
        for application, one in files
    ]
