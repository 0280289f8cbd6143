"""The menu: four words under the writing line that always work."""

from telegram import Update

from handlers.context import Talk
from locales import gettext as _


def show_menu(context: Talk, text: str) -> None:
    """Say something with the menu under it."""
    context.say(text + "\n\n" + _("Choose from the menu below, or type a word of it."), menu=True)


async def menu(update: Update, context: Talk) -> None:
    show_menu(context, _("This is the menu."))
