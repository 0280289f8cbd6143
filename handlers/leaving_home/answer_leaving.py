"""Take the answer about leaving home: of the person or the family; on their own phone, or read out on another.

begin ─▶ WHO ─▶ ANSWER ──yes──▶ kept
          │      ▲    └──no, or talk first──▶ kept, staff are asked to talk ─▶ WHY ─▶ kept too
          └──on the phone of a helper──▶ READER ─▶ ANSWER
WHO only where several could answer here.                                   /batal leaves from anywhere
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from telegram import Update

from handlers.conversation.access import LINKED
from handlers.conversation.buttons import row_in
from handlers.conversation.context import Context
from handlers.conversation.engine import end_with, no_longer
from handlers.conversation.form import too_long
from handlers.conversation.match import words_of
from handlers.conversation.persistent import set_step
from handlers.conversation.questions import AGAIN, END, Choose, Next
from handlers.conversation.registry import Conversation
from handlers.conversation.resume import open_conversation, repeat_question
from handlers.leaving_home.leaving_notices import FAMILY_ANSWERED, WRITTEN, ask_to_talk, doubt_lines, let_know
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
from handlers.wording.caregiver_text import READER_CHOICES, first_name, name_of
from handlers.wording.leaving_text import ANSWERS, question
from locales import N_
from locales import gettext as _
from models.applications import departure
from models.applications.departure import CONCERNS, Departure, RecordedResponse, Respondent, Response

LONGEST = 1000
WHY_LINES = (N_("What is the reason? Write it here."), N_("For example: how far it is, or who comes along."))
WHY_CHOICES = (("skip", N_("Skip")),)


class Step(StrEnum):
    WHO = "WHO"
    READER = "READER"
    ANSWER = "ANSWER"
    WHY = "WHY"


@dataclass
class LeavingState:
    """The file, who answers, who reads it out, and the answer that is a concern."""

    file: int = 0
    who: str = ""
    reader: str = ""
    row: int = 0

    @property
    def voice(self) -> Respondent:
        return Respondent.OWN if self.who in (ME, PERSON) else Respondent.FAMILY


class Doubt(NamedTuple):
    """An answer that is a concern (no, or talk first), and its file."""

    file: File
    row: Departure


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=LINKED,
        state=LeavingState,
        subject=load_file,
        steps={
            Step.WHO: Choose(N_("Who answers on this phone?"), options=who_options, take=take_who, skips_single=True),
            Step.READER: Choose(
                N_("Who passes the question on?"), options=READER_CHOICES, take=take_reader, back=before_reader
            ),
            Step.ANSWER: Choose(ask_answer, options=answer_options, take=take_answer),
            Step.WHY: Choose(WHY_LINES, options=WHY_CHOICES, take=leave_out, other=take_why, subject=doubt),
        },
        buttons={DO: begin, SAY: say},
    )


def begin(context: Context, key: str) -> Step:
    """Begin by "Answer now" under a message, or from /status."""
    context.state(LeavingState).file = row_in(key) or 0
    return Step.WHO


async def say(context: Context, key: str) -> Next:
    """Take an answer under the message that asked, now or days ago."""
    answer, _sep, number = key.partition(" ")
    row = await context.session.get(Departure, row_in(number) or 0)
    file = await file_of(context, row.application_id) if row else None
    who = speaker_of(row, file) if row and file else None
    if file is None or who is None or answer not in departure.ANSWERS:
        return no_longer(context)
    context.set_state(LeavingState(file.application.id or 0, who))
    return await take_answer(context, file, answer)


async def load_file(context: Context) -> File | None:
    """Return the file, while a person may answer here; once it was chosen who, while they may."""
    state = context.state(LeavingState)
    file = await file_of(context, state.file)
    offered = speakers(file) if file else []
    return file if (state.who in offered if state.who else offered) else None


async def doubt(context: Context) -> Doubt | None:
    """Return the answer given here, if it was not replaced meanwhile."""
    file, row = await load_file(context), await context.session.get(Departure, context.state(LeavingState).row)
    if file is None or row is None or row.application_id != file.application.id or row.state not in CONCERNS:
        return None
    return Doubt(file, row)


def who_options(context: Context, file: File) -> list[tuple[str, str]]:
    label = {
        ME: N_("I answer myself"),
        FAMILY: N_("I answer for the family"),
        PERSON: _("{first_name} answers here").format(first_name=first_name(file.person)[:20]),
        HOME: N_("The family answers here"),
    }
    return [(who, label[who]) for who in speakers(file)]


def take_who(context: Context, file: File, key: str) -> Step:
    context.state(LeavingState).who = key
    return Step.ANSWER if key in (ME, FAMILY) else Step.READER


def before_reader(context: Context, file: File) -> Next:
    return Step.WHO if len(speakers(file)) > 1 else no_longer(context)


def take_reader(context: Context, file: File, key: str) -> Step:
    state = context.state(LeavingState)
    state.reader = _(dict(READER_CHOICES)[key])
    to_person = _("Now give the phone to {first_name}.").format(first_name=first_name(file.person))
    context.send(to_person if state.who == PERSON else _("Now give the phone to the family."))
    return Step.ANSWER


def ask_answer(context: Context, file: File) -> list[str]:
    return question(context, file.application, file.person, context.state(LeavingState).voice)


def answer_options(context: Context, file: File) -> tuple[tuple[str, str], ...]:
    return ANSWERS[context.state(LeavingState).voice]


async def take_answer(context: Context, file: File, key: str) -> Next:
    """Store the answer; a concern goes to staff, once, so that they can talk before the seat is lost."""
    state, by = context.state(LeavingState), context.account_id
    assisted = None
    if state.who not in (ME, FAMILY):
        assisted = f"{state.reader} ({await name_of(context, context.account, file.link.relation)})"
    heard = RecordedResponse(state.voice, file.link if state.who == FAMILY else None, Response(key), assisted)
    row = await departure.record_response(context.session, file.application, heard, by=by, now=context.now)
    if state.voice is Respondent.FAMILY:
        await notify(context, file.person, FAMILY_ANSWERED)
    if row.state not in CONCERNS:
        await let_know(context, file.application, row)
        return await done(context, _(WRITTEN), _("You may change it at any time. Type /status."))
    request, is_new = await ask_to_talk(context, file.application, row)
    context.send(*doubt_lines(context, row, request, is_new=is_new))
    state.row = row.id or 0
    return Step.WHY


async def leave_out(context: Context, doubt: Doubt, key: str) -> int:
    return await done(context, _("All right. We keep the answer."))


async def take_why(context: Context, doubt: Doubt, update: Update) -> Next | None:
    words = words_of(update)
    if words is None:
        return None
    if len(words) > LONGEST:
        context.send(too_long(words, LONGEST))
        return AGAIN
    doubt.row.words = words
    context.session.add(doubt.row)
    await let_know(context, doubt.file.application, doubt.row)
    return await done(context, _("Thank you. We keep the note."))


async def done(context: Context, *lines: str) -> int:
    """Send the last message; then ask the question that was open before, if there was one."""
    set_step(TALK, END)
    if open_conversation(context) is None:
        return end_with(context, *lines)
    context.send(*lines)
    await repeat_question(context)
    return END
