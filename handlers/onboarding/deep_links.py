"""Store the deep link by which an account came: the poster of a programme or of an office.

/start p-uep ──▶ that programme          /start o-dinsos-bpp ──▶ that office          anything else is harmless
"""

from handlers.conversation.context import Context
from handlers.wording.office_text import OF_OFFICE, OF_PROGRAMME, programme_of
from locales import gettext as _
from locales import language


def note(context: Context, payload: str) -> None:
    """Store the poster, if it is a known one."""
    programme, office = payload.removeprefix(OF_PROGRAMME), payload.removeprefix(OF_OFFICE)
    offices = {one.key for one in context.reference.catalogue.office.offices}
    if payload.startswith(OF_PROGRAMME) and programme in context.reference.catalogue:
        context.account.came_by = programme
    elif payload.startswith(OF_OFFICE) and office in offices:
        context.account.came_by = payload


def lines(context: Context) -> list[str]:
    """Name the programme of the poster, unless its name reveals a disability."""
    programme = programme_of(context)
    if programme is None:
        return []
    if programme.reveals_disability:
        return [_("You come from a poster about one of our programmes.")]
    return [_("You come from a poster: {programme}.").format(programme=programme.short_name.in_(language()))]
