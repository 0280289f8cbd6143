"""/start: who we are, how to speak with you, and whether we may keep your data.

/start ─▶ ADDRESS ──────────▶ LANGUAGE ─▶ MODE ─▶ CONSENT ──yes──▶ the menu, or POSTER ──▶ registering
             └──▶ CALLED ─────▲                     └──no──▶ where the office is

A known account is greeted and asked nothing again, unless the text of consent has changed.
Kembali goes back one question, /batal leaves from anywhere; what is not understood is asked again
"""

from enum import StrEnum

from telegram import Update

from handlers.conversation.access import OWN
from handlers.conversation.context import Context
from handlers.conversation.follow_ups import offer
from handlers.conversation.menu import show_menu
from handlers.conversation.persistent import ConversationStateView
from handlers.conversation.questions import AGAIN, END, Choose, Next
from handlers.conversation.registry import Command, Conversation
from handlers.conversation.resume import continue_choice, draft_waits, waiting_drafts
from handlers.onboarding import consent_question, deep_links, preferences
from handlers.onboarding.consent_question import ConsentQuestionState, ask_consent, options
from handlers.wording.office_text import programme_of, trial_lines
from handlers.wording.terms import address_of
from locales import N_
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
    deep_links.note(context, payload)
    account, open_steps = context.account, ConversationStateView(TALK)
    if account.greeted_at is None or account.address is None:
        account.greeted_at = None
        return Step.ADDRESS
    return Step(open_steps[TALK]) if TALK in open_steps else await welcome_back(context, account)


async def welcome_back(context: Context, account: Account) -> Next:
    hello = "\n".join([_("Hello again, {address}.").format(address=address_of(account)), *trial_lines(context)])
    if await consent_question.is_given(context):
        return await finish(context, hello)
    if await consent_question.was_given_before(context):
        hello += "\n" + _("Our text about your data has changed. Please read it again.")
    context.send(hello)
    return Step.CONSENT


def ask_address(context: Context, account: Account) -> str:
    """Ask for the form of address, the first time under the greeting."""
    question = _(preferences.ASK_ADDRESS)
    if account.greeted_at is not None:
        return question
    account.greeted_at = context.now
    return "\n".join([*greeting(context), question])


def greeting(context: Context) -> list[str]:
    return [
        *(trial_lines(context) or [_("Hello. This is the official bot of Dinas Sosial.")]),
        _("Here you can register for programmes."),
        _("You can also see your status and ask staff for help."),
        _("All services are free."),
        _("We never ask for a PIN, an OTP code, or money."),
        *deep_links.lines(context),
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


def ask_poster(context: Context, account: Account) -> str:
    return "\n".join([*deep_links.lines(context), _("Do you want to register now?")])


async def take_poster(context: Context, account: Account, key: str) -> Next:
    if key == LATER:
        show_menu(context, _("All right. You can register at any time."))
    else:
        await context.registry.resume(REGISTER, context)
    return END
