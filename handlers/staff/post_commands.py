"""Set the commands in the menu of Telegram: those of all accounts, and those of a post."""

from collections.abc import Iterator, Sequence
from typing import Any

from handlers.conversation.context import Context
from handlers.conversation.registry import Command
from locales import LANGUAGES, speaking
from locales import gettext as _
from models.offices.authority import Role
from models.people.account import Account


def command_bodies(scope: dict[str, Any], commands: Sequence[Command]) -> Iterator[dict[str, Any]]:
    """Make a call for each language, and one in the office's own for all others; without commands to remove them."""
    for code in (None, *LANGUAGES):
        with speaking(code or LANGUAGES[0]):
            listed = [{"command": one.name, "description": _(one.description)} for one in commands]
        body: dict[str, Any] = {"scope": scope, "commands": listed} if commands else {"scope": scope}
        yield {**body, "language_code": code} if code else body


def show_commands(context: Context, account: Account, role: Role | None) -> None:
    """Tell Telegram which commands this chat sees: the public ones and the role's own; None: the public ones only."""
    known = context.registry
    commands = [*known.staff_commands(role), *known.public_commands()] if role is not None else []
    for body in command_bodies({"type": "chat", "chat_id": account.telegram_id}, commands):
        context.work.call("setMyCommands" if commands else "deleteMyCommands", body)
