"""What holds somebody back from leaving home goes to staff, once, so that they can talk before the seat is lost."""

from handlers import for_staff
from handlers.context import Talk
from handlers.words import number_for
from locales import gettext as _
from models.applications import departure
from models.applications.application import Application
from models.applications.departure import Departure

KIND = "leaving_home"


async def ask_staff_to_talk(context: Talk, application: Application, row: Departure) -> None:
    """One request for one who holds back; while it is open, another answer only changes its words."""
    request = await departure.open_request(context.session, row)
    is_new = request is None
    if request is None:
        request = await for_staff.file(context, KIND, None)
        row.request_id = request.id
    request.words = told_to_staff(application, row)
    context.session.add_all([row, request])
    lines = [
        _("Thank you. The answer is written down."),
        _("Staff want to talk about it with you.") if is_new else _("Staff know of it already."),
        _("Number: {number}").format(number=number_for(context.work.mode, request.reference)),
        _("They write here, at the latest on {day}.").format(day=for_staff.day_of(context, request)),
    ]
    context.say("\n".join(lines))


async def let_staff_know(context: Talk, application: Application, row: Departure) -> None:
    """Somebody who held back has said yes: whoever wanted to visit reads it in the same request."""
    if (request := await departure.open_request(context.session, row)) is not None:
        request.words = told_to_staff(application, row)
        context.session.add(request)


def told_to_staff(application: Application, row: Departure) -> str:
    """The file, who speaks, what they say; then their own words."""
    return "\n".join([f"{application.number} {row.voice} {row.state}", *([str(row.words)] if row.words else [])])
