"""/start: who we are, how to speak with you, and whether we may keep your data.

/start ─▶ ADDRESS ──────────▶ LANGUAGE ─▶ MODE ─▶ CONSENT ──yes──▶ the menu, or POSTER ──▶ registering
             └──▶ CALLED ─────▲                     └──no──▶ where the office is

Whoever was here before is greeted and asked nothing again, unless the text of consent has changed.
Kembali goes back one question, /batal leaves from anywhere; what is not understood is asked again
"""

from collections.abc import Callable
from enum import StrEnum

from telegram import Update
from telegram.ext import ConversationHandler

from handlers.conversation.access import OWN
from handlers.conversation.buttons import CallbackData, Choice, choices
from handlers.conversation.context import Context
from handlers.conversation.follow_ups import offer
from handlers.conversation.form import BACK, navigation_of, put
from handlers.conversation.match import explain_unrecognised, match_choice
from handlers.conversation.menu import show_menu
from handlers.conversation.persistent import ConversationStateView
from handlers.conversation.registry import Command, Conversation
from handlers.conversation.resume import continue_choice, draft_waits, waiting_drafts
from handlers.onboarding import consent_question, deep_links, preferences
from handlers.terms import address_of
from locales import N_, speaking
from locales import gettext as _
from models.people.account import Address
from models.people.consent import Answer

TALK = "start"


class Step(StrEnum):
    ADDRESS = "ADDRESS"
    CALLED = "CALLED"
    LANGUAGE = "LANGUAGE"
    MODE = "MODE"
    CONSENT = "CONSENT"
    POSTER = "POSTER"


REGISTER, LATER = "register", "later"


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=OWN,
        begin=begin,
        resume=resume,
        take={
            Step.ADDRESS: take_address,
            Step.CALLED: take_called,
            Step.LANGUAGE: take_language,
            Step.MODE: take_mode,
            Step.CONSENT: take_consent,
            Step.POSTER: take_poster,
        },
        commands=[Command("start", N_("Begin"), begin)],
    )


async def begin(update: Update, context: Context) -> Step | int:
    payload = next(iter(context.args or []), "")
    if await context.registry.follow_deep_link(payload, context):
        return ConversationHandler.END
    deep_links.note(context, payload)
    if context.account.greeted_at is None or context.account.address is None:
        context.account.greeted_at = context.now
        return ask_address(context, greeting(context))
    if TALK in ConversationStateView(TALK):
        return resume(context)
    return await welcome_back(context)


def greeting(context: Context) -> str:
    lines = [
        _("Hello. This is the official bot of Dinas Sosial."),
        _("Here you can register for programmes."),
        _("You can also see your status and ask staff for help."),
        _("All services are free."),
        _("We never ask for a PIN, an OTP code, or money."),
    ]
    return "\n".join([*lines, *deep_links.lines(context)])


def resume(context: Context) -> Step:
    """Ask the open question again."""
    asking: dict[Step, Callable[[Context], Step]] = {
        Step.ADDRESS: ask_address,
        Step.CALLED: ask_called,
        Step.LANGUAGE: ask_language,
        Step.MODE: ask_mode,
        Step.CONSENT: ask_consent,
        Step.POSTER: ask_poster,
    }
    return asking[Step(ConversationStateView(TALK)[TALK])](context)


async def welcome_back(context: Context) -> Step | int:
    hello = _("Hello again, {address}.").format(address=address_of(context.account))
    if await consent_question.is_given(context):
        return await finish(context, hello)
    if await consent_question.was_given_before(context):
        hello += "\n" + _("Our text about your data has changed. Please read it again.")
    context.send(hello)
    return ask_consent(context)


def ask_address(context: Context, *before: str) -> Step:
    return preferences.ask_address(context, TALK, Step.ADDRESS, before, ways=())


async def take_address(update: Update, context: Context) -> Step | int:
    if not preferences.take_address(update, context, TALK, Step.ADDRESS):
        return ask_address(context)
    return ask_called(context) if context.account.address is Address.NAME else ask_language(context)


def ask_called(context: Context) -> Step:
    return preferences.ask_called(context, TALK, Step.CALLED)


async def take_called(update: Update, context: Context) -> Step | int:
    if navigation_of(update) == BACK:
        return ask_address(context)
    return ask_language(context) if preferences.take_called(update, context) else ask_called(context)


def ask_language(context: Context) -> Step:
    return preferences.ask_language(context, TALK, Step.LANGUAGE)


async def take_language(update: Update, context: Context) -> Step | int:
    if navigation_of(update) == BACK:
        return ask_address(context)
    if not preferences.take_language(update, context, TALK, Step.LANGUAGE):
        return ask_language(context)
    with speaking(context.account.language):
        return ask_mode(context)


def ask_mode(context: Context) -> Step:
    return preferences.ask_mode(context, TALK, Step.MODE, _("You can change it at any time. Type /akses."))


async def take_mode(update: Update, context: Context) -> Step | int:
    if navigation_of(update) == BACK:
        return ask_language(context)
    if not preferences.take_mode(update, context, TALK, Step.MODE):
        return ask_mode(context)
    return await finish(context) if await consent_question.is_given(context) else ask_consent(context)


def ask_consent(context: Context) -> Step:
    at = CallbackData(TALK, Step.CONSENT, "")
    put(context, at, consent_question.text(context), consent_question.shown(context, TALK, Step.CONSENT))
    return Step.CONSENT


async def take_consent(update: Update, context: Context) -> Step | int:
    if navigation_of(update) == BACK:
        return ask_mode(context)
    choice = match_choice(update, consent_question.offered(TALK, Step.CONSENT))
    if choice is None:
        explain_unrecognised(update, context)
        return ask_consent(context)
    answer = await consent_question.take(context, choice.press)
    if answer is None:
        return Step.CONSENT
    return await finish(context) if answer is Answer.GIVEN else ConversationHandler.END


async def finish(context: Context, text: str | None = None) -> Step | int:
    """The menu; then what was begun before, or the programme of the poster."""
    thanks = _("Thank you, {address}. Now you can begin.").format(address=address_of(context.account))
    show_menu(context, text or thanks)
    if waiting := waiting_drafts(context):
        offer(context, draft_waits(context), [continue_choice(waiting[0])])
        return ConversationHandler.END
    return ask_poster(context) if deep_links.programme_of(context) else ConversationHandler.END


def ask_poster(context: Context) -> Step:
    lines = [*deep_links.lines(context), _("Do you want to register now?")]
    context.ask("\n".join(lines), poster_choices())
    return Step.POSTER


async def take_poster(update: Update, context: Context) -> Step | int:
    choice = match_choice(update, poster_choices())
    if choice is None:
        explain_unrecognised(update, context)
        return ask_poster(context)
    if choice.key == LATER:
        show_menu(context, _("All right. You can register at any time."))
        return ConversationHandler.END
    await context.registry.resume(REGISTER, context)
    return ConversationHandler.END


def poster_choices() -> list[Choice]:
    return choices(TALK, Step.POSTER, (REGISTER, N_("Register now")), (LATER, N_("Later")))
