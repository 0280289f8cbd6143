"""/start: who we are, how to speak with you, and whether we may keep your data.

/start p-uep, /start o-dinsos-bpp: the poster of a programme or of an office
/start ─▶ ADDRESS ──────────▶ LANGUAGE ─▶ MODE ─▶ CONSENT ──yes──▶ the menu, or POSTER ──▶ registering
             └──▶ CALLED ─────▲                     └──no──▶ where the office is

A known account is greeted and asked nothing again, unless the text of consent has changed.
Kembali goes back one question, /batal leaves from anywhere; what is not understood is asked again
"""

from enum import StrEnum

from telegram import Update

from handlers.conversation.access import OWN
from handlers.conversation.context import Context
from handlers.conversation.engine import end_with
from handlers.conversation.follow_ups import offer
from handlers.conversation.menu import show_menu
from handlers.conversation.persistent import ConversationStateView
from handlers.conversation.questions import AGAIN, END, Choose, Next
from handlers.conversation.registry import Command, Conversation
from handlers.conversation.resume import continue_choice, draft_waits, waiting_drafts
from handlers.onboarding import consent_question, preferences
from handlers.onboarding.consent_question import ConsentQuestionState, ask_consent, options
from handlers.wording.office_text import OF_OFFICE, OF_PROGRAMME, programme_of
from handlers.wording.terms import address_of
from locales import N_, language
from locales import gettext as _
from models.people.account import Account
from models.people.consent import Answer

TALK = "start"
REGISTER, LATER = "register", "later"
ASK_MODE = (
    N_("Choose the way of reading that is most comfortable."),
    N_("You can change it at any time. Type /akses."),
)
POSTER_OPTIONS = ((REGISTER, N_("Register now")), (LATER, N_("Later")))


class Step(StrEnum):
    ADDRESS = "ADDRESS"
    CALLED = "CALLED"
    LANGUAGE = "LANGUAGE"
    MODE = "MODE"
    CONSENT = "CONSENT"
    POSTER = "POSTER"


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=OWN,
        state=ConsentQuestionState,
        begin=begin,
        steps={
            Step.ADDRESS: preferences.address(Step.LANGUAGE, called=Step.CALLED, ask=ask_address),
            Step.CALLED: preferences.called(Step.LANGUAGE, back=Step.ADDRESS),
            Step.LANGUAGE: preferences.spoken(Step.MODE, back=Step.ADDRESS),
            Step.MODE: preferences.mode(ASK_MODE, consent_or_finish, back=Step.LANGUAGE),
            Step.CONSENT: Choose(ask_consent, options=options, take=take_consent, back=Step.MODE),
            Step.POSTER: Choose(ask_poster, options=POSTER_OPTIONS, take=take_poster),
        },
        commands=[Command("start", N_("Begin"), begin)],
    )


async def begin(update: Update, context: Context) -> Next:
    payload = next(iter(context.args or []), "")
    if await context.registry.follow_deep_link(payload, context):
        return END
    note_poster(context, payload)
    account, open_steps = context.account, ConversationStateView(TALK)
    if account.greeted_at is None or account.address is None:
        account.greeted_at = None
        return Step.ADDRESS
    return Step(open_steps[TALK]) if TALK in open_steps else await welcome_back(context, account)


async def welcome_back(context: Context, account: Account) -> Next:
    hello = _("Hello again, {address}.").format(address=address_of(account))
    if await consent_question.is_given(context):
        return await finish(context, hello)
    if await consent_question.agreed_version(context):
        hello += "\n" + _("Our text about your data has changed. Please read it again.")
    context.send(hello)
    return Step.CONSENT


def ask_address(context: Context, account: Account) -> list[str]:
    """Ask for the form of address, the first time under the greeting."""
    head = [] if account.greeted_at else greeting(context)
    account.greeted_at = account.greeted_at or context.now
    return [*head, _(preferences.ASK_ADDRESS)]


def greeting(context: Context) -> list[str]:
    return [
        _("Hello. This is the official bot of Dinas Sosial."),
        _("Here you can register for programmes."),
        _("You can also see your status and ask staff for help."),
        _("All services are free."),
        _("We never ask for a PIN, an OTP code, or money."),
        *poster_lines(context),
    ]


async def consent_or_finish(context: Context, account: Account) -> Next:
    return await finish(context) if await consent_question.is_given(context) else Step.CONSENT


async def take_consent(context: Context, account: Account, key: str) -> Next:
    answer = await consent_question.take(context, key)
    if answer is None:
        return AGAIN
    return await finish(context) if answer is Answer.GIVEN else END


async def finish(context: Context, text: str | None = None) -> Next:
    """Show the menu; then continue what was begun before, or the programme of the poster."""
    thanks = _("Thank you, {address}. Now you can begin.").format(address=address_of(context.account))
    show_menu(context, text or thanks)
    if waiting := waiting_drafts(context):
        offer(context, draft_waits(context), [continue_choice(waiting[0])])
        return END
    return Step.POSTER if programme_of(context) else END


def ask_poster(context: Context, account: Account) -> list[str]:
    return [*poster_lines(context), _("Do you want to register now?")]


async def take_poster(context: Context, account: Account, key: str) -> Next:
    if key == LATER:
        return end_with(context, _("All right. You can register at any time."))
    await context.registry.resume(REGISTER, context)
    return END


def note_poster(context: Context, payload: str) -> None:
    """Store the poster by which an account came, of a programme or an office; anything else is harmless."""
    programme, office = payload.removeprefix(OF_PROGRAMME), payload.removeprefix(OF_OFFICE)
    offices = {one.key for one in context.reference.catalogue.office.offices}
    if payload.startswith(OF_PROGRAMME) and programme in context.reference.catalogue:
        context.account.came_by = programme
    elif payload.startswith(OF_OFFICE) and office in offices:
        context.account.came_by = payload


def poster_lines(context: Context) -> list[str]:
    """Name the programme of the poster, unless its name reveals a disability."""
    programme = programme_of(context)
    if programme is None:
        return []
    if programme.reveals_disability:
        return [_("You come from a poster about one of our programmes.")]
    return [_("You come from a poster: {programme}.").format(programme=programme.short_name.in_(language()))]
