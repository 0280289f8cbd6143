"""Consents, from /data: what was agreed to, for each purpose; taken back or given again, with what follows said first.

begin ─▶ WHICH ─▶ SURE ──yes──▶ kept word for word, and what follows is done        └──no──▶ nothing changes
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from telegram import Update
from telegram.ext import ConversationHandler

from handlers.caregivers import caregiver_notices
from handlers.conversation.access import LINKED
from handlers.conversation.buttons import CallbackData, Choice, choices
from handlers.conversation.context import Context
from handlers.conversation.form import BACK, navigation_of, put
from handlers.conversation.match import explain_unrecognised, match_choice
from handlers.conversation.menu import show_menu
from handlers.conversation.persistent import ConversationStateView
from handlers.conversation.registry import Conversation
from handlers.mydata.consent_words import PURPOSES, consent_lines
from handlers.onboarding import consent_question
from locales import N_
from locales import gettext as _
from models.applications.application import Application
from models.applications.overview import PersonOverview, overviews_for, withdraw
from models.mydata.access_history import consents_of
from models.people.consent import Answer, Consent, Purpose
from models.people.consent import record_consent as keep_consent
from models.people.link import Scope

TALK = "consents"
HELD = "consent"
YES, NO, NOTHING = "yes", "no", "nothing"
VERSION = "1"
"""Of the words below; raise it with their meaning, and everybody is told that the text has changed."""


class Words(NamedTuple):
    """The buttons of a purpose, what is agreed to, and what follows when it is taken back."""

    withdraw: str
    give: str
    agreed: tuple[str, ...]
    follows: tuple[str, ...]


WORDS = {
    Purpose.REGISTER: Words(
        N_("Take back: registering"),
        N_("Agree again: registering"),
        (),
        (
            N_("Then your open registrations are cancelled."),
            N_("Your data stay until their day. You may erase them."),
            N_("You may agree again at any time."),
        ),
    ),
    Purpose.ANNOUNCE: Words(
        N_("Take back: news"),
        N_("Agree: news of programmes"),
        (
            N_("We write to you when there is a new programme."),
            N_("News of your registrations comes in any case."),
            N_("You may take it back at any time."),
        ),
        (N_("Then you hear no more of new programmes."), N_("News of your registrations still comes.")),
    ),
    Purpose.EMPLOYERS: Words(
        N_("Take back: employers"),
        N_("Agree: pass on to employers"),
        (
            N_("Staff may pass your name on to employers."),
            N_("Only for work, and nothing of your health."),
            N_("You may take it back at any time."),
        ),
        (N_("Then we no longer pass your name on."), N_("What an employer knows already, we cannot take back.")),
    ),
}
"""The purposes that are decided here. Help by others is ended with /keluarga."""


class Step(StrEnum):
    WHICH = "WHICH"
    SURE = "SURE"


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=LINKED,
        begin=begin,
        resume=resume,
        take={Step.WHICH: take_which, Step.SURE: take_sure},
    )


async def begin(update: Update, context: Context) -> Step | int:
    return await ask_which(context)


async def resume(context: Context) -> Step | int:
    """Ask the open question again."""
    purpose = purpose_in_hand(context)
    if purpose is not None and ConversationStateView(TALK)[TALK] == Step.SURE:
        return await ask_sure(context, purpose)
    return await ask_which(context)


async def last_words(context: Context) -> dict[Purpose, Consent]:
    """The last yes or no of this account on each purpose."""
    return {one.purpose: one for one in await consents_of(context.session, context.account.id or 0)}


async def ask_which(context: Context) -> Step:
    last = await last_words(context)
    for one in last.values():
        context.send("\n".join([*consent_lines(context, one), *changed_since(context, one)]))
    others = [_(PURPOSES[purpose]) for purpose in WORDS if purpose not in last]
    lines = [*([_("Not asked yet:"), *others] if others else []), _("What do you want to change?")]
    put(context, CallbackData(TALK, Step.WHICH, ""), "\n".join(lines), which_choices(context, last))
    return Step.WHICH


def changed_since(context: Context, consent: Consent) -> list[str]:
    """A new version asks again: what was said to the old one counts no more."""
    if consent.purpose is Purpose.ON_BEHALF:
        return [_("To end it, type /keluarga.")]
    if consent.purpose not in WORDS or consent.version == version_of(context, consent.purpose):
        return []
    return [_("The text has changed since. It must be asked again.")]


def version_of(context: Context, purpose: Purpose) -> str:
    return consent_question.version(context) if purpose is Purpose.REGISTER else VERSION


def is_given(consent: Consent | None) -> bool:
    return consent is not None and consent.answer is Answer.GIVEN


async def was_given(context: Context, purpose: Purpose) -> bool:
    return is_given((await last_words(context)).get(purpose))


def which_choices(context: Context, last: dict[Purpose, Consent]) -> list[Choice]:
    offered = [
        (str(purpose), words.withdraw if is_given(last.get(purpose)) else words.give)
        for purpose, words in WORDS.items()
    ]
    return choices(TALK, Step.WHICH, *offered, (NOTHING, N_("Change nothing")))


async def take_which(update: Update, context: Context) -> Step | int:
    choice = match_choice(update, which_choices(context, await last_words(context)))
    if choice is None and navigation_of(update) != BACK:
        explain_unrecognised(update, context)
        return await ask_which(context)
    if choice is None or choice.key == NOTHING:
        return keep_answer(context)
    context.work.remember(HELD, choice.key)
    return await ask_sure(context, Purpose(choice.key))


async def ask_sure(context: Context, purpose: Purpose) -> Step:
    offered = sure_choices(was_given=await was_given(context, purpose))
    put(context, CallbackData(TALK, Step.SURE, ""), "\n".join(await sure_lines(context, purpose)), offered)
    return Step.SURE


async def sure_lines(context: Context, purpose: Purpose) -> list[str]:
    """What is agreed to, or what follows when it is taken back, with the files that it ends."""
    words = WORDS[purpose]
    if not await was_given(context, purpose):
        if purpose is Purpose.REGISTER:
            return consent_question.text(context).split("\n")
        return [*(_(line) for line in words.agreed), _("Do you agree?")]
    ended = [one.number for _standing, one in await files_ended_by(context, purpose)]
    numbers = [_("It ends: {number}").format(number=number) for number in ended]
    return [*(_(line) for line in words.follows), *numbers, _("Take your consent back?")]


async def files_ended_by(context: Context, purpose: Purpose) -> Sequence[tuple[PersonOverview, Application]]:
    """One's own open files, and those of people for whom nobody but this account has spoken yet."""
    if purpose is not Purpose.REGISTER:
        return []
    found = await overviews_for(context.session, context.account, context.now)
    by_this = [one for one in found if one.link.is_self or one.link.scope is Scope.TYPED_ONLY]
    return [(one, line.application) for one in by_this for line in one.lines if line.can_be_withdrawn]


async def take_sure(update: Update, context: Context) -> Step | int:
    purpose = purpose_in_hand(context)
    if purpose is None:
        return await ask_which(context)
    is_taken_back = await was_given(context, purpose)
    choice = match_choice(update, sure_choices(was_given=is_taken_back))
    if choice is None and navigation_of(update) != BACK:
        explain_unrecognised(update, context)
        return await ask_sure(context, purpose)
    if choice is None or choice.key == NO:
        return keep_answer(context)
    await keep(context, purpose, Answer.WITHDRAWN if is_taken_back else Answer.GIVEN)
    context.work.remember(HELD, None)
    show_menu(context, _("Your consent is taken back.") if is_taken_back else _("Thank you. Your consent is kept."))
    return ConversationHandler.END


async def keep(context: Context, purpose: Purpose, answer: Answer) -> None:
    """The text as it was shown, and what follows from it, in one transaction."""
    consent = Consent(
        account_id=context.account.id or 0,
        purpose=purpose,
        answer=answer,
        version=version_of(context, purpose),
        shown="\n".join(await sure_lines(context, purpose)),
        language=context.account.language,
        mode=context.account.mode,
        at=context.now,
    )
    ended = await files_ended_by(context, purpose) if answer is Answer.WITHDRAWN else []
    await keep_consent(context.session, consent)
    for standing, application in ended:
        await withdraw(context.session, context.account, application, context.now)
        await caregiver_notices.used(context, standing.link, standing.person, caregiver_notices.WITHDREW)


def purpose_in_hand(context: Context) -> Purpose | None:
    held = context.work.state.get(HELD)
    return Purpose(held) if held in {str(purpose) for purpose in WORDS} else None


def keep_answer(context: Context) -> int:
    context.work.remember(HELD, None)
    show_menu(context, _("All right. Nothing has changed."))
    return ConversationHandler.END


def sure_choices(*, was_given: bool = False) -> list[Choice]:
    yes = N_("Yes, take it back") if was_given else N_("Yes, I agree")
    return choices(TALK, Step.SURE, (YES, yes), (NO, N_("No, leave it")))
