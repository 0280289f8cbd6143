"""/daftar: register, from "for whom" to the receipt.

/daftar ─▶ CONSENT ─▶ RESUME ─▶ FOR_WHOM ─▶ NAME ─▶ CALLED ─▶ BIRTH ─▶ PLACE ──────────────────────────┐
                                   └▶ ORGANISATION ─▲                    └▶ REGENCY ─▶ DISTRICT ─▶ VILLAGE ─┤
          ┌─────────────────────────────────── PHONE_OWNER ◀── PHONE (for others, or at the counter) ◀─┘
          ▼
  PROGRAMME ◀──▶ ANYWAY (does not fit, all the same)
          └─▶ QUESTION … ─▶ HELPED ─▶ NEEDS ─▶ REVIEW ──sent──▶ RECEIPT ──▶ handlers/completion, or later
                                              │  ▲
                                           CHANGE │ a number: that answer again
                                              ▼  │
                                          any of them

Kembali goes back one question, /batal leaves from anywhere; the answers wait for thirty days
"""

from telegram import Update

from handlers.conversation.access import OWN
from handlers.conversation.context import Context
from handlers.conversation.drafts import discard_draft, draft_lifetime
from handlers.conversation.engine import end_with
from handlers.conversation.form import step_of
from handlers.conversation.internal_event import InternalEvent
from handlers.conversation.menu import Section, show_menu
from handlers.conversation.persistent import set_step
from handlers.conversation.questions import AGAIN, END, Choose, Next
from handlers.conversation.registry import Command, Conversation, WaitingDraft
from handlers.onboarding import consent_question
from handlers.onboarding.consent_question import ConsentQuestionState, ask_consent, options
from handlers.registration import contact, person_questions, place, programme_choice, programme_questions, review
from handlers.registration.registration_form import Question, RegistrationSession, Step
from handlers.registration.review import answers_so_far
from locales import N_
from locales import gettext as _
from models import scheduled
from models.applications.completion import FORM as COMPLETION
from models.applications.completion import open_applications
from models.applications.draft import WARN_BEFORE
from models.applications.registration import FORM, Registration
from models.people.consent import Answer
from models.scheduled import EventSpec, ScheduledKind

TALK = FORM
GO_ON, AFRESH = "on", "new"
NOW, LATER = "now", "later"
RESUME_CHOICES = ((GO_ON, N_("Go on")), (AFRESH, N_("Begin again")))
RECEIPT_CHOICES = ((NOW, N_("Complete it now")), (LATER, N_("Later")))
ASK_RECEIPT = (
    N_("Some papers are still missing."),
    N_("The turn counts from the day the papers are complete."),
    N_("Do you want to complete it now?"),
)
QUESTIONS: tuple[Question, ...] = (
    *person_questions.QUESTIONS,
    *place.QUESTIONS,
    *contact.QUESTIONS,
    *programme_choice.QUESTIONS,
    *programme_questions.QUESTIONS,
    *contact.NEEDS_QUESTIONS,
    *review.QUESTIONS,
)
"""The questions in order; at the counter too. Some also correct stored data."""


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=OWN,
        state=ConsentQuestionState,
        begin=begin,
        begin_about=begin_about,
        resume=resume,
        closed=closed,
        subject=RegistrationSession,
        steps={
            Step.CONSENT: Choose(ask_consent, options=options, take=take_consent),
            Step.RESUME: Choose(ask_resume, options=RESUME_CHOICES, take=take_resume),
            Step.RECEIPT: Choose(ASK_RECEIPT, options=RECEIPT_CHOICES, take=take_receipt),
        },
        questions=QUESTIONS,
        commands=[Command("daftar", N_("Register for a programme"))],
        sections={Section.REGISTER: begin},
        events={ScheduledKind.DRAFT_ENDS_SOON: draft_timer, ScheduledKind.DRAFT_ENDS: draft_timer},
        draft=WaitingDraft(N_("You have a registration that is not sent yet."), N_("To go on, type /daftar.")),
    )


async def begin(update: Update, context: Context) -> Next:
    """/daftar: consent first, then the open draft or a new one."""
    return await start_or_ask(RegistrationSession(context))


async def begin_about(context: Context, programme: str) -> Next:
    """Begin with the programme that was read about: it is not asked for."""
    context.state(ConsentQuestionState).programme = programme
    return await start_or_ask(RegistrationSession(context))


async def start_or_ask(session: RegistrationSession) -> Next:
    if await consent_question.is_given(session.context):
        return await go_on(session)
    if await consent_question.agreed_version(session.context):
        session.context.send(_("Our text about your data has changed. Please read it again."))
    return Step.CONSENT


async def take_consent(context: Context, session: RegistrationSession, key: str) -> Next:
    """Take the consent, and go on; a refusal also ends a draft that was begun under an earlier text."""
    answer = await consent_question.take(context, key)
    if answer is None:
        return AGAIN
    if answer is Answer.GIVEN:
        return await go_on(session)
    session.discard()
    return END


async def go_on(session: RegistrationSession) -> Next:
    return Step.RESUME if session.form.is_begun else await begin_afresh(session)


async def begin_afresh(session: RegistrationSession, form: Registration | None = None) -> Next:
    session.form = form or Registration()
    if not session.assisted:
        programme_choice.preset(session, session.context.state(ConsentQuestionState).programme)
    session.save()
    await set_timers(session)
    return session.next_step()


def ask_resume(context: Context, session: RegistrationSession) -> list[str]:
    return [_("You have begun a registration."), answers_so_far(session)]


async def take_resume(context: Context, session: RegistrationSession, key: str) -> Next:
    return session.next_step() if key == GO_ON else await begin_afresh(session)


async def take_receipt(context: Context, session: RegistrationSession, key: str) -> int:
    if key == LATER:
        return end_with(context, _("That is fine. Type /lengkapi when you are ready."))
    if files := await open_applications(context.session, context.account_id, context.now):
        await context.registry.begin_about(COMPLETION, context, files[0][0].id or 0)
    return END


async def resume(context: Context) -> Next:
    session, step = RegistrationSession(context), step_of(TALK)
    if step == Step.RECEIPT:
        return Step.RECEIPT
    if not session.form.is_begun or not await consent_question.is_given(context):
        return await start_or_ask(session)
    return session.next_step() if step in {None, Step.RESUME} else Step(step or "")


async def closed(update: Update, context: Context) -> Next:
    """Answer a button of a registration that is over, or that was left open."""
    if RegistrationSession(context).form.is_begun and await consent_question.is_given(context):
        return Step.RESUME
    return end_with(context, _("That registration is finished."), _("Type /daftar to begin a new one."))


async def set_timers(session: RegistrationSession) -> None:
    """Schedule the timers, once a draft; when they fire, the draft's last change decides (see draft_timer)."""
    context, name = session.context, session.name
    draft = context.work.drafts.get(name)
    ends = (draft.changed_at if draft else context.now) + draft_lifetime(context)
    subject, chat_id = context.account_id, context.work.chat_id
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
    for assisted in (False, True):
        await warn(RegistrationSession(context, assisted))


async def warn(session: RegistrationSession) -> None:
    context, draft = session.context, session.context.work.drafts.get(session.name)
    if draft is None or not session.form.is_begun:
        return
    if context.now - draft.changed_at < draft_lifetime(context) - WARN_BEFORE:
        await set_timers(session)
    else:
        context.send(*ends_soon(session))


async def end_drafts(context: Context) -> None:
    """End every expired draft of this account; also those of completing a file."""
    for name, draft in list(context.work.drafts.items()):
        session = RegistrationSession(context, draft.is_assisted)
        if context.now - draft.changed_at < draft_lifetime(context):
            await set_timers(session)
            continue
        discard_draft(context, name)
        set_step(name, END)
        if name == session.name and session.form.is_begun:
            show_menu(context, *has_ended(session))


def ends_soon(session: RegistrationSession) -> list[str]:
    deleted = _("Your answers are deleted in {count} days.").format(count=WARN_BEFORE.days)
    if session.assisted:
        return [_("A registration of somebody else is not sent yet."), deleted, _("Type /daftarkan to go on.")]
    return [_("Your registration is not sent yet."), deleted, _("Type /daftar to go on.")]


def has_ended(session: RegistrationSession) -> list[str]:
    if session.assisted:
        return [
            _("A registration of somebody else was not sent in time."),
            _("So we have deleted its answers."),
            _("To register somebody, type /daftarkan."),
        ]
    return [
        _("Your registration was not sent for {count} days.").format(count=draft_lifetime(session.context).days),
        _("So we have deleted your answers."),
        _("Type /daftar to begin a new one."),
    ]
