"""The picture in a conversation's docstring is its table, and each step has a function that asks and one that takes."""

from types import ModuleType

import pytest
from telegram.ext import CallbackQueryHandler, MessageHandler

from handlers.conversation.persistent import PersistentConversation
from tests.shape.talks import callback_of, conversations, functions, pictured

TALKS = [pytest.param(*one, id=one[0].__name__) for one in conversations()]


@pytest.mark.parametrize(("module", "talk"), TALKS)
def test_the_picture_shows_exactly_the_steps_of_the_table(module: ModuleType, talk: PersistentConversation) -> None:
    assert pictured(module) == {str(step) for step in talk.states}


@pytest.mark.parametrize(("module", "talk"), TALKS)
def test_every_step_hears_buttons_and_words(module: ModuleType, talk: PersistentConversation) -> None:
    for step, listeners in talk.states.items():
        kinds = {type(listener) for listener in listeners}
        assert {CallbackQueryHandler, MessageHandler} <= kinds, f"{module.__name__}: {step}"


@pytest.mark.parametrize(("module", "talk"), TALKS)
def test_every_step_is_asked_and_taken(module: ModuleType, talk: PersistentConversation) -> None:
    known = functions(module)
    for step, listeners in talk.states.items():
        assert any(callback_of(listener).__name__.startswith("take") for listener in listeners), step
        word = str(step).lower()
        assert any(name.startswith(("ask", "show")) and word in name for name in known) or "show" in known, (
            f"{module.__name__} has nobody who asks {step}"
        )


def test_no_two_conversations_have_the_same_name() -> None:
    names = [talk.name for _, talk in conversations()]
    assert len(names) == len(set(names))
