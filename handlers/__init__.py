"""The table of contents: every handler in the order in which it is asked, and the commands people see.

meeting ─▶ registering ─▶ completing ─▶ following          one after another, as people live through them
   └─────────────┴── reception ──┴──────────┘              who comes in, goes away, comes back or is lost
                      asking                               how any of them puts a question and hears an answer
"""

from typing import Any

from telegram import Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from handlers import completing, menu, registering
from handlers.context import Talk
from handlers.following import helping, mydata, status
from handlers.meeting import official, settings, start
from handlers.menu import Said, Section
from handlers.reception import doors, offers, resuming, returns, strays
from locales import LANGUAGES, N_, speaking
from locales import gettext as _

FIRST, USUAL, LAST = -1, 0, 1

COMMANDS = (
    ("start", N_("Begin")),
    ("daftar", N_("Register for a programme")),
    ("status", N_("See where it stands")),
    ("lengkapi", N_("Complete a file")),
    ("bantuan", N_("Write to staff")),
    ("data", N_("See your data")),
    ("bahasa", N_("Change the language")),
    ("akses", N_("Change the way of reading")),
    ("resmi", N_("Check that the bot is real")),
    ("menu", N_("See the menu")),
    ("batal", N_("Leave what is open")),
)


def register(application: Application[Any, Talk, Any, Any, Any, Any]) -> None:
    """Put every handler into the application; the first of a group that fits an update serves it."""
    application.add_handler(TypeHandler(Update, doors.first_look), group=FIRST)
    application.add_handlers(
        [
            TypeHandler(returns.Return, returns.come_back),
            ChatMemberHandler(doors.membership, ChatMemberHandler.MY_CHAT_MEMBER),
            MessageHandler(~filters.ChatType.PRIVATE, doors.not_private),
            MessageHandler(filters.UpdateType.EDITED, doors.edited),
            CommandHandler("batal", menu.leave),
            MessageHandler(Said(Section.LEAVE), menu.leave),
            CommandHandler("menu", menu.menu),
            MessageHandler(Said(Section.MENU), menu.menu),
            CommandHandler("resmi", official.show),
            CommandHandler("data", mydata.show),
            MessageHandler(Said(Section.DATA), mydata.show),
            MessageHandler(Said(Section.REGISTER), resuming.register),
            CallbackQueryHandler(offers.tapped, pattern=offers.is_offer),
            MessageHandler(offers.Accepted(), offers.typed),
            start.conversation(),
            status.conversation(),
            helping.conversation(),
            settings.conversation(),
            registering.conversation(),
            completing.conversation(),
            TypeHandler(Update, strays.stray),
        ],
        group=USUAL,
    )
    application.add_handler(TypeHandler(Update, doors.last_look), group=LAST)
    application.add_error_handler(strays.failed)


def command_menus() -> list[tuple[str, dict[str, Any]]]:
    """The calls that tell Telegram the commands: in every language, and the office's own for all others."""
    calls = []
    for code in (None, *LANGUAGES):
        with speaking(code or LANGUAGES[0]):
            commands = [{"command": command, "description": _(words)} for command, words in COMMANDS]
        body: dict[str, Any] = {"commands": commands, "scope": {"type": "all_private_chats"}}
        calls.append(("setMyCommands", {**body, "language_code": code} if code else body))
    return calls
