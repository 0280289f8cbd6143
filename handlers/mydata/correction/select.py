"""Ask whose data to correct, and which part; of a programme's questions, which answer."""

from typing import Any

from telegram import Update

from handlers.conversation.buttons import Choice
from handlers.conversation.context import Context
from handlers.conversation.form import Prompt
from handlers.conversation.form_questions import FormQuestion
from handlers.mydata.correction.correction_state import (
    TALK,
    CorrectionSession,
    CorrectionState,
    Step,
    end_with,
    nothing_here,
    open_session,
)
from handlers.registration.review import PREFIX, Line, counted
from handlers.registration.review import about as line_about
from handlers.wording.person_words import people_choices
from locales import N_
from locales import gettext as _
from models.mydata.correction import DataPart


async def begin(update: Update, context: Context) -> Any:
    session = await open_session(context)
    if len(session.people) != 1:
        return begin_again(session)
    return await take_person(session, str(session.people[0].person.id))


def begin_again(session: CorrectionSession) -> Any:
    return session.ask(Step.PERSON) if session.people else nothing_here(session.context)


def change_nothing(session: CorrectionSession) -> int:
    return end_with(session.context, _("All right. Nothing has changed."))


def person_options(session: CorrectionSession) -> list[Choice]:
    return people_choices(session.context, session.people, TALK, Step.PERSON)


async def take_person(session: CorrectionSession, key: str) -> Any:
    session.context.set_state(CorrectionState(person=int(key)))
    await session.look_up()
    return session.ask(Step.WHAT)


async def take_what(session: CorrectionSession, key: str) -> Any:
    state = session.context.state(CorrectionState)
    state.about, state.form = key, {}
    await session.look_up()
    if session.matter is None:
        return begin_again(session)
    return session.ask(Step.ANSWER) if session.matter.part is DataPart.ANSWERS else session.ask_part()


def answer_lines(session: CorrectionSession) -> list[Line]:
    """Return the programme's own questions with their answers, as on the card of a registration."""
    form = session.current.form()
    programme = session.context.reference.catalogue.get(form.programme or "")
    return [line_about(form, asked) for asked in form.to_ask(programme)] if programme else []


def ask_answer(session: CorrectionSession) -> Prompt:
    told = counted(session.context, [f"{line.title}: {line.answer}" for line in answer_lines(session)])
    return Prompt(_("Which answer do you want to correct?"), listed="\n\n" + "\n".join(told))


def answer_options(session: CorrectionSession) -> list[Choice]:
    lines = [(line, session.at(Step.ANSWER, line.key.removeprefix(PREFIX))) for line in answer_lines(session)]
    return [
        Choice(press, _(line.button).format(number=number), (line.title,))
        for number, (line, press) in enumerate(lines, 1)
    ]


def take_answer(session: CorrectionSession, key: str) -> Any:
    session.context.state(CorrectionState).question = key
    return session.ask_part()


QUESTIONS = (
    FormQuestion(
        Step.PERSON,
        N_("Whose data shall be corrected?"),
        options=person_options,
        take=take_person,
        back=change_nothing,
        standalone=True,
    ),
    FormQuestion(
        Step.WHAT,
        N_("What is wrong, or has changed?"),
        options=lambda session: [(key, words[:40]) for key, words in session.parts],
        take=take_what,
        back=change_nothing,
        standalone=True,
    ),
    FormQuestion(
        Step.ANSWER,
        ask_answer,
        options=answer_options,
        take=take_answer,
        back=lambda session: session.ask(Step.WHAT),
        standalone=True,
    ),
)
