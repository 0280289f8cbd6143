"""Keep the step of a conversation in the database: a real ConversationHandler over the state of the chat.

The library keeps `{key: state}` in a private dict. Here that dict is a view of the unit of work, loaded with the
chat and written in the same transaction as everything else; so a conversation survives a kill, moves between
processes, and is rolled back with its update. One private attribute is used: the library is pinned and a contract
test holds it (tests/contract/test_conversation_state.py).
"""

from collections.abc import Iterator, MutableMapping, Sequence
from typing import Any
from warnings import catch_warnings, simplefilter

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler, ConversationHandler, MessageHandler, filters
from telegram.warnings import PTBUserWarning

from handlers.conversation.access import AccessRule, refusal_for, refuse
from handlers.conversation.context import OPEN_TALKS, Context, current_unit_of_work
from handlers.conversation.menu import Said, Section


class ConversationStateView(MutableMapping[Any, Any]):
    """The step of this chat in one conversation, kept in the unit of work: the dict methods that the library uses."""

    def __init__(self, name: str) -> None:
        self._name = name

    def _talks(self) -> dict[str, Any]:
        talks: dict[str, Any] = current_unit_of_work().state.setdefault(OPEN_TALKS, {})
        return talks

    def __getitem__(self, key: Any) -> Any:
        return self._talks()[self._name]

    def __setitem__(self, key: Any, step: Any) -> None:
        talks = self._talks()
        talks.pop(self._name, None)  # the conversation that moved last comes last
        talks[self._name] = str(step)
        current_unit_of_work().state_changed = True

    def __delitem__(self, key: Any) -> None:
        del self._talks()[self._name]
        current_unit_of_work().state_changed = True

    def __contains__(self, key: object) -> bool:
        return self._name in self._talks()

    def moved_last(self) -> bool:
        """Is this the conversation that the account was in last?"""
        return next(reversed(self._talks()), None) == self._name

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return int(self._name in self._talks())


class PersistentConversation(ConversationHandler[Context]):
    """A ConversationHandler whose state is stored with the chat: one conversation of a name in each private chat."""

    def __init__(
        self,
        name: str,
        entry_points: Sequence[Any],
        states: dict[object, list[Any]],
        fallbacks: Sequence[Any] = (),
        *,
        rule: AccessRule,
    ) -> None:
        with catch_warnings():
            simplefilter("ignore", PTBUserWarning)  # buttons of older messages are handled too
            super().__init__(
                entry_points=list(entry_points),
                states=states,
                fallbacks=list(fallbacks),
                name=name,
                allow_reentry=True,
                per_user=False,
            )
        self.rule = rule
        self._place = ConversationStateView(name)
        self._conversations = self._place

    def check_update(self, update: object) -> Any:
        """Match as the library does, but of several open conversations only the one that moved last takes messages."""
        found = super().check_update(update)
        if found is None or not isinstance(update, Update) or update.message is None:
            return found
        heard_by = found[2]
        is_entry = any(heard_by is entry for entry in self.entry_points)
        if is_entry or isinstance(heard_by, ConversationHandler) or self._place.moved_last():
            return found
        return None

    async def handle_update(self, update: Any, application: Any, check_result: Any, context: Any) -> Any:
        """Handle the update; a staff conversation only for an account whose role may do its act now."""
        why = await refusal_for(self.rule, context)
        if why is None:
            return await super().handle_update(update, application, check_result, context)
        self._place.pop(None, None)
        return await refuse(why, update, context)


def set_step(name: str, step: object) -> None:
    """Set the step that a callback called from outside of the conversation returned; None and END end it."""
    place = ConversationStateView(name)
    if step is not None and step != ConversationHandler.END:
        place[name] = step
    elif name in place:
        del place[name]


NEW_WORDS = filters.UpdateType.MESSAGE & ~filters.COMMAND & ~Said(*Section)


def step_handlers(talk: str, step: str, take: Any) -> list[BaseHandler[Update, Context, Any]]:
    """Return the handlers of a step: for its own buttons, and for any message instead."""
    return [CallbackQueryHandler(take, pattern=f"^{talk}:{step}:"), MessageHandler(NEW_WORDS, take)]
