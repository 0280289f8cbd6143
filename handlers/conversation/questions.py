"""Ask the question of a step and take its answer: guards that every conversation needs stand here once.

    ask_step ────▶ subject loaded ─┬─ gone ──▶ said once, ended
                                   └─ there ─▶ question, its choices as text and as buttons, Back
    take_answer ─▶ subject loaded again ─▶ Back, or matched ─┬─ not understood ─▶ explained, asked again
                                                             └─ valid ─▶ `take` ─▶ next step, AGAIN, LEFT or END

The subject is what a step is about (a file at the counter, a person of this account). It is loaded before every step
under the access rule of the conversation, because it may be gone or forbidden since the question was asked.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from inspect import isawaitable
from typing import Any, Generic, TypeVar

from telegram import Update
from telegram.ext import ConversationHandler

from handlers.conversation.access import AccessRule
from handlers.conversation.buttons import CallbackData, Choice
from handlers.conversation.context import Context
from handlers.conversation.form import BACK, navigation_of, not_an_answer, put, too_long
from handlers.conversation.match import explain_unrecognised, match_choice, words_of

T = TypeVar("T")
Next = StrEnum | int
END: int = ConversationHandler.END
AGAIN, LEFT = -10, -11
"""What `take` returns beside a step and END: ask the same again; another conversation was entered, state stays."""


@dataclass(frozen=True, kw_only=True)
class Choose(Generic[T]):
    """One of several choices. `options`: key and label of each, or choices; `take` is given the key.

    `subject`: what this step is about, where it is not what the others are about.
    """

    ask: Callable[[Context, T], Any]
    options: Callable[[Context, T], Any]
    take: Callable[[Context, T, str], Any]
    back: Callable[[Context, T], Any] | None = None
    subject: Callable[[Context], Awaitable[T | None]] | None = None

    async def choices(self, context: Context, subject: T, place: CallbackData) -> list[Choice]:
        options = await settled(self.options(context, subject))
        return [one if isinstance(one, Choice) else Choice(place._replace(key=one[0]), one[1]) for one in options]

    async def read(self, update: Update, context: Context, offered: Sequence[Choice]) -> str | None:
        choice = match_choice(update, offered)
        return choice.key if choice else None


@dataclass(frozen=True, kw_only=True)
class Text(Generic[T]):
    """Words of at most `most` characters."""

    ask: Callable[[Context, T], Any]
    take: Callable[[Context, T, str], Any]
    most: int
    back: Callable[[Context, T], Any] | None = None
    subject: Callable[[Context], Awaitable[T | None]] | None = None

    async def choices(self, context: Context, subject: T, place: CallbackData) -> list[Choice]:
        return []

    async def read(self, update: Update, context: Context, offered: Sequence[Choice]) -> str | None:
        words = words_of(update)
        return words if words is None or len(words) <= self.most else ""


@dataclass(frozen=True, kw_only=True)
class Steps(Generic[T]):
    """The steps of one conversation and what they are about.

    `subject` loads it, None where it is gone; `gone` says so and ends; `ended` clears the state of the conversation.
    """

    subject: Callable[[Context], Awaitable[T | None]]
    gone: Callable[[Context], Any]
    ended: Callable[[Context], Any]
    questions: Mapping[StrEnum, Choose[Any] | Text[Any]]

    @property
    def first(self) -> StrEnum:
        return next(iter(self.questions))


async def settled(value: Any) -> Any:
    """The value itself, whether or not it had to be awaited."""
    return await value if isawaitable(value) else value


async def ask_step(context: Context, name: str, steps: Steps[Any], step: StrEnum) -> Next:
    """Ask the question of a step; where its subject is gone, say so and end."""
    question, place = steps.questions[step], CallbackData(name, step, "")
    subject = await (question.subject or steps.subject)(context)
    if subject is None:
        gone: Next = await settled(steps.gone(context))
        return gone
    offered = await question.choices(context, subject, place)
    put(context, place, await settled(question.ask(context, subject)), offered, ways=(BACK,) if question.back else ())
    return step


async def take_answer(name: str, steps: Steps[Any], step: StrEnum, update: Update, context: Context) -> Next:
    """Take what came at a step: a way back, something not understood, or a valid answer."""
    question = steps.questions[step]
    subject = await (question.subject or steps.subject)(context)
    if subject is None:
        gone: Next = await settled(steps.gone(context))
        return gone
    if question.back is not None and navigation_of(update) == BACK:
        return await follow(context, name, steps, step, await settled(question.back(context, subject)))
    offered = await question.choices(context, subject, CallbackData(name, step, ""))
    answer = await question.read(update, context, offered)
    if not answer:
        await explain(context.registry[name].access, question, update, context)
        return await ask_step(context, name, steps, step)
    return await follow(context, name, steps, step, await settled(question.take(context, subject, answer)))


async def explain(access: AccessRule, question: Choose[Any] | Text[Any], update: Update, context: Context) -> None:
    """Say what was not understood; a voice note of anybody but staff is kept for staff."""
    words = words_of(update)
    if isinstance(question, Text) and words is not None:
        context.send(too_long(words, question.most))
    elif access.act is not None:
        explain_unrecognised(update, context)
    else:
        await not_an_answer(update, context)


async def follow(context: Context, name: str, steps: Steps[Any], step: StrEnum, then: Next) -> Next:
    """Do what `take` or `back` returned: ask a step, ask the same again, leave, or end and clear the state."""
    if then == AGAIN:
        return await ask_step(context, name, steps, step)
    if isinstance(then, StrEnum):
        return await ask_step(context, name, steps, then)
    if then != LEFT:
        steps.ended(context)
    return END
