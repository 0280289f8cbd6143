"""Asking somebody for their own yes: how far, and where they answer.

begin ─▶ NAME ─▶ SCOPE ──own account there──▶ asked there
                   └─▶ WAY ──own phone──▶ a code and a link, for three days
                        ├─office──▶ in front of staff
                        └─here──▶ READER ─▶ ANSWER ──yes or no──▶ kept with who read it out
NAME only where nobody knows what the helper is called.                      /batal leaves from anywhere
"""

from enum import StrEnum
from typing import Any

from telegram import Update
from telegram.ext import ConversationHandler

from handlers.caregivers.consent_code import say_code
from handlers.caregivers.helper_changes import NOW_HELPS, tell_of_change
from handlers.conversation.access import LINKED
from handlers.conversation.buttons import CallbackData, Choice, choices
from handlers.conversation.context import Context
from handlers.conversation.form import BACK, navigation_of, put
from handlers.conversation.match import explain_unrecognised, heard_name, match_choice, words_of
from handlers.conversation.menu import show_menu
from handlers.conversation.persistent import ConversationStateView
from handlers.conversation.registry import Conversation
from handlers.wording.caregiver_text import VERSION, first_name, is_named, name_of, question, scope_words
from locales import N_
from locales import gettext as _
from models.people import permission
from models.people.agreement import agree_on_same_phone
from models.people.consent import Answer, Said
from models.people.link import Link, Scope, own_accounts
from models.people.person import Person

TALK = "ask"
PERMIT = "permit"
OWN_PHONE, HERE, OFFICE = "phone", "here", "office"
YES, NO = "yes", "no"


class Step(StrEnum):
    NAME = "NAME"
    SCOPE = "SCOPE"
    WAY = "WAY"
    READER = "READER"
    ANSWER = "ANSWER"


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=LINKED,
        resume=resume,
        take={
            Step.NAME: take_name,
            Step.SCOPE: take_scope,
            Step.WAY: take_way,
            Step.READER: take_reader,
            Step.ANSWER: take_answer,
        },
    )


async def begin(context: Context, link_id: int) -> Step | int:
    """For a link of this account that somebody has not cut."""
    context.work.remember(PERMIT, {"link": link_id})
    found = await asked_for(context)
    if found is None:
        return no_longer(context)
    return ask_scope(context, found[1]) if await is_named(context, context.account) else ask_name(context, found[1])


async def resume(context: Context) -> Step | int:
    """Ask the open question again."""
    found = await asked_for(context)
    if found is None:
        return no_longer(context)
    person, step = found[1], ConversationStateView(TALK)[TALK]
    if step == Step.ANSWER:
        return await ask_answer(context)
    asks = {Step.NAME: ask_name, Step.SCOPE: ask_scope, Step.WAY: ask_way, Step.READER: ask_reader}
    return asks[Step(step)](context, person)


def permit(context: Context) -> dict[str, Any]:
    """What was chosen so far: link, scope, reader."""
    return dict(context.work.state.get(PERMIT) or {})


def choose(context: Context, **more: Any) -> None:
    context.work.remember(PERMIT, permit(context) | more)


async def asked_for(context: Context) -> tuple[Link, Person] | None:
    """The link in question with its person; None where it is cut, or was never this account's.

    Once it was chosen how far, somebody who has got an own account meanwhile is not asked on this phone any more.
    """
    link = await context.session.get(Link, permit(context).get("link") or 0)
    if link is None or link.account_id != context.account.id or link.is_self or link.revoked_at is not None:
        return None
    if permit(context).get("scope") and await own_accounts(context.session, link.person_id, context.now):
        return None
    return link, await context.session.get_one(Person, link.person_id)


def no_longer(context: Context, *way_out: str) -> int:
    context.work.remember(PERMIT, None)
    why = _("That was asked often today.") if way_out else _("That can no longer be done.")
    show_menu(context, "\n".join([why, *way_out]))
    return ConversationHandler.END


def ask_name(context: Context, person: Person) -> Step:
    lines = [
        _("What is your own name?"),
        _("{first_name} reads it, to know who asks.").format(first_name=first_name(person)),
    ]
    put(context, CallbackData(TALK, Step.NAME, ""), "\n".join(lines), ways=())
    return Step.NAME


async def take_name(update: Update, context: Context) -> Step | int:
    found = await asked_for(context)
    if found is None:
        return no_longer(context)
    words = words_of(update)
    if words is None:
        explain_unrecognised(update, context)
        return ask_name(context, found[1])
    name = heard_name(words, update, context)
    if name is None:
        return ask_name(context, found[1])
    context.account.called = name
    return ask_scope(context, found[1])


def ask_scope(context: Context, person: Person) -> Step:
    text = _("How far do you want to help {first_name}?").format(first_name=first_name(person))
    put(context, CallbackData(TALK, Step.SCOPE, ""), text, scope_choices(), ways=())
    return Step.SCOPE


async def take_scope(update: Update, context: Context) -> Step | int:
    found = await asked_for(context)
    if found is None:
        return no_longer(context)
    link, person = found
    choice = match_choice(update, scope_choices())
    if choice is None:
        explain_unrecognised(update, context)
        return ask_scope(context, person)
    if await permission.is_asked_much(context.session, link, context.now):
        return no_longer(context, _("Ask again tomorrow, or come to the office together."))
    choose(context, scope=choice.key)
    own = await own_accounts(context.session, link.person_id, context.now)
    if not own:
        return ask_way(context, person)
    await permission.ask_own_account(context.session, link, Scope(choice.key), own[0], now=context.now)
    context.work.remember(PERMIT, None)
    lines = [_("We ask {first_name} now.").format(first_name=first_name(person)), _("You hear the answer here.")]
    show_menu(context, "\n".join(lines))
    return ConversationHandler.END


def ask_way(context: Context, person: Person) -> Step:
    lines = [_("{first_name} must say yes personally.").format(first_name=first_name(person)), _("Where will that be?")]
    put(context, CallbackData(TALK, Step.WAY, ""), "\n".join(lines), way_choices())
    return Step.WAY


async def take_way(update: Update, context: Context) -> Step | int:
    found = await asked_for(context)
    if found is None:
        return no_longer(context)
    link, person = found
    choice = match_choice(update, way_choices())
    if navigation_of(update) == BACK:
        return ask_scope(context, person)
    if choice is None:
        explain_unrecognised(update, context)
        return ask_way(context, person)
    if choice.key == HERE:
        return ask_reader(context, person)
    if choice.key == OWN_PHONE:
        await say_code(context, link, person, scope_of(context))
    else:
        say_office(context, person)
    context.work.remember(PERMIT, None)
    return ConversationHandler.END


def say_office(context: Context, person: Person) -> None:
    lines = [
        _("Come to the office together with {first_name}.").format(first_name=first_name(person)),
        _("Bring the registration number and a card."),
        _("Staff ask, and write down the answer."),
    ]
    show_menu(context, "\n".join(lines))


def ask_reader(context: Context, person: Person) -> Step:
    text = _("Who reads the question to {first_name}?").format(first_name=first_name(person))
    put(context, CallbackData(TALK, Step.READER, ""), text, reader_choices(TALK, Step.READER))
    return Step.READER


async def take_reader(update: Update, context: Context) -> Step | int:
    found = await asked_for(context)
    if found is None:
        return no_longer(context)
    person = found[1]
    choice = match_choice(update, reader_choices(TALK, Step.READER))
    if navigation_of(update) == BACK:
        return ask_way(context, person)
    if choice is None:
        explain_unrecognised(update, context)
        return ask_reader(context, person)
    choose(context, reader=choice.shown)
    context.send(_("Now give the phone to {first_name}.").format(first_name=first_name(person)))
    return await ask_answer(context)


async def ask_answer(context: Context) -> Step:
    """From here on the words speak to the person, not to the helper."""
    text = question(await who_asks(context), scope_of(context))
    put(context, CallbackData(TALK, Step.ANSWER, ""), text, yes_choices(TALK, Step.ANSWER))
    return Step.ANSWER


async def who_asks(context: Context) -> str:
    found = await asked_for(context)
    return await name_of(context, context.account, found[0].relation if found else None)


async def take_answer(update: Update, context: Context) -> Step | int:
    found = await asked_for(context)
    if found is None:
        return no_longer(context)
    link, person = found
    choice = match_choice(update, yes_choices(TALK, Step.ANSWER))
    if navigation_of(update) == BACK:
        return ask_reader(context, person)
    if choice is None:
        explain_unrecognised(update, context)
        return await ask_answer(context)
    who = await who_asks(context)
    answer = Answer.GIVEN if choice.key == YES else Answer.REFUSED
    said = Said(
        answer=answer,
        shown=question(who, scope_of(context)),
        language=context.account.language,
        mode=context.account.mode,
        version=VERSION,
        assisted_by=f"{permit(context).get('reader')} ({who})",
    )
    await agree_on_same_phone(context.session, link, person, scope_of(context), said=said, now=context.now)
    if answer is Answer.GIVEN:
        await tell_of_change(context, person, (NOW_HELPS, {"who": who}))
    show_menu(context, answered_here(context, person, answer))
    context.work.remember(PERMIT, None)
    return ConversationHandler.END


def answered_here(context: Context, person: Person, answer: Answer) -> str:
    if answer is not Answer.GIVEN:
        return _("All right. Nothing has changed.")
    lines = [
        _("Thank you. {first_name} has said yes.").format(first_name=first_name(person)),
        _("You may now: {scope}.").format(scope=scope_words(scope_of(context))),
        _("To change or end it, type /keluarga."),
    ]
    return "\n".join(lines)


def scope_of(context: Context) -> Scope:
    return Scope(permit(context).get("scope") or Scope.STATUS)


def scope_choices() -> list[Choice]:
    return choices(
        TALK,
        Step.SCOPE,
        (Scope.STATUS, N_("See the status")),
        (Scope.REMIND, N_("Also get reminders")),
        (Scope.ACT, N_("Also complete the files")),
    )


def way_choices() -> list[Choice]:
    return choices(
        TALK,
        Step.WAY,
        (OWN_PHONE, N_("On their own phone")),
        (HERE, N_("Here, on this phone")),
        (OFFICE, N_("At the office")),
    )


def reader_choices(talk: str, step: str) -> list[Choice]:
    return choices(
        talk,
        step,
        ("me", N_("I read it aloud")),
        ("person", N_("They read it themselves")),
        ("other", N_("Somebody else reads it aloud")),
    )


def yes_choices(talk: str, step: str) -> list[Choice]:
    return choices(talk, step, (YES, N_("Yes, that is all right")), (NO, N_("No, I do not want it")))
