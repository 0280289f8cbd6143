"""/resmi: how to tell the real bot from a false one; and where the office is."""

from telegram import Update

from handlers.conversation.access import OPEN
from handlers.conversation.context import Context
from handlers.conversation.menu import show_menu
from handlers.conversation.registry import Command, Conversation
from handlers.onboarding.deep_links import office_of
from locales import N_, language
from locales import gettext as _
from models.office_file import Office


def conversation() -> Conversation:
    return Conversation(
        name="official", access=OPEN, commands=[Command("resmi", N_("Check that the bot is real"), show)]
    )


async def show(update: Update, context: Context) -> None:
    bot = context.reference.catalogue.office.bot
    show_menu(
        context,
        "\n".join(
            [
                _("This is how you know the real bot."),
                _("Its name: @{username}").format(username=bot.username),
                bot.printed_on.in_(language()),
                _("We never ask for a PIN, an OTP code, or money."),
                _("All services are free."),
                _("Does somebody ask for money? Do not pay."),
                _("Tell us: type /bantuan."),
                "",
                *office_lines(office_of(context)),
            ]
        ),
        short="\n".join(
            [
                _("Its name: @{username}").format(username=bot.username),
                _("We never ask for a PIN, an OTP code, or money."),
                _("Does somebody ask for money? Do not pay."),
            ]
        ),
    )


def office_lines(office: Office) -> list[str]:
    """Name, address, hours, access and contact of an office, a line each."""
    spoken = language()
    lines = [
        _("The office: {name}").format(name=office.name.in_(spoken)),
        _("Address: {address}").format(address=office.address.in_(spoken)),
        _("Hours:") + " " + office.hours.in_(spoken),
    ]
    if office.access is not None:
        lines.append(office.access.in_(spoken))
    return [*lines, office.contact.in_(spoken)]
