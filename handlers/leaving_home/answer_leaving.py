"""Answering about leaving home: the person themself, or the family; on their own phone, or read out on another.

begin ─▶ WHO ─▶ ANSWER ──yes──▶ kept
          │      ▲    └──no, or talk first──▶ kept, staff are asked to talk ─▶ WHY ─▶ kept too
          └──on somebody else's phone──▶ READER ─▶ ANSWER
WHO only where several could answer here.                                   /batal leaves from anywhere
"""

from enum import StrEnum
from typing import Any

from telegram import Update
from telegram.ext import ConversationHandler

from handlers.caregivers.ask_consent import reader_choices
from handlers.conversation.access import LINKED
from handlers.conversation.buttons import CallbackData, Choice, choices, row_in
from handlers.conversation.context import Context
from handlers.conversation.form import BACK, navigation_of, not_an_answer, put, too_long
from handlers.conversation.match import explain_unrecognised, match_choice, words_of
from handlers.conversation.menu import show_menu
from handlers.conversation.persistent import ConversationStateView, set_step
from handlers.conversation.registry import Conversation
from handlers.conversation.resume import open_conversation, repeat_question
from handlers.leaving_home.concerns import WRITTEN, ask_to_talk, doubt_lines, let_know
from handlers.leaving_home.leaving_notices import FAMILY_ANSWERED
from handlers.leaving_home.visible_application import (
    DO,
    FAMILY,
    HOME,
    ME,
    PERSON,
    SAY,
    TALK,
    File,
    file_of,
    speaker_of,
    speakers,
)
from handlers.notify import notify
from handlers.wording.caregiver_text import first_name, name_of
from handlers.wording.leaving_text import answer_choices, question
from locales import N_
from locales import gettext as _
from models.applications import departure
from models.applications.departure import DOUBTS, Departure, RecordedResponse, Respondent, Response

LEAVING = "leaving"
SKIP, LONGEST = "skip", 1000


class Step(StrEnum):
    WHO = "WHO"
    READER = "READER"
    ANSWER = "ANSWER"
    WHY = "WHY"


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=LINKED,
        resume=resume,
        take={Step.WHO: take_who, Step.READER: take_reader, Step.ANSWER: take_answer, Step.WHY: take_why},
        routes={DO: do, SAY: say},
    )


def noted(context: Context) -> dict[str, Any]:
    """What was chosen so far: the file, who answers, who reads it out."""
    return dict(context.work.state.get(LEAVING) or {})


def note(context: Context, **more: Any) -> None:
    context.work.remember(LEAVING, noted(context) | more)


async def file_in_hand(context: Context) -> File | None:
    return await file_of(context, noted(context).get("file") or 0)


def no_longer(context: Context) -> int:
    context.work.remember(LEAVING, None)
    show_menu(context, _("That can no longer be done."))
    return ConversationHandler.END


async def begin(context: Context, application_id: int) -> Step | int:
    context.work.remember(LEAVING, {"file": application_id})
    file = await file_in_hand(context)
    return ask_who(context, file) if file and speakers(file) else no_longer(context)


async def resume(context: Context) -> Step | int:
    """Ask the open question again."""
    file, step = await file_in_hand(context), ConversationStateView(TALK)[TALK]
    if file is None:
        return no_longer(context)
    if step == Step.WHY:
        return ask_why(context)
    asks = {Step.WHO: ask_who, Step.READER: ask_reader, Step.ANSWER: ask_answer}
    return asks[Step(step)](context, file)


def ask_who(context: Context, file: File) -> Step:
    """Who answers on this phone; a single one needs no question."""
    offered = who_choices(file)
    if len(offered) == 1:
        return with_speaker(context, file, offered[0].key)
    put(context, CallbackData(TALK, Step.WHO, ""), _("Who answers on this phone?"), offered, ways=())
    return Step.WHO


async def take_who(update: Update, context: Context) -> Step | int:
    file = await file_in_hand(context)
    if file is None:
        return no_longer(context)
    choice = match_choice(update, who_choices(file))
    if choice is None:
        explain_unrecognised(update, context)
        return ask_who(context, file)
    return with_speaker(context, file, choice.key)


def with_speaker(context: Context, file: File, who: str) -> Step:
    note(context, who=who)
    return ask_answer(context, file) if who in (ME, FAMILY) else ask_reader(context, file)


def ask_reader(context: Context, file: File) -> Step:
    text = _("Who reads the question to them?")
    put(context, CallbackData(TALK, Step.READER, ""), text, reader_choices(TALK, Step.READER))
    return Step.READER


async def take_reader(update: Update, context: Context) -> Step | int:
    file = await file_in_hand(context)
    if file is None:
        return no_longer(context)
    if navigation_of(update) == BACK:
        return ask_who(context, file) if len(who_choices(file)) > 1 else no_longer(context)
    choice = match_choice(update, reader_choices(TALK, Step.READER))
    if choice is None:
        explain_unrecognised(update, context)
        return ask_reader(context, file)
    note(context, reader=choice.shown)
    if noted(context).get("who") == PERSON:
        context.send(_("Now give the phone to {first_name}.").format(first_name=first_name(file.person)))
    else:
        context.send(_("Now give the phone to the family."))
    return ask_answer(context, file)


def ask_answer(context: Context, file: File) -> Step:
    voice = voice_of(context)
    text = question(context, file.application, file.person, voice)
    put(context, CallbackData(TALK, Step.ANSWER, ""), text, answer_choices(TALK, Step.ANSWER, voice), ways=())
    return Step.ANSWER


async def take_answer(update: Update, context: Context) -> Step | int:
    file, who = await file_in_hand(context), str(noted(context).get("who"))
    if file is None or who not in speakers(file):
        return no_longer(context)
    choice = match_choice(update, answer_choices(TALK, Step.ANSWER, voice_of(context)))
    if choice is None:
        explain_unrecognised(update, context)
        return ask_answer(context, file)
    return await answered(context, file, who, Response(choice.key))


async def say(key: str, update: Update, context: Context) -> None:
    """An answer under the message that asked, now or days ago."""
    answer, _sep, number = key.partition(" ")
    row = await context.session.get(Departure, row_in(number) or 0)
    file = await file_of(context, row.application_id) if row else None
    who = speaker_of(row, file) if row and file else None
    if file is None or who is None or answer not in departure.ANSWERS:
        set_step(TALK, no_longer(context))
        return
    context.work.remember(LEAVING, {"file": file.application.id, "who": who})
    set_step(TALK, await answered(context, file, who, Response(answer)))


async def do(key: str, update: Update, context: Context) -> None:
    """ "Answer now" under a message, or from /status."""
    set_step(TALK, await begin(context, row_in(key) or 0))


async def answered(context: Context, file: File, who: str, answer: Response) -> Step | int:
    """Keep it; what holds somebody back goes to staff, once, so that they can talk before the seat is lost."""
    by = context.account.id or 0
    assisted = (
        None
        if who in (ME, FAMILY)
        else f"{noted(context).get('reader')} ({await name_of(context, context.account, file.link.relation)})"
    )
    voice = Respondent.OWN if who in (ME, PERSON) else Respondent.FAMILY
    heard = RecordedResponse(voice, file.link if who == FAMILY else None, answer, assisted)
    row = await departure.record_response(context.session, file.application, heard, by=by, now=context.now)
    if voice is Respondent.FAMILY:
        await notify(context, file.person, FAMILY_ANSWERED)
    if row.state not in DOUBTS:
        await let_know(context, file.application, row)
        return await done(context, [_(WRITTEN), _("You may change it at any time. Type /status.")])
    request, is_new = await ask_to_talk(context, file.application, row)
    context.send("\n".join(doubt_lines(context, row, request, is_new=is_new)))
    note(context, row=row.id)
    return ask_why(context)


async def done(context: Context, lines: list[str]) -> int:
    """The last word; then the question that was open before, if there was one."""
    context.work.remember(LEAVING, None)
    set_step(TALK, ConversationHandler.END)
    if open_conversation(context) is None:
        show_menu(context, "\n".join(lines))
    else:
        context.send("\n".join(lines))
        await repeat_question(context)
    return ConversationHandler.END


def ask_why(context: Context) -> Step:
    lines = [_("What should staff know? Write it here."), _("For example: how far it is, or who comes along.")]
    put(context, CallbackData(TALK, Step.WHY, ""), "\n".join(lines), why_choices(), ways=())
    return Step.WHY


async def take_why(update: Update, context: Context) -> Step | int:
    file, row = await file_in_hand(context), await context.session.get(Departure, noted(context).get("row") or 0)
    if file is None or row is None or not is_their_doubt(context, file, row):
        return no_longer(context)
    choice, words = match_choice(update, why_choices()), words_of(update)
    if choice is None and words is None:
        await not_an_answer(update, context)
        return ask_why(context)
    if choice is None and len(words or "") > LONGEST:
        context.send(too_long(words or "", LONGEST))
        return ask_why(context)
    if choice is not None:
        return await done(context, [_("All right. Staff get in touch.")])
    row.words = words
    context.session.add(row)
    await let_know(context, file.application, row)
    return await done(context, [_("Thank you. Staff read it before they write.")])


def is_their_doubt(context: Context, file: File, row: Departure) -> bool:
    """May who answered here still answer, and did nobody answer otherwise meanwhile?"""
    return row.application_id == file.application.id and row.state in DOUBTS and noted(context)["who"] in speakers(file)


def voice_of(context: Context) -> Respondent:
    return Respondent.OWN if noted(context).get("who") in (ME, PERSON) else Respondent.FAMILY


def who_choices(file: File) -> list[Choice]:
    label = {
        ME: N_("I answer myself"),
        FAMILY: N_("I answer for the family"),
        PERSON: _("{first_name} answers here").format(first_name=first_name(file.person)[:20]),
        HOME: N_("The family answers here"),
    }
    return choices(TALK, Step.WHO, *((who, label[who]) for who in speakers(file)))


def why_choices() -> list[Choice]:
    return choices(TALK, Step.WHY, (SKIP, N_("I do not want to write it")))
