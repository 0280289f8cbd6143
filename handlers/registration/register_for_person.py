"""/daftarkan: staff register somebody who stands before them; the same questions, asked about that person.

/daftarkan ─▶ CONSENT (read aloud) ─▶ NAME ─▶ BIRTH ─▶ REGENCY ─▶ DISTRICT ─▶ VILLAGE ─▶ PHONE ─▶ PHONE_OWNER
    │  ▲                                                                                              │
    ▼  │        PROGRAMME ◀──▶ ANYWAY        NEEDS ◀─────────────────────────────────────────────────┘
  RESUME            └─▶ QUESTION … ─▶ REVIEW ──sent──▶ RECEIPT, printed ─▶ the next person, or its papers

FOR_WHOM and ORGANISATION are never asked here.
The draft is the officer's, beside the one of their own /daftar; the file is the person's.
"""

from telegram import Update
from telegram.ext import ConversationHandler

from handlers.conversation.access import AccessRule, Resource, authorize
from handlers.conversation.buttons import Choice
from handlers.conversation.context import Context
from handlers.conversation.form import put, step_of
from handlers.conversation.match import explain_unrecognised, match_choice, pressed
from handlers.conversation.menu import show_menu
from handlers.conversation.registry import Command, Conversation, Draft
from handlers.onboarding import consent_question
from handlers.registration import submit_assisted
from handlers.registration.registration_form import AT_COUNTER, FLOW, Step, ask, ask_next, at, form_of, keep, offer
from handlers.registration.registration_questions import QUESTIONS
from handlers.registration.review import answers_so_far
from handlers.registration.start_registration import AFRESH, GO_ON, begin_afresh
from locales import LANGUAGES, N_, speaking
from locales import gettext as _
from models.applications.registration import Registration, WitnessedConsent
from models.offices.authority import Act
from models.offices.staff import Staff

TALK = AT_COUNTER
RULE = AccessRule(Act.REGISTER_SOMEBODY, Resource.OFFICE)
YES, NO, EASIER = "yes", "no", "easier"
READ_EASIER, READ_IN = "read_easier", "read_in"
READ_WORDS = {"id": N_("Read it in Indonesian"), "en": N_("Read it in English")}
"""The person's language is asked by offering the others; at first it is Indonesian."""


def conversation() -> Conversation:
    """The questions of /daftar under an act of staff."""
    return Conversation(
        name=TALK,
        access=RULE,
        begin=begin,
        resume=resume,
        take={Step.CONSENT: take_consent, Step.RESUME: take_resume, Step.RECEIPT: submit_assisted.take_receipt},
        flow=FLOW,
        questions=QUESTIONS,
        commands=[Command("daftarkan", N_("Register somebody at the counter"), begin)],
        closed=closed,
        stale=stale,
        assisted=True,
        staff_menu=N_("Register somebody"),
        draft=Draft(N_("A registration of somebody else is not sent yet."), N_("To go on, type /daftarkan.")),
    )


async def begin(update: Update, context: Context) -> Step | int:
    """/daftarkan: the registration that was begun, or the next person."""
    context.work.for_somebody = True
    return ask_resume(context) if form_of(context).heard else await ask_person(context)


async def ask_person(context: Context) -> Step | int:
    """The next person: the text about their data is read out to them first."""
    if await authorize(context, Act.REGISTER_SOMEBODY) is None:
        return ConversationHandler.END
    context.work.remember(READ_EASIER, None)
    context.work.remember(READ_IN, None)
    return ask_consent(context)


def ask_consent(context: Context) -> Step:
    context.send(_("Read this aloud to the person."))
    put(context, at(Step.CONSENT, ""), told(context), shown_choices(context), ways=())
    return Step.CONSENT


def told(context: Context) -> str:
    """What is read out: at first the whole text, then the simpler one."""
    read_easier = bool(context.work.state.get(READ_EASIER))
    with speaking(read_in(context)):
        return (consent_question.simpler_text if read_easier else consent_question.text)(context, aloud=True)


def read_in(context: Context) -> str:
    """The language of the person before the officer."""
    return str(context.work.state.get(READ_IN) or LANGUAGES[0])


async def take_consent(update: Update, context: Context) -> Step | int:
    choice = match_choice(update, consent_choices() if pressed(update) else shown_choices(context))
    if choice is None:
        explain_unrecognised(update, context)
        return ask_consent(context)
    if choice.key == EASIER:
        context.work.remember(READ_EASIER, True)
        return ask_consent(context)
    if choice.key in READ_WORDS:
        context.work.remember(READ_IN, choice.key)
        return ask_consent(context)
    if choice.key == NO:
        if form_of(context).heard:  # what was answered after an earlier text
            keep(context, Registration())
        show_menu(context, _("That is fine. Nothing of this person is stored."))
        return ConversationHandler.END
    post = await authorize(context, Act.REGISTER_SOMEBODY)
    return await heard(context, post) if post else ConversationHandler.END


async def heard(context: Context, post: Staff) -> Step | int:
    """The person said yes: it is kept with the answers, word for word, until both are filed together."""
    form = form_of(context)
    was_asked_before = form.heard is not None
    with speaking(read_in(context)):
        texts = [consent_question.text(context, aloud=True)]
        if context.work.state.get(READ_EASIER):
            texts.append(consent_question.simpler_text(context, aloud=True))
    yes = WitnessedConsent(
        shown="\n\n".join(texts),
        version=consent_question.version(context),
        language=read_in(context),
        mode=context.account.mode,
        at=context.now,
        office=post.office,
        region=post.region,
    )
    if was_asked_before:
        form.heard = yes
        keep(context, form)
        return ask_next(context)
    return await begin_afresh(context, Registration(heard=yes))


def ask_resume(context: Context) -> Step:
    so_far = answers_so_far(context, form_of(context))
    lines = [_("You have begun to register somebody."), *([so_far] if so_far else [])]
    context.ask("\n".join(lines), resume_choices())
    return Step.RESUME


async def take_resume(update: Update, context: Context) -> Step | int:
    choice = match_choice(update, resume_choices())
    if choice is None:
        explain_unrecognised(update, context)
        return ask_resume(context)
    if choice.key == GO_ON:
        return ask_next(context) if has_heard_the_text(context) else await ask_person(context)
    keep(context, Registration())
    return await ask_person(context)


async def resume(context: Context) -> Step | int:
    """Take it up where it was left, for whoever still holds the post."""
    context.work.for_somebody = True
    step = step_of(TALK)
    if await authorize(context, Act.REGISTER_SOMEBODY) is None:
        return ConversationHandler.END
    if step == Step.RECEIPT:
        return submit_assisted.ask_receipt(context)
    if step == Step.CONSENT or not has_heard_the_text(context):
        return ask_consent(context)
    return ask_next(context) if step in {None, Step.RESUME} else ask(context, step or "")


def has_heard_the_text(context: Context) -> bool:
    """Was the text of today read out? A draft waits for days, and the office may have changed it."""
    yes = form_of(context).heard
    return yes is not None and yes.version == consent_question.version(context)


async def stale(update: Update, context: Context) -> Step | int | None:
    """A button of an earlier question while the talk goes on."""
    explain_unrecognised(update, context)
    return await resume(context)


async def closed(update: Update, context: Context) -> Step | int:
    """A button of a registration that is over, or that was left open."""
    if form_of(context).heard:
        return ask_resume(context)
    show_menu(context, _("That registration is finished.") + "\n" + _("To register somebody, type /daftarkan."))
    return ConversationHandler.END


def consent_choices() -> list[Choice]:
    return offer(
        Step.CONSENT,
        (YES, N_("The person said yes")),
        (NO, N_("The person said no")),
        (EASIER, N_("Explain more simply")),
        *READ_WORDS.items(),
    )


def shown_choices(context: Context) -> list[Choice]:
    """Nothing is simpler than the simpler text, and it is read in one language already."""
    done = {EASIER} if context.work.state.get(READ_EASIER) else set()
    return [one for one in consent_choices() if one.key not in done | {read_in(context)}]


def resume_choices() -> list[Choice]:
    return offer(Step.RESUME, (GO_ON, N_("Go on")), (AFRESH, N_("Another person")))
