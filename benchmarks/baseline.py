"""Runs the bot to compare with: plain python-telegram-bot, the same texts, state in memory, one row at the end.

It is what is usually written: the library's own HTTP client and polling, a ConversationHandler, `user_data`, a press
that is answered and then replied to. Two forms: `default` processes one update at a time, as the library does by
default; `per-chat` processes 256 at once with a lock for each chat, which is the fastest safe form of it.
"""

import argparse
import asyncio
import sqlite3
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

import orjson
from telegram import InlineKeyboardMarkup, LinkPreviewOptions, ReplyKeyboardMarkup, ReplyKeyboardRemove, Update
from telegram.ext import (
    Application,
    BaseUpdateProcessor,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    filters,
)

RECORDED = Path(__file__).parent / "recorded"
AT_ONCE = 256

Context = ContextTypes.DEFAULT_TYPE
Handler = Callable[[Update, Context], Coroutine[Any, Any, int]]


class PerChat(BaseUpdateProcessor):
    """Processes many updates at once, those of one chat in order."""

    def __init__(self) -> None:
        super().__init__(AT_ONCE)
        self._locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        chat = update.effective_chat if isinstance(update, Update) else None
        async with self._locks[chat.id if chat else 0]:
            await coroutine

    async def initialize(self) -> None:
        """Do nothing."""

    async def shutdown(self) -> None:
        """Do nothing."""


class Registrations:
    """Writes one row for each finished registration."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file)
        self._connection.execute("CREATE TABLE IF NOT EXISTS registration (id INTEGER PRIMARY KEY, chat, answers)")

    def add(self, chat: int, answers: dict[Any, Any]) -> None:
        row = (chat, orjson.dumps(answers, option=orjson.OPT_NON_STR_KEYS))
        with self._connection as connection:
            connection.execute("INSERT INTO registration (chat, answers) VALUES (?, ?)", row)


def message(recorded: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of send_message for a recorded one; keyboards are built once, which favours this bot."""
    arguments: dict[str, Any] = {"text": recorded["text"]}
    if "link_preview_options" in recorded:
        arguments["link_preview_options"] = LinkPreviewOptions(**recorded["link_preview_options"])
    markup = recorded.get("reply_markup") or {}
    if "inline_keyboard" in markup:
        arguments["reply_markup"] = InlineKeyboardMarkup.de_json(markup, None)
    elif "keyboard" in markup:
        arguments["reply_markup"] = ReplyKeyboardMarkup(**markup)
    elif "remove_keyboard" in markup:
        arguments["reply_markup"] = ReplyKeyboardRemove()
    return arguments


def handler(number: int, recorded: list[dict[str, Any]], registrations: Registrations, *, last: bool) -> Handler:
    """Return the callback of one step: keep the answer, answer the press, send what the real bot sent here."""
    messages = [message(each) for each in recorded]

    async def callback(update: Update, context: Context) -> int:
        assert update.effective_chat is not None and context.user_data is not None
        if update.callback_query:
            await update.callback_query.answer()
            context.user_data[number] = update.callback_query.data
        elif update.message:
            context.user_data[number] = update.message.text
        if last:
            registrations.add(update.effective_chat.id, context.user_data)
        for each in messages:
            await context.bot.send_message(update.effective_chat.id, **each)
        return ConversationHandler.END if last else number + 1

    return callback


def conversation(steps: list[list[dict[str, Any]]], registrations: Registrations) -> ConversationHandler[Context]:
    callbacks = [
        handler(number, recorded, registrations, last=number == len(steps) - 1) for number, recorded in enumerate(steps)
    ]
    states: dict[object, list[Any]] = {
        number: [CallbackQueryHandler(callback), MessageHandler(filters.TEXT, callback)]
        for number, callback in enumerate(callbacks)
        if number
    }
    return ConversationHandler([CommandHandler("start", callbacks[0])], states, [])


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("form", choices=["default", "per-chat"])
    options.add_argument("--api", required=True, help="root of the Bot API server")
    options.add_argument("--token", required=True)
    options.add_argument("--journey", default="register")
    options.add_argument("--file", type=Path, required=True, help="the SQLite file")
    chosen = options.parse_args()
    builder = Application.builder().token(chosen.token).base_url(f"{chosen.api}/bot")
    if chosen.form == "per-chat":
        builder = builder.concurrent_updates(PerChat())
    application = builder.build()
    steps = orjson.loads((RECORDED / f"{chosen.journey}.json").read_bytes())
    application.add_handler(conversation(steps, Registrations(chosen.file)))
    application.run_polling()


if __name__ == "__main__":
    main()
