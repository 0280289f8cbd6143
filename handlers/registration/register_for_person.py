"""/daftarkan: staff register a person at the counter; the same questions, asked about that person.

/daftarkan ─▶ CONSENT (read aloud) ─▶ NAME ─▶ BIRTH ─▶ REGENCY ─▶ DISTRICT ─▶ VILLAGE ─▶ PHONE ─▶ PHONE_OWNER
    │  ▲                                                                                              │
    ▼  │        PROGRAMME ◀──▶ ANYWAY        NEEDS ◀─────────────────────────────────────────────────┘
  RESUME            └─▶ QUESTION … ─▶ REVIEW ──sent──▶ RECEIPT, printed ─▶ the next person, or its papers

FOR_WHOM and ORGANISATION are never asked here.
The draft is the officer's, beside the one of their own /daftar; the file is the person's.
"""

from typing import Any

from telegram import Update
from telegram.ext import ConversationHandler

from handlers.conversation.access import AccessRule, Resource, authorize
from handlers.conversation.context import Context
from handlers.conversation.form import step_of
from handlers.conversation.menu import show_menu
from handlers.conversation.questions import AGAIN
from handlers.conversation.registry import Command, Conversation, WaitingDraft
from handlers.onboarding import consent_question
from handlers.registration import submit_assisted
from handlers.registration.register import QUESTIONS
from handlers.registration.registration_form import AT_COUNTER, Question, RegistrationSession, Step, counter_session
from handlers.registration.review import answers_so_far
from handlers.registration.start_registration import AFRESH, GO_ON, begin_afresh
from handlers.registration.submit_assisted import HeardState, ask_person
from locales import N_, speaking
from locales import gettext as _
from models.applications.registration import Registration, WitnessedConsent
from models.offices.authority import Act
from models.offices.staff import Staff

TALK = AT_COUNTER
RULE = AccessRule(Act.REGISTER_SOMEBODY, Resource.OFFICE)
YES, NO, EASIER = "yes", "no", "easier"
READ_WORDS = {"id": N_("Read it in Indonesian"), "en": N_("Read it in English")}
"""The text is read in Indonesian first; the other languages are offered."""


RESUME_CHOICES = ((GO_ON, N_("Go on")), (AFRESH, N_("Another person")))
CONSENT_CHOICES = (
    (YES, N_("The person said yes")),
    (NO, N_("The person said no")),
    (EASIER, N_("Explain more simply")),
    *READ_WORDS.items(),
)


def conversation() -> Conversation:
    """Build the questions of /daftar under an act of staff."""
    return Conversation(
        name=TALK,
        access=RULE,
        state=HeardState,
        begin=begin,
        resume=resume,
        session=counter_session,
        questions=(*BEGINNING, *QUESTIONS, *submit_assisted.QUESTIONS),
        commands=[Command("daftarkan", N_("Register somebody at the counter"), begin)],
        closed=closed,
        staff_menu=N_("Register somebody"),
        draft=WaitingDraft(N_("A registration of somebody else is not sent yet."), N_("To go on, type /daftarkan.")),
    )


async def begin(update: Update, context: Context) -> Any:
    """/daftarkan: continue the registration that was begun, or ask the next person."""
    session = counter_session(context)
    return session.ask(Step.RESUME) if session.form.heard else await ask_person(session)


def ask_consent(session: RegistrationSession) -> str:
    """Return the text to read out: at first the whole text, then the simpler one."""
    session.context.send(_("Read this aloud to the person."))
    state = session.context.state(HeardState)
    text = consent_question.simpler_text if state.is_explained else consent_question.text
    with speaking(state.language):
        return text(session.context, aloud=True)


async def take_consent(session: RegistrationSession, key: str) -> Any:
    context = session.context
    if key == EASIER:
        context.state(HeardState).is_explained = True
        return AGAIN
    if key in READ_WORDS:
        context.state(HeardState).language = key
        return AGAIN
    if key == NO:
        if session.form.heard:  # answers given after an earlier text
            session.form = Registration()
            session.save()
        show_menu(context, _("That is fine. Nothing of this person is stored."))
        return ConversationHandler.END
    post = await authorize(context, Act.REGISTER_SOMEBODY)
    return await heard(session, post) if post else ConversationHandler.END


async def heard(session: RegistrationSession, post: Staff) -> Any:
    """Store the person's yes in the draft, with the exact text, until both are filed together."""
    context, form, state = session.context, session.form, session.context.state(HeardState)
    was_asked_before = form.heard is not None
    with speaking(state.language):
        texts = [consent_question.text(context, aloud=True)]
        if state.is_explained:
            texts.append(consent_question.simpler_text(context, aloud=True))
    yes = WitnessedConsent(
        shown="\n\n".join(texts),
        version=consent_question.version(context),
        language=state.language,
        mode=context.account.mode,
        at=context.now,
        office=post.office,
        region=post.region,
    )
    if not was_asked_before:
        return await begin_afresh(session, Registration(heard=yes))
    form.heard = yes
    session.save()
    return session.ask_next()


def ask_resume(session: RegistrationSession) -> str:
    so_far = answers_so_far(session)
    return "\n".join([_("You have begun to register somebody."), *([so_far] if so_far else [])])


async def take_resume(session: RegistrationSession, key: str) -> Any:
    if key == GO_ON and has_heard_the_text(session):
        return session.ask_next()
    if key != GO_ON:
        session.form = Registration()
        session.save()
    return await ask_person(session)


async def resume(context: Context) -> Any:
    """Ask the open question again, for an officer who still holds the post."""
    session, step = counter_session(context), step_of(TALK)
    if await authorize(context, Act.REGISTER_SOMEBODY) is None:
        return ConversationHandler.END
    if step == Step.RECEIPT:
        return session.ask(step)
    if step == Step.CONSENT or not has_heard_the_text(session):
        return session.ask(Step.CONSENT)
    return session.ask_next() if step in {None, Step.RESUME} else session.ask(step or "")


def has_heard_the_text(session: RegistrationSession) -> bool:
    """Was the current text read out? A draft waits for days, and the office may have changed the text."""
    yes = session.form.heard
    return yes is not None and yes.version == consent_question.version(session.context)


async def closed(update: Update, context: Context) -> Any:
    """Answer a button of a registration that is over, or that was left open."""
    session = counter_session(context)
    if session.form.heard:
        return session.ask(Step.RESUME)
    show_menu(context, _("That registration is finished.") + "\n" + _("To register somebody, type /daftarkan."))
    return ConversationHandler.END


def shown_choices(session: RegistrationSession) -> list[tuple[str, str]]:
    """Return the choices, without the language read now and without a simpler text than the simplest."""
    state = session.context.state(HeardState)
    done = {state.language, *([EASIER] if state.is_explained else [])}
    return [one for one in CONSENT_CHOICES if one[0] not in done]


BEGINNING = (
    Question(Step.CONSENT, ask_consent, options=shown_choices, take=take_consent, standalone=True),
    Question(Step.RESUME, ask_resume, options=RESUME_CHOICES, take=take_resume, standalone=True),
)
