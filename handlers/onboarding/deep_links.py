"""The poster that brought somebody here: of a programme or of an office; the account remembers it.

/start p-uep ──▶ that programme          /start o-dinsos-bpp ──▶ that office          anything else is harmless
"""

from handlers.conversation.context import Context
from locales import gettext as _
from locales import language
from models.office_file import Office
from models.programmes.programme_file import Programme

OF_PROGRAMME, OF_OFFICE = "p-", "o-"
"""How the link on a poster begins. A programme is remembered by its key alone, an office with its beginning."""


def note(context: Context, payload: str) -> None:
    """Remember a poster we know."""
    programme, office = payload.removeprefix(OF_PROGRAMME), payload.removeprefix(OF_OFFICE)
    offices = {one.key for one in context.reference.catalogue.office.offices}
    if payload.startswith(OF_PROGRAMME) and programme in context.reference.catalogue:
        context.account.came_by = programme
    elif payload.startswith(OF_OFFICE) and office in offices:
        context.account.came_by = payload


def programme_of(context: Context) -> Programme | None:
    """The programme of the poster, if it was one of a programme."""
    return context.reference.catalogue.offered(context.account.came_by or "")


def office_of(context: Context) -> Office:
    """The office that an account came to: by its poster, by its programme's poster, else the first one."""
    programme, offices = programme_of(context), context.reference.catalogue.office.offices
    named = programme.owner if programme else (context.account.came_by or "").removeprefix(OF_OFFICE)
    return next((office for office in offices if office.key == named), offices[0])


def lines(context: Context) -> list[str]:
    """The programme of the poster, by a name that tells nothing about who asks for it."""
    programme = programme_of(context)
    if programme is None:
        return []
    if programme.reveals_disability:
        return [_("You come from a poster about one of our programmes.")]
    return [_("You come from a poster: {programme}.").format(programme=programme.short_name.in_(language()))]
