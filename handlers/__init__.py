"""The list of all conversations. What is derived from it stands in handlers/conversation/registry.py.

The order is that of the commands in Telegram's menus.
"""

from collections.abc import Callable
from typing import Any

from telegram import Update
from telegram.ext import Application, CallbackQueryHandler, ChatMemberHandler, MessageHandler, TypeHandler, filters

from handlers import fallback, for_staff
from handlers.completing import assisted as completing_at_counter
from handlers.completing import complete
from handlers.conversation import always, chat_guards, events, follow_ups
from handlers.conversation.access import LINKED, OPEN, OWN, Entry, entry
from handlers.conversation.context import Context
from handlers.conversation.internal_event import InternalEvent
from handlers.conversation.registry import Conversation, Registry
from handlers.counter import capacity, finding, leaving, new_code, new_phone, printing, revealing, witnessing
from handlers.departing import asking as departing
from handlers.departing import telling as leaving_notices
from handlers.family import answering, asking, circle, connecting, telling
from handlers.following import checking, helping, promises, status
from handlers.meeting import official, settings, start
from handlers.mydata import answering as data_requests
from handlers.mydata import clock, consents, erasing, sorting, summary
from handlers.mydata.correcting import correct
from handlers.registering import assisted as registering_at_counter
from handlers.registering import register as register_talk
from handlers.staff import alarming, colleagues, desk, inviting, joining, trying
from locales import LANGUAGES, speaking
from locales import gettext as _

FIRST, USUAL, LAST = -1, 0, 1

CONVERSATIONS: tuple[Callable[[], Conversation], ...] = (
    start.conversation,
    register_talk.conversation,
    status.conversation,
    checking.conversation,
    complete.conversation,
    helping.conversation,
    circle.conversation,
    asking.conversation,
    answering.conversation,
    connecting.conversation,
    telling.conversation,
    summary.conversation,
    correct.conversation,
    consents.conversation,
    sorting.conversation,
    erasing.conversation,
    clock.conversation,
    settings.conversation,
    official.conversation,
    departing.conversation,
    leaving_notices.conversation,
    promises.conversation,
    joining.conversation,
    desk.conversation,
    finding.conversation,
    revealing.conversation,
    witnessing.conversation,
    leaving.conversation,
    new_phone.conversation,
    new_code.conversation,
    capacity.conversation,
    completing_at_counter.conversation,
    registering_at_counter.conversation,
    printing.conversation,
    data_requests.conversation,
    inviting.conversation,
    colleagues.conversation,
    trying.conversation,
    alarming.conversation,
    always.show_menu,
    always.leave,
    always.go_on,
    always.delivery,
)


def registry() -> Registry:
    """Build the registry of all conversations."""
    conversations = [conversation() for conversation in CONVERSATIONS]
    return Registry(conversations, unmatched=fallback.stray, voice_note=for_staff.keep_voice)


def entries(known: Registry) -> list[Entry]:
    """Every handler with the rule that it is under, in the order in which they are asked."""
    return [
        entry(LINKED, TypeHandler(InternalEvent, events.dispatch)),
        entry(OWN, ChatMemberHandler(chat_guards.membership, ChatMemberHandler.MY_CHAT_MEMBER)),
        entry(OPEN, chat_guards.Elsewhere(chat_guards.not_private)),
        entry(OWN, MessageHandler(filters.UpdateType.EDITED, chat_guards.edited)),
        entry(OPEN, CallbackQueryHandler(follow_ups.tapped, pattern=follow_ups.is_offer)),  # each has its own rule
        entry(OPEN, MessageHandler(follow_ups.Accepted(), follow_ups.typed)),
        *known.entries(),
        entry(OWN, TypeHandler(Update, fallback.stray)),
    ]


def register(application: Application[Any, Context, Any, Any, Any, Any], known: Registry) -> None:
    """Put every handler into the application; the first of a group that fits an update serves it."""
    application.add_handler(TypeHandler(Update, chat_guards.first_look), group=FIRST)
    application.add_handlers([one.handler for one in entries(known)], group=USUAL)
    application.add_handler(TypeHandler(Update, chat_guards.last_look), group=LAST)
    application.add_error_handler(fallback.failed)


def command_menus(known: Registry) -> list[tuple[str, dict[str, Any]]]:
    """The calls that tell Telegram the commands: in every language, and the office's own for all others."""
    calls = []
    for code in (None, *LANGUAGES):
        with speaking(code or LANGUAGES[0]):
            commands = [{"command": one.name, "description": _(one.description)} for one in known.public_commands()]
        body: dict[str, Any] = {"commands": commands, "scope": {"type": "all_private_chats"}}
        calls.append(("setMyCommands", {**body, "language_code": code} if code else body))
    return calls
