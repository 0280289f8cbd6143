"""A promised day went by without news: the bot says so unasked, and promises the next message.

whoever may hear it (models/applications/overview.py) ──in their own chat──▶ told
nobody with Telegram ──▶ a letter, which waits at the office (handlers/printed_letters.py)
"""

from collections.abc import Sequence

from handlers import printed_letters
from handlers.caregivers.caregiver_text import tell
from handlers.conversation.access import LINKED
from handlers.conversation.context import Context
from handlers.conversation.follow_ups import offer
from handlers.conversation.internal_event import InternalEvent
from handlers.conversation.menu import Section, leads_to
from handlers.conversation.registry import Conversation
from handlers.status.status_text import day_of, file_lines, heading, next_message, zone_of
from locales import N_, speaking
from locales import gettext as _
from models import scheduled
from models.applications.application import Application
from models.applications.overview import (
    ApplicationLine,
    find_line,
    mark_promise_broken,
    notification_recipients,
    overviews_for,
)
from models.messaging.outbox import Priority
from models.offices.workdays import promise
from models.people.account import Account
from models.scheduled import NO_CHAT, EventSpec, ScheduledKind

NEXT_NEWS = 5
"""Working days within which there is news after a promise was broken."""
SEE_STATUS = (N_("We are sorry. See it with /status."), dict[str, str]())


def conversation() -> Conversation:
    return Conversation(name="promises", access=LINKED, events={ScheduledKind.PROMISE: promise_passed})


async def promise_passed(update: InternalEvent, context: Context) -> None:
    """The timer of a promise: it speaks in the chat of whoever hears it first, or in nobody's."""
    application = await context.session.get(Application, update.body["subject"])
    if application is None or not ApplicationLine(application).is_late(context.now):
        return
    hearing = await notification_recipients(context.session, application, context.now)
    chat_id = hearing[0].telegram_id if hearing else NO_CHAT
    here = context.work.account
    if hearing and (here is None or here.id not in [one.id for one in hearing]):
        await scheduled.schedule(
            context.session, EventSpec(ScheduledKind.PROMISE, chat_id, application.id or 0, context.now)
        )
        return  # the link ended; whoever may still hear it does, in their own chat
    holidays = context.reference.catalogue.office.holidays
    then = promise(context.now, NEXT_NEWS, holidays, zone_of(context, application))
    spoken = None if hearing else await printed_letters.language_for(context, application.person_id)
    with speaking(spoken or context.work.language):
        late = day_of(context, application)
        await mark_promise_broken(context.session, application, chat_id=chat_id, next_promise=then, now=context.now)
        if hearing:
            await say_late(context, application, hearing, late)
        else:
            await write_late(context, application, late)


async def say_late(context: Context, application: Application, hearing: Sequence[Account], late: str) -> None:
    """In this chat with all of it; others hear that there is something to see."""
    found = await overviews_for(context.session, context.account, context.now)
    if (known := find_line(found, application.id or 0)) is None:
        return
    for account in hearing:
        if account.id != context.account.id:
            tell(context, account, (N_("News of file {number} is late."), {"number": application.number}), SEE_STATUS)
    lines = late_lines(context, application, late, heading(context, *known))
    ways = [leads_to(Section.STATUS), leads_to(Section.HELP)]
    offer(context, "\n".join(lines), ways, priority=Priority.NOTICE, reference=application.number)


async def write_late(context: Context, application: Application, late: str) -> None:
    """Whoever has nobody on Telegram reads it on paper."""
    lines = late_lines(context, application, late, file_lines(context, application))
    occasion = f"promise:{application.number}:{application.promises_broken}"
    await printed_letters.write(context, application, occasion, _("News is late"), lines)


def late_lines(context: Context, application: Application, late: str, about: Sequence[str]) -> list[str]:
    return [
        _("We promised you news by {day}.").format(day=late),
        _("There is no news yet. We are sorry."),
        *about,
        _("The delay is written down for the office."),
        _("Your turn is not lost."),
        next_message(context, application),
    ]
