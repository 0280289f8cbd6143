"""At the counter: an officer completes the file of a person who is present; the same questions as /lengkapi.

begin ─▶ NIK ──────────▶ KIND ─▶ DOCUMENT ◀──▶ a file is downloaded and checked (documents.py)
          └─▶ NO_NIK ─▶──▲          └─ hard to read ─▶ ADVICE             /batal leaves from anywhere
"""

from datetime import datetime
from functools import partial

from telegram import Update

from handlers.completion.complete import QUESTIONS, set_timer
from handlers.completion.completion_form import CompletionSession, Step, nothing_to_complete, open_session
from handlers.conversation.access import AccessRule, Resource
from handlers.conversation.context import Context
from handlers.conversation.engine import end_with
from handlers.conversation.form import step_of
from handlers.conversation.questions import END, Next
from handlers.conversation.registry import Conversation, WaitingDraft
from handlers.counter.case import NOT_HERE, Case
from handlers.notify import Notice, notify
from locales import N_
from locales import gettext as _
from models.applications.application import OVER, Application
from models.applications.completion import FORM
from models.applications.completion import begin as begun
from models.applications.draft import ASSISTED
from models.notices import Category
from models.offices.authority import Act
from models.people.person import Person

TALK = FORM + ASSISTED
RULE = AccessRule(Act.COMPLETE_FILE, Resource.FILE)
OPENED_BY_STAFF = Notice(
    "opened_by_staff",
    Category.PRIVACY_LOG,
    (N_("Staff are completing your registration {number}."), N_("See it with /status.")),
)


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=RULE,
        begin_about=begin_about,
        resume=resume,
        closed=closed,
        subject=partial(open_session, assisted=True),
        gone=nothing_to_complete,
        questions=QUESTIONS,
        draft=WaitingDraft(N_("A registration at the counter is not complete yet."), N_("To go on, type /loket.")),
    )


async def begin(context: Context, case: Case) -> int:
    """Begin the form, which has its own session."""
    await context.registry.begin_about(TALK, context, case.application.id or 0)
    return END


async def begin_about(context: Context, application_id: int) -> Next:
    """Begin with a file that this post reaches; a person with Telegram is told there."""
    session = CompletionSession(context, assisted=True)
    if not await session.may_go_on(application_id):
        return end_with(context, _(NOT_HERE))
    application = await context.session.get_one(Application, application_id)
    person = await context.session.get_one(Person, application.person_id)
    session.form = await begun(context.session, context.account_id, application, person)
    session.save()
    await set_timer(session)
    await notify(context, person, OPENED_BY_STAFF, number=application.number)
    return session.next_step()


def resume(context: Context) -> Next:
    step = step_of(TALK)
    return Step(step) if step else CompletionSession(context, assisted=True).next_step()


async def closed(update: Update, context: Context) -> Next:
    """Answer a button of a file that was left: something may still be missing."""
    return resume(context)


def is_open(case: Case, _now: datetime) -> bool:
    return case.application.completed_at is None and case.application.stage not in OVER
