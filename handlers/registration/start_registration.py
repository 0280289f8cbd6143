"""Begin, resume or leave a registration: its draft is kept for the office's days, and the account is told so."""

from typing import Any

from telegram import Update
from telegram.ext import ConversationHandler

from handlers.conversation.context import Context
from handlers.conversation.drafts import discard_draft, draft_lifetime
from handlers.conversation.form import step_of
from handlers.conversation.internal_event import InternalEvent
from handlers.conversation.menu import show_menu
from handlers.conversation.persistent import set_step
from handlers.conversation.questions import AGAIN
from handlers.onboarding import consent_question
from handlers.registration.registration_form import (
    TALK,
    Question,
    RegistrationSession,
    Step,
    counter_session,
    own_session,
)
from handlers.registration.review import answers_so_far
from locales import N_
from locales import gettext as _
from models import scheduled
from models.applications.draft import WARN_BEFORE
from models.applications.registration import Registration
from models.people.consent import Answer
from models.scheduled import EventSpec, ScheduledKind

GO_ON, AFRESH = "on", "new"
RESUME_CHOICES = ((GO_ON, N_("Go on")), (AFRESH, N_("Begin again")))


async def begin(update: Update, context: Context) -> Any:
    """/daftar: consent first, then the open draft or a new one."""
    return await start_or_ask(own_session(context))


async def start_or_ask(session: RegistrationSession) -> Any:
    if await consent_question.is_given(session.context):
        return await go_on(session)
    if await consent_question.agreed_version(session.context):
        session.context.send(_("Our text about your data has changed. Please read it again."))
    return session.ask(Step.CONSENT)


def ask_consent(session: RegistrationSession) -> str:
    return consent_question.ask_consent(session.context)


async def take_consent(session: RegistrationSession, key: str) -> Any:
    """Take the consent, and go on."""
    answer = await consent_question.take(session.context, key)
    if answer is None:
        return AGAIN
    return await go_on(session) if answer is Answer.GIVEN else ConversationHandler.END


async def go_on(session: RegistrationSession) -> Any:
    """Begin the registration once there is consent; also called when it was just given."""
    return session.ask(Step.RESUME) if session.form.is_begun else await begin_afresh(session)


async def begin_afresh(session: RegistrationSession, form: Registration | None = None) -> Any:
    session.form = form or Registration()
    session.save()
    await set_timers(session)
    return session.ask_next()


def ask_resume(session: RegistrationSession) -> str:
    return _("You have begun a registration.") + "\n" + answers_so_far(session)


async def take_resume(session: RegistrationSession, key: str) -> Any:
    return session.ask_next() if key == GO_ON else await begin_afresh(session)


async def resume(context: Context) -> Any:
    """Ask the open question of the registration again."""
    session, step = own_session(context), step_of(TALK)
    if step == Step.RECEIPT:
        return session.ask(step)
    if not session.form.is_begun or not await consent_question.is_given(context):
        return await start_or_ask(session)
    return session.ask_next() if step in {None, Step.RESUME} else session.ask(step or "")


async def closed(update: Update, context: Context) -> Any:
    """Answer a button of a registration that is over, or that was left open."""
    session = own_session(context)
    if session.form.is_begun and await consent_question.is_given(context):
        return session.ask(Step.RESUME)
    show_menu(context, _("That registration is finished.") + "\n" + _("Type /daftar to begin a new one."))
    return ConversationHandler.END


async def set_timers(session: RegistrationSession) -> None:
    """Schedule the timers, once a draft; when they fire, the draft's last change decides (see draft_timer)."""
    context, name = session.context, session.name
    draft = context.work.drafts.get(name)
    ends = (draft.changed_at if draft else context.now) + draft_lifetime(context)
    subject, chat_id = context.account.id or 0, context.work.chat_id
    await scheduled.schedule(
        context.session,
        EventSpec(ScheduledKind.DRAFT_ENDS_SOON, chat_id, subject, ends - WARN_BEFORE, name),
        EventSpec(ScheduledKind.DRAFT_ENDS, chat_id, subject, ends, name),
    )


async def draft_timer(update: InternalEvent, context: Context) -> None:
    """Handle a timer: end the drafts of this account or warn; a draft changed since has its whole time again."""
    if update.body["kind"] == ScheduledKind.DRAFT_ENDS:
        await end_drafts(context)
        return
    for session in (own_session(context), counter_session(context)):
        await warn(session)


async def warn(session: RegistrationSession) -> None:
    context, draft = session.context, session.context.work.drafts.get(session.name)
    if draft is None or not session.form.is_begun:
        return
    if context.now - draft.changed_at < draft_lifetime(context) - WARN_BEFORE:
        await set_timers(session)
    else:
        context.send(ends_soon(session))


async def end_drafts(context: Context) -> None:
    """End every expired draft of this account; also those of completing a file."""
    for name, draft in list(context.work.drafts.items()):
        session = counter_session(context) if draft.is_assisted else own_session(context)
        if context.now - draft.changed_at < draft_lifetime(context):
            await set_timers(session)
            continue
        discard_draft(context, name)
        set_step(name, ConversationHandler.END)
        if name == session.name and session.form.is_begun:
            show_menu(context, has_ended(session))


def ends_soon(session: RegistrationSession) -> str:
    deleted = _("Your answers are deleted in {count} days.").format(count=WARN_BEFORE.days)
    if session.assisted:
        lines = [_("A registration of somebody else is not sent yet."), deleted, _("Type /daftarkan to go on.")]
    else:
        lines = [_("Your registration is not sent yet."), deleted, _("Type /daftar to go on.")]
    return "\n".join(lines)


def has_ended(session: RegistrationSession) -> str:
    if session.assisted:
        lines = [_("A registration of somebody else was not sent in time."), _("So we have deleted its answers.")]
        return "\n".join([*lines, _("To register somebody, type /daftarkan.")])
    days = draft_lifetime(session.context).days
    lines = [_("Your registration was not sent for {count} days.").format(count=days)]
    return "\n".join([*lines, _("So we have deleted your answers."), _("Type /daftar to begin a new one.")])


QUESTIONS = (
    Question(
        Step.CONSENT,
        ask_consent,
        options=lambda session: consent_question.options(session.context),
        take=take_consent,
        standalone=True,
    ),
    Question(Step.RESUME, ask_resume, options=RESUME_CHOICES, take=take_resume, standalone=True),
)
