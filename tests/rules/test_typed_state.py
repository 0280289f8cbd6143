"""The typed state of a conversation comes back as it was stored, and lives as long as a conversation that shares it."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from handlers.conversation.access import OPEN
from handlers.conversation.registry import Conversation
from handlers.conversation.state import StateHomes, read_state, stored_form
from models.people.link import Scope


@dataclass
class Remembered:
    person: int = 0
    scope: Scope = Scope.STATUS
    found: list[str] = field(default_factory=list)


@dataclass
class Other:
    purpose: str = ""


def named(name: str, state: type) -> Conversation:
    return Conversation(name=name, access=OPEN, state=state)


HOMES = StateHomes([named("finding", Remembered), named("witness", Remembered), named("consents", Other)])


def test_a_state_comes_back_as_it_was_stored() -> None:
    state = Remembered(7, Scope.ACT, ["KT-1"])
    stored = stored_form(state)
    assert stored == {"person": 7, "scope": "act", "found": ["KT-1"]}
    assert read_state(Remembered, stored) == state


@pytest.mark.parametrize("stored", [{"person": "Siti"}, {"scope": "everything"}, ["person"], "person", 7])
def test_a_state_of_an_earlier_shape_is_an_empty_one(stored: Any) -> None:
    assert read_state(Remembered, stored) == Remembered()


@pytest.mark.parametrize(
    ("is_open", "living"),
    [
        (["finding"], ["finding"]),
        (["witness"], ["finding"]),
        (["consents", "status"], ["consents"]),
        (["status"], []),
        ([], []),
    ],
)
def test_a_state_lives_while_a_conversation_that_shares_it_is_open(is_open: list[str], living: list[str]) -> None:
    states = {HOMES.home(Remembered): {"person": 7}, HOMES.home(Other): {}, "gone": {}}
    assert list(HOMES.living(states, is_open)) == living
