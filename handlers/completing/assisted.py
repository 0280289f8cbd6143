"""At the counter: an officer completes the file of somebody who stands before them; the same questions as /lengkapi.

begin ─▶ NIK ──────────▶ KIND ─▶ DOCUMENT ◀──▶ a file is fetched, looked at, comes back (returned.py)
          └─▶ NO_NIK ─▶──▲          └─ hard to read ─▶ ADVICE             /batal leaves from anywhere
"""

from telegram import Update
from telegram.ext import ConversationHandler

from handlers.completing.begin import set_timer
from handlers.completing.form import AT_COUNTER, FLOW, Step, ask_next, form_of, keep, may_go_on
from handlers.completing.path import QUESTIONS
from handlers.conversation.access import AccessRule, Resource
from handlers.conversation.context import Context
from handlers.conversation.form import step_of
from handlers.conversation.match import explain_unrecognised
from handlers.conversation.menu import show_menu
from handlers.conversation.registry import Conversation, Draft
from handlers.counter.case import Case, not_here
from handlers.notify import Notice, notify
from locales import N_
from locales import gettext as _
from models.applications.application import OVER, Application
from models.applications.completion import begin as begun
from models.notices import Category
from models.offices.authority import Act
from models.people.person import Person

TALK = AT_COUNTER
RULE = AccessRule(Act.COMPLETE_FILE, Resource.FILE)
OPENED_BY_STAFF = Notice(
    "opened_by_staff",
    Category.PRIVACY_LOG,
    (N_("Staff are completing your file {number}."), N_("See it with /status.")),
)


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=RULE,
        resume=resume,
        flow=FLOW,
        questions=QUESTIONS,
        closed=closed,
        stale=stale,
        assisted=True,
        draft=Draft(N_("A file of somebody else is not complete yet."), N_("To go on, type /loket.")),
    )


async def begin(context: Context, case: Case) -> Step | int:
    return await begin_with(context, case.application, case.person)


async def begin_with(context: Context, application: Application, person: Person) -> Step | int:
    """Begin with a file that this post reaches; a person with Telegram hears of it there."""
    context.work.for_somebody = True
    if not await may_go_on(context, application.id or 0):
        return not_here(context)
    keep(context, await begun(context.session, context.account.id or 0, application, person))
    await set_timer(context)
    await notify(context, person, OPENED_BY_STAFF, number=application.number)
    return ask_next(context)


async def resume(context: Context) -> Step | int:
    """Take it up where it was left, for whoever may still."""
    context.work.for_somebody = True
    if not await may_go_on(context, form_of(context).application):
        show_menu(context, _("There is no file to complete now."))
        return ConversationHandler.END
    step = step_of(TALK)
    return FLOW.ask(context, step) if step else ask_next(context)


async def stale(update: Update, context: Context) -> Step | int | None:
    """A button of an earlier question while the talk goes on."""
    explain_unrecognised(update, context)
    return await resume(context)


async def closed(update: Update, context: Context) -> Step | int:
    """A button of a talk that is over: go on if something is left to complete."""
    return await resume(context)


def is_open(case: Case) -> bool:
    return case.application.completed_at is None and case.application.stage not in OVER
