"""/status: show the stage of every file, why, what happens next and who acts, and the day of the next message.

/status ──one person──▶ shown ──withdraw──▶ SURE ──yes──▶ withdrawn
    └──several──▶ PERSON ─▲ └──complete──▶ /lengkapi                          /batal leaves from anywhere
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from telegram import Update

from handlers.caregivers import caregiver_notices
from handlers.conversation.access import LINKED
from handlers.conversation.buttons import CallbackData, Choice
from handlers.conversation.context import Context
from handlers.conversation.drafts import kept_words
from handlers.conversation.engine import back_to_menu, end_with, no_longer
from handlers.conversation.follow_ups import offer
from handlers.conversation.menu import Section, leads_to
from handlers.conversation.questions import END, Choose, Confirm
from handlers.conversation.registry import Command, Conversation
from handlers.conversation.resume import continue_choice, draft_waits, waiting_drafts
from handlers.leaving_home.visible_application import answer_choice
from handlers.status.printed_status import print_status
from handlers.wording.person_words import people_options
from handlers.wording.status_text import line_text
from locales import N_
from locales import gettext as _
from models.applications.completion import FORM as COMPLETION
from models.applications.overview import ApplicationLine, PersonOverview, find_line, overviews_for, withdraw
from models.applications.registration import FORM as REGISTER
from models.people.link import Relation

TALK = "status"
DO = "DO"
COMPLETE, WITHDRAW, PRINT = "complete", "withdraw", "print"
ACTS = {
    COMPLETE: (N_("Complete file"), N_("Complete {number}")),
    WITHDRAW: (N_("Cancel registration"), N_("Cancel {number}")),
    PRINT: (N_("Print it"), N_("Print {number}")),
}
"""The button of each act; of several files it names which."""
SURE_LABELS = (N_("Yes, cancel it"), N_("No, go on"))


class Step(StrEnum):
    PERSON = "PERSON"
    SURE = "SURE"


@dataclass
class StatusState:
    """The application to be cancelled."""

    application: int = 0


class Known(NamedTuple):
    """One file of this account, and its person."""

    standing: PersonOverview
    line: ApplicationLine


def conversation() -> Conversation:
    person = Choose(
        N_("Whose status do you want to see?"),
        options=people_options,
        take=take_person,
        back=back_to_menu,
        subject=with_files,
        gone=say_nobody,
        skips_single=True,
    )
    return Conversation(
        name=TALK,
        access=LINKED,
        state=StatusState,
        begin_about=begin_cancelling,
        subject=to_cancel,
        gone=N_("That registration cannot be cancelled any more."),
        steps={Step.PERSON: person, Step.SURE: Confirm(ask_sure, labels=SURE_LABELS, yes=cancel, no=go_on, back=go_on)},
        commands=[Command("status", N_("See where it stands"))],
        sections={Section.STATUS: Step.PERSON},
        routes={DO: do},
    )


async def with_files(context: Context) -> list[PersonOverview] | None:
    """Return the people of this account that have files."""
    found = await overviews_for(context.session, context.account, context.now)
    return [standing for standing in found if standing.lines] or None


async def to_cancel(context: Context) -> Known | None:
    found = await overviews_for(context.session, context.account, context.now)
    known = find_line(found, context.state(StatusState).application)
    return Known(*known) if known is not None and known[1].can_be_withdrawn else None


def say_nobody(context: Context) -> int:
    """Say that no person is registered yet, and mention a draft that was not sent."""
    if waiting := waiting_drafts(context):
        lines = [draft_waits(context), kept_words(context)]
        offer(context, "\n".join(lines), [continue_choice(waiting[0]), leads_to(Section.HELP)])
        return END
    lines = [_("Nobody is registered from this account yet."), _("Do you want to register?")]
    offer(context, "\n".join(lines), [leads_to(Section.REGISTER), leads_to(Section.HELP)])
    return END


async def take_person(context: Context, found: Sequence[PersonOverview], key: str) -> int:
    """Show the files of a person; where a caregiver looks, the person is told."""
    standing = next(one for one in found if str(one.person.id) == key)
    await caregiver_notices.looked_at(context, standing.link, standing.person)
    return await show(context, standing)


async def show(context: Context, standing: PersonOverview) -> int:
    """Send each file in a message of its own, with the choices under the last one."""
    offered = act_choices(context, [standing])
    texts = [await line_text(context, standing, line) for line in standing.lines]
    if REGISTER in waiting_drafts(context):
        texts.append(_("Another registration is not sent yet."))
        offered.append(continue_choice(REGISTER))
    offered.append(leads_to(Section.HELP))
    for text in texts[:-1]:
        context.send(text)
    offer(context, texts[-1], offered)
    return END


async def do(key: str, update: Update, context: Context) -> None:
    """Do an act on a file that was chosen, now or long ago, if this account may still do it."""
    found = await overviews_for(context.session, context.account, context.now)
    choice = next((one for one in act_choices(context, found) if one.press == CallbackData(TALK, DO, key)), None)
    known = find_line(found, int(key.rpartition(" ")[2])) if choice else None
    if known is None:
        no_longer(context)
    elif key.startswith(PRINT):
        await print_for(context, *known)
    elif key.startswith(WITHDRAW):
        await context.registry.begin_about(TALK, context, known[1].application.id or 0)
    else:
        await context.registry.begin_about(COMPLETION, context, known[1].application.id or 0)


async def print_for(context: Context, standing: PersonOverview, line: ApplicationLine) -> None:
    """Print the status for a person without Telegram; the look of the companion is notified as always."""
    await caregiver_notices.looked_at(context, standing.link, standing.person)
    await print_status(context, line.application, standing.person, shows_data=standing.shows_data)


def begin_cancelling(context: Context, application: int) -> Step:
    context.state(StatusState).application = application
    return Step.SURE


def ask_sure(context: Context, known: Known) -> list[str]:
    name = context.reference.programme_name(known.line.application.programme)
    programme = _("Programme: {programme}").format(programme=name)
    return [_("Do you want to cancel this registration?"), programme, _("It then no longer waits for its turn.")]


def go_on(context: Context, known: Known) -> int:
    return end_with(context, _("All right. The registration goes on."))


async def cancel(context: Context, known: Known) -> int:
    await withdraw(context.session, context.account, known.line.application, context.now)
    await caregiver_notices.used(context, known.standing.link, known.standing.person, caregiver_notices.WITHDREW)
    return end_with(context, _("The registration is cancelled."), _("You may register again at any time."))


def act_choices(context: Context, found: Sequence[PersonOverview]) -> list[Choice]:
    """Return the acts on these files."""
    files = [Known(standing, line) for standing in found for line in standing.lines]
    return [choice for one in files for choice in choices_of(context, *one, several=len(files) > 1)]


def choices_of(context: Context, standing: PersonOverview, line: ApplicationLine, *, several: bool) -> Iterator[Choice]:
    """Return the acts on one file: complete, answer, cancel, print."""
    if line.may_act and line.wants_papers(context.reference.catalogue.get(line.application.programme)):
        yield act_choice(COMPLETE, line, several=several)
    if (answer := answer_choice(context, line, several=several)) is not None:
        yield answer
    if line.can_be_withdrawn:
        yield act_choice(WITHDRAW, line, several=several)
    if standing.link.relation is Relation.COMPANION:
        yield act_choice(PRINT, line, several=several)


def act_choice(act: str, line: ApplicationLine, *, several: bool) -> Choice:
    words, of_several = ACTS[act]
    label = _(of_several).format(number=line.application.number) if several else words
    return Choice(CallbackData(TALK, DO, f"{act} {line.application.id}"), label)
