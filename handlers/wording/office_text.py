"""Say where an office is, when it is open or has locked an account, and whether the bot is a trial."""

from handlers.conversation.context import Context
from locales import gettext as _
from locales import language
from locales.times import day_words
from models.failed_attempts import locked_until
from models.office_file import OfficeEntry
from models.programmes.programme_file import Programme

OF_PROGRAMME, OF_OFFICE = "p-", "o-"
"""Prefixes of a poster's deep link. A programme is stored by its key alone, an office with its prefix."""


def office_lines(office: OfficeEntry) -> list[str]:
    """Return name, address, hours, access and contact of an office, a line each."""
    spoken = language()
    lines = [
        _("The office: {name}").format(name=office.name.in_(spoken)),
        _("Address: {address}").format(address=office.address.in_(spoken)),
        _("Hours:") + " " + office.hours.in_(spoken),
    ]
    if office.access is not None:
        lines.append(office.access.in_(spoken))
    return [*lines, office.contact.in_(spoken)]


def trial_lines(context: Context) -> list[str]:
    """Return that this is a trial, while the office's files hold examples; nothing otherwise."""
    return [_("This bot is a trial, not yet official.")] if context.reference.catalogue.is_trial else []


def programme_of(context: Context) -> Programme | None:
    """Return the programme of the poster, if it was one of a programme."""
    return context.reference.catalogue.offered(context.account.came_by or "")


def office_of(context: Context) -> OfficeEntry:
    """Return the office of an account: of its poster, of its poster's programme, else the first one."""
    programme, offices = programme_of(context), context.reference.catalogue.office.offices
    named = programme.owner if programme else (context.account.came_by or "").removeprefix(OF_OFFICE)
    return next((office for office in offices if office.key == named), offices[0])


async def turned_away(context: Context) -> list[str]:
    """Return the lines: too many attempts today, or locked by an office for some days."""
    until = await locked_until(context.session, context.account_id, context.now)
    if until is None:
        return [_("That was tried too often today."), _("Try again tomorrow, or ask staff: /tanya.")]
    opens = _("It opens again on {day}.").format(day=day_words(context.reference.day_at(None, until)))
    return [
        _("Checking the status is closed for this account. Too many wrong codes."),
        opens,
        _("Is that wrong? Ask staff: /tanya."),
    ]
