"""Implements the methods of the bot's profile: its commands, name and descriptions."""

import re
from functools import partial
from typing import Any

from bot.sandbox.calls import Call
from bot.sandbox.errors import bad_request
from bot.sandbox.profile import scope_name
from bot.sandbox.store import Json
from bot.sandbox.world import World

MOST_COMMANDS = 100
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
MOST_COMMAND_DESCRIPTION = 256
LENGTHS = {"name": 64, "description": 512, "short_description": 120}
"""Characters (Bot API, setMyName, setMyDescription, setMyShortDescription)."""


def _language(call: Call) -> str:
    """Return a two-letter code of ISO 639-1, or "" for all languages; three-letter codes are refused."""
    code = call.text("language_code")
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad_request("invalid language code specified")
    return code


def _key(world: World, call: Call) -> str:
    scope = call.json("scope")
    if isinstance(scope, dict) and "chat_id" in scope:
        scope = scope | {"chat_id": world.known_chat(scope["chat_id"]).id}
    return f"{scope_name(scope)}/{_language(call)}"


def set_my_commands(world: World, call: Call) -> bool:
    """Set the menu of a scope and language."""
    commands = call.json("commands")
    if not isinstance(commands, list):
        raise bad_request("expected an Array of BotCommand")
    if len(commands) > MOST_COMMANDS:
        raise bad_request("too many commands specified")
    world.profile.commands[_key(world, call)] = [_command(each) for each in commands]
    return _changed(world)


def _command(given: Json) -> Json:
    command = str(given.get("command", "")).removeprefix("/").lower()
    description = str(given.get("description", "")).strip()
    if not COMMAND.fullmatch(command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= MOST_COMMAND_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command, "description": description}


def get_my_commands(world: World, call: Call) -> list[Json]:
    """Return the menu of exactly this scope and language."""
    return world.profile.commands.get(_key(world, call), [])


def delete_my_commands(world: World, call: Call) -> bool:
    """Delete the menu of this scope and language."""
    world.profile.commands.pop(_key(world, call), None)
    return _changed(world)


def _changed(world: World) -> bool:
    world.profile.keep()
    world.events.publish("profile")
    return True


def _set_text(what: str, world: World, call: Call) -> bool:
    text = call.text(what).strip()
    if len(text) > LENGTHS[what]:
        raise bad_request(f"bot {what.replace('_', ' ')} is too long")
    language = _language(call)
    if text or what != "name" or language:
        world.profile.set_text(what, language, text)
    return _changed(world)


def _get_text(what: str, world: World, call: Call) -> Json:
    return {what: world.profile.text(what, _language(call))}


METHODS: dict[str, Any] = {
    "setmycommands": set_my_commands,
    "getmycommands": get_my_commands,
    "deletemycommands": delete_my_commands,
    **{f"setmy{what.replace('_', '')}": partial(_set_text, what) for what in LENGTHS},
    **{f"getmy{what.replace('_', '')}": partial(_get_text, what) for what in LENGTHS},
}
