"""/resmi: how to tell the real bot from a false one; and where the office is."""

from telegram import Update

from handlers.conversation.access import OPEN
from handlers.conversation.context import Context
from handlers.conversation.menu import show_menu
from handlers.conversation.registry import Command, Conversation
from handlers.wording.office_text import office_lines, office_of, trial_lines
from locales import N_, language
from locales import gettext as _


def conversation() -> Conversation:
    return Conversation(
        name="official", access=OPEN, commands=[Command("resmi", N_("Check that the bot is real"), show)]
    )


async def show(update: Update, context: Context) -> None:
    bot = context.reference.catalogue.office.bot
    name = _("Its name: @{username}").format(username=bot.username)
    asks_nothing = _("We never ask for a PIN, an OTP code, or money.")
    do_not_pay = _("Does somebody ask for money? Do not pay.")
    show_menu(
        context,
        *trial_lines(context),
        _("This is how you know the real bot."),
        name,
        bot.printed_on.in_(language()),
        asks_nothing,
        _("All services are free."),
        do_not_pay,
        _("Tell us: type /tanya."),
        "",
        *office_lines(office_of(context)),
        short="\n".join([*trial_lines(context), name, asks_nothing, do_not_pay]),
    )
