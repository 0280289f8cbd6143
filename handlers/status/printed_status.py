"""Print the stage of a file: what /status says, for a person without Telegram."""

from collections.abc import Sequence

from handlers.conversation.context import Context
from handlers.wording.printed_letters import language_for, send_letters, unkept, written
from handlers.wording.status_text import line_text
from locales import gettext as _
from locales import speaking
from models.applications.application import Application
from models.applications.overview import ApplicationLine, PersonOverview, document_kinds_of
from models.messaging.printed_letter import PrintedLetter
from models.people.guardianship import lacking
from models.people.link import Link, Relation, Scope, links_of
from models.people.person import Person


async def print_status(
    context: Context,
    application: Application,
    person: Person,
    letters: Sequence[PrintedLetter] = (),
    *,
    shows_data: bool = True,
) -> None:
    """Print these letters and the stage of the file, in the language of the person."""
    with speaking(await language_for(context, person.id or 0)):
        today = await status_sheet(context, application, person)
    caption = _("Print it, and hand it over.")
    send_letters(context, [(person, [*letters, today])], caption, shows_data=shows_data)


async def status_sheet(context: Context, application: Application, person: Person) -> PrintedLetter:
    """Make a letter that is not stored: printed again it gives the stage of that time."""
    number, now = application.id or 0, context.now
    linked = [link for link, _account in await links_of(context.session, person.id or 0, now)]
    papers = await document_kinds_of(context.session, [number])
    line = ApplicationLine(application, papers.get(number, frozenset()), may_act=False)
    looked = Link(account_id=0, person_id=person.id or 0, relation=Relation.COMPANION, scope=Scope.STATUS, made_at=now)
    standing = PersonOverview(person, looked, [line], lacking(person, linked, now))
    text = await line_text(context, standing, line)
    on = context.reference.day_at(application.office, now)
    words = written(
        _("Status of the registration"), [row for row in text.split("\n") if row], on, number=application.number
    )
    return unkept(application, words, now)
