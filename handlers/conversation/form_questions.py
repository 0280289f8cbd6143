"""Describe the questions of a form: what each asks, offers and takes. A FormSession asks them (form_session.py)."""

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from telegram import Update

from handlers.conversation.buttons import Choice
from handlers.conversation.content import carries_paper
from handlers.conversation.form import Ask
from handlers.conversation.match import Takes, match_choice, words_of
from handlers.conversation.multi_select import read_several, several_choices, so_far_words
from handlers.conversation.questions import AGAIN, Option, sentences, settled

if TYPE_CHECKING:
    from handlers.conversation.form_session import FormSession

UNRECOGNISED = -12
"""What `take` and `read` return where they did not understand: it is explained, and asked again. AGAIN only asks."""
NONE = "none"


Session = TypeVar("Session", bound="FormSession[Any]")


Options = Sequence[Choice | Option | tuple[str, str]]


@dataclass(frozen=True)
class FormQuestion(Generic[Session]):
    """Describe one question of a form.

    `ask`: a sentence or several, one a line, or what returns it; None: there is nothing to ask now; its step: it was
    asked already.
    `field`: holds the answer, None or False until there is one; else `answered` says whether there is.
    `options`: its choices, or key and label of each. `take` is given the key of one, `read` other messages. Both
    return None to go on, AGAIN, UNRECOGNISED, or the step at which the conversation waits now.
    `back`: one step back within the question; None: there is none. `reopen`: going back to it opens its last part.
    `on_leave`: it was left by Back or Keep. `is_clarification`: Back skips it.
    """

    step: StrEnum
    ask: str | tuple[str, ...] | Callable[[Session], Ask | StrEnum | None]
    field: str = ""
    _: KW_ONLY
    answered: Callable[[Session], bool] | None = None
    belongs: Callable[[Session], bool] = lambda session: True
    options: Options | Callable[[Session], Options] = ()
    take: Callable[[Session, str], Any] | None = None
    read: Callable[[Session, Update], Any] | None = None
    back: Callable[[Session], Any] | None = None
    reopen: Callable[[Session], None] | None = None
    on_leave: Callable[[Session], None] | None = None
    takes: Takes = Takes.WORDS
    is_clarification: bool = False

    def is_answered(self, session: Session) -> bool:
        if self.answered is not None:
            return self.answered(session)
        return bool(self.field) and getattr(session.form, self.field) not in (None, False)

    def prompt(self, session: Session) -> Ask | StrEnum | None:
        return self.ask(session) if callable(self.ask) else sentences(self.ask)

    def offered(self, session: Session) -> list[Choice]:
        options = self.options(session) if callable(self.options) else self.options
        return [one if isinstance(one, Choice) else Option(*one).at(session.at(self.step)) for one in options]

    async def answer(self, session: Session, update: Update) -> Any:
        """Take one of the choices, or read what else came."""
        reads_words = self.read is not None and self.takes is not Takes.PAPERS
        choice = match_choice(update, self.offered(session), in_full=reads_words) if self.take else None
        if self.take is not None and choice is not None:
            return await settled(self.take(session, choice.key))
        return await settled(self.read(session, update)) if self.read is not None else UNRECOGNISED


@dataclass(frozen=True)
class ManyQuestion(FormQuestion[Session]):
    """Describe a question that takes several of its options, own words by `read`, or nothing.

    `nothing`: the words for none of them; `take_all` is given the keys.
    """

    nothing: tuple[str, ...] = field(kw_only=True)
    take_all: Callable[[Session, list[str]], Any] = field(kw_only=True)

    def prompt(self, session: Session) -> Ask | StrEnum | None:
        chosen = session.form.chosen
        return so_far_words(super().offered(session), chosen) if chosen else super().prompt(session)

    def offered(self, session: Session) -> list[Choice]:
        """Return the options with a last line: nothing, or, once one was tapped, that is all."""
        offered = several_choices(super().offered(session), session.form.chosen)
        if session.form.chosen:
            return offered
        return [*offered[:-1], Choice(session.at(self.step, NONE), self.nothing[0], self.nothing[1:])]

    async def answer(self, session: Session, update: Update) -> Any:
        whole = match_choice(update, self.offered(session), in_full=True)
        several = read_several(update, super().offered(session), session.form.chosen)
        if whole is not None and whole.key == NONE:
            keys: list[str] = []
        elif several is None:
            return await settled(self.read(session, update)) if self.read and words_of(update) else UNRECOGNISED
        elif several.is_done and several.keys:
            keys = list(several.keys)
        else:
            session.form.chosen = list(several.keys)
            return AGAIN
        return await settled(self.take_all(session, keys))


def is_fit(update: Update, takes: Takes) -> bool:
    """Is the update a button, words, or what this question takes besides? A forwarded file counts as a file."""
    message = update.message
    if message is None or words_of(update) is not None:
        return True
    if takes is Takes.CONTACT:
        return message.contact is not None
    return takes is Takes.PAPERS and carries_paper(message)
