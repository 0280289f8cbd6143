"""The list of all conversations. handlers/conversation/registry.py derives the rest from it.

The order is that of the commands in Telegram's menus.
"""

from collections.abc import Callable
from typing import Any

from telegram import Update
from telegram.ext import Application, CallbackQueryHandler, ChatMemberHandler, MessageHandler, TypeHandler, filters

from handlers import fallback, help_requests, matters
from handlers.caregivers import ask_consent, caregiver_notices, give_consent, manage_help, request_access
from handlers.completion import complete
from handlers.conversation import always, chat_guards, follow_ups
from handlers.conversation.access import LINKED, OPEN, OWN, GuardedHandler, entry
from handlers.conversation.context import Context
from handlers.conversation.internal_event import InternalEvent, dispatch
from handlers.conversation.registry import Conversation, Registry
from handlers.counter import (
    capacity_note,
    card_check,
    complete_file,
    leaving_at_counter,
    print_letters,
    reveal_data,
    search,
    witness_consent,
)
from handlers.leaving_home import answer_leaving as departing
from handlers.leaving_home import leaving_notices
from handlers.mydata import consents, correct_data, deadlines, erase_data, object_to_profiling, summary
from handlers.mydata import staff_queue as data_requests
from handlers.onboarding import settings, start, verify_bot
from handlers.programmes import browse, find_office
from handlers.registration import register as register_talk
from handlers.registration import register_for_person as registering_at_counter
from handlers.staff import colleagues, invite, join, review_attempts, staff_menu
from handlers.staff.post_commands import command_bodies
from handlers.status import ask_staff, check_receipt, overdue_news, show_status

FIRST, USUAL, LAST = -1, 0, 1

CONVERSATIONS: tuple[Callable[[], Conversation], ...] = (
    start.conversation,
    browse.conversation,
    register_talk.conversation,
    show_status.conversation,
    check_receipt.conversation,
    complete.conversation,
    ask_staff.conversation,
    manage_help.conversation,
    ask_consent.conversation,
    give_consent.conversation,
    request_access.conversation,
    caregiver_notices.conversation,
    summary.conversation,
    correct_data.conversation,
    consents.conversation,
    object_to_profiling.conversation,
    erase_data.conversation,
    deadlines.conversation,
    settings.conversation,
    verify_bot.conversation,
    find_office.conversation,
    departing.conversation,
    leaving_notices.conversation,
    overdue_news.conversation,
    join.conversation,
    staff_menu.conversation,
    search.conversation,
    reveal_data.conversation,
    witness_consent.conversation,
    leaving_at_counter.conversation,
    card_check.conversation,
    capacity_note.conversation,
    complete_file.conversation,
    registering_at_counter.conversation,
    print_letters.conversation,
    data_requests.conversation,
    invite.conversation,
    colleagues.conversation,
    review_attempts.conversation,
    matters.conversation,
    always.show_menu,
    always.leave,
    always.go_on,
    always.delivery,
)


def registry() -> Registry:
    """Build the registry of all conversations."""
    conversations = [conversation() for conversation in CONVERSATIONS]
    return Registry(conversations, unmatched=fallback.handle_unmatched, voice_note=help_requests.keep_voice)


def entries(known: Registry) -> list[GuardedHandler]:
    """Return every handler with its access rule, in the order in which the library checks them."""
    return [
        entry(LINKED, TypeHandler(InternalEvent, dispatch)),
        entry(OWN, ChatMemberHandler(chat_guards.membership, ChatMemberHandler.MY_CHAT_MEMBER)),
        entry(OPEN, chat_guards.NonPrivateChat(chat_guards.not_private)),
        entry(OWN, MessageHandler(filters.UpdateType.EDITED, chat_guards.edited)),
        entry(OPEN, CallbackQueryHandler(follow_ups.tapped, pattern=follow_ups.is_offer)),  # each checks its own rule
        entry(OPEN, MessageHandler(follow_ups.Accepted(), follow_ups.typed)),
        *known.entries(),
        entry(OWN, TypeHandler(Update, fallback.handle_unmatched)),
    ]


def register(application: Application[Any, Context, Any, Any, Any, Any], known: Registry) -> None:
    """Add every handler to the application; the first of a group that matches an update handles it."""
    application.add_handler(TypeHandler(Update, chat_guards.before_update), group=FIRST)
    application.add_handlers([one.handler for one in entries(known)], group=USUAL)
    application.add_handler(TypeHandler(Update, chat_guards.after_update), group=LAST)
    application.add_error_handler(fallback.failed)


def command_menus(known: Registry) -> list[tuple[str, dict[str, Any]]]:
    """Return the calls that set the commands: in every language, and in the office's own for all others."""
    bodies = command_bodies({"type": "all_private_chats"}, known.public_commands())
    return [("setMyCommands", body) for body in bodies]
