"""The person's own answer to somebody who wants to help: by a code or link, or where their own account was asked.

/start k-… ─────▶ BIRTH ──fits──▶ ANSWER ──yes or no──▶ kept; the helper is told
"I have a code" ─▶ CODE ─▲  └──does not fit──▶ the same words for every failure    /batal leaves from anywhere
"""

from enum import StrEnum
from typing import Any

from telegram import Update
from telegram.ext import ConversationHandler

from handlers.caregivers.ask_consent import NO, YES, yes_choices
from handlers.caregivers.helper_changes import (
    ANY_DOUBT,
    CODES_END,
    MOVED,
    NOT_YOU,
    NOW_HELPS,
    SAID_NO,
    SAID_YES,
    tell_of_change,
    with_sentences,
)
from handlers.conversation.access import AccessRule, Resource
from handlers.conversation.buttons import CallbackData, Choice, row_in
from handlers.conversation.context import Context
from handlers.conversation.follow_ups import offer
from handlers.conversation.form import BACK, navigation_of, put
from handlers.conversation.match import explain_unrecognised, match_choice, words_of
from handlers.conversation.menu import show_menu
from handlers.conversation.persistent import ConversationStateView
from handlers.conversation.registry import Conversation
from handlers.notify import notify
from handlers.wording.birth_problems import birth_problem
from handlers.wording.caregiver_text import VERSION, first_name, name_of, question
from handlers.wording.lockout_text import turned_away
from locales import gettext as _
from models.applications.receipt import KODE_CEK_LENGTH, read_kode_cek
from models.applications.receipt_lookup import ends_with
from models.grants.grants import Kind
from models.messaging.outbox import Priority
from models.people import permission
from models.people.account import Account
from models.people.agreement import settle
from models.people.birth_date import BirthDate, read_birth_date
from models.people.born import Born
from models.people.consent import Answer, Said
from models.people.link import links_of
from models.people.permission import NoWay, Permission
from models.people.person import Person

TALK = "answer"
SAY = "SAY"
ANSWERING = "answering"
RULE = AccessRule(None, Resource.PERMISSION)


class Step(StrEnum):
    CODE = "CODE"
    BIRTH = "BIRTH"
    ANSWER = "ANSWER"


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=RULE,
        resume=resume,
        take={Step.CODE: take_code, Step.BIRTH: take_birth, Step.ANSWER: take_answer},
        routes={SAY: say},
        deep_links={permission.PAYLOAD: begin},
    )


def begin(context: Context, payload: str) -> Step:
    """Somebody opened the link of a code."""
    code = read_kode_cek(payload.removeprefix(permission.PAYLOAD))
    context.work.remember(ANSWERING, {"code": code if isinstance(code, str) else ""})
    return ask_birth(context)


async def resume(context: Context) -> Step | int:
    """Ask the open question again."""
    step = ConversationStateView(TALK)[TALK]
    if step == Step.ANSWER:
        asked = await asked_now(context)
        return await ask_answer(context, asked) if asked else no_longer(context)
    return ask_birth(context) if step == Step.BIRTH else ask_code(context)


def state(context: Context) -> dict[str, Any]:
    return dict(context.work.state.get(ANSWERING) or {})


def ask_code(context: Context) -> Step:
    lines = [_("What is the code?"), _("It has eight letters and digits.")]
    put(context, CallbackData(TALK, Step.CODE, ""), "\n".join(lines), ways=())
    return Step.CODE


async def take_code(update: Update, context: Context) -> Step:
    words = words_of(update)
    if words is None:
        explain_unrecognised(update, context)
        return ask_code(context)
    code = read_kode_cek(words)
    if not isinstance(code, str):
        context.send(_("A code has {count} letters and digits.").format(count=KODE_CEK_LENGTH))
        return ask_code(context)
    context.work.remember(ANSWERING, {"code": code})
    return ask_birth(context)


def ask_birth(context: Context) -> Step:
    lines = [
        _("This code belongs to a registration."),
        _("When were you born?"),
        _("For example: 17 August 1995."),
    ]
    put(context, CallbackData(TALK, Step.BIRTH, ""), "\n".join(lines), ways=())
    return Step.BIRTH


async def take_birth(update: Update, context: Context) -> Step | int:
    words = words_of(update)
    if words is None:
        explain_unrecognised(update, context)
        return ask_birth(context)
    reading = read_birth_date(words, today=context.reference.places.latest_day(context.now))
    if isinstance(reading, BirthDate) and reading.other is None:
        return await opened(context, Born.of(reading.born))
    if isinstance(reading, BirthDate):
        context.send(_("Please write the month as a word."))
    elif reading.about and state(context).get("about") == str(reading.about[0]):
        return await opened(context, reading.about[0])
    elif reading.about:
        context.work.remember(ANSWERING, state(context) | {"about": str(reading.about[0])})
        context.send(_("Do you know the whole date? Then write it.") + "\n" + _("If not, write the same once more."))
    else:
        context.send(birth_problem(reading))
    return ask_birth(context)


async def opened(context: Context, born: Born) -> Step | int:
    """Code and birth date together, or the same words for everything that does not fit."""
    code = str(state(context).get("code"))
    found = await permission.by_code(context.session, context.account, code, born, context.now)
    if isinstance(found, NoWay):
        context.work.remember(ANSWERING, None)
        lines = [_("Code and birth date do not fit together."), _("Or the code is no longer valid.")]
        lines.append(_("Ask for a new code, or ask staff: /bantuan."))
        if found is NoWay.TOO_MANY:
            lines = await turned_away(context)
        show_menu(context, "\n".join(lines))
        return ConversationHandler.END
    context.work.remember(ANSWERING, {"asked": found.id})
    return await ask_answer(context, found)


async def asked_now(context: Context) -> Permission | None:
    """The permission that a code has opened, while it is honoured and this account may answer it."""
    asked = int(state(context).get("asked") or 0)
    return await permission.for_whom_it_is(context.session, asked, context.account, context.now)


async def ask_answer(context: Context, asked: Permission) -> Step:
    put(
        context,
        CallbackData(TALK, Step.ANSWER, ""),
        await text_of(context, asked),
        yes_choices(TALK, Step.ANSWER),
        ways=(),
    )
    return Step.ANSWER


async def text_of(context: Context, asked: Permission) -> str:
    """What is asked, and what a yes does: may that account help; whose own account does this one become?"""
    person = await context.session.get_one(Person, asked.person_id)
    name = {"first_name": first_name(person)}
    becomes = [_("This becomes the account of {first_name}.").format(**name)]
    asker = await context.session.get(Account, asked.account_id or 0)
    if asker is None:
        return "\n".join([*becomes, _("An earlier phone then no longer sees the files."), _("Is it all right?")])
    asks = question(await name_of(context, asker, asked.relation), asked.scope)
    if asked.code_hash is None:
        return asks
    return "\n".join([*becomes, _("Are you not {first_name}? Then say no.").format(**name), asks])


def no_longer(context: Context) -> int:
    context.work.remember(ANSWERING, None)
    say_over(context)
    return ConversationHandler.END


def say_over(context: Context) -> None:
    """Answered, too late, or void: the same words, which tell nothing of anybody."""
    show_menu(context, _("This question is no longer open.") + "\n" + _("Nothing was changed by it."))


async def take_answer(update: Update, context: Context) -> Step | int:
    asked = await asked_now(context)
    if asked is None:
        return no_longer(context)
    choice = match_choice(update, yes_choices(TALK, Step.ANSWER))
    if choice is None or navigation_of(update) == BACK:
        explain_unrecognised(update, context)
        return await ask_answer(context, asked)
    context.work.remember(ANSWERING, None)
    await answered(context, asked, choice.key)
    return ConversationHandler.END


async def say(key: str, update: Update, context: Context) -> None:
    """The answer of an own account that was asked by a message, now or days ago."""
    answer, _sep, number = key.partition(" ")
    asked = await permission.asked_of(context.session, row_in(number) or 0, context.account, context.now)
    if asked is None or answer not in (YES, NO):
        say_over(context)
    else:
        await answered(context, asked, answer)


async def answered(context: Context, asked: Permission, key: str) -> None:
    """Keep the answer with the words that were read, and tell whoever asked."""
    person = await context.session.get_one(Person, asked.person_id)
    answer = Answer.GIVEN if key == YES else Answer.REFUSED
    said = Said(answer, await text_of(context, asked), context.account.language, context.account.mode, VERSION)
    if answer is Answer.GIVEN:
        await tell_of_yes(context, asked, person)  # before it ends: whoever is robbed of it must know
    codes = CODES_END if answer is Answer.GIVEN and await code_ends(context, asked) else ()
    await settle(context.session, asked, context.account, person, said=said, now=context.now)
    asker = await context.session.get(Account, asked.account_id or 0)
    if asker is not None and may_hear(asked, answer):
        notice = SAID_YES if answer is Answer.GIVEN else SAID_NO
        await notify(context, asker, notice, first_name=first_name(person))
    show_menu(context, with_sentences(thanks(context, answer), codes))


async def code_ends(context: Context, asked: Permission) -> bool:
    """Was a kode cek shown on the lost phone, so that it ends with it?"""
    if asked.account_id is not None:
        return False
    links = await links_of(context.session, asked.person_id or 0, context.now)
    lost = [link for link, holder in links if link.is_self and holder.id != context.account.id]
    return any([await ends_with(context.session, link) for link in lost])


def may_hear(asked: Permission, answer: Answer) -> bool:
    """Who asked by a number learns of nothing but a yes: a no, silence and nobody at all are the same to them."""
    return answer is Answer.GIVEN or asked.kind is not Kind.NUMBER_QUESTION


async def tell_of_yes(context: Context, asked: Permission, person: Person) -> None:
    """The person hears on every other way they have what this yes changes."""
    changes = [MOVED] if asked.code_hash is not None else []
    asker = await context.session.get(Account, asked.account_id or 0)
    if asker is not None:
        changes.append((NOW_HELPS, {"who": await name_of(context, asker, asked.relation)}))
    doubt = (NOT_YOU,) if asker is None else (ANY_DOUBT,)
    await tell_of_change(context, person, *changes, doubt=doubt)


def thanks(context: Context, answer: Answer) -> list[str]:
    if answer is not Answer.GIVEN:
        return [_("All right. Nothing has changed.")]
    lines = [
        _("Thank you. It is written down."),
        _("See your files: /status. See who helps: /keluarga."),
    ]
    if context.account.greeted_at is None:
        lines.append(_("For another language or way of reading, type /start."))
    return lines


async def put_question(context: Context, asked: Permission, priority: Priority = Priority.REPLY) -> None:
    """Ask the person on their own account whether somebody may help them."""
    asker = await context.session.get_one(Account, asked.account_id)
    text = question(await name_of(context, asker, asked.relation), asked.scope)
    offer(context, text, own_choices(asked), priority=priority)


def own_choices(asked: Permission) -> list[Choice]:
    """Yes and no under a message that asks an own account."""
    return [
        Choice(CallbackData(TALK, SAY, f"{choice.key} {asked.id}"), choice.label)
        for choice in yes_choices(TALK, Step.ANSWER)
    ]
