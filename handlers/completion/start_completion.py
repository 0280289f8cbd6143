"""Begin to complete a file: the only one, or the one chosen; from the receipt, from the status, by /lengkapi."""

from datetime import timedelta
from typing import Any

from telegram import Update
from telegram.ext import ConversationHandler

from handlers.caregivers import caregiver_notices
from handlers.completion.completion_form import (
    TALK,
    CompletionSession,
    Question,
    Step,
    nothing_to_complete,
    own_session,
)
from handlers.conversation.context import Context
from handlers.conversation.drafts import draft_lifetime
from handlers.conversation.form import step_of
from locales import N_
from locales import gettext as _
from models import scheduled
from models.applications.completion import Completion, begin, open_applications
from models.people.link import link_between
from models.scheduled import EventSpec, ScheduledKind


async def start(update: Update, context: Context) -> Any:
    """/lengkapi"""
    session = own_session(context)
    files = await open_applications(context.session, context.account.id or 0, context.now)
    if not files and session.form.application:
        return session.ask_next()
    if not files:
        nothing_to_complete(context, _("Type /daftar to register."))
        return ConversationHandler.END
    if len(files) == 1:
        return await begin_with(session, files[0][0].id or 0)
    session.form = Completion(files={file.id or 0: f"{file.number} {person.name}"[:30] for file, person in files})
    session.save()
    return session.ask(Step.WHICH)


async def begin_about(context: Context, application_id: int) -> Any:
    """Begin with a file from another conversation: from the receipt, from the status."""
    return await begin_with(own_session(context), application_id)


async def begin_with(session: CompletionSession, application_id: int) -> Any:
    """Begin with a file of this account; any other number is refused."""
    context, account_id = session.context, session.context.account.id or 0
    files = await open_applications(context.session, account_id, context.now)
    chosen = next(((file, person) for file, person in files if file.id == application_id), None)
    if chosen is None:
        nothing_to_complete(context)
        return ConversationHandler.END
    session.form = await begin(context.session, account_id, *chosen)
    session.save()
    if (link := await link_between(context.session, account_id, chosen[1].id or 0)) is not None:
        await caregiver_notices.used(context, link, chosen[1], caregiver_notices.OPENED)
    await set_timer(session)
    return session.ask_next()


async def set_timer(session: CompletionSession) -> None:
    """Schedule the end of the draft, after the office's days."""
    context = session.context
    ends_at = context.now + draft_lifetime(context) + timedelta(minutes=1)
    ends = EventSpec(ScheduledKind.DRAFT_ENDS, context.work.chat_id, context.account.id or 0, ends_at, session.name)
    await scheduled.schedule(context.session, ends)


async def take_which(session: CompletionSession, key: str) -> Any:
    return await begin_with(session, int(key))


async def resume(context: Context) -> Any:
    """Ask the open question again."""
    session, step = own_session(context), step_of(TALK)
    if TALK not in context.work.drafts:
        files = await open_applications(context.session, context.account.id or 0, context.now)
        return await begin_with(session, files[0][0].id or 0 if files else 0)
    if not session.form.application:
        return session.ask(Step.WHICH)
    return session.ask_next() if step in {None, Step.WHICH} else session.ask(step or "")


WHICH = Question(
    Step.WHICH,
    N_("Which file do you want to complete?"),
    options=lambda session: [(str(number), words) for number, words in session.form.files.items()],
    take=take_which,
    standalone=True,
)
