"""Fill in a form: where its answers are read and written, its questions in order, and what follows the last of them.

    the account's draft · the draft for a person at the counter · a stored person being corrected
        └─▶ FormSession ──first question without an answer──▶ ask ──▶ take, read ──▶ saved ──▶ the next one, or the end
                 [Back] ──▶ the question before      [Do not change] ──▶ the answer stays

The conversation that handles an update opens a session and hands it to its questions. Updates are checked here
first, so that a question only gets one of its choices, or words, or what else it says that it takes.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from telegram import Update

from handlers.conversation.buttons import CallbackData
from handlers.conversation.content import is_voice
from handlers.conversation.context import Context
from handlers.conversation.drafts import discard_draft
from handlers.conversation.form import BACK, KEEP, navigation_of, put
from handlers.conversation.form_questions import UNRECOGNISED, FormQuestion, is_fit
from handlers.conversation.meanings import explain_unrecognised
from handlers.conversation.questions import AGAIN, END, settled


class Answers(Protocol):
    """The part of a form that the engine needs: the choices tapped so far at a question that takes several."""

    chosen: list[str]


Form = TypeVar("Form", bound=Answers)


class AnswerStore(Protocol[Form]):
    """Read and write the answers of a form. `name`: of the conversation."""

    def load(self, context: Context, name: str) -> Form: ...
    def save(self, context: Context, name: str, form: Form) -> None: ...


@dataclass
class FormSession(Generic[Form]):
    """Fill in one form in one update.

    `name`: its conversation; `store`: where its answers are; `assisted`: an officer fills it in for a person at the
    counter. A form says in a subclass what stands between a question and its answer, and what follows the last one.
    """

    context: Context
    name: str
    store: AnswerStore[Form]
    assisted: bool = False

    def __post_init__(self) -> None:
        self.form, self.is_over = self.store.load(self.context, self.name), False

    async def end_if_gone(self, update: Update) -> bool:
        """Tell whether what the form is about is gone, or no longer theirs; where it is, say so."""
        return False

    def discard_pending(self, step: str) -> bool:
        """Discard what stands between a question and its answer; False where there was nothing."""
        return False

    def clear_pending(self) -> None:
        """Clear what stood between a question and its answer, now that there is one."""
        self.form.chosen = []

    def keep_answer(self) -> None:
        """Leave an answer that was about to be changed as it is."""

    def zero_goes_back(self, step: str) -> bool:
        return True

    def can_keep(self, question: FormQuestion[Any]) -> bool:
        """Tell whether the answer may stay as it is."""
        return question.is_answered(self)

    def can_go_back(self, question: FormQuestion[Any]) -> bool:
        return question is not self.path[0]

    async def before_first(self, question: FormQuestion[Any]) -> Any:
        """Go back from the first question: it is asked again."""
        return self.ask(question.step)

    def end(self) -> Any:
        """Do what follows the last answer."""
        return END

    def refuse(self, why: str) -> int:
        """Say why an answer cannot be taken; the question is asked again."""
        self.context.send(why)
        return AGAIN

    def save(self) -> None:
        if not self.is_over:
            self.store.save(self.context, self.name, self.form)

    def discard(self) -> None:
        """Discard the answers: they are stored elsewhere by now, or may no longer be given."""
        discard_draft(self.context, self.name)
        self.is_over = True

    @property
    def questions(self) -> Sequence[FormQuestion[Any]]:
        """Return the questions with which the conversation of this name was registered."""
        return self.context.registry[self.name].questions

    @property
    def path(self) -> list[FormQuestion[Any]]:
        """Return the questions that belong to the answers so far, in order."""
        return [one for one in self.questions if not one.standalone and one.belongs(self)]

    def question_at(self, step: str) -> FormQuestion[Any]:
        return next(one for one in self.questions if one.step == step)

    def at(self, step: str, key: str = "") -> CallbackData:
        """Return the data behind a button of this form."""
        return CallbackData(self.name, step, key)

    def ask(self, step: str) -> Any:
        """Ask one question, whether or not it has an answer."""
        question = self.question_at(step)
        prompt = question.prompt(self)
        if prompt is None:
            return self.ask_next()
        if isinstance(prompt, StrEnum):
            return prompt
        offered, ways, zero = question.offered(self), self.ways(question), self.zero_goes_back(step)
        put(self.context, self.at(step), prompt, offered, ways=ways, zero=zero)
        return question.step

    def ways(self, question: FormQuestion[Any]) -> list[str]:
        """Return the navigation of a question: to keep its answer, where there is one, and back."""
        if question.standalone:
            return [BACK] if question.back else []
        return [KEEP] * self.can_keep(question) + [BACK] * self.can_go_back(question)

    def ask_next(self) -> Any:
        """Ask the first question without an answer; after the last one the form is at its end."""
        first = next((one for one in self.path if not one.is_answered(self)), None)
        return self.ask(first.step) if first else self.end()

    async def take(self, question: FormQuestion[Any], update: Update) -> Any:
        """Handle the update at a question: navigation, something kept for staff, something unfit, or an answer."""
        way = navigation_of(update, self.zero_goes_back(question.step))
        if way is not None and (not question.standalone or (way == BACK and question.back)):
            return await self.go(way, question)
        if is_voice(update):
            await self.context.registry.voice_note(update, self.context)
            return self.ask(question.step)
        then = await question.answer(self, update) if is_fit(update, question.takes) else UNRECOGNISED
        if then == UNRECOGNISED:
            explain_unrecognised(update, self.context, question.takes, question.offered(self))
            return self.ask(question.step)
        return self.follow(question, then)

    def follow(self, question: FormQuestion[Any], then: Any) -> Any:
        """Save the answers, and do what a question returned. A standalone question saves by itself."""
        if not question.standalone:
            if then is None:
                self.clear_pending()
            self.save()
        if then is None:
            return self.ask_next()
        return self.ask(question.step) if then == AGAIN else then

    async def go(self, way: str, question: FormQuestion[Any]) -> Any:
        """Follow the navigation of a question: its answer stays, or one step back."""
        if question.on_leave is not None:
            question.on_leave(self)
        if way == KEEP:
            self.keep_answer()
            return self.follow(question, None)
        if not question.standalone and self.discard_pending(question.step):
            return self.follow(question, AGAIN)
        then = await settled(question.back(self)) if question.back is not None else None
        return await self.ask_before(question) if then is None else self.follow(question, then)

    async def ask_before(self, question: FormQuestion[Any]) -> Any:
        """Ask the question before. At the first one there is nothing before."""
        ahead = self.questions[: self.questions.index(question)]
        fit = (one for one in reversed(ahead) if one.belongs(self) and not (one.is_clarification or one.standalone))
        before = next(fit, None)
        if before is not None and before.reopen is not None:
            before.reopen(self)
        self.save()
        return self.ask(before.step) if before else await self.before_first(question)


OpenSession = Callable[[Context], FormSession[Any] | Awaitable[FormSession[Any]]]


async def take_at(open_session: OpenSession, question: FormQuestion[Any], update: Update, context: Context) -> Any:
    """Open the session of a form, and handle the update at one of its questions."""
    session: FormSession[Any] = await settled(open_session(context))
    return END if await session.end_if_gone(update) else await session.take(question, update)
