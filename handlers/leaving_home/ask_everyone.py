"""When leaving home is asked about: as soon as a file is complete, weeks before a seat could be lost."""

from handlers.conversation.context import Context
from handlers.notify import Category, Notice, Print, notify
from handlers.wording.leaving_text import away_of, day_line, question
from locales import N_
from locales import gettext as _
from models.applications import departure
from models.applications.application import Application
from models.applications.departure import Leaving, Respondent
from models.people.person import Person


async def ask_all(context: Context, application_id: int) -> None:
    """Ask the person and the family, each in their own chat; nobody, where nobody leaves home."""
    application = await context.session.get(Application, application_id)
    away = away_of(context.reference, application) if application else None
    if application is None or away is None:
        return
    person = await context.session.get_one(Person, application.person_id)
    by = context.account.id
    if not await departure.ask_all(context.session, application, person, away, by=by, now=context.now):
        await ask_on_paper(context, application, person)


async def ask_on_paper(context: Context, application: Application, person: Person) -> None:
    """Whoever has nobody on Telegram reads the question, and answers at the office."""
    step = await departure.standing_of(context.session, application, person, context.now)
    await notify(context, application, ASKED_ON_PAPER, application=application, person=person, step=step)


def paper_lines(context: Context, application: Application, person: Person, step: Leaving) -> list[str]:
    asked = question(context, application, person, Respondent.OWN).split("\n")
    return [*asked, _("Please tell staff at the office, with your family."), *day_line(context, application, step)]


ASKED_ON_PAPER = Notice(
    key="departure",
    category=Category.LAW,
    title=N_("Leaving home"),
    printed=paper_lines,
    prints=Print.NOBODY_HEARS,
)
"""In chats it is asked with its answers (handlers/leaving_home/leaving_notices.py)."""
