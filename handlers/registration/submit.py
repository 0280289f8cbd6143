"""Submit the form, and send the receipt: a number, a kode cek, what happens next, who does it, and by when."""

from typing import Any

from telegram.ext import ConversationHandler

from handlers import new_request
from handlers.caregivers import caregiver_notices
from handlers.conversation.context import Context
from handlers.conversation.menu import show_menu
from handlers.registration.registration_form import Question, RegistrationSession, Step
from handlers.wording import printed_letters
from handlers.wording.caregiver_text import lacking_lines
from handlers.wording.own_data_text import PARTS
from handlers.wording.terms import named
from locales import N_, language, speaking
from locales import gettext as _
from locales.times import day_words
from models import daily_limits, scheduled
from models.applications import receipt
from models.applications.completion import FORM as COMPLETION
from models.applications.completion import open_applications
from models.applications.registration import Registration
from models.applications.submission import SubmissionSettings, Submitted, submit
from models.daily_limits import LimitedAction
from models.mydata.correction import corrections_in, files_of, stored_value, subject_of
from models.mydata.data_request import Right
from models.people.account import ReadingMode
from models.people.guardianship import lacking
from models.people.link import Relation, is_spoken_for, link_between, links_of
from models.people.name import clean
from models.programmes.programme_file import Programme
from models.scheduled import ScheduledKind

NOW, LATER = "now", "later"
RECEIPT_CHOICES = ((NOW, N_("Complete it now")), (LATER, N_("Later")))


async def send(session: RegistrationSession) -> Any:
    """File it. The draft is deleted in the same transaction, so a second tap finds none (idempotent)."""
    context, form, programme = session.context, session.form, session.programme
    if programme is None:
        return session.ask_next()
    if await daily_limits.limit_reached(context.session, LimitedAction.FILES, context.account.id or 0, context.now):
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
    link = await link_between(context.session, context.account.id or 0, filed.person.id or 0)
    if link is not None:
        await caregiver_notices.used(context, link, filed.person, caregiver_notices.REGISTERED)
        await say_lacking(context, filed)
    await ask_for_changes(context, form, filed)
    return session.ask(Step.RECEIPT)


async def ask_for_changes(context: Context, form: Registration, filed: Submitted) -> None:
    """File a correction request for every new value: the data of a checked person is not overwritten."""
    if await is_spoken_for(context.session, filed.person.id or 0, context.account.id or 0, context.now):
        return  # do not reveal that other values are stored
    files = await files_of(context.session, filed.person.id or 0)
    for part, becomes in corrections_in(form, filed.person, files):
        wish = {"was": stored_value(part, filed.person, files), "becomes": becomes}
        context.send(_("Here you wrote something new: {part}.").format(part=_(PARTS[part])))
        await new_request.ask_staff(context, filed.person, Right.CORRECT, about=subject_of(part), wish=wish)


def full(context: Context) -> int:
    """Refuse more registrations than the limit of a day; the draft stays as it is."""
    lines = [
        _("You have sent many registrations today."),
        _("Your answers stay here. Send this one tomorrow."),
        _("Staff can register many people at once. Ask them: /bantuan."),
    ]
    show_menu(context, "\n".join(lines))
    return ConversationHandler.END


def filing_at(context: Context, programme: Programme) -> SubmissionSettings:
    """Return the offices and the time that filing needs."""
    offices = context.reference.catalogue.office
    zone = context.reference.places.zone(offices[programme.next_step.office].region).name
    return SubmissionSettings(offices, zone, context.now)


async def is_sent(session: RegistrationSession) -> None:
    """Discard the draft, and cancel its timers."""
    session.discard()
    context, timers = session.context, [ScheduledKind.DRAFT_ENDS_SOON, ScheduledKind.DRAFT_ENDS]
    await scheduled.cancel(context.session, timers, context.account.id or 0, context.now, about=session.name)


async def hand_receipt(context: Context, filed: Submitted, programme: Programme) -> None:
    """Send the receipt as a file, which a companion (village worker) prints for a person without Telegram."""
    on = context.reference.day_in(context.reference.catalogue.office[programme.next_step.office].region, context.now)
    number = filed.application.number
    with speaking(await printed_letters.language_for(context, filed.person.id or 0)):
        lines = receipt_lines(context, filed, programme, number)
        words = printed_letters.written(_("Receipt"), lines, on, number=number, kode_cek=filed.kode_cek)
    letter = printed_letters.unkept(filed.application, words, context.now)
    caption = _("The receipt. Print it, and give it to the person.")
    printed_letters.send_letters(context, [(filed.person, [letter])], caption, reference=filed.application.number)


async def say_lacking(context: Context, filed: Submitted) -> None:
    """Say what a file of a person under 18 lacks: a guardian with proof, and their own consent."""
    linked = await links_of(context.session, filed.person.id or 0, context.now)
    if missing := lacking(filed.person, [link for link, _account in linked], context.now):
        context.send("\n".join(lacking_lines(filed.person, missing)))


def say_receipt(context: Context, filed: Submitted, programme: Programme) -> None:
    is_heard = context.work.mode is ReadingMode.SCREEN_READER
    number, code = filed.application.number, receipt.grouped(filed.kode_cek)
    read = receipt.read(number)
    if is_heard and isinstance(read, receipt.Receipt):
        number, code = read.spoken, " ".join(filed.kode_cek)
    lines = receipt_lines(context, filed, programme, number)
    context.send("\n".join([*lines, _("We will send you news here.")]))
    lines = [
        _("Your kode cek: {code}.").format(code=code),
        _("It proves that this registration is yours."),
        _("Keep it, and give it to nobody else."),
    ]
    context.send("\n".join(lines), protect=True)


def receipt_lines(context: Context, filed: Submitted, programme: Programme, number: str) -> list[str]:
    """Return the lines: what was registered, what happens next, who does it, and by when."""
    office = context.reference.catalogue.office[programme.next_step.office]
    day = context.reference.day_in(office.region, filed.application.promised_at)
    return [
        _("The registration of {name} has arrived.").format(name=registered_name(context, filed)),
        _("Number: {number}.").format(number=number),
        _("Programme: {programme}.").format(programme=programme.short_name.in_(language())),
        _("Next: {step}").format(step=programme.next_step.wording.in_(language(), short=True)),
        _("It is done by {office}.").format(office=office.short_name.in_(language())),
        _("At the latest on {day}.").format(day=day_words(day)),
    ]


def registered_name(context: Context, filed: Submitted) -> str:
    name = clean(filed.person.name)
    return named(context, name) if filed.is_for_self else name


def ask_receipt(session: RegistrationSession) -> str:
    lines = [
        _("The file still needs a few things."),
        _("A complete file dates your turn."),
        _("Do you want to complete it now?"),
    ]
    return "\n".join(lines)


async def take_receipt(session: RegistrationSession, key: str) -> int:
    if key == NOW:
        await complete_now(session.context)
    else:
        show_menu(session.context, _("That is fine. Type /lengkapi when you are ready."))
    return ConversationHandler.END


async def complete_now(context: Context) -> None:
    """Begin to complete the file of the receipt."""
    files = await open_applications(context.session, context.account.id or 0, context.now)
    if files:
        await context.registry.begin_about(COMPLETION, context, files[0][0].id or 0)


QUESTIONS = (Question(Step.RECEIPT, ask_receipt, options=RECEIPT_CHOICES, take=take_receipt, standalone=True),)
