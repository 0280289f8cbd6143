"""Set the commands of a post in the menu of Telegram."""

from typing import Any

from handlers.conversation.context import Context
from locales import LANGUAGES, speaking
from locales import gettext as _
from models.offices.authority import Role
from models.people.account import Account


def show_commands(context: Context, account: Account, role: Role | None) -> None:
    """Tell Telegram which commands this chat sees: the public ones and the role's own; None: the public ones only."""
    scope = {"type": "chat", "chat_id": account.telegram_id}
    for code in (None, *LANGUAGES):
        body: dict[str, Any] = {"scope": scope, **({"language_code": code} if code else {})}
        if role is None:
            context.work.call("deleteMyCommands", body)
            continue
        with speaking(code or LANGUAGES[0]):
            shown = [*context.registry.staff_commands(role), *context.registry.public_commands()]
            listed = [{"command": one.name, "description": _(one.description)} for one in shown]
        context.work.call("setMyCommands", body | {"commands": listed})
