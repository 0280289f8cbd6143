"""What the two sides of a link hear unasked: a question, that it was used, that it ends, that somebody is 18 now."""

from telegram import Update

from handlers.caregivers import give_consent
from handlers.caregivers.caregiver_text import VERSION, name_of, tell_person, told_from_others
from handlers.caregivers.helper_changes import HELP_ENDS, tell_of_change
from handlers.caregivers.manage_help import ASK, DO, day_in
from handlers.caregivers.manage_help import TALK as CIRCLE
from handlers.conversation.access import LINKED
from handlers.conversation.buttons import CallbackData, Choice, choices
from handlers.conversation.context import Context
from handlers.conversation.follow_ups import offer
from handlers.conversation.internal_event import InternalEvent
from handlers.conversation.menu import show_menu
from handlers.conversation.registry import Conversation
from locales import N_
from locales import gettext as _
from models.messaging.outbox import Priority
from models.people import permission
from models.people.consent import Answer, Consent, Purpose
from models.people.consent import record_consent as keep_consent
from models.people.guardianship import came_of_age_here, grown_up_at, is_minor
from models.people.link import WARNED_BEFORE, Link, links_of, links_of_account, record_look
from models.people.person import Person
from models.scheduled import ScheduledKind

TALK, AGE = "age", "AGE"
YES, NO = "yes", "no"

SAW = N_("{who} has looked at your files today.")
REGISTERED = N_("{who} has registered you.")
OPENED = N_("{who} is completing your file.")
WITHDREW = N_("{who} has cancelled your registration.")
ERASED = N_("{who} has erased your data.")
CORRECTED = N_("{who} has corrected your data.")
UNSORTED = N_("{who} wants no sorting by the bot for you.")
SORTED = N_("{who} lets the bot sort for you again.")
WANTS_CORRECTED = N_("{who} has asked to correct your data.")
SEE_WHO = (N_("To see or end it, type /keluarga."), dict[str, str]())


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
    """Somebody looked for somebody else: the person hears of it once a day."""
    if await record_look(context.session, link, person, context.now):
        await used(context, link, person, SAW)


async def used(context: Context, link: Link, person: Person, what: str) -> None:
    """A link was used: the person hears of it on their own account, and the helper reads that they do."""
    if link.is_self:
        return
    who = await name_of(context, context.account, link.relation)
    if await tell_person(context, person, (what, {"who": who}), SEE_WHO):
        name = await told_from_others(context, person)
        context.send(_("We tell {first_name} that you did this.").format(first_name=name))


async def permission_asked(update: InternalEvent, context: Context) -> None:
    """Somebody found this person by a number, or helps them already: may they?"""
    asked = await permission.permission_for(context.session, update.body["subject"], context.account, context.now)
    if asked is not None and asked.account_id is not None:
        await give_consent.put_question(context, asked, Priority.NOTICE)


async def link_ends(update: InternalEvent, context: Context) -> None:
    """Some days before the end both sides hear of it, unless it was renewed."""
    link = await context.session.get(Link, update.body["subject"])
    if link is None or not link.holds(context.now) or link.expires_at is None:
        return
    if link.expires_at - WARNED_BEFORE > context.now:
        return
    person = await context.session.get_one(Person, link.person_id)
    day, name = day_in(context, person, link.expires_at), await told_from_others(context, person)
    lines = [_("Your help for {first_name} ends on {day}.").format(first_name=name, day=day)]
    if is_minor(person, context.now) and link.expires_at == grown_up_at(person):
        lines.append(_("On that day {first_name} is 18.").format(first_name=name))
    lines.append(_("Then you no longer see the files. You may ask again."))
    offer(context, "\n".join(lines), [ask_again(link)], priority=Priority.NOTICE)
    who = await name_of(context, context.account, link.relation)
    await tell_of_change(context, person, (HELP_ENDS, {"who": who, "day": day}), doubt=())


async def turns_adult(update: InternalEvent, context: Context) -> None:
    """The 18th birthday: whoever is 18 decides alone from now on, and is asked."""
    link = await context.session.get(Link, update.body["subject"])
    if link is None or link.revoked_at is not None:
        return
    person = await context.session.get_one(Person, link.person_id)
    if is_minor(person, context.now):
        return
    if link.is_self:
        offer(context, await adult_text(context, link), age_choices(), priority=Priority.NOTICE)
    elif link.has_run_out(context.now):
        name = await told_from_others(context, person)
        lines = [
            _("{first_name} is 18 today, and decides alone.").format(first_name=name),
            _("Your help has ended. You may ask for it again."),
        ]
        offer(context, "\n".join(lines), [ask_again(link)], priority=Priority.NOTICE)


async def adult_text(context: Context, link: Link) -> str:
    is_helped = any(not one.is_self for one, _account in await links_of(context.session, link.person_id, context.now))
    lines = [_("You are 18 now. From today you decide alone.")]
    if not is_helped:
        lines.append(_("Your parent or guardian no longer sees your files."))
    lines += [_("They may ask you for it again."), _("Shall your registrations go on?")]
    return "\n".join(lines)


async def of_age(key: str, update: Update, context: Context) -> None:
    """Whoever turned 18 answers for themself."""
    served = await links_of_account(context.session, context.account.id or 0)
    person = next((person for link, person in served if came_of_age_here(link, person, context.now)), None)
    if person is None or key not in (YES, NO):
        show_menu(context, _("That can no longer be done."))
        return
    consent = Consent(
        account_id=context.account.id or 0,
        person_id=person.id,
        purpose=Purpose.OF_AGE,
        answer=Answer.GIVEN if key == YES else Answer.REFUSED,
        version=VERSION,
        shown=_("Shall your registrations go on?"),
        language=context.account.language,
        mode=context.account.mode,
        at=context.now,
    )
    await keep_consent(context.session, consent)
    if key == YES:
        show_menu(context, _("Thank you. Your registrations go on."))
    else:
        lines = [_("All right. To cancel one, type /status."), _("To erase your data, type /data.")]
        show_menu(context, "\n".join(lines))


def ask_again(link: Link) -> Choice:
    return Choice(CallbackData(CIRCLE, DO, f"{ASK} {link.id}"), N_("Ask for permission again"))


def age_choices() -> list[Choice]:
    return choices(TALK, AGE, (YES, N_("Yes, go on")), (NO, N_("No, I do not want them")))
