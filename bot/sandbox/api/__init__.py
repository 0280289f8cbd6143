"""The methods of the Bot API, one function each, by their names in lower case."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.sandbox.api import attachments, card, changing, places, receiving, sending
from bot.sandbox.calls import Call
from bot.sandbox.world import World

Method = Callable[[World, Call], Any | Awaitable[Any]]

METHODS: dict[str, Method] = {
    **receiving.METHODS,
    **sending.METHODS,
    **attachments.METHODS,
    **changing.METHODS,
    **places.METHODS,
    **card.METHODS,
}
