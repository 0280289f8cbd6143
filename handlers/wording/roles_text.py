"""Posts in words: the role, the office, the region; and the commands that a post brings with it."""

from typing import Any

from handlers.conversation.context import Context
from locales import LANGUAGES, N_, language, speaking
from locales import gettext as _
from models.offices.authority import Role
from models.people.account import Account

ROLE_WORDS = {
    Role.OPERATOR: N_("Operator"),
    Role.VERIFIER: N_("Verifier"),
    Role.COMPANION: N_("Field companion"),
    Role.MANAGER: N_("Manager"),
    Role.LEADER: N_("Head"),
}


def post_lines(context: Context, office: str, role: Role, region: str) -> list[str]:
    """Office, role and region, a line each."""
    return [
        _("Office: {office}").format(office=context.reference.catalogue.office[office].short_name.in_(language())),
        _("Role: {role}").format(role=_(ROLE_WORDS[role])),
        _("Region: {region}").format(region=region_words(context, region)),
    ]


def last_manager_lines() -> list[str]:
    """Why a manager cannot give up a post yet, and the way out."""
    return [_("Without you nobody manages this office there."), _("First invite another manager: /undang.")]


def region_words(context: Context, region: str) -> str:
    place = context.reference.places.place(region)
    return place.label if place else region


def show_commands(context: Context, account: Account, role: Role | None) -> None:
    """Tell Telegram which commands this chat sees: everybody's and the role's own; None: everybody's again."""
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
