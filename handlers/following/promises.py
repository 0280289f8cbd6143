"""A promised day went by without news: the bot says so unasked, and promises the next message.

whoever may hear it (models/applications/standing.py) ──in their own lane──▶ told
nobody with Telegram ──▶ a letter, which waits at the office (handlers/letters.py)
"""

from collections.abc import Sequence

from handlers import letters
from handlers.conversation.access import LINKED
from handlers.conversation.context import Context
from handlers.conversation.follow_ups import offer
from handlers.conversation.internal_event import InternalEvent
from handlers.conversation.menu import Section, leads_to
from handlers.conversation.registry import Conversation
from handlers.family.words import tell
from handlers.following.standing import day_of, file_lines, heading, next_message, zone_of
from locales import N_, speaking
from locales import gettext as _
from models import due
from models.applications.application import Application
from models.applications.standing import FileLine, hearers, line_of, own_up, standings
from models.due import NOBODYS_LANE, DueKind, Occasion
from models.offices.workdays import promise
from models.people.account import Account
from models.post.outbox import Weight

NEXT_NEWS = 5
"""Working days within which there is news after a promise was broken."""
SEE_STATUS = (N_("We are sorry. See it with /status."), dict[str, str]())


def conversation() -> Conversation:
    return Conversation(name="promises", access=LINKED, events={DueKind.PROMISE: promise_passed})


async def promise_passed(update: InternalEvent, context: Context) -> None:
    """The timer of a promise: it speaks in the lane of whoever hears it first, or in nobody's."""
    application = await context.session.get(Application, update.body["subject"])
    if application is None or not FileLine(application).is_late(context.now):
        return
    hearing = await hearers(context.session, application, context.now)
    lane = hearing[0].telegram_id if hearing else NOBODYS_LANE
    here = context.work.account
    if hearing and (here is None or here.id not in [one.id for one in hearing]):
        await due.remember(context.session, Occasion(DueKind.PROMISE, lane, application.id or 0, context.now))
        return  # the link ended; whoever may still hear it does, in their own lane
    holidays = context.reference.catalogue.office.holidays
    then = promise(context.now, NEXT_NEWS, holidays, zone_of(context, application))
    spoken = None if hearing else await letters.language_for(context, application.person_id)
    with speaking(spoken or context.work.language):
        late = day_of(context, application)
        await own_up(context.session, application, lane=lane, next_promise=then, now=context.now)
        if hearing:
            await say_late(context, application, hearing, late)
        else:
            await write_late(context, application, late)


async def say_late(context: Context, application: Application, hearing: Sequence[Account], late: str) -> None:
    """In this chat with all of it; others hear that there is something to see."""
    found = await standings(context.session, context.account, context.now)
    if (known := line_of(found, application.id or 0)) is None:
        return
    for account in hearing:
        if account.id != context.account.id:
            tell(context, account, (N_("News of file {number} is late."), {"number": application.number}), SEE_STATUS)
    lines = late_lines(context, application, late, heading(context, *known))
    ways = [leads_to(Section.STATUS), leads_to(Section.HELP)]
    offer(context, "\n".join(lines), ways, weight=Weight.NOTICE, reference=application.number)


async def write_late(context: Context, application: Application, late: str) -> None:
    """Whoever has nobody on Telegram reads it on paper."""
    lines = late_lines(context, application, late, file_lines(context, application))
    occasion = f"promise:{application.number}:{application.promises_broken}"
    await letters.write(context, application, occasion, _("News is late"), lines)


def late_lines(context: Context, application: Application, late: str, about: Sequence[str]) -> list[str]:
    return [
        _("We promised you news by {day}.").format(day=late),
        _("There is no news yet. We are sorry."),
        *about,
        _("The delay is written down for the office."),
        _("Your turn is not lost."),
        next_message(context, application),
    ]
