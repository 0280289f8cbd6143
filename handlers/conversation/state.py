"""Store the typed state of a conversation: a dataclass of its own, encrypted with the chat.

conversation(state=EraseState) ─▶ context.state(EraseState) ─▶ read, changed in place ─▶ stored after the update

It is kept as long as the conversation is open: at END, at /batal and when another entry begins it, it is dropped.
Several conversations may share one; then it is kept as long as any of them is open.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter, ValidationError

if TYPE_CHECKING:
    from handlers.conversation.registry import Conversation

S = TypeVar("S")


_ADAPTERS: dict[type, TypeAdapter[Any]] = {}


def _adapter(kind: type) -> TypeAdapter[Any]:
    """Build the adapter of a kind, once: building it takes longer than an update."""
    return _ADAPTERS.setdefault(kind, _ADAPTERS.get(kind) or TypeAdapter(kind))


def read_state(kind: type[S], stored: object) -> S:
    """Load a stored state; an empty one where there is none, or one of an earlier shape."""
    try:
        state: S = kind() if stored is None else _adapter(kind).validate_python(stored)
    except ValidationError:
        return kind()
    return state


def stored_form(state: object) -> Any:
    """Dump a state to plain data."""
    return _adapter(type(state)).dump_python(state, mode="json")


class StateHomes:
    """Know the name under which each kind of state is stored, and the conversations that share it."""

    def __init__(self, conversations: Iterable["Conversation"]) -> None:
        self._names: dict[type, list[str]] = {}
        for one in conversations:
            if one.state is not None:
                self._names.setdefault(one.state, []).append(one.name)

    def home(self, kind: type) -> str:
        """Return the first conversation that declares it. Raises KeyError."""
        return self._names[kind][0]

    def living(self, states: Mapping[str, Any], is_open: Iterable[str]) -> dict[str, Any]:
        """Return the stored states that an open conversation still uses."""
        used = {names[0] for names in self._names.values() if set(names) & set(is_open)}
        return {name: state for name, state in states.items() if name in used}
