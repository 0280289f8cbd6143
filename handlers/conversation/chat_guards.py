"""Filter updates before and after the conversations: only private chats, no double taps, no edited messages."""

from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Chat, ChatMember, Update
from telegram.ext import ApplicationHandlerStop, TypeHandler

from handlers.conversation import follow_ups
from handlers.conversation.content import is_to_ignore
from handlers.conversation.context import Context, current_unit_of_work
from handlers.conversation.form import LAST_PRESS, is_double_tap, note_press
from handlers.conversation.internal_event import InternalEvent
from handlers.conversation.meanings import forget_unsent
from handlers.conversation.resume import open_conversation
from locales import gettext as _
from models.messaging.outbox import APOLOGY

TOLD, PRESSED_AT, STILL_THERE = "told", "pressed_at", "still_there"
DOUBLE_TAP = 10
"""Seconds within which the same button of the same message, with nothing between, counts as one press."""
GONE = frozenset({ChatMember.BANNED, ChatMember.LEFT})
SPEAKING = frozenset({ChatMember.MEMBER, ChatMember.ADMINISTRATOR, ChatMember.OWNER})
BLOCKED = "blocked"


async def before_update(update: Update, context: Context) -> None:
    """Before all handlers: ignore service messages and double taps; mark the account that writes as reachable."""
    if is_to_ignore(update, context):
        raise ApplicationHandlerStop
    if update.callback_query is not None:
        pressed_at = context.work.state.get(PRESSED_AT, 0)
        if is_double_tap(update, context) and 0 <= context.now.timestamp() - pressed_at <= DOUBLE_TAP:
            raise ApplicationHandlerStop
    if context.work.state.get(LAST_PRESS):
        context.work.remember(LAST_PRESS, None)
    follow_ups.grow_old(context)
    account = context.work.account
    if account is not None and account.unreachable and update.my_chat_member is None:
        account.unreachable = None


async def after_update(update: Update, context: Context) -> None:
    """After all handlers: remember the press that was served, so that a second one is ignored."""
    if update.callback_query is not None:
        note_press(update, context)
        context.work.remember(PRESSED_AT, context.now.timestamp())
    follow_ups.forget(context)
    forget_unsent(context)


class NonPrivateChat(TypeHandler[Update, Context, None]):
    """Matches updates from outside of a private chat: words, presses, and updates without a chat."""

    def __init__(self, callback: Callable[[Update, Context], Coroutine[Any, Any, None]]) -> None:
        super().__init__(Update, callback)

    def check_update(self, update: object) -> bool:
        if not isinstance(update, Update) or update.my_chat_member is not None:
            return False
        return current_unit_of_work().account is None or not is_private(update)


def is_private(update: Update) -> bool:
    """Is it from a private chat? A press under an inline message names no chat and is answered in the user's own."""
    return update.effective_chat is None or update.effective_chat.type == Chat.PRIVATE


async def not_private(update: Update, context: Context) -> None:
    """Answer a group or a channel with one polite sentence, once, without any personal data."""
    if not is_private(update):
        say_once(context)


def say_once(context: Context) -> None:
    if context.work.state.get(TOLD):
        return
    context.work.remember(TOLD, True)
    context.send(
        _("This bot only works in a private chat."),
        _("Please write no personal data here."),
        _("Open the private chat: {link}").format(link=context.reference.link()),
    )


async def membership(update: Update, context: Context) -> None:
    """Note that the bot was added, removed, blocked or unblocked."""
    change = update.my_chat_member
    if change is None:
        return
    status = change.new_chat_member.status
    if change.chat.type == Chat.PRIVATE:
        context.account.unreachable = BLOCKED if status in GONE else None
    elif status in SPEAKING:
        say_once(context)
    else:
        context.work.remember(TOLD, None)  # the sentence may be said again after the bot is added again


async def edited(update: Update, context: Context) -> None:
    """Explain that an edited message changes nothing: an answer is changed by answering again."""
    is_open = open_conversation(context) is not None
    instead = _("To change an answer, type Back and answer again.") if is_open else _("Please write a new message.")
    short = _("We do not read changed messages. Please write a new one.")
    context.send(_("You changed an old message."), _("We do not read the changed text."), instead, short=short)


async def undelivered(update: InternalEvent, context: Context) -> None:
    """Mark the account of an undelivered message as unreachable until it writes again."""
    if context.work.account is not None:
        context.work.account.unreachable = str((update.body or {}).get("reason") or BLOCKED)


async def unsent(update: InternalEvent, context: Context) -> None:
    """Tell the account that a message was dead-lettered because we failed to make or send it."""
    context.send(
        _("Sorry, we could not send you one message."),
        _("The mistake is ours. Your answers are safe."),
        _("You can go on. To ask staff, type /tanya."),
        reference=APOLOGY,
    )


async def still_there(update: InternalEvent, context: Context) -> None:
    """Ask the account, once a day, to delete messages that are too old for the bot to delete."""
    today = str(context.reference.day_at(None, context.now))
    if context.work.account is None or context.work.state.get(STILL_THERE) == today:
        return
    context.work.remember(STILL_THERE, today)
    context.send(
        _("A message with your data is still in this chat."),
        _("We can no longer delete it. Please delete it yourself."),
        _("Hold your finger on it, then choose Delete."),
    )
