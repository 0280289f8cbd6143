"""Leaving home as /status and the counter tell it: where it stands, and the way to answer."""

from handlers.conversation.buttons import CallbackData, Choice
from handlers.conversation.context import Context
from handlers.leaving_home.visible_application import DO, TALK
from handlers.wording.leaving_text import away_of, leaving_lines
from locales import N_
from locales import gettext as _
from models.applications.departure import standing_of
from models.applications.overview import ApplicationLine, PersonOverview


async def lines(context: Context, standing: PersonOverview, line: ApplicationLine) -> list[str]:
    """Nothing for a file that takes nobody away."""
    if away_of(context.reference, line.application) is None:
        return []
    step = await standing_of(context.session, line.application, standing.person, context.now)
    return leaving_lines(context, line.application, standing.person, step, is_self=standing.link.is_self)


def choice(context: Context, line: ApplicationLine, *, several: bool) -> Choice | None:
    """The way to answer from /status; of several files it says which."""
    if away_of(context.reference, line.application) is None:
        return None
    words = _("Answer for {number}").format(number=line.application.number) if several else N_("Answer: leaving home")
    return Choice(CallbackData(TALK, DO, str(line.application.id)), words)
