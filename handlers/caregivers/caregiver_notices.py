"""Notify both sides of a link: of a question, of its use, of its end, and that a person is 18 now."""

from dataclasses import replace

from telegram import Update

from handlers.caregivers import ask_consent, give_consent
from handlers.caregivers.helper_changes import HELP_ENDS, tell_of_change
from handlers.conversation.access import LINKED
from handlers.conversation.buttons import Choice, choices
from handlers.conversation.context import Context
from handlers.conversation.engine import no_longer
from handlers.conversation.internal_event import InternalEvent
from handlers.conversation.menu import show_menu
from handlers.conversation.questions import NO, YES
from handlers.conversation.registry import Conversation
from handlers.notify import Notice, made_lines, notify
from handlers.wording.caregiver_text import VERSION, name_of, told_from_others
from locales import N_
from locales import gettext as _
from locales.times import date_words
from models.notices import Category, QuietHours
from models.people import permission
from models.people.consent import Answer, ConsentContext, Purpose, record_consent
from models.people.guardianship import came_of_age_here, grown_up_at, is_minor
from models.people.link import WARNED_BEFORE, Link, links_of, links_of_account, record_look
from models.people.person import Person
from models.scheduled import ScheduledKind

TALK, AGE = "age", "AGE"
AGE_CHOICES = ((YES, N_("Yes, go on")), (NO, N_("No, I do not want them")))


def used_by(key: str, what: str) -> Notice:
    """Make the notice to a person that a helper used the link, and that they may end it."""
    see = N_("To see or end it, type /keluarga.")
    return Notice(f"helper_{key}", Category.PRIVACY_LOG, (what, see))


SAW = used_by("saw", N_("{who} has looked at the status of your registration today."))
REGISTERED = used_by("registered", N_("{who} has registered you."))
OPENED = used_by("opened", N_("{who} is completing your registration."))
WITHDREW = used_by("withdrew", N_("{who} has cancelled your registration."))
ERASED = used_by("erased", N_("{who} has erased your data."))
CORRECTED = used_by("corrected", N_("{who} has corrected your data."))
UNSORTED = used_by("unsorted", N_("{who} wants no sorting by the bot for you."))
SORTED = used_by("sorted", N_("{who} lets the bot sort for you again."))
WANTS_CORRECTED = used_by("wants_corrected", N_("{who} has asked to correct your data."))
MAY_HELP = Notice("may_help", Category.LAW, made_lines, timer=ScheduledKind.PERMISSION_ASKED)
LINK_ENDS = Notice(
    "link_ends",
    Category.EVENT,
    made_lines,
    quiet=QuietHours.OFFICE_HOURS,
    timer=ScheduledKind.LINK_ENDS,
    is_over=lambda link, now: not link.holds(now),
)
GROWN_UP = Notice(
    "grown_up",
    Category.LAW,
    made_lines,
    timer=ScheduledKind.TURNS_ADULT,
    is_over=lambda link, _now: link.revoked_at is not None,
)
WARD_GROWN_UP = replace(GROWN_UP, key="ward_grown_up")


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=LINKED,
        routes={AGE: of_age},
        events={
            ScheduledKind.PERMISSION_ASKED: permission_asked,
            ScheduledKind.LINK_ENDS: link_ends,
            ScheduledKind.TURNS_ADULT: turns_adult,
        },
    )


async def looked_at(context: Context, link: Link, person: Person) -> None:
    """Tell a person, once a day, that a helper looked at their data."""
    if await record_look(context.session, link, person, context.now):
        await used(context, link, person, SAW)


async def used(context: Context, link: Link, person: Person, what: Notice) -> None:
    """Tell a person on their own account that a link was used, and the helper that the person is told."""
    if link.is_self:
        return
    who = await name_of(context, context.account, link.relation)
    if await notify(context, person, what, who=who):
        name = await told_from_others(context, person)
        context.send(_("We tell {first_name} that you did this.").format(first_name=name))


async def permission_asked(update: InternalEvent, context: Context) -> None:
    """Ask a person for consent to a helper who named their number, or who helps them already."""
    asked = await permission.permission_for(context.session, update.body["subject"], context.account, context.now)
    if asked is not None and asked.account_id is not None:
        lines = await give_consent.text_of(context, asked)
        await notify(context, context.account, MAY_HELP, choices=give_consent.own_choices(asked), lines=lines)


async def link_ends(update: InternalEvent, context: Context) -> None:
    """Tell both sides some days before the link ends, unless it was renewed."""
    link = await context.session.get(Link, update.body["subject"])
    if link is None or not link.holds(context.now) or link.expires_at is None:
        return
    if link.expires_at - WARNED_BEFORE > context.now:
        return
    person = await context.session.get_one(Person, link.person_id)
    day = context.reference.day_in(person.regency, link.expires_at)
    name = await told_from_others(context, person)
    lines = [_("Your help for {first_name} ends on {day}.").format(first_name=name, day=date_words(day))]
    if is_minor(person, context.now) and link.expires_at == grown_up_at(person):
        lines.append(_("On that day {first_name} is 18.").format(first_name=name))
    lines.append(_("Then you no longer see the registration. You may ask again."))
    await notify(context, link, LINK_ENDS, choices=[ask_again(link)], lines=lines)
    who = await name_of(context, context.account, link.relation)
    await tell_of_change(context, person, (HELP_ENDS, {"who": who, "day": day}), doubt=())


async def turns_adult(update: InternalEvent, context: Context) -> None:
    """On the 18th birthday ask the person, who decides alone from now on."""
    link = await context.session.get(Link, update.body["subject"])
    if link is None or link.revoked_at is not None:
        return
    person = await context.session.get_one(Person, link.person_id)
    if is_minor(person, context.now):
        return
    if link.is_self:
        lines = await adult_lines(context, link)
        await notify(context, link, GROWN_UP, choices=choices(TALK, AGE, *AGE_CHOICES), lines=lines)
    elif link.has_run_out(context.now):
        name = await told_from_others(context, person)
        lines = [
            _("{first_name} is 18 today, and decides alone.").format(first_name=name),
            _("You no longer help here. You may ask again."),
        ]
        await notify(context, link, WARD_GROWN_UP, choices=[ask_again(link)], lines=lines)


async def adult_lines(context: Context, link: Link) -> list[str]:
    is_helped = any(not one.is_self for one, _account in await links_of(context.session, link.person_id, context.now))
    lines = [_("You are 18 now. From today you decide alone.")]
    if not is_helped:
        lines.append(_("Your parent or guardian no longer sees your registration."))
    return [*lines, _("They may ask you for it again."), _("Shall your registrations go on?")]


async def of_age(key: str, update: Update, context: Context) -> None:
    """Take the answer of a person who turned 18."""
    served = await links_of_account(context.session, context.account_id)
    person = next((person for link, person in served if came_of_age_here(link, person, context.now)), None)
    if person is None or key not in (YES, NO):
        no_longer(context)
        return
    answer, account_id = Answer.GIVEN if key == YES else Answer.REFUSED, context.account_id
    said = ConsentContext.on(context.account, answer, _("Shall your registrations go on?"), VERSION)
    await record_consent(context.session, account_id, Purpose.OF_AGE, said, person_id=person.id, now=context.now)
    if key == YES:
        show_menu(context, _("Thank you. Your registrations go on."))
    else:
        show_menu(context, _("All right. To cancel one, type /status."), _("To erase your data, type /data."))


def ask_again(link: Link) -> Choice:
    return ask_consent.button_for(link, N_("Ask to help again"))
