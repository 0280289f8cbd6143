"""The table of contents: every handler in the order in which it is asked, and the commands people see.

meeting ─▶ registering ─▶ completing ─▶ following, family, mydata  one after another, as people live through them
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
from handlers.completing import assisted as at_counter
from handlers.context import Talk
from handlers.conversation import talk
from handlers.counter import capacity, finding, leaving, new_code, new_phone, printing, revealing, witnessing
from handlers.departing import asking as departing
from handlers.family import answering, asking, circle, connecting
from handlers.following import checking, helping, status
from handlers.meeting import official, settings, start
from handlers.menu import Said, Section
from handlers.mydata import answering as data_answering
from handlers.mydata import consents, correcting, erasing, sorting, summary
from handlers.permission import LINKED, OPEN, OWN, Entry, entry
from handlers.reception import doors, offers, resuming, returns, strays
from handlers.registering import assisted
from handlers.staff import colleagues, desk, inviting, joining, trying
from locales import LANGUAGES, N_, speaking
from locales import gettext as _

FIRST, USUAL, LAST = -1, 0, 1

COMMANDS = (
    ("start", N_("Begin")),
    ("daftar", N_("Register for a programme")),
    ("status", N_("See where it stands")),
    ("cek", N_("See a file by its number")),
    ("lengkapi", N_("Complete a file")),
    ("bantuan", N_("Write to staff")),
    ("keluarga", N_("Help somebody, see who helps")),
    ("data", N_("See your data")),
    ("bahasa", N_("Change the language")),
    ("akses", N_("Change the way of reading")),
    ("resmi", N_("Check that the bot is real")),
    ("menu", N_("See the menu")),
    ("batal", N_("Leave what is open")),
)


def entries() -> list[Entry]:
    """Every handler with the rule that it is under, in the order in which they are asked."""
    return [
        entry(LINKED, TypeHandler(returns.Return, returns.come_back)),
        entry(OWN, ChatMemberHandler(doors.membership, ChatMemberHandler.MY_CHAT_MEMBER)),
        entry(OPEN, doors.Elsewhere(doors.not_private)),
        entry(OWN, MessageHandler(filters.UpdateType.EDITED, doors.edited)),
        entry(OWN, CommandHandler("batal", menu.leave)),
        entry(OWN, MessageHandler(Said(Section.LEAVE), menu.leave)),
        entry(OPEN, CommandHandler("menu", menu.menu)),
        entry(OPEN, MessageHandler(Said(Section.MENU), menu.menu)),
        entry(OPEN, CommandHandler("resmi", official.show)),
        entry(LINKED, CommandHandler("data", summary.show)),
        entry(LINKED, MessageHandler(Said(Section.DATA), summary.show)),
        entry(LINKED, CommandHandler("keluarga", circle.show)),
        entry(OWN, MessageHandler(Said(Section.REGISTER), resuming.register)),
        entry(desk.RULE, CommandHandler("petugas", desk.show)),
        entry(OPEN, CallbackQueryHandler(offers.tapped, pattern=offers.is_offer)),  # each way has its own rule
        entry(OPEN, MessageHandler(offers.Accepted(), offers.typed)),
        talk(start.conversation()),
        talk(status.conversation()),
        talk(checking.conversation()),
        talk(correcting.conversation()),
        talk(consents.conversation()),
        talk(sorting.conversation()),
        talk(erasing.conversation()),
        talk(helping.conversation()),
        talk(settings.conversation()),
        talk(registering.conversation()),
        talk(completing.conversation()),
        talk(departing.conversation()),
        talk(assisted.conversation()),
        talk(at_counter.conversation()),
        talk(asking.conversation()),
        talk(answering.conversation()),
        talk(connecting.conversation()),
        talk(joining.conversation()),
        talk(finding.conversation()),
        talk(revealing.conversation()),
        talk(witnessing.conversation()),
        talk(leaving.conversation()),
        talk(new_phone.conversation()),
        talk(new_code.conversation()),
        talk(capacity.conversation()),
        talk(printing.conversation()),
        talk(data_answering.conversation()),
        talk(inviting.conversation()),
        talk(colleagues.conversation()),
        talk(trying.conversation()),
        entry(OWN, TypeHandler(Update, strays.stray)),
    ]


def register(application: Application[Any, Talk, Any, Any, Any, Any]) -> None:
    """Put every handler into the application; the first of a group that fits an update serves it."""
    application.add_handler(TypeHandler(Update, doors.first_look), group=FIRST)
    application.add_handlers([one.handler for one in entries()], group=USUAL)
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
