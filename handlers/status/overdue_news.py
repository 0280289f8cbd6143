"""Say without being asked that a promised day went by without news, and promise the next message.

accounts that may be told (models/applications/overview.py) ──▶ told, the first of them with all details
no account on Telegram ──▶ a letter, which waits at the office (handlers/wording/printed_letters.py)
"""

from collections.abc import Sequence
from datetime import date

from handlers.conversation.access import LINKED
from handlers.conversation.context import Context
from handlers.conversation.internal_event import InternalEvent
from handlers.conversation.menu import Section, leads_to
from handlers.conversation.registry import Conversation
from handlers.notify import Notice, made_lines, notify
from handlers.status.show_status import COMPLETE, act_choice
from handlers.wording.status_text import file_lines, heading, next_message, own_step, what_is_missing
from locales import N_
from locales import gettext as _
from locales.times import day_words
from models import scheduled
from models.applications.application import OVER, Application
from models.applications.overview import (
    ApplicationLine,
    find_line,
    mark_promise_broken,
    notification_recipients,
    overviews_for,
)
from models.messaging.outbox import Priority
from models.notices import Category, Print
from models.offices.workdays import promise
from models.scheduled import NO_CHAT, EventSpec, ScheduledKind

NEXT_NEWS = 5
"""Working days within which news follows a missed promise."""


def conversation() -> Conversation:
    return Conversation(name="promises", access=LINKED, events={ScheduledKind.PROMISE: promise_passed})


async def promise_passed(update: InternalEvent, context: Context) -> None:
    """Handle the timer of a promise, in the chat of the first account to be told, or without a chat."""
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
        return  # the link ended; other accounts that may be told get it in their own chat
    holidays = context.reference.catalogue.office.holidays
    then = promise(context.now, NEXT_NEWS, holidays, context.reference.zone_at(application.office))
    late = context.reference.day_at(application.office, application.promised_at)
    await mark_promise_broken(context.session, application, chat_id=chat_id, next_promise=then, now=context.now)
    broken = str(application.promises_broken)
    await notify(context, application, NEWS_LATE, occasion=broken, application=application, late=late)
    if hearing:
        await say_late(context, application, late)


async def say_late(context: Context, application: Application, late: date) -> None:
    """Tell this chat all details; tell others that there is something to see."""
    found = await overviews_for(context.session, context.account, context.now)
    if known := find_line(found, application.id or 0):
        (standing, line), programme = known, context.reference.catalogue.get(application.programme)
        wanted = line.wants_papers(programme)
        lacks = what_is_missing(standing.person, line, programme) if wanted else []
        first = act_choice(COMPLETE, line, several=False) if wanted and line.may_act else leads_to(Section.STATUS)
        ways = [first, leads_to(Section.HELP)]
        lines = late_lines(context, application, late, heading(context, *known), lacks)
        await notify(context, context.account, NEWS_LATE_HERE, choices=ways, number=application.number, lines=lines)


def late_lines(
    context: Context, application: Application, late: date, about: Sequence[str], lacks: Sequence[str] = ()
) -> list[str]:
    """Return an apology; while the applicant has to complete the papers, what is missing instead."""
    if application.completed_at is None:
        why = _("The papers are not complete, so there is no turn yet.")
        return [*about, why, *own_step(lacks), next_message(context, application)]
    return [
        _("We promised you news by {day}.").format(day=day_words(late)),
        _("The news we promised is not there yet. We are sorry."),
        *about,
        _("The delay is written down for the office."),
        _("Your turn stays."),
        next_message(context, application),
    ]


def printed_lines(context: Context, application: Application, late: date) -> list[str]:
    return late_lines(context, application, late, file_lines(context, application))


NEWS_LATE = Notice(
    "promise",
    Category.PROMISED,
    (N_("There is news of registration {number}."), N_("See it with /status.")),
    title=N_("News of a registration"),
    printed=printed_lines,
    prints=Print.NOBODY_HEARS,
    timer=ScheduledKind.PROMISE,
    priority=Priority.REPLY,
    is_over=lambda application, _now: application.stage in OVER,
)
NEWS_LATE_HERE = Notice("promise_here", Category.PROMISED, made_lines, timer=ScheduledKind.PROMISE)
"""In the chat that handles the timer: what is late, and what comes next."""
