"""Fill in a form: where its answers are read and written, its questions in order, and what follows the last of them.

    the account's draft · the draft for a person at the counter · a stored person being corrected
        └─▶ FormSession ──first question without an answer──▶ ask ──▶ take, read ──▶ saved ──▶ the next one, or the end
                 [Back] ──▶ the question before      [Do not change] ──▶ the answer stays

The session is the subject of its conversation: the engine opens it for each update. Updates are checked here
first, so that a question only gets one of its choices, or words, or what else it says that it takes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from telegram import Update

from handlers.conversation.buttons import CallbackData
from handlers.conversation.content import is_voice
from handlers.conversation.context import Context
from handlers.conversation.drafts import DraftStore, discard_draft
from handlers.conversation.form import BACK, KEEP, below, navigation_of, put
from handlers.conversation.form_questions import UNRECOGNISED, FormQuestion, is_fit
from handlers.conversation.meanings import explain_unrecognised
from handlers.conversation.questions import AGAIN, END, Next, settled
from models.applications.draft import ASSISTED
from models.applications.registration import Clarification


class Answers(Protocol):
    """The part of a form that the engine needs: the choices tapped so far at a question that takes several, and what
    was typed in doubt.
    """

    chosen: list[str]
    pending: Clarification | None


Form = TypeVar("Form", bound=Answers)


@dataclass
class FormSession(Generic[Form]):
    """Fill in one form in one update.

    `talk`: its conversation; `drafts`: where its answers are; `assisted`: an officer fills it in for a person at the
    counter. A form says in a subclass what stands between a question and its answer, and what follows the last one.
    """

    talk: ClassVar[str]
    drafts: ClassVar[DraftStore[Any]]
    context: Context
    assisted: bool = False

    def __post_init__(self) -> None:
        self.form: Form = self.load()
        self.is_over = False
        self.lead: list[str] = []
        """Lines above the next question, in the same message."""

    @property
    def name(self) -> str:
        """Return the name of the conversation, and of its draft."""
        return self.talk + ASSISTED if self.assisted else self.talk

    def discard_pending(self, step: str) -> bool:
        """Discard what stands between a question and its answer; False where there was nothing."""
        was_pending = self.pending(step) is not None
        self.clear_pending()
        return was_pending

    def pending(self, step: str) -> Clarification | None:
        """Return the typed words of a step that are asked back."""
        pending = self.form.pending
        return pending if pending is not None and pending.step == step else None

    def clarify(self, step: str, *, typed: str = "", found: Sequence[str] = ()) -> int:
        """Ask back the words typed at a step, or which of several meanings is right."""
        self.form.pending = Clarification(step=step, typed=typed, found=list(found))
        return AGAIN

    def ask_afresh(self) -> int:
        """Ask a question again without the words that were asked back."""
        self.form.pending = None
        return AGAIN

    def clear_pending(self) -> None:
        """Clear what stands between a question and its answer."""
        self.form.pending, self.form.chosen = None, []

    def keep_answer(self) -> None:
        """Leave an answer that was about to be changed as it is."""
        self.clear_pending()

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

    def end(self) -> Next:
        """Do what follows the last answer."""
        return END

    def refuse(self, why: str) -> int:
        """Say why an answer cannot be taken; the question is asked again."""
        self.context.send(why)
        return AGAIN

    def load(self) -> Form:
        form: Form = self.drafts.load(self.context, self.name)
        return form

    def save(self) -> None:
        if not self.is_over:
            self.drafts.save(self.context, self.name, self.form)

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
        return [one for one in self.questions if one.belongs(self)]

    def at(self, step: StrEnum, key: str = "") -> CallbackData:
        """Return the data behind a button of this form."""
        return CallbackData(self.name, step, key)

    def ask(self, step: object) -> Any:
        """Ask one question, whether or not it has an answer; the engine asks what is no question of this form."""
        question = next((one for one in self.questions if one.step == step), None)
        if question is None:
            return step
        prompt = question.prompt(self)
        if prompt is None:
            return self.ask_next()
        if isinstance(prompt, StrEnum):
            return prompt
        if self.lead:
            prompt, self.lead = below(self.lead, prompt), []
        offered, ways, zero = question.offered(self), self.ways(question), self.zero_goes_back(question.step)
        put(self.context, self.at(question.step), prompt, offered, ways=ways, zero=zero)
        return question.step

    def ways(self, question: FormQuestion[Any]) -> list[str]:
        """Return the navigation of a question: to keep its answer, where there is one, and back."""
        return [KEEP] * self.can_keep(question) + [BACK] * self.can_go_back(question)

    def next_step(self) -> Next:
        """Return the first question without an answer; after the last one the form is at its end."""
        return next((one.step for one in self.path if not one.is_answered(self)), None) or self.end()

    def ask_next(self) -> Any:
        return self.ask(self.next_step())

    async def take(self, question: FormQuestion[Any], update: Update) -> Any:
        """Handle the update at a question: navigation, something kept for staff, something unfit, or an answer."""
        way = navigation_of(update, self.zero_goes_back(question.step))
        if way is not None:
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
        """Save the answers, and do what a question returned."""
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
        if self.discard_pending(question.step):
            return self.follow(question, AGAIN)
        then = await settled(question.back(self)) if question.back is not None else None
        return await self.ask_before(question) if then is None else self.follow(question, then)

    async def ask_before(self, question: FormQuestion[Any]) -> Any:
        """Ask the question before. At the first one there is nothing before."""
        ahead = self.questions[: self.questions.index(question)]
        fit = (one for one in reversed(ahead) if one.belongs(self) and not one.is_clarification)
        before = next(fit, None)
        if before is not None and before.reopen is not None:
            before.reopen(self)
        self.save()
        return self.ask(before.step) if before else await self.before_first(question)
