"""The file that takes somebody away from home, as an account may see it now, and who may answer in its chat."""

from typing import NamedTuple

from handlers.conversation.buttons import CallbackData, Choice
from handlers.conversation.context import Context
from handlers.wording.leaving_text import away_of
from locales import N_
from locales import gettext as _
from models.applications import departure
from models.applications.application import Application
from models.applications.departure import Departure, Respondent
from models.applications.overview import ApplicationLine, find_line, overviews_for
from models.people import guardianship
from models.people.link import Link, own_accounts
from models.people.person import Person

TALK = "leave"
DO, SAY = "DO", "SAY"
"""The conversation about leaving home, and its buttons under messages."""
ME, FAMILY, PERSON, HOME = "me", "family", "person", "home"
"""Who answers here: whose own account it is; the family member who writes; the person or the family, read out to."""


class File(NamedTuple):
    """A file that takes somebody away from home, as this account may see it now."""

    application: Application
    person: Person
    link: Link
    has_own: bool
    is_minor: bool


async def file_of(context: Context, application_id: int) -> File | None:
    """The file, if a link in force lets this account see it, and if it takes somebody away from home."""
    known = find_line(await overviews_for(context.session, context.account, context.now), application_id)
    if known is None or away_of(context.reference, known[1].application) is None:
        return None
    standing, line = known
    own = await own_accounts(context.session, standing.person.id or 0, context.now)
    is_minor = guardianship.is_minor(standing.person, context.now)
    return File(line.application, standing.person, standing.link, bool(own), is_minor)


def speakers(file: File) -> list[str]:
    """Who may answer here. Whoever has an account of their own is asked there; a guardian answers for themself."""
    is_family = departure.may_speak_as_family(file.link)
    offered = [ME] if file.link.is_self else [FAMILY] * is_family + [PERSON] * (not file.has_own)
    return offered + [HOME] * (not file.is_minor and not is_family)


def speaker_of(row: Departure, file: File) -> str | None:
    """As whom this account may answer what that row asks, in its own chat; None: that is not for it."""
    if row.voice is Respondent.OWN:
        return ME if file.link.is_self else None
    return FAMILY if row.link_id == file.link.id and departure.may_speak_as_family(file.link) else None


def answer_choice(context: Context, line: ApplicationLine, *, several: bool) -> Choice | None:
    """The way to answer from /status; of several files it says which."""
    if away_of(context.reference, line.application) is None:
        return None
    words = _("Answer for {number}").format(number=line.application.number) if several else N_("Answer: leaving home")
    return Choice(CallbackData(TALK, DO, str(line.application.id)), words)
