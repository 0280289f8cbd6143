"""Erase one's data, from /data: first say what is erased, what is kept and why.

begin ──one person──▶ SURE ──yes──▶ erased           └──took part──▶ kept until a day; an officer looks
  └──several──▶ PERSON ─▲ └──no──▶ nothing changes                           /batal leaves from anywhere
"""

from dataclasses import dataclass
from enum import StrEnum

from handlers import new_request
from handlers.caregivers import caregiver_notices
from handlers.conversation.access import LINKED
from handlers.conversation.context import Context
from handlers.conversation.engine import end_with, leave_unchanged
from handlers.conversation.questions import END, Confirm, Next
from handlers.conversation.registry import Conversation
from handlers.wording.example_text import KEPT, marked
from locales import N_
from locales import gettext as _
from locales.times import day_words
from models.applications.overview import PersonOverview
from models.mydata.data_request import Right
from models.mydata.retention_facts import KeptFile, files_to_keep
from models.people.erasure import erase

TALK = "erase"
NOTHING_HERE = (N_("There is nothing here that you may erase."), N_("To ask staff, type /tanya."))
SURE_LABELS = (N_("Yes, erase"), N_("No, keep them"))


class Step(StrEnum):
    PERSON = "PERSON"
    SURE = "SURE"


@dataclass
class EraseState:
    """The person whose data is to be erased."""

    person: int = 0


def conversation() -> Conversation:
    person = new_request.choose_person(N_("Whose data shall be erased?"), take=take_person, gone=NOTHING_HERE)
    sure = Confirm(ask_sure, labels=SURE_LABELS, yes=take_yes, no=leave_unchanged, back=leave_unchanged)
    return Conversation(
        name=TALK, access=LINKED, state=EraseState, subject=chosen, steps={Step.PERSON: person, Step.SURE: sure}
    )


async def chosen(context: Context) -> PersonOverview | None:
    return await new_request.decided_one(context, context.state(EraseState).person)


async def take_person(context: Context, found: list[PersonOverview], key: str) -> Next:
    return await check_and_confirm(context, next(one for one in found if str(one.person.id) == key))


async def kept_files(context: Context, standing: PersonOverview) -> list[KeptFile]:
    """Return the files that must be kept now."""
    retention = context.reference.catalogue.office.retention
    return await files_to_keep(context.session, standing.person.id or 0, retention, context.now)


async def check_and_confirm(context: Context, standing: PersonOverview) -> Next:
    """Say why and until when a participant's data is kept; of other people ask whether to erase."""
    kept = await kept_files(context, standing)
    if not kept:
        context.state(EraseState).person = standing.person.id or 0
        return Step.SURE
    region = context.reference.catalogue.office[kept[-1].application.office].region
    day = context.reference.day_in(region, max(one.until for one in kept if one.until))
    context.send(
        marked(_("These data must stay until {day}.").format(day=day_words(day)), context.reference, *KEPT),
        _("Why: somebody took part, and the office must prove it."),
        _("Staff will look at this request."),
    )
    await new_request.ask_staff(context, standing.person, Right.ERASE)
    return END


def ask_sure(context: Context, standing: PersonOverview) -> list[str]:
    return [
        _("Your own data will be erased.")
        if standing.link.is_self
        else _("The data of {name} will be erased.").format(name=standing.person.name),
        _("This goes: name, birth date, address, phone number, NIK."),
        _("Also the answers and the papers."),
        _("We keep the number, programme, stage and dates. Without a name."),
        _("An open registration is cancelled."),
        _("It cannot be undone. Erase now?"),
    ]


async def take_yes(context: Context, standing: PersonOverview) -> Next:
    if await kept_files(context, standing):
        return await check_and_confirm(context, standing)  # an officer may have decided meanwhile
    await caregiver_notices.used(context, standing.link, standing.person, caregiver_notices.ERASED)
    await erase(context.session, standing.person.id or 0, by=context.account.id, now=context.now)
    context.work.state.clear()  # earlier offers and questions may name the person
    context.work.drafts.clear()
    context.work.state_changed = True
    return end_with(context, _("The data are erased."), _("The messages in this chat you can delete yourself."))
