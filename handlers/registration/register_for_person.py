"""/daftarkan: staff register a person at the counter; the same questions, asked about that person.

/daftarkan ─▶ CONSENT (read aloud) ─▶ NAME ─▶ BIRTH ─▶ PLACE ─────────────────────────────▶ PHONE ─▶ PHONE_OWNER
    │  ▲                                                 └▶ REGENCY ─▶ DISTRICT ─▶ VILLAGE ─▲             │
    ▼  │        PROGRAMME ◀──▶ ANYWAY ◀──────────────────────────────────────────────────────────────────┘
  RESUME            └─▶ QUESTION … ─▶ HELPED ─▶ NEEDS ─▶ REVIEW ──sent──▶ RECEIPT, printed ─▶ the next person, or papers
                                                          └─▶ CHANGE ─▶ that answer again
FOR_WHOM, ORGANISATION and CALLED are never asked here.
The draft is the officer's, beside the one of their own /daftar; the file is the person's.
"""

from telegram import Update

from handlers.conversation.access import AccessRule, Resource, authorize
from handlers.conversation.context import Context
from handlers.conversation.engine import end_with
from handlers.conversation.form import step_of
from handlers.conversation.questions import AGAIN, END, NO, YES, Choose, Next
from handlers.conversation.registry import Command, Conversation, WaitingDraft
from handlers.onboarding import consent_question
from handlers.onboarding.consent_question import EASIER
from handlers.registration.register import AFRESH, GO_ON, NOW, QUESTIONS, begin_afresh
from handlers.registration.registration_form import RegistrationSession, Step
from handlers.registration.review import answers_so_far
from handlers.registration.submit import HeardState
from locales import N_, speaking
from locales import gettext as _
from models.applications.completion import FORM as COMPLETION
from models.applications.draft import ASSISTED
from models.applications.registration import FORM, Registration, WitnessedConsent
from models.offices.authority import Act
from models.offices.staff import Staff

TALK = FORM + ASSISTED
RULE = AccessRule(Act.REGISTER_SOMEBODY, Resource.OFFICE)
NEXT, ENOUGH = "next", "enough"
READ_WORDS = {"id": N_("Read it in Indonesian"), "en": N_("Read it in English")}
"""The text is read in Indonesian first; the other languages are offered."""
RESUME_CHOICES = ((GO_ON, N_("Go on")), (AFRESH, N_("Another person")))
CONSENT_CHOICES = (
    (YES, N_("The applicant said yes")),
    (NO, N_("The applicant said no")),
    (EASIER, N_("Explain more simply")),
    *READ_WORDS.items(),
)
ASK_RECEIPT = (
    N_("Some papers are still missing."),
    N_("The turn counts from the day the papers are complete."),
    N_("What comes next?"),
)
RECEIPT_CHOICES = (
    (NOW, N_("Complete it now")),
    (NEXT, N_("Register the next person")),
    (ENOUGH, N_("That is enough")),
)


def conversation() -> Conversation:
    """Build the questions of /daftar under an act of staff."""
    return Conversation(
        name=TALK,
        access=RULE,
        state=HeardState,
        begin=begin,
        resume=resume,
        closed=closed,
        subject=session_of,
        steps={
            Step.CONSENT: Choose(ask_consent, options=consent_options, take=take_consent),
            Step.RESUME: Choose(ask_resume, options=RESUME_CHOICES, take=take_resume),
            Step.RECEIPT: Choose(ASK_RECEIPT, options=RECEIPT_CHOICES, take=take_receipt),
        },
        questions=QUESTIONS,
        commands=[Command("daftarkan", N_("Register somebody at the counter"))],
        staff_menu=N_("Register somebody"),
        draft=WaitingDraft(N_("A registration of somebody else is not sent yet."), N_("To go on, type /daftarkan.")),
    )


def session_of(context: Context) -> RegistrationSession:
    return RegistrationSession(context, assisted=True)


async def begin(update: Update, context: Context) -> Next:
    """/daftarkan: continue the registration that was begun, or ask the next person."""
    return Step.RESUME if session_of(context).form.heard else await ask_person(context)


async def ask_person(context: Context) -> Next:
    """Ask the next person: the text about their data is read out first."""
    if await authorize(context, Act.REGISTER_SOMEBODY) is None:
        return END
    context.set_state(HeardState())
    return Step.CONSENT


def ask_consent(context: Context, session: RegistrationSession) -> str:
    """Return the text to read out: at first the whole text, then the simpler one."""
    context.send(_("Read this aloud or show it to the applicant."))
    state = context.state(HeardState)
    text = consent_question.simpler_text if state.is_explained else consent_question.text
    with speaking(state.language):
        return text(context, aloud=True)


async def take_consent(context: Context, session: RegistrationSession, key: str) -> Next:
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
        return end_with(context, _("That is fine. Nothing of the applicant is stored."))
    post = await authorize(context, Act.REGISTER_SOMEBODY)
    return await heard(session, post) if post else END


async def heard(session: RegistrationSession, post: Staff) -> Next:
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
    return session.next_step()


def ask_resume(context: Context, session: RegistrationSession) -> list[str]:
    so_far = answers_so_far(session)
    return [_("You have begun to register somebody."), *([so_far] if so_far else [])]


async def take_resume(context: Context, session: RegistrationSession, key: str) -> Next:
    if key == GO_ON and has_heard_the_text(session):
        return session.next_step()
    if key != GO_ON:
        session.form = Registration()
        session.save()
    return await ask_person(context)


async def take_receipt(context: Context, session: RegistrationSession, key: str) -> Next:
    if key == NEXT:
        return await ask_person(context)
    if key == NOW:
        await context.registry.begin_about(COMPLETION + ASSISTED, context, context.state(HeardState).filed)
        return END
    return end_with(context, _("All right."), _("To register somebody, type /daftarkan."))


def resume(context: Context) -> Next:
    session, step = session_of(context), step_of(TALK)
    if step == Step.RECEIPT:
        return Step.RECEIPT
    if step == Step.CONSENT or not has_heard_the_text(session):
        return Step.CONSENT
    return session.next_step() if step in {None, Step.RESUME} else Step(step or "")


def has_heard_the_text(session: RegistrationSession) -> bool:
    """Was the current text read out? A draft waits for days, and the office may have changed the text."""
    yes = session.form.heard
    return yes is not None and yes.version == consent_question.version(session.context)


async def closed(update: Update, context: Context) -> Next:
    """Answer a button of a registration that is over, or that was left open."""
    if session_of(context).form.heard:
        return Step.RESUME
    return end_with(context, _("That registration is finished."), _("To register somebody, type /daftarkan."))


def consent_options(context: Context, session: RegistrationSession) -> list[tuple[str, str]]:
    """Return the choices, without the language read now and without a simpler text than the simplest."""
    state = context.state(HeardState)
    done = {state.language, *([EASIER] if state.is_explained else [])}
    return [one for one in CONSENT_CHOICES if one[0] not in done]
