"""When leaving home is asked about: as soon as a file is complete, weeks before a seat could be lost."""

from handlers.context import Talk
from handlers.departing.words import away_of
from models.applications import departure
from models.applications.application import Application
from models.people.person import Person


async def ask_all(context: Talk, application_id: int) -> None:
    """Ask the person and the family, each in their own chat; nobody, where nobody leaves home."""
    application = await context.session.get(Application, application_id)
    away = away_of(context.desk, application) if application else None
    if application is None or away is None:
        return
    person = await context.session.get_one(Person, application.person_id)
    by = context.account.id
    await departure.ask_all(context.session, application, person, away, by=by, now=context.now)
