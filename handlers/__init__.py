"""The table of contents: every handler in the order in which it is asked, and the commands people see."""

from typing import Any

from telegram import Update
from telegram.ext import Application, TypeHandler

from handlers import start, strays
from handlers.context import Talk


def register(application: Application[Any, Talk, Any, Any, Any, Any]) -> None:
    """Put every handler into the application; the first that fits an update serves it."""
    application.add_handlers(
        [
            start.conversation(),
            TypeHandler(Update, strays.stray),
        ]
    )
    application.add_error_handler(strays.failed)


def command_menus() -> list[tuple[str, dict[str, Any]]]:
    return []
