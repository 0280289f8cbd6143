"""Whatever no conversation waited for: help instead of silence, and an honest word when we failed."""

from telegram import Update

from handlers.answers import what_came
from handlers.context import Talk, Work
from handlers.menu import show_menu
from locales import gettext as _


def apologise(work: Work) -> None:
    """After three failures of our own: the person hears it from us."""
    work.say(
        _("Sorry, something went wrong on our side.")
        + "\n"
        + _("Your last message was not processed. Our staff have been told.")
        + "\n"
        + _("Your earlier answers are safe. Please try again, or type /bantuan.")
    )


async def stray(update: Update, context: Talk) -> None:
    show_menu(context, what_came(update.message))


async def failed(update: object, context: Talk) -> None:
    """The library swallows what a handler raises; the turn must know, to roll back."""
    if isinstance(context.error, Exception):
        context.work.failure = context.error
