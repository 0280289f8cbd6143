"""Explain what the bot sorts by itself, and take an objection, from /data; an officer decides instead.

begin ─▶ PERSON ─▶ CHOICE ──no sorting──▶ marked, and staff are asked to look
                          └─sort again──▶ the mark is taken away        /batal leaves from anywhere
"""

from dataclasses import dataclass
from enum import StrEnum

from telegram import Update

from handlers import new_request
from handlers.caregivers import caregiver_notices
from handlers.conversation.access import LINKED
from handlers.conversation.context import Context
from handlers.conversation.engine import end_with, leave_unchanged
from handlers.conversation.questions import END, Choose
from handlers.conversation.registry import Conversation
from locales import N_
from locales import gettext as _
from locales.times import date_words
from models.applications.overview import PersonOverview
from models.mydata import profiling_objection
from models.mydata.data_request import Right

TALK = "sorting"
NOBODY = (N_("There is no registration in this account."),)
OFF, ON, NOTHING = "off", "on", "nothing"
SORTED_CHOICES = ((OFF, N_("Show without order")), (NOTHING, N_("Leave it as it is")))
UNSORTED_CHOICES = ((ON, N_("Use the bot's order")), (NOTHING, N_("Leave it as it is")))


class Step(StrEnum):
    PERSON = "PERSON"
    CHOICE = "CHOICE"


@dataclass
class SortingState:
    """The person whose sorting is decided."""

    person: int = 0


def conversation() -> Conversation:
    person = new_request.choose_person(N_("Who is it about?"), take=take_person, gone=NOBODY)
    choice = Choose(ask_choice, options=sorting_options, take=take_choice, back=leave_unchanged)
    return Conversation(
        name=TALK,
        access=LINKED,
        state=SortingState,
        begin=begin,
        subject=chosen,
        gone=Step.PERSON,
        steps={Step.PERSON: person, Step.CHOICE: choice},
    )


async def begin(update: Update, context: Context) -> Step:
    context.send(
        _("The bot sorts two things by itself."),
        _("Programmes whose conditions fit are shown first."),
        _("A waiting list goes by the day the papers are complete."),
        _("The bot never decides. An officer decides."),
    )
    return Step.PERSON


async def chosen(context: Context) -> PersonOverview | None:
    return await new_request.decided_one(context, context.state(SortingState).person)


def take_person(context: Context, found: list[PersonOverview], key: str) -> Step:
    context.state(SortingState).person = int(key)
    return Step.CHOICE


def ask_choice(context: Context, standing: PersonOverview) -> list[str]:
    since = standing.person.unsorted_since
    if since is not None:
        day = date_words(context.reference.day_in(standing.person.regency, since))
        return [_("Without the bot's order since {day}.").format(day=day)]
    return [
        _("You may refuse the bot's order."),
        _("Then you see all programmes in plain order."),
        _("Staff will look at this request."),
    ]


def sorting_options(context: Context, standing: PersonOverview) -> tuple[tuple[str, str], ...]:
    return SORTED_CHOICES if standing.person.unsorted_since is None else UNSORTED_CHOICES


async def take_choice(context: Context, standing: PersonOverview, key: str) -> int:
    if key == NOTHING:
        return leave_unchanged(context)
    return await (object_to if key == OFF else allow_again)(context, standing)


async def object_to(context: Context, standing: PersonOverview) -> int:
    await profiling_objection.object_to(context.session, standing.person, by=context.account.id, now=context.now)
    await caregiver_notices.used(context, standing.link, standing.person, caregiver_notices.UNSORTED)
    context.send(_("All right. Programmes are shown without the bot's order."))
    await new_request.ask_staff(context, standing.person, Right.LOOK)
    return END


async def allow_again(context: Context, standing: PersonOverview) -> int:
    await profiling_objection.allow_again(context.session, standing.person, by=context.account.id, now=context.now)
    await caregiver_notices.used(context, standing.link, standing.person, caregiver_notices.SORTED)
    return end_with(context, _("All right. The bot's order is used again."))
