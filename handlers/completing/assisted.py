"""At the counter: an officer completes the file of somebody who stands before them; the same questions as /lengkapi.

begin ─▶ NIK ──────────▶ KIND ─▶ DOCUMENT ◀──▶ a file is fetched, looked at, comes back (returned.py)
          └─▶ NO_NIK ─▶──▲          └─ hard to read ─▶ ADVICE             /batal leaves from anywhere
"""

from telegram import Update
from telegram.ext import CallbackQueryHandler, ConversationHandler

from handlers.asking.answers import misheard
from handlers.asking.forms import ClosedTalk, step_of
from handlers.completing.begin import set_timer
from handlers.completing.form import AT_COUNTER, WALK, Step, ask_next, form_of, keep, may_go_on
from handlers.context import Talk
from handlers.conversation import DurableConversation
from handlers.counter.case import Case, not_here
from handlers.family.words import tell_person
from handlers.menu import show_menu
from handlers.permission import On, Rule
from locales import N_
from locales import gettext as _
from models.applications.application import OVER, Application
from models.applications.completion import begin as begun
from models.offices.authority import Act
from models.people.person import Person

TALK = AT_COUNTER
RULE = Rule(Act.COMPLETE_FILE, On.FILE)
TOLD = (N_("Staff are completing your file {number}."), N_("See it with /status."))


def conversation() -> DurableConversation:
    return DurableConversation(
        TALK,
        rule=RULE,
        entry_points=[ClosedTalk(TALK, closed)],
        states=dict(WALK.states(TALK)),
        fallbacks=[CallbackQueryHandler(stale, pattern=f"^{TALK}:")],
        for_somebody=True,
    )


async def begin(context: Talk, case: Case) -> Step | int:
    return await begin_with(context, case.application, case.person)


async def begin_with(context: Talk, application: Application, person: Person) -> Step | int:
    """Begin with a file that this post reaches; a person with Telegram hears of it there."""
    context.work.for_somebody = True
    if not await may_go_on(context, application.id or 0):
        return not_here(context)
    keep(context, await begun(context.session, context.account.id or 0, application, person))
    await set_timer(context)
    await tell_person(context, person, (TOLD[0], {"number": application.number}), (TOLD[1], {}))
    return ask_next(context)


async def resume(context: Talk) -> Step | int:
    """Take it up where it was left, for whoever may still."""
    context.work.for_somebody = True
    if not await may_go_on(context, form_of(context).application):
        show_menu(context, _("There is no file to complete now."))
        return ConversationHandler.END
    step = step_of(TALK)
    return WALK.ask(context, step) if step else ask_next(context)


async def stale(update: Update, context: Talk) -> Step | int | None:
    """A button of an earlier question while the talk goes on."""
    misheard(update, context)
    return await resume(context)


async def closed(update: Update, context: Talk) -> Step | int:
    """A button of a talk that is over: go on if something is left to complete."""
    return await resume(context)


def is_open(case: Case) -> bool:
    return case.application.completed_at is None and case.application.stage not in OVER
