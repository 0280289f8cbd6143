"""Submit the form, and send the receipt: a number, a kode cek, what happens next, who does it, and by when.

At the counter the receipt is printed at once.
"""

from dataclasses import dataclass
from typing import Any

from handlers import new_request
from handlers.caregivers import caregiver_notices
from handlers.conversation.access import authorize
from handlers.conversation.context import A_DAY, Context
from handlers.conversation.engine import end_with
from handlers.registration.registration_form import RegistrationSession, Step
from handlers.wording import printed_letters
from handlers.wording.caregiver_text import lacking_lines
from handlers.wording.own_data_text import PARTS
from handlers.wording.staff_text import alike_lines
from handlers.wording.status_text import next_message, own_step, what_is_missing
from handlers.wording.terms import named, number_for
from locales import LANGUAGES, language, speaking
from locales import gettext as _
from models import daily_limits, scheduled
from models.applications.overview import ApplicationLine
from models.applications.receipt import grouped
from models.applications.registration import Registration
from models.applications.submission import SubmissionSettings, Submitted, submit, submit_at_counter
from models.daily_limits import LimitedAction
from models.messaging.printed_letter import letters_from_office
from models.mydata.correction import corrections_in, files_of, stored_value, subject_of
from models.mydata.data_request import Right
from models.offices.authority import Act, Where
from models.offices.mailroom import PersonMail, mark_printed
from models.people.account import ReadingMode
from models.people.guardianship import lacking
from models.people.link import Relation, is_spoken_for, link_between, links_of
from models.people.name import clean
from models.programmes.programme_file import Programme
from models.scheduled import ScheduledKind


@dataclass
class HeardState:
    """How the text was read to the person at the counter, in which language, and the file that was made."""

    is_explained: bool = False
    language: str = LANGUAGES[0]
    filed: int = 0


async def send(session: RegistrationSession) -> Any:
    """File it. The draft is deleted in the same transaction, so a second tap finds none (idempotent)."""
    if session.programme is None:
        return session.ask_next()
    return await (send_at_counter if session.assisted else send_own)(session, session.programme)


async def send_own(session: RegistrationSession, programme: Programme) -> Any:
    context, form = session.context, session.form
    if await daily_limits.limit_reached(context.session, LimitedAction.FILES, context.account_id, context.now):
        return full(context)
    filed = await submit(context.session, context.account, form, programme, filing_at(context, programme))
    if form.is_for_self and not context.account.called:
        context.account.called = form.name  # the next registration offers it
    if form.is_of_organisation:
        context.account.organisation = form.organisation
    await is_sent(session)
    say_receipt(context, filed, programme)
    if form.for_whom is Relation.COMPANION:
        await hand_receipt(context, filed, programme)
    link = await link_between(context.session, context.account_id, filed.person.id or 0)
    if link is not None:
        await caregiver_notices.used(context, link, filed.person, caregiver_notices.REGISTERED)
        await say_lacking(context, filed)
    await ask_for_changes(context, form, filed)
    return Step.RECEIPT


async def send_at_counter(session: RegistrationSession, programme: Programme) -> Any:
    """File it, if it is in the region of the post."""
    context, form = session.context, session.form
    where = Where(programme.next_step.office, form.district or form.regency)
    post = await authorize(context, Act.REGISTER_SOMEBODY, where)
    if post is None:
        return session.ask(Step.REVIEW)
    filed = await submit_at_counter(context.session, post, form, programme, filing_at(context, programme))
    await is_sent(session)
    context.state(HeardState).filed = filed.application.id or 0
    say_receipt_at_counter(context, filed, programme)
    await print_receipt(context, filed, programme)
    await say_lacking(context, filed)
    if lines := await alike_lines(context, filed.person, post):
        context.send(*lines, _("Please compare before the next step. See /loket."))
    return Step.RECEIPT


async def ask_for_changes(context: Context, form: Registration, filed: Submitted) -> None:
    """File a correction request for every new value: the data of a checked person is not overwritten."""
    if await is_spoken_for(context.session, filed.person.id or 0, context.account_id, context.now):
        return  # do not reveal that other values are stored
    files = await files_of(context.session, filed.person.id or 0)
    for part, becomes in corrections_in(form, filed.person, files):
        wish = {"was": stored_value(part, filed.person, files), "becomes": becomes}
        context.send(_("{part}: what was written differs from the earlier data.").format(part=_(PARTS[part])))
        await new_request.ask_staff(context, filed.person, Right.CORRECT, about=subject_of(part), wish=wish)


def full(context: Context) -> int:
    """Refuse more registrations than the limit of a day; the draft stays as it is."""
    return end_with(
        context,
        _("You have sent many registrations today."),
        _("Your answers stay here. Send this one tomorrow."),
        _("Staff can register many people at once. Come to the office."),
    )


def filing_at(context: Context, programme: Programme) -> SubmissionSettings:
    """Return the offices and the time that filing needs."""
    offices = context.reference.catalogue.office
    zone = context.reference.places.zone(offices[programme.next_step.office].region).name
    return SubmissionSettings(offices, zone, context.now)


async def is_sent(session: RegistrationSession) -> None:
    """Discard the draft, and cancel its timers."""
    session.discard()
    context, timers = session.context, [ScheduledKind.DRAFT_ENDS_SOON, ScheduledKind.DRAFT_ENDS]
    await scheduled.cancel(context.session, timers, context.account_id, context.now, about=session.name)


async def hand_receipt(context: Context, filed: Submitted, programme: Programme) -> None:
    """Send the receipt as a file, which a companion (village worker) prints for a person without Telegram."""
    on = context.reference.day_in(context.reference.catalogue.office[programme.next_step.office].region, context.now)
    number = filed.application.number
    with speaking(await printed_letters.language_for(context, filed.person.id or 0)):
        lines = receipt_lines(context, filed, programme, number)
        words = printed_letters.written(_("Receipt"), lines, on, number=number, kode_cek=filed.kode_cek)
    letter = printed_letters.unkept(filed.application, words, context.now)
    hand_over(context, PersonMail(filed.person, [letter]), number)


async def print_receipt(context: Context, filed: Submitted, programme: Programme) -> None:
    """Print the first letter of a person without Telegram at once."""
    application, person = filed.application, filed.person
    occasion = f"receipt:{application.number}"
    with speaking(await printed_letters.language_for(context, person.id or 0)):
        lines = [
            *receipt_lines(context, filed, programme, application.number),
            _("We print the next news. Ask for it at the office."),
        ]
        await printed_letters.write(context, application, occasion, _("Receipt"), lines, kode_cek=filed.kode_cek)
    mail = PersonMail(person, await letters_from_office(context.session, person.id or 0, application.office))
    hand_over(context, mail, application.number)
    await mark_printed(context.session, [mail], by=context.account_id, now=context.now)


def hand_over(context: Context, mail: PersonMail, number: str) -> None:
    caption = _("The receipt. Print it, and hand it over.")
    printed_letters.send_letters(context, [mail], caption, reference=number)


async def say_lacking(context: Context, filed: Submitted) -> None:
    """Say what a file of a person under 18 lacks: a guardian with proof, and their own consent."""
    linked = await links_of(context.session, filed.person.id or 0, context.now)
    if missing := lacking(filed.person, [link for link, _account in linked], context.now):
        context.send(*lacking_lines(filed.person, missing))


def say_receipt(context: Context, filed: Submitted, programme: Programme) -> None:
    mode = context.work.mode
    number = number_for(mode, filed.application.number)
    code = " ".join(filed.kode_cek) if mode is ReadingMode.SCREEN_READER else grouped(filed.kode_cek)
    context.send(*receipt_lines(context, filed, programme, number), _("We send the news here."))
    context.send(
        _("Your kode cek status: {code}.").format(code=code),
        _("Use it to see the status from another phone. Type /cek."),
        _("Keep it, and give it to nobody else."),
        protect=True,
    )


def say_receipt_at_counter(context: Context, filed: Submitted, programme: Programme) -> None:
    """Send the officer the number, which may stay in the chat; the kode cek may not."""
    context.send(*receipt_lines(context, filed, programme, number_for(context.work.mode, filed.application.number)))
    context.send(
        _("Kode cek status: {code}").format(code=grouped(filed.kode_cek)),
        _("It is for the applicant. It is printed on the receipt."),
        _("We delete this message after one day."),
        protect=True,
        delete_after=A_DAY,
    )


def receipt_lines(context: Context, filed: Submitted, programme: Programme, number: str) -> list[str]:
    """Return the lines: what was registered, the applicant's own next step or that of staff, who acts, and by when."""
    office = context.reference.catalogue.office[programme.next_step.office]
    step = programme.next_step.wording.in_(language(), short=True)
    lacks = what_is_missing(filed.person, ApplicationLine(filed.application, frozenset(), may_act=True), programme)
    name = clean(filed.person.name)
    name = named(context, name) if filed.is_for_self else name
    return [
        _("The registration of {name} is in. Nothing is decided yet.").format(name=name),
        _("Number: {number}.").format(number=number),
        _("Programme: {programme}.").format(programme=programme.short_name.in_(language())),
        *(own_step(lacks) if lacks else [_("Next: {step}").format(step=step)]),
        _("It is done by {office}.").format(office=office.short_name.in_(language())),
        next_message(context, filed.application),
    ]
