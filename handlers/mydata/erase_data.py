"""Erasing one's data, from /data: what goes, what stays and why is said first.

begin ──one person──▶ SURE ──yes──▶ erased           └──took part──▶ kept until a day; a person of staff looks
  └──several──▶ PERSON ─▲ └──no──▶ nothing changes                           /batal leaves from anywhere
"""

from collections.abc import Sequence
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
from locales.times import day_words
from models.applications.overview import PersonOverview
from models.mydata.data_request import Right
from models.mydata.retention_facts import KeptFile, files_to_keep
from models.people.erasure import erase
from models.people.link import Relation

TALK = "erase"
WHOM = "erase_person"
YES, NO = "yes", "no"
SURE_CHOICES = ((YES, N_("Yes, erase")), (NO, N_("No, keep them")))


class Step(StrEnum):
    PERSON = "PERSON"
    SURE = "SURE"


def conversation() -> Conversation:
    person = Choose(ask=ask_person, options=person_options, take=take_person, back=keep_answer, subject=erasable)
    sure = Choose(ask=ask_sure, options=lambda context, standing: SURE_CHOICES, take=take_sure, back=keep_answer)
    steps = Steps(subject=chosen, gone=gone, ended=forget, questions={Step.PERSON: person, Step.SURE: sure})
    return Conversation(name=TALK, access=LINKED, begin=begin, steps=steps)


async def begin(update: Update, context: Context) -> Next:
    found = await new_request.decided_by(context)
    if not found:
        show_menu(context, _("There is nothing here that you may erase.") + "\n" + _("To ask staff, type /bantuan."))
        return END
    then = Step.PERSON if len(found) > 1 else await weigh(context, found[0])
    return await context.registry[TALK].ask(context, then) if isinstance(then, Step) else then


async def erasable(context: Context) -> list[PersonOverview] | None:
    return await new_request.decided_by(context) or None


async def chosen(context: Context) -> PersonOverview | None:
    """The person that was chosen, as far as this account still decides about their data."""
    return one_of(await new_request.decided_by(context), context.work.state.get(WHOM))


def one_of(found: Sequence[PersonOverview], person_id: object) -> PersonOverview | None:
    return next((one for one in found if one.person.id == person_id), None)


def gone(context: Context) -> int:
    show_menu(context, _("That can no longer be done."))
    return END


def ask_person(context: Context, found: list[PersonOverview]) -> str:
    return _("Whose data shall be erased?")


def person_options(context: Context, found: list[PersonOverview]) -> list[Choice]:
    return people_choices(context, found, TALK, Step.PERSON)


async def take_person(context: Context, found: list[PersonOverview], key: str) -> Next:
    return await weigh(context, next(one for one in found if str(one.person.id) == key))


async def kept_files(context: Context, standing: PersonOverview) -> list[KeptFile]:
    """What speaks against erasing this person now."""
    retention = context.reference.catalogue.office.retention
    return await files_to_keep(context.session, standing.person.id or 0, retention, context.now)


async def weigh(context: Context, standing: PersonOverview) -> Next:
    """Who took part is kept for a while, and told why and until when; anybody else is asked whether they are sure."""
    kept = await kept_files(context, standing)
    if not kept:
        context.work.remember(WHOM, standing.person.id)
        return Step.SURE
    region = context.reference.catalogue.office[kept[-1].application.office].region
    day = context.reference.day_in(region, max(one.until for one in kept if one.until))
    lines = [
        _("These data must stay until {day}.").format(day=day_words(day)),
        _("Why: somebody took part, and the office must prove it."),
        _("A person of our staff looks at your wish."),
    ]
    context.send("\n".join(lines))
    await new_request.ask_staff(context, standing.person, Right.ERASE)
    return END


def ask_sure(context: Context, standing: PersonOverview) -> str:
    is_self = standing.link.relation is Relation.SELF
    lines = [
        _("Your own data will be erased.")
        if is_self
        else _("The data of {name} will be erased.").format(name=standing.person.name),
        _("This goes: name, birth date, address, phone number, NIK."),
        _("Also the answers and the papers."),
        _("This stays, without a name: number, programme, stage, dates."),
        _("An open registration is cancelled."),
        _("It cannot be undone. Erase now?"),
    ]
    return "\n".join(lines)


async def take_sure(context: Context, standing: PersonOverview, key: str) -> Next:
    if key == NO:
        return keep_answer(context, standing)
    if await kept_files(context, standing):
        return await weigh(context, standing)  # an officer has decided meanwhile
    await caregiver_notices.used(context, standing.link, standing.person, caregiver_notices.ERASED)
    await erase(context.session, standing.person.id or 0, by=context.account.id, now=context.now)
    context.work.state.clear()  # what was offered and asked before may name the person
    context.work.drafts.clear()
    context.work.state_changed = True
    show_menu(context, _("The data are erased.") + "\n" + _("The messages in this chat you can delete yourself."))
    return END


def keep_answer(context: Context, _subject: object) -> int:
    show_menu(context, _("All right. Nothing has changed."))
    return END


def forget(context: Context) -> None:
    context.work.remember(WHOM, None)
