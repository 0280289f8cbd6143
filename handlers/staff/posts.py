"""Posts in words: the role, the office, the region; and the commands that a post brings with it."""

from typing import Any

from handlers.context import Talk
from locales import LANGUAGES, N_, language, speaking
from locales import gettext as _
from models.offices.authority import ROLES, Act, Role
from models.people.account import Account

ROLE_WORDS = {
    Role.OPERATOR: N_("Operator"),
    Role.VERIFIER: N_("Verifier"),
    Role.COMPANION: N_("Field companion"),
    Role.MANAGER: N_("Manager"),
    Role.LEADER: N_("Head"),
}
COMMANDS: tuple[tuple[str, Act | None, str], ...] = (
    ("petugas", None, N_("Your post")),
    ("loket", Act.WITNESS_CONSENT, N_("Somebody is at the counter")),
    ("daftarkan", Act.REGISTER_SOMEBODY, N_("Register somebody at the counter")),
    ("cetak", Act.PRINT_LETTERS, N_("Print the letters that wait")),
    ("permohonan", Act.ANSWER_OWN_DATA, N_("What people ask about their data")),
    ("undang", Act.INVITE_STAFF, N_("Invite staff")),
    ("rekan", Act.SEE_STAFF, N_("See the staff of the office")),
    ("percobaan", Act.SEE_TRIES, N_("See who tries what does not fit")),
)
"""The commands of staff, each with the act that it needs beside a post."""


def post_lines(context: Talk, office: str, role: Role, region: str) -> list[str]:
    """Office, role and region, a line each."""
    return [
        _("Office: {office}").format(office=context.desk.catalogue.office[office].short_name.in_(language())),
        _("Role: {role}").format(role=_(ROLE_WORDS[role])),
        _("Region: {region}").format(region=region_words(context, region)),
    ]


def last_manager_lines() -> list[str]:
    """Why a manager cannot give up a post yet, and the way out."""
    return [_("Without you nobody manages this office there."), _("First invite another manager: /undang.")]


def region_words(context: Talk, region: str) -> str:
    place = context.desk.places.place(region)
    return place.label if place else region


def show_commands(context: Talk, account: Account, role: Role | None) -> None:
    """Tell Telegram which commands this chat sees: everybody's and the role's own; None: everybody's again."""
    from handlers import COMMANDS as EVERYBODYS

    scope = {"type": "chat", "chat_id": account.telegram_id}
    for code in (None, *LANGUAGES):
        body: dict[str, Any] = {"scope": scope, **({"language_code": code} if code else {})}
        if role is None:
            context.work.call("deleteMyCommands", body)
            continue
        with speaking(code or LANGUAGES[0]):
            own = [(command, words) for command, act, words in COMMANDS if act is None or role in ROLES[act]]
            listed = [{"command": command, "description": _(words)} for command, words in (*own, *EVERYBODYS)]
        context.work.call("setMyCommands", body | {"commands": listed})
