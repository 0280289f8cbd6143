"""Keep what a conversation has to remember: a dataclass of its own, stored with the chat, encrypted.

conversation(state=EraseState) ─▶ context.state(EraseState) ─▶ read, changed in place ─▶ stored after the turn

It lives as long as the conversation is open: at END, at /batal and when another entry begins it anew, it is dropped.
Several conversations may share one; then it lives as long as any of them is open.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter, ValidationError

if TYPE_CHECKING:
    from handlers.conversation.registry import Conversation

S = TypeVar("S")


_ADAPTERS: dict[type, TypeAdapter[Any]] = {}


def _adapter(kind: type) -> TypeAdapter[Any]:
    """Built once for each kind: building it takes longer than a turn."""
    return _ADAPTERS.setdefault(kind, _ADAPTERS.get(kind) or TypeAdapter(kind))


def read_state(kind: type[S], stored: object) -> S:
    """The state as it was stored; an empty one where there is none, or one of an earlier shape."""
    try:
        state: S = kind() if stored is None else _adapter(kind).validate_python(stored)
    except ValidationError:
        return kind()
    return state


def stored_form(state: object) -> Any:
    """Plain data for the state of the chat."""
    return _adapter(type(state)).dump_python(state, mode="json")


class StateHomes:
    """Under which name each kind of state is stored, and which conversations share it."""

    def __init__(self, conversations: Iterable["Conversation"]) -> None:
        self._names: dict[type, list[str]] = {}
        for one in conversations:
            if one.state is not None:
                self._names.setdefault(one.state, []).append(one.name)

    def home(self, kind: type) -> str:
        """The first conversation that declares it. Raises KeyError."""
        return self._names[kind][0]

    def living(self, states: Mapping[str, Any], is_open: Iterable[str]) -> dict[str, Any]:
        """What is still in use of the states that are stored under these names."""
        used = {names[0] for names in self._names.values() if set(names) & set(is_open)}
        return {name: state for name, state in states.items() if name in used}
