"""/loket: find the file of a person at the counter, by the card or a number.

/loket ─▶ WHOSE ─▶ WHICH ─▶ WHAT ─▶ the conversation of that service (services.py)
            └──one file fits──▲                                       /batal leaves from anywhere
"""

from handlers.conversation.access import AccessRule, Resource, is_allowed, own_post, where_of
from handlers.conversation.context import A_DAY, Context
from handlers.conversation.questions import AGAIN, Choose, GoTo, Next, Text
from handlers.conversation.registry import Command, Conversation
from handlers.counter.case import COUNTER, NOT_HERE, Case, CounterState, Step, case_in_hand, is_their_own, required_for
from handlers.counter.services import SERVICES, for_post
from handlers.wording.leaving_text import leaving_lines
from handlers.wording.staff_text import alike_lines
from locales import N_
from locales import gettext as _
from models.applications.application import Application
from models.applications.overview import find_by_number
from models.offices.authority import Act
from models.offices.staff import Staff
from models.people.person import Person
from models.people.person_search import find, read_query

TALK = COUNTER
RULE = AccessRule(Act.WITNESS_CONSENT, Resource.FILE)
WHOSE_LINES = (
    N_("Find a registration"),
    N_("Write the number, the name, the NIK or the phone."),
    N_("Look at the card of the applicant first."),
)
Files = list[tuple[Application, Person]]


def conversation() -> Conversation:
    which = Choose(
        ask_which,
        options=which_options,
        take=take_which,
        back=Step.WHOSE,
        subject=found_before,
        gone=NOT_HERE,
        delete_after=A_DAY,
        skips_single=True,
    )
    return Conversation(
        name=TALK,
        access=RULE,
        state=CounterState,
        subject=case_in_hand,
        requires=required_for,
        gone=NOT_HERE,
        steps={
            Step.WHOSE: Text(WHOSE_LINES, take=take_whose, subject=own_post),
            Step.WHICH: which,
            Step.WHAT: Choose(ask_what, options=what_options, take=take_what, back=Step.WHOSE),
        },
        commands=[Command("loket", N_("Serve at the counter"))],
        staff_menu=N_("Serve at the counter"),
    )


async def take_whose(context: Context, post: Staff, words: str) -> Next:
    wanted = read_query(words)
    if wanted is None:
        context.send(_("That cannot be looked for. Look at it again."))
        return AGAIN
    if wanted.is_secret:
        context.delete_answer()
    found = await find(context.session, wanted, post, context.now)
    if not found.files:
        context.send(_(NOT_HERE))
        return AGAIN
    context.set_state(CounterState([application.number for application, _person in found.files], found.more))
    return Step.WHICH


async def found_before(context: Context) -> Files | None:
    """Return the files that were found, if they are still of this office and region."""
    state = context.state(CounterState)
    files = [file for number in state.found if (file := await find_by_number(context.session, number)) is not None]
    return [file for file in files if await is_allowed(context, state.what, where_of(*file))] or None


def ask_which(context: Context, files: Files) -> list[str]:
    more = [_("There are more. Write more of the name.")] if context.state(CounterState).has_more else []
    return [_("Which one is it?"), *more]


def which_options(context: Context, files: Files) -> list[tuple[str, str]]:
    """Return name, place and number: people with the same name are distinguished."""
    options = []
    for application, person in files:
        place = context.reference.places.place(person.village or person.district or person.regency)
        where = person.village_text or (place.label if place else "")
        options.append((application.number, f"{str(person.name)[:30]}, {where[:20]}: {application.number}"))
    return options


def take_which(context: Context, files: Files, number: str) -> Step:
    context.state(CounterState).number = number
    return Step.WHAT


async def ask_what(context: Context, case: Case) -> list[str]:
    lines = [_("Name: {name}").format(name=case.person.name)]
    if leaving := await leaving_lines(context, case.application, case.person, is_self=False):
        lines += [*leaving, ""]  # so that the officer asks those who have not answered
    lines += [_("The applicant wants no order made by the bot.")] if case.person.unsorted_since else []
    lines += await alike_lines(context, case.person, await own_post(context))
    return [*lines, _("What is it about?")]


async def what_options(context: Context, case: Case) -> list[tuple[str, str]]:
    return [(one.act, one.words) for one in for_post(await own_post(context), case, context.now)]


async def take_what(context: Context, case: Case, key: str) -> Next:
    act = Act(key)
    if await is_their_own(context, act, case.person):
        context.send(_("You are linked with this applicant. Another officer must do this."))
        return AGAIN
    context.state(CounterState).what = act
    matter = next(one for one in SERVICES if one.act == act)
    return await matter.begin(context, case._replace(act=act)) if matter.begin else GoTo(matter.talk)
