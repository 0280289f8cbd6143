"""Maps the methods of the Bot API, by their names in lower case, to one function each."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from bot.sandbox.api import bot_profile, chat_methods, edit_delete, receive_updates, send_files, send_messages
from bot.sandbox.calls import Call
from bot.sandbox.errors import NOT_FOUND, ApiError
from bot.sandbox.world import World

Method = Callable[[World, Call], Any | Awaitable[Any]]

METHODS: dict[str, Method] = {
    **receive_updates.METHODS,
    **send_messages.METHODS,
    **send_files.METHODS,
    **edit_delete.METHODS,
    **chat_methods.METHODS,
    **bot_profile.METHODS,
}


async def run(world: World, call: Call) -> Any:
    """Do what a call asks, as the server and the tests' transcripts do; raises ApiError where Telegram would refuse."""
    method = METHODS.get(call.method)
    if method is None:
        raise ApiError(*NOT_FOUND)
    result = method(world, call)
    return await result if inspect.isawaitable(result) else result
