"""Describe a conversation, and derive handlers, routes, events and commands from the list of all of them.

handlers/__init__.CONVERSATIONS ─▶ Registry ─┬─▶ entries      handlers of python-telegram-bot, in order
                                             ├─▶ resume       asks the open question of a conversation again
                                             ├─▶ routes       buttons under messages outside of conversations
                                             ├─▶ events       files, timers, messages not delivered
                                             ├─▶ deep links   payloads of /start
                                             └─▶ commands     menus of all accounts and of staff
"""

from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any, NamedTuple, TypeVar

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, ConversationHandler, MessageHandler

from handlers.conversation.access import AccessRule, GuardedHandler, authorize, entry
from handlers.conversation.buttons import CallbackData, Choice
from handlers.conversation.context import PAGE, Context
from handlers.conversation.engine import ask_step, no_longer, take_answer, take_at
from handlers.conversation.form import StaleButtonHandler
from handlers.conversation.form_questions import FormQuestion
from handlers.conversation.internal_event import InternalEvent
from handlers.conversation.meanings import explain_unrecognised
from handlers.conversation.menu import MENU_NAME, ON_BUTTONS, STAFF_MENU, Said, Section
from handlers.conversation.persistent import ConversationStateView, PersistentConversation, set_step, step_handlers
from handlers.conversation.questions import Gone, settled
from handlers.conversation.questions import Question as Ask
from handlers.conversation.state import StateHomes
from models.offices.authority import ROLES, Act, Role, Where
from models.people.account import Account

Begin = Callable[[Update, Context], Coroutine[Any, Any, Any]]
Follow = Callable[[str, Update, Context], Coroutine[Any, Any, Any]]
Key = TypeVar("Key")
Value = TypeVar("Value")
OnEvent = Callable[[InternalEvent, Context], Coroutine[Any, Any, Any]]


class Command(NamedTuple):
    """A command; without `begin` it begins its conversation, with a step at that one.

    Without a description it stands in no menu of Telegram.
    """

    name: str
    description: str
    begin: Begin | StrEnum | None = None


class WaitingDraft(NamedTuple):
    """How a waiting draft of this conversation is mentioned and continued."""

    waits: str
    go_on: str


class Route(NamedTuple):
    """The callback of a follow-up button, and its access rule."""

    access: AccessRule
    follow: Follow


async def own_account(context: Context) -> Account:
    """Return the default subject of a conversation: the account itself."""
    return context.account


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """One conversation, or a command that only shows something.

    `steps`: questions that the engine asks and takes by itself; they are about `subject`, which is loaded before each,
    and for which the post must hold what it `requires`; where that is gone, `gone` is said. `state`: what is
    remembered between the steps. `begin`: from outside, by a word of the menu or a button: returns the first step, or
    END where there is nothing to ask; without it the first step is asked. `begin_about`: the same from another
    conversation, about the row of this number (a file, a link) or the programme of this key, which is looked up again.
    `buttons`: under messages, of today or earlier, each begins it: given the key, returns the same.

    `questions`: those of a form, a step each; its session is the subject. `resume`: returns the step at which it goes
    on, where that is not the one at which it waits; `closed`: the same, for a button of it after it is over.
    """

    name: str
    access: AccessRule
    steps: Mapping[StrEnum, Ask[Any]] = field(default_factory=dict)
    subject: Callable[[Context], Any] = own_account
    requires: Callable[[Any], tuple[Act, Where]] | None = None
    gone: Gone = no_longer
    state: type | None = None
    begin: Begin | None = None
    begin_about: Callable[[Context, Any], Any] | None = None
    resume: Callable[[Context], Any] | None = None
    questions: Sequence[FormQuestion[Any]] = ()
    commands: Sequence[Command] = ()
    sections: Mapping[Section, Begin | StrEnum] = field(default_factory=dict)
    closed: Begin | None = None
    staff_menu: str = ""
    buttons: Mapping[str, Callable[[Context, str], Any]] = field(default_factory=dict)
    routes: Mapping[str, Follow] = field(default_factory=dict)
    events: Mapping[StrEnum, OnEvent] = field(default_factory=dict)
    deep_links: Mapping[str, Callable[[Context, str], Any]] = field(default_factory=dict)
    draft: WaitingDraft | None = None

    def entries(self) -> Iterator[GuardedHandler]:
        """Return the handlers of this conversation with their access rule."""
        if self.can_resume:
            yield GuardedHandler(self.access, self.persistent())
            return
        for handler in self._entry_points():
            yield entry(self.access, handler)

    @property
    def can_resume(self) -> bool:
        """Does it wait for answers? Then its open question can be asked again."""
        return bool(self.steps or self.questions)

    @property
    def first(self) -> StrEnum:
        return next(iter(self.steps))

    async def enter(self, context: Context, begin: Callable[..., Any] | StrEnum | None = None, *given: Any) -> Any:
        """Begin with an empty state, at this step, by this callback or by the conversation's own."""
        if self.state is not None:
            context.set_state(self.state())
        context.work.remember(PAGE, None)
        begin = begin or self.begin
        then = await settled(begin(*given)) if callable(begin) else begin or self.first
        return await self.ask(context, then)

    async def start(self, context: Context, begin: Callable[..., Any] | StrEnum | None = None, *given: Any) -> None:
        """Begin from outside of its own handlers: the step is set here."""
        set_step(self.name, await self.enter(context, begin, *given))

    async def started(self, begin: Begin | StrEnum | None, _key: str, update: Update, context: Context) -> None:
        """Begin by a button, as by its command."""
        await self.start(context, begin, update, context)

    async def started_with(self, begin: Callable[[Context, str], Any], key: str, _: Update, context: Context) -> None:
        """Begin by a button, with its key."""
        await self.start(context, begin, context, key)

    async def ask_again(self, context: Context) -> Any:
        """Ask the open question: where `resume` goes on, or of the step in the state."""
        if self.access.act is not None and await authorize(context, self.access.act) is None:
            return ConversationHandler.END
        if self.resume is not None:
            return await self.ask(context, await settled(self.resume(context)))
        open_step = ConversationStateView(self.name).get(self.name)
        steps = (*self.steps, *(one.step for one in self.questions))
        return await self.ask(context, next((step for step in steps if step == open_step), self.first))

    async def ask(self, context: Context, then: Any) -> Any:
        """Ask the question of a step; what else a callback returned stays as it is."""
        return await ask_step(context, self, then) if isinstance(then, StrEnum) else then

    async def stale(self, update: Update, context: Context) -> Any:
        """Answer a button of an earlier question of a form: say so, and ask the open question again."""
        explain_unrecognised(update, context)
        return await self.ask_again(context)

    async def _on_closed(self, update: Update, context: Context) -> Any:
        return await self.ask(context, await self.closed(update, context)) if self.closed else None

    def _entry_points(self) -> list[Any]:
        commands: list[Any] = [CommandHandler(one.name, partial(self._entered, one.begin)) for one in self.commands]
        sections = self.sections.items()
        return [*commands, *(MessageHandler(Said(one), partial(self._entered, begin)) for one, begin in sections)]

    async def _entered(self, begin: Begin | StrEnum | None, update: Update, context: Context) -> Any:
        return await self.enter(context, begin, update, context)

    def persistent(self) -> PersistentConversation:
        """Build the ConversationHandler with the handlers of each step."""
        takes: dict[StrEnum, Any] = {step: partial(take_answer, self, step) for step in self.steps}
        takes |= {one.step: partial(take_at, self, one) for one in self.questions}
        closed = [StaleButtonHandler(self.name, self._on_closed)] if self.closed else []
        stale = [CallbackQueryHandler(self.stale, pattern=f"^{self.name}:")] if self.questions else []
        return PersistentConversation(
            self.name,
            rule=self.access,
            entry_points=[*self._entry_points(), *closed],
            states={step: step_handlers(self.name, step, take) for step, take in takes.items()},
            fallbacks=stale,
        )


def unique(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, Value]:
    """Return a dict of these pairs. Raises ValueError where two conversations claim the same key."""
    found: dict[Key, Value] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"Two conversations claim {key!r}.")
        found[key] = value
    return found


class Registry:
    """Every conversation by its name.

    `unmatched` handles updates that no conversation waits for; `voice_note` keeps one for staff at any question.
    """

    def __init__(self, conversations: Sequence[Conversation], *, unmatched: Begin, voice_note: Begin) -> None:
        self.unmatched, self.voice_note = unmatched, voice_note
        self.conversations = unique((one.name, one) for one in conversations)
        self.states = StateHomes(conversations)
        self.routes = unique(self._routes())
        self._events = unique(pair for one in conversations for pair in one.events.items())
        self._deep_links = unique(
            (prefix, (one.name, begin)) for one in conversations for prefix, begin in one.deep_links.items()
        )

    def __getitem__(self, name: str) -> Conversation:
        return self.conversations[name]

    def __contains__(self, name: str) -> bool:
        """Can a conversation of this name be resumed?"""
        return name in self.conversations and self.conversations[name].can_resume

    def entries(self) -> Iterator[GuardedHandler]:
        for one in self.conversations.values():
            yield from one.entries()

    async def begin(self, name: str, update: Update, context: Context) -> None:
        """Begin a conversation as its command does."""
        await self[name].start(context, None, update, context)

    async def begin_about(self, name: str, context: Context, what: int | str) -> None:
        """Begin a conversation about the row of this number, or the programme of this key."""
        await self[name].start(context, self[name].begin_about, context, what)

    async def resume(self, name: str, context: Context) -> bool:
        """Ask the open question of a conversation; the next words are its answer. False: it had nothing to ask."""
        step = await self[name].ask_again(context)
        set_step(name, step)
        return step is not None and step != ConversationHandler.END

    async def follow_deep_link(self, payload: str, context: Context) -> bool:
        """Begin the conversation of this payload of /start; False where it has none."""
        for prefix, (name, begin) in self._deep_links.items():
            if payload.startswith(prefix):
                await self[name].start(context, begin, context, payload)
                return True
        return False

    def on_event(self, kind: StrEnum) -> OnEvent:
        """Return the handler of a kind of internal event. Raises KeyError."""
        return self._events[kind]

    async def begin_named(self, word: str, update: Update, context: Context) -> bool:
        """Begin the command of all accounts that a word names without its slash; False where there is none."""
        for one in self.conversations.values():
            for command in one.commands:
                if command.name == word and one.access.act is None:
                    await one.start(context, command.begin, update, context)
                    return True
        return False

    def public_commands(self) -> list[Command]:
        """Return the commands that all accounts see, in the order of the list."""
        return [command for _one, command in self._public()]

    def staff_commands(self, role: Role) -> list[Command]:
        """Return the further commands that a role sees."""
        return [command for one in self._of_staff(role) for command in one.commands if command.description]

    def staff_choices(self, role: Role) -> list[Choice]:
        """Return the choices of a role in the menu of staff."""
        shown = [one for one in self._of_staff(role) if one.staff_menu]
        return [Choice(CallbackData(STAFF_MENU, one.name, ""), one.staff_menu) for one in shown]

    def _of_staff(self, role: Role) -> list[Conversation]:
        return [one for one in self.conversations.values() if one.access.act and role in ROLES[one.access.act]]

    def _public(self) -> Iterator[tuple[Conversation, Command]]:
        for one in self.conversations.values():
            if one.access.act is None:
                yield from ((one, command) for command in one.commands if command.description)

    def _routes(self) -> Iterator[tuple[tuple[str, str], Route]]:
        """Return the routes of each conversation, of its buttons for the menu, and of its line in the menu of staff."""
        for one in self.conversations.values():
            yield from (((one.name, step), Route(one.access, follow)) for step, follow in one.routes.items())
            for step, begin in one.buttons.items():
                yield (one.name, step), Route(one.access, partial(one.started_with, begin))
            for section in one.sections.keys() & ON_BUTTONS:
                yield (MENU_NAME, section), Route(one.access, partial(one.started, one.sections[section]))
            if one.staff_menu:
                yield (STAFF_MENU, one.name), Route(one.access, partial(one.started, one.begin))
