"""Load a file with a programme away from home, as an account may see it now, and who may answer in its chat."""

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
"""The names of the conversation about leaving home, and of its buttons under messages."""
ME, FAMILY, PERSON, HOME = "me", "family", "person", "home"
"""Who answers here: the account's own person; its family member; the person or the family, read out to."""


class File(NamedTuple):
    """A file with a programme away from home, as this account may see it now."""

    application: Application
    person: Person
    link: Link
    has_own: bool
    is_minor: bool


async def file_of(context: Context, application_id: int) -> File | None:
    """Return the file, if a link in force lets this account see it, and its programme is away from home."""
    known = find_line(await overviews_for(context.session, context.account, context.now), application_id)
    if known is None or away_of(context.reference, known[1].application) is None:
        return None
    standing, line = known
    own = await own_accounts(context.session, standing.person.id or 0, context.now)
    is_minor = guardianship.is_minor(standing.person, context.now)
    return File(line.application, standing.person, standing.link, bool(own), is_minor)


def speakers(file: File) -> list[str]:
    """Return who may answer here. A person with their own account is asked there; a guardian answers themself."""
    is_family = departure.may_speak_as_family(file.link)
    offered = [ME] if file.link.is_self else [FAMILY] * is_family + [PERSON] * (not file.has_own)
    return offered + [HOME] * (not file.is_minor and not is_family)


def speaker_of(row: Departure, file: File) -> str | None:
    """Return as whom this account may answer the question of that row in its own chat; None: not at all."""
    if row.voice is Respondent.OWN:
        return ME if file.link.is_self else None
    return FAMILY if row.link_id == file.link.id and departure.may_speak_as_family(file.link) else None


def answer_choice(context: Context, line: ApplicationLine, *, several: bool) -> Choice | None:
    """Make the button to answer from /status; of several files it names which."""
    if away_of(context.reference, line.application) is None:
        return None
    words = _("Answer for {number}").format(number=line.application.number) if several else N_("Answer: go or stay")
    return Choice(CallbackData(TALK, DO, str(line.application.id)), words)
