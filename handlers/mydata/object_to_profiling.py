"""What the bot sorts by itself, in plain words, and objecting to it, from /data; a person of staff looks instead.

begin ─▶ PERSON ─▶ CHOICE ──no sorting──▶ marked, and staff are asked to look
                          └─sort again──▶ the mark is taken away        /batal leaves from anywhere
"""

from enum import StrEnum

from telegram import Update

from handlers.caregivers import caregiver_notices
from handlers.conversation.access import LINKED
from handlers.conversation.buttons import Choice
from handlers.conversation.context import Context
from handlers.conversation.menu import show_menu
from handlers.conversation.questions import END, Choose, Next, Steps
from handlers.conversation.registry import Conversation
from handlers.mydata import new_request
from handlers.status.person_choices import people_choices
from locales import N_
from locales import gettext as _
from locales.times import date_words
from models.applications.overview import PersonOverview
from models.mydata import profiling_objection
from models.mydata.data_request import Right

TALK = "sorting"
HELD = "sorting"
OFF, ON, NOTHING = "off", "on", "nothing"
SORTED_CHOICES = ((OFF, N_("No sorting, a person looks")), (NOTHING, N_("Leave it as it is")))
UNSORTED_CHOICES = ((ON, N_("The bot may sort again")), (NOTHING, N_("Leave it as it is")))


class Step(StrEnum):
    PERSON = "PERSON"
    CHOICE = "CHOICE"


def conversation() -> Conversation:
    person = Choose(ask=ask_person, options=person_options, take=with_person, back=keep_answer, subject=decided_by)
    choice = Choose(ask=ask_choice, options=sorting_options, take=take_choice, back=keep_answer)
    steps = Steps(subject=in_hand, gone=ask_first, ended=forget, questions={Step.PERSON: person, Step.CHOICE: choice})
    return Conversation(name=TALK, access=LINKED, begin=begin, steps=steps)


async def begin(update: Update, context: Context) -> Next:
    context.send("\n".join(explained()))
    return await ask_first(context)


def explained() -> list[str]:
    return [
        _("The bot sorts two things by itself."),
        _("Programmes whose conditions fit are shown first."),
        _("A waiting list goes by the day a file is complete."),
        _("The bot never decides. An officer decides."),
    ]


async def ask_first(context: Context) -> Next:
    """Whose sorting it is about; of a single person nothing is asked."""
    found = await new_request.decided_by(context)
    if not found:
        show_menu(context, _("There is nobody here for whom you may decide this."))
        return END
    then = Step.PERSON if len(found) > 1 else with_person(context, found, str(found[0].person.id))
    step: Next = await context.registry[TALK].ask(context, then)
    return step


async def decided_by(context: Context) -> list[PersonOverview] | None:
    return await new_request.decided_by(context) or None


async def in_hand(context: Context) -> PersonOverview | None:
    found = await new_request.decided_by(context)
    return next((one for one in found if one.person.id == context.work.state.get(HELD)), None)


def ask_person(context: Context, found: list[PersonOverview]) -> str:
    return _("Who is it about?")


def person_options(context: Context, found: list[PersonOverview]) -> list[Choice]:
    return people_choices(context, found, TALK, Step.PERSON)


def with_person(context: Context, found: list[PersonOverview], key: str) -> Step:
    context.work.remember(HELD, int(key))
    return Step.CHOICE


def ask_choice(context: Context, standing: PersonOverview) -> str:
    since = standing.person.unsorted_since
    if since is None:
        lines = [_("You may say no to this sorting."), _("Then you see all programmes in plain order.")]
        lines.append(_("And a person of our staff looks."))
    else:
        day = date_words(context.reference.day_in(standing.person.regency, since))
        lines = [_("No sorting by the bot since {day}.").format(day=day)]
    return "\n".join(lines)


def sorting_options(context: Context, standing: PersonOverview) -> tuple[tuple[str, str], ...]:
    return SORTED_CHOICES if standing.person.unsorted_since is None else UNSORTED_CHOICES


async def take_choice(context: Context, standing: PersonOverview, key: str) -> int:
    if key == NOTHING:
        return keep_answer(context, standing)
    await (object_to(context, standing) if key == OFF else allow_again(context, standing))
    return END


async def object_to(context: Context, standing: PersonOverview) -> None:
    await profiling_objection.object_to(context.session, standing.person, by=context.account.id, now=context.now)
    await caregiver_notices.used(context, standing.link, standing.person, caregiver_notices.UNSORTED)
    context.send(_("All right. The bot no longer sorts for it."))
    await new_request.ask_staff(context, standing.person, Right.LOOK)


async def allow_again(context: Context, standing: PersonOverview) -> None:
    await profiling_objection.allow_again(context.session, standing.person, by=context.account.id, now=context.now)
    await caregiver_notices.used(context, standing.link, standing.person, caregiver_notices.SORTED)
    show_menu(context, _("All right. The bot sorts again."))


def keep_answer(context: Context, _subject: object) -> int:
    show_menu(context, _("All right. Nothing has changed."))
    return END


def forget(context: Context) -> None:
    context.work.remember(HELD, None)
