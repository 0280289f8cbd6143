"""The kinds of questions: what each offers, and how it reads an answer. The engine asks and takes them (engine.py).

Choose    one of several choices        Confirm    yes or no               Text    words
ChooseMany  several, tapped or typed    Anything   a message, a photo, …   Name    the name of a person or a body
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import timedelta
from enum import StrEnum
from inspect import isawaitable
from typing import Any, Generic, NamedTuple, TypeVar

from telegram import Message, Update
from telegram.ext import ConversationHandler

from handlers.conversation.buttons import CallbackData, Choice, choices
from handlers.conversation.context import Context
from handlers.conversation.form import Prompt, prompt_of, too_long
from handlers.conversation.match import LONGEST_TEXT, Takes, heard_name, match_choice, words_of
from handlers.conversation.meanings import offer_clear_matter
from handlers.conversation.multi_select import read_several
from locales import gettext as _

T = TypeVar("T")
END: int = ConversationHandler.END
AGAIN = -10
"""`take` returns it when it explained what is wrong: the same question is asked again."""
YES, NO = "yes", "no"


class GoTo(NamedTuple):
    """End this conversation and continue with another one, at this step or at its first."""

    talk: str
    step: StrEnum | None = None


Gone = StrEnum | str | tuple[str, ...] | Callable[[Context], Any]
Next = StrEnum | int | GoTo
"""What follows an answer: a step, another conversation, AGAIN or END."""


Sentences = str | tuple[str, ...]
"""A sentence of the catalogs, or several, a line each."""


class Option(NamedTuple):
    """One choice, with the fields of `Choice`; a plain tuple will do."""

    key: str
    label: str
    line: str = ""
    also: tuple[str, ...] = ()

    def at(self, place: CallbackData) -> Choice:
        return Choice(place._replace(key=self.key), self.label, self.also, self.line)


async def settled(value: Any) -> Any:
    """Return the value, awaited where needed."""
    return await value if isawaitable(value) else value


async def value_of(value: Any, *args: Any) -> Any:
    """Call a callback and await its result where needed; return any other value as it is."""
    return await settled(value(*args)) if callable(value) else value


async def next_of(then: Any, *args: Any) -> Next:
    """Return what follows: as it is, or by a callback."""
    following: Next = await value_of(then, *args)
    return following


def sentences(words: Sentences, subject: object = None) -> str:
    """Return sentences in the language of the chat, a line each, filled with the `facts` of the subject if it has."""
    facts: Mapping[str, object] = getattr(subject, "facts", {})
    return "\n".join(_(line).format(**facts) for line in ((words,) if isinstance(words, str) else words))


@dataclass(frozen=True)
class Question(Generic[T]):
    """One question. `ask`: sentences, or what returns its words (lines or Prompt). An answer leads to the next step,
    AGAIN or END.

    `back`: the step before, or what returns it; without it, or where `back_if` is false, there is no Back.
    `subject`, `gone`: what this question is about, where it is not what the others are about. `delete_after`: the
    question cannot be forwarded, and is deleted after so long. `takes`: what it understands, said where something
    else was sent.
    """

    ask: Sentences | Callable[[Context, T], Any]
    _: KW_ONLY
    back: Next | Callable[[Context, T], Any] | None = None
    back_if: bool | Callable[[Context, T], bool] = True
    subject: Callable[[Context], Any] | None = None
    gone: Gone | None = None
    delete_after: timedelta | None = None
    takes: Takes = Takes.WORDS

    async def prompt(self, context: Context, subject: T) -> Prompt:
        """Return the text of the question, in the language of the chat."""
        ask = self.ask
        return prompt_of(await value_of(ask, context, subject) if callable(ask) else sentences(ask, subject))

    async def choices(self, context: Context, subject: T, place: CallbackData) -> list[Choice]:
        return []

    async def answer(self, update: Update, context: Context, subject: T, offered: Sequence[Choice]) -> Next | None:
        """Take the answer; AGAIN where its fault was explained, None where it was not understood."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Offered(Question[T]):
    """A question with choices. `options`: key and label of each (Option), or choices, or what returns them."""

    options: Sequence[Option | tuple[str, str]] | Callable[[Context, T], Any]

    async def choices(self, context: Context, subject: T, place: CallbackData) -> list[Choice]:
        options = await value_of(self.options, context, subject)
        return [one if isinstance(one, Choice) else Option(*one).at(place) for one in options]


@dataclass(frozen=True, kw_only=True)
class Choose(Offered[T]):
    """One of several choices; `take` is given its key.

    `other`: takes other words, and returns None where they are no answer either.
    `skips_single`: a single choice is taken without asking.
    """

    take: Callable[[Context, T, str], Any]
    other: Callable[[Context, T, Update], Any] | None = None
    skips_single: bool = False

    async def answer(self, update: Update, context: Context, subject: T, offered: Sequence[Choice]) -> Next | None:
        choice = match_choice(update, offered)
        if choice is not None:
            return await next_of(self.take, context, subject, choice.key)
        return await next_of(self.other, context, subject, update) if self.other else None


@dataclass(frozen=True, kw_only=True)
class ChooseMany(Offered[T]):
    """One choice tapped, or several typed at once; `take` is given their keys."""

    take: Callable[[Context, T, list[str]], Any]

    async def answer(self, update: Update, context: Context, subject: T, offered: Sequence[Choice]) -> Next | None:
        choice, several = match_choice(update, offered), read_several(update, offered, ())
        keys = [choice.key] if choice else list(several.keys) if several else []
        return await next_of(self.take, context, subject, keys) if keys else None


@dataclass(frozen=True, kw_only=True)
class Confirm(Question[T]):
    """Yes or no; `labels` are the words of both, or what returns them."""

    labels: tuple[str, str] | Callable[[Context, T], tuple[str, str]]
    yes: Next | Callable[[Context, T], Any]
    no: Next | Callable[[Context, T], Any]

    async def choices(self, context: Context, subject: T, place: CallbackData) -> list[Choice]:
        labels = await value_of(self.labels, context, subject)
        return choices(place.talk, place.step, *zip((YES, NO), labels, strict=True))

    async def answer(self, update: Update, context: Context, subject: T, offered: Sequence[Choice]) -> Next | None:
        choice = match_choice(update, offered)
        return await next_of(self.yes if choice.key == YES else self.no, context, subject) if choice else None


@dataclass(frozen=True, kw_only=True)
class Text(Question[T]):
    """Words: at least so many of them, at most so many characters."""

    take: Callable[[Context, T, str], Any]
    most: int = LONGEST_TEXT
    least_words: int = 1

    async def answer(self, update: Update, context: Context, subject: T, offered: Sequence[Choice]) -> Next | None:
        words = words_of(update)
        if words is None:
            return None
        if len(words) > self.most:
            context.send(too_long(words, self.most))
        elif len(words.split()) < self.least_words:
            context.send(_("Please write at least {count} words.").format(count=self.least_words))
        else:
            return await self.take_words(update, context, subject, words)
        return AGAIN

    async def take_words(self, update: Update, context: Context, subject: T, words: str) -> Next:
        return await next_of(self.take, context, subject, words)


@dataclass(frozen=True, kw_only=True)
class NameText(Text[T]):
    """The name of a person, extracted from the sentence around it."""

    async def take_words(self, update: Update, context: Context, subject: T, words: str) -> Next:
        name = None if offer_clear_matter(update, context) else heard_name(words, update, context)
        return AGAIN if name is None else await super().take_words(update, context, subject, name)


@dataclass(frozen=True, kw_only=True)
class Anything(Question[T]):
    """A message that `fits`: words, a photo, a voice note; `take` is given the message."""

    fits: Callable[[Message], bool]
    take: Callable[[Context, T, Message], Any]

    async def answer(self, update: Update, context: Context, subject: T, offered: Sequence[Choice]) -> Next | None:
        message = update.message
        fits = message is not None and self.fits(message)
        return await next_of(self.take, context, subject, message) if fits else None
