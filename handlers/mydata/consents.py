"""Withdraw or renew consents, from /data: what was agreed to for each purpose; the consequences are named first.

begin ─▶ WHICH ─▶ SURE ──yes──▶ stored word for word, and applied        └──no──▶ nothing changes
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from handlers.caregivers import caregiver_notices
from handlers.conversation.access import LINKED
from handlers.conversation.context import Context
from handlers.conversation.engine import end_with, leave_unchanged
from handlers.conversation.questions import Choose, Confirm, Next
from handlers.conversation.registry import Conversation
from handlers.onboarding import consent_question
from handlers.wording.own_data_text import PURPOSES, consent_lines
from locales import N_
from locales import gettext as _
from models.applications.application import Application
from models.applications.overview import PersonOverview, overviews_for, withdraw
from models.mydata.access_history import consents_of
from models.people.account import Account
from models.people.consent import Answer, Consent, ConsentContext, Purpose, record_consent
from models.people.link import Scope

TALK = "consents"
NOTHING = "nothing"
VERSION = "1"
"""Version of the words below; raise it with their meaning, and all accounts are told that the text has changed."""


class Words(NamedTuple):
    """The buttons of a purpose, the text of its consent, and the consequences of withdrawing it."""

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
        N_("Take back: name to companies"),
        N_("Agree: name to companies"),
        (
            N_("The office may pass your name on to companies."),
            N_("Only for work, and nothing of your health."),
            N_("You may take it back at any time."),
        ),
        (N_("Then we no longer pass your name on."), N_("What a company knows already, we cannot take back.")),
    ),
}
"""The purposes decided here. Help by others is ended with /keluarga."""


class Step(StrEnum):
    WHICH = "WHICH"
    SURE = "SURE"


@dataclass
class ConsentState:
    """The purpose that is decided now."""

    purpose: Purpose | None = None


class Chosen(NamedTuple):
    """A purpose, and whether it was agreed to."""

    purpose: Purpose
    was_given: bool


def conversation() -> Conversation:
    which = Choose(ask_which, options=which_options, take=take_which, back=leave_unchanged)
    sure = Confirm(
        ask_sure,
        labels=sure_labels,
        yes=take_yes,
        no=leave_unchanged,
        back=leave_unchanged,
        subject=chosen,
        gone=Step.WHICH,
    )
    return Conversation(name=TALK, access=LINKED, state=ConsentState, steps={Step.WHICH: which, Step.SURE: sure})


async def chosen(context: Context) -> Chosen | None:
    purpose = context.state(ConsentState).purpose
    return Chosen(purpose, is_given((await last_words(context)).get(purpose))) if purpose is not None else None


async def last_words(context: Context) -> dict[Purpose, Consent]:
    """Return the last yes or no of this account on each purpose."""
    return {one.purpose: one for one in await consents_of(context.session, context.account_id)}


async def ask_which(context: Context, account: Account) -> list[str]:
    last = await last_words(context)
    for one in last.values():
        context.send(*consent_lines(context, one), *changed_since(context, one))
    others = [_(PURPOSES[purpose]) for purpose in WORDS if purpose not in last]
    return [*([_("Not asked yet:"), *others] if others else []), _("What do you want to change?")]


def changed_since(context: Context, consent: Consent) -> list[str]:
    """Say that a new version asks again: the answer to the old one is void."""
    if consent.purpose is Purpose.ON_BEHALF:
        return [_("To end it, type /keluarga.")]
    if consent.purpose not in WORDS or consent.version == version_of(context, consent.purpose):
        return []
    return [_("The text has changed since. It must be asked again.")]


def version_of(context: Context, purpose: Purpose) -> str:
    return consent_question.version(context) if purpose is Purpose.REGISTER else VERSION


def is_given(consent: Consent | None) -> bool:
    return consent is not None and consent.answer is Answer.GIVEN


async def which_options(context: Context, account: Account) -> list[tuple[str, str]]:
    last = await last_words(context)
    offered = [
        (str(purpose), words.withdraw if is_given(last.get(purpose)) else words.give)
        for purpose, words in WORDS.items()
    ]
    return [*offered, (NOTHING, N_("Change nothing"))]


def take_which(context: Context, account: Account, key: str) -> Next:
    if key == NOTHING:
        return leave_unchanged(context)
    context.state(ConsentState).purpose = Purpose(key)
    return Step.SURE


async def ask_sure(context: Context, chosen: Chosen) -> list[str]:
    """Return the text of consent, or the consequences of withdrawing it, with the files that it ends."""
    words = WORDS[chosen.purpose]
    if not chosen.was_given:
        if chosen.purpose is Purpose.REGISTER:
            return consent_question.text(context).split("\n")
        return [*(_(line) for line in words.agreed), _("Do you agree?")]
    ended = [one.number for _standing, one in await files_ended_by(context, chosen.purpose)]
    numbers = [_("To be cancelled: {number}").format(number=number) for number in ended]
    return [*(_(line) for line in words.follows), *numbers, _("Take this consent back?")]


async def files_ended_by(context: Context, purpose: Purpose) -> Sequence[tuple[PersonOverview, Application]]:
    """Return one's own open files, and those of people for whom only this account has answered yet."""
    if purpose is not Purpose.REGISTER:
        return []
    found = await overviews_for(context.session, context.account, context.now)
    by_this = [one for one in found if one.link.is_self or one.link.scope is Scope.TYPED_ONLY]
    return [(one, line.application) for one in by_this for line in one.lines if line.can_be_withdrawn]


def sure_labels(context: Context, chosen: Chosen) -> tuple[str, str]:
    return N_("Yes, take it back") if chosen.was_given else N_("Yes, I agree"), N_("No, leave it")


async def take_yes(context: Context, chosen: Chosen) -> int:
    """Store the answer with the text shown, and apply it, in one transaction."""
    answer = Answer.WITHDRAWN if chosen.was_given else Answer.GIVEN
    shown, version = "\n".join(await ask_sure(context, chosen)), version_of(context, chosen.purpose)
    said = ConsentContext.on(context.account, answer, shown, version)
    ended = await files_ended_by(context, chosen.purpose) if chosen.was_given else []
    await record_consent(context.session, context.account_id, chosen.purpose, said, now=context.now)
    for standing, application in ended:
        await withdraw(context.session, context.account, application, context.now)
        await caregiver_notices.used(context, standing.link, standing.person, caregiver_notices.WITHDREW)
    return end_with(
        context, _("Your consent is taken back.") if chosen.was_given else _("Thank you. Your consent is kept.")
    )
