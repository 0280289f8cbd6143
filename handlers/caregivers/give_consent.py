"""Take the person's own answer to a helper: by a code or link, or where their own account was asked.

/start k-… ─────▶ BIRTH ──fits──▶ ANSWER ──yes or no──▶ kept; the helper is told
"I have a kode keluarga" ─▶ CODE ─▲  └──does not fit──▶ the same words for every failure    /batal leaves from anywhere
"""

from dataclasses import dataclass
from enum import StrEnum

from telegram import Update

from handlers.caregivers.helper_changes import (
    ANY_DOUBT,
    CODES_END,
    MOVED,
    NOT_YOU,
    NOW_HELPS,
    SAID_NO,
    SAID_YES,
    Sentence,
    in_words,
    tell_of_change,
)
from handlers.conversation.access import AccessRule, Resource
from handlers.conversation.buttons import CallbackData, Choice, row_in
from handlers.conversation.context import Context
from handlers.conversation.engine import end_with, leave_unchanged
from handlers.conversation.questions import AGAIN, NO, YES, Choose, Next, Text, sentences
from handlers.conversation.registry import Conversation
from handlers.notify import notify
from handlers.wording.caregiver_text import VERSION, YES_CHOICES, first_name, name_of, question
from handlers.wording.office_text import turned_away
from handlers.wording.person_words import birth_problem
from locales import N_
from locales import gettext as _
from models.applications.receipt import KODE_CEK_LENGTH, read_kode_cek
from models.applications.receipt_lookup import code_depends_on
from models.grants.grants import GrantKind
from models.people import permission
from models.people.account import Account
from models.people.agreement import answer_permission
from models.people.birth_date import BirthDate, read_birth_date
from models.people.born import Born
from models.people.consent import Answer, ConsentContext
from models.people.link import links_of
from models.people.permission import CodeRefused, Permission
from models.people.person import Person

TALK = "answer"
BEGIN, SAY = "BEGIN", "SAY"
RULE = AccessRule(None, Resource.PERMISSION)
CODE_LINES = (N_("What is the kode keluarga?"), N_("It has eight letters and digits."))
BIRTH_LINES = (
    N_("Hello. This is the official bot of Dinas Sosial."),
    N_("This is about your registration, and who may see it."),
    N_("So that we know you, write your date of birth."),
    N_("For example: 17 August 1995."),
    N_("Is it not for you? Write Cancel."),
)
OVER_LINES = (N_("This question is no longer open."), N_("Nothing was changed by it."))
"""It was answered, has expired or is void: in the same words, which reveal no personal data."""


class Step(StrEnum):
    CODE = "CODE"
    BIRTH = "BIRTH"
    ANSWER = "ANSWER"


@dataclass
class AnswerState:
    """The code, an estimated birth date written once, and the permission that both opened."""

    code: str = ""
    about: str = ""
    asked: int = 0


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=RULE,
        state=AnswerState,
        steps={
            Step.CODE: Text(CODE_LINES, take=take_code),
            Step.BIRTH: Text(BIRTH_LINES, take=take_birth),
            Step.ANSWER: Choose(text_of, options=YES_CHOICES, take=take_answer, subject=asked_now, gone=OVER_LINES),
        },
        buttons={BEGIN: lambda context, key: Step.CODE},
        routes={SAY: say},
        deep_links={permission.PAYLOAD: begin},
    )


def begin(context: Context, payload: str) -> Step:
    """Begin with the code of a link."""
    code = read_kode_cek(payload.removeprefix(permission.PAYLOAD))
    context.state(AnswerState).code = code if isinstance(code, str) else ""
    return Step.BIRTH


def take_code(context: Context, _account: Account, words: str) -> Next:
    code = read_kode_cek(words)
    if not isinstance(code, str):
        context.send(_("A kode keluarga has {count} letters and digits.").format(count=KODE_CEK_LENGTH))
        return AGAIN
    context.set_state(AnswerState(code))
    return Step.BIRTH


async def take_birth(context: Context, _account: Account, words: str) -> Next:
    """Take the birth date; an estimate counts when it was written twice."""
    state = context.state(AnswerState)
    reading = read_birth_date(words, today=context.reference.places.latest_day(context.now))
    if isinstance(reading, BirthDate):
        if reading.other is None:
            return await opened(context, Born.of(reading.born))
        context.send(_("Please write the month as a word."))
    elif reading.about and state.about == str(reading.about[0]):
        return await opened(context, reading.about[0])
    elif reading.about:
        state.about = str(reading.about[0])
        context.send(_("Do you know the whole date? Then write it."), _("If not, write the same once more."))
    else:
        context.send(birth_problem(reading))
    return AGAIN


async def opened(context: Context, born: Born) -> Next:
    """Open a permission by code and birth date together; every failure gets the same words."""
    code = context.state(AnswerState).code
    found = await permission.find_by_code(context.session, context.account, code, born, context.now)
    if isinstance(found, Permission):
        context.set_state(AnswerState(asked=found.id or 0))
        return Step.ANSWER
    if found is CodeRefused.TOO_MANY:
        return end_with(context, *await turned_away(context))
    return end_with(
        context,
        _("The kode keluarga and the birth date do not fit together."),
        _("Or that kode keluarga is no longer valid."),
        _("Ask for a new kode keluarga, or ask staff: /tanya."),
    )


async def asked_now(context: Context) -> Permission | None:
    """Return the permission that a code has opened, while it is valid and this account may answer it."""
    asked = context.state(AnswerState).asked
    return await permission.lock_permission(context.session, asked, context.account, context.now)


async def text_of(context: Context, asked: Permission) -> list[str]:
    """Return the question, and what a yes does: that account may help, or this one becomes the person's own."""
    person = await context.session.get_one(Person, asked.person_id)
    name = {"first_name": first_name(person)}
    becomes = [_("This becomes the account of {first_name}.").format(**name)]
    asker = await context.session.get(Account, asked.account_id or 0)
    if asker is None:
        return [*becomes, _("An earlier phone then no longer opens this registration."), _("Do you agree?")]
    asks = question(await name_of(context, asker, asked.relation), asked.scope)
    if asked.code_hash is None:
        return [asks]
    return [*becomes, _("Are you not {first_name}? Then say no.").format(**name), asks]


async def take_answer(context: Context, asked: Permission, key: str) -> int:
    """Store the answer with the text that was read, and tell the account that asked."""
    answer = Answer.GIVEN if key == YES else Answer.REFUSED
    person = await context.session.get_one(Person, asked.person_id)
    asker = await context.session.get(Account, asked.account_id or 0)
    said = ConsentContext.on(context.account, answer, "\n".join(await text_of(context, asked)), VERSION)
    codes: tuple[Sentence, ...] = ()
    if answer is Answer.GIVEN:
        await tell_of_yes(context, asked, asker, person)  # before it ends: the owner of a stolen account must know
        codes = CODES_END if await code_ends(context, asked) else ()
    await answer_permission(context.session, asked, context.account, person, said=said, now=context.now)
    if asker is not None and may_hear(asked, answer):
        notice = SAID_YES if answer is Answer.GIVEN else SAID_NO
        await notify(context, asker, notice, first_name=first_name(person))
    if answer is not Answer.GIVEN:
        return leave_unchanged(context)
    return end_with(context, *thanks(context), *in_words(codes))


async def say(key: str, update: Update, context: Context) -> None:
    """Take the answer of an own account that was asked by a message, now or days ago."""
    answer, _sep, number = key.partition(" ")
    asked = await permission.permission_for(context.session, row_in(number) or 0, context.account, context.now)
    if asked is None or answer not in (YES, NO):
        end_with(context, sentences(OVER_LINES))
    else:
        await take_answer(context, asked, answer)


async def code_ends(context: Context, asked: Permission) -> bool:
    """Was a kode cek shown on the lost phone? Then it ends with it."""
    if asked.account_id is not None:
        return False
    links = await links_of(context.session, asked.person_id or 0, context.now)
    lost = [link for link, holder in links if link.is_self and holder.id != context.account.id]
    return any([await code_depends_on(context.session, link) for link in lost])


def may_hear(asked: Permission, answer: Answer) -> bool:
    """May the asking account be told? By a number it learns of a yes only: a no, silence and no match look alike."""
    return answer is Answer.GIVEN or asked.kind is not GrantKind.NUMBER_QUESTION


async def tell_of_yes(context: Context, asked: Permission, asker: Account | None, person: Person) -> None:
    """Tell the person on their other accounts, or on paper, what this yes changes."""
    changes: list[Sentence] = [MOVED] if asked.code_hash is not None else []
    if asker is not None:
        changes.append((NOW_HELPS, {"who": await name_of(context, asker, asked.relation)}))
    await tell_of_change(context, person, *changes, doubt=(ANY_DOUBT if asker else NOT_YOU,))


def thanks(context: Context) -> list[str]:
    lines = [_("Thank you. It is written down."), _("See your registration: /status. See who helps: /keluarga.")]
    if context.account.greeted_at is None:
        lines.append(_("For another language or way of showing messages, type /start."))
    return lines


def own_choices(asked: Permission) -> list[Choice]:
    """Return yes and no under a message that asks an own account."""
    return [Choice(CallbackData(TALK, SAY, f"{key} {asked.id}"), label) for key, label in YES_CHOICES]
