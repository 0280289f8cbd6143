"""Beginning to complete a file: the only one, or the one chosen; from the receipt, from the status, by /lengkapi."""

from datetime import timedelta

from telegram import Update
from telegram.ext import ConversationHandler

from handlers.caregivers import caregiver_notices
from handlers.completion.completion_form import FLOW, TALK, Step, ask_next, draft_of, form_of, keep, offer
from handlers.conversation.buttons import Choice
from handlers.conversation.context import Context, name_now
from handlers.conversation.drafts import draft_lifetime
from handlers.conversation.form import not_an_answer, step_of
from handlers.conversation.match import explain_unrecognised, match_choice
from handlers.conversation.menu import show_menu
from handlers.conversation.persistent import set_step
from locales import gettext as _
from models import scheduled
from models.applications.completion import FORM, Completion, begin, open_applications
from models.people.link import link_between
from models.scheduled import EventSpec, ScheduledKind


async def start(update: Update, context: Context) -> Step | int:
    """/lengkapi"""
    files = await open_applications(context.session, context.account.id or 0, context.now)
    if not files and form_of(context).application:
        return ask_next(context)
    if not files:
        show_menu(context, _("There is no file to complete now.") + "\n" + _("Type /daftar to register."))
        return ConversationHandler.END
    if len(files) == 1:
        return await begin_with(context, files[0][0].id or 0)
    shown = {file.id or 0: f"{file.number} {person.name}"[:30] for file, person in files}
    keep(context, Completion(files=shown))
    return ask_which(context)


async def open_latest(context: Context) -> None:
    """Straight from the receipt: the file that was just made."""
    files = await open_applications(context.session, context.account.id or 0, context.now)
    if files:
        await open_file(context, files[0][0].id or 0)


async def open_file(context: Context, application_id: int) -> None:
    """Begin with a file from outside of this talk: from the receipt, from the status."""
    set_step(TALK, await begin_with(context, application_id))


async def begin_with(context: Context, application_id: int) -> Step | int:
    """Begin with a file of this account; any other number leads nowhere."""
    files = await open_applications(context.session, context.account.id or 0, context.now)
    chosen = next(((file, person) for file, person in files if file.id == application_id), None)
    if chosen is None:
        show_menu(context, _("There is no file to complete now."))
        return ConversationHandler.END
    keep(context, await begin(context.session, context.account.id or 0, *chosen))
    if (link := await link_between(context.session, context.account.id or 0, chosen[1].id or 0)) is not None:
        await caregiver_notices.used(context, link, chosen[1], caregiver_notices.OPENED)
    await set_timer(context)
    return ask_next(context)


async def set_timer(context: Context) -> None:
    """What was begun and left lies there for the office's days."""
    ends_at = context.now + draft_lifetime(context) + timedelta(minutes=1)
    ends = EventSpec(ScheduledKind.DRAFT_ENDS, context.work.chat_id, context.account.id or 0, ends_at, name_now(FORM))
    await scheduled.schedule(context.session, ends)


def ask_which(context: Context) -> Step:
    context.ask(_("Which file do you want to complete?"), file_choices(context))
    return Step.WHICH


async def take_which(update: Update, context: Context) -> Step | int:
    choice = match_choice(update, file_choices(context))
    if choice is None:
        await not_an_answer(update, context)
        return ask_which(context)
    return await begin_with(context, int(choice.key))


async def resume(context: Context) -> Step | int:
    """Take it up where it was left."""
    form = form_of(context)
    if draft_of(context) is None:
        files = await open_applications(context.session, context.account.id or 0, context.now)
        return await begin_with(context, files[0][0].id or 0 if files else 0)
    if not form.application:
        return ask_which(context)
    step = step_of(TALK)
    return ask_next(context) if step in {None, Step.WHICH} else FLOW.ask(context, step or "")


async def stale(update: Update, context: Context) -> Step | int | None:
    """A button of an earlier question while the talk goes on."""
    explain_unrecognised(update, context)
    return await resume(context)


async def closed(update: Update, context: Context) -> Step | int:
    """A button of a talk that is over: go on if something is left to complete."""
    return await start(update, context)


def file_choices(context: Context) -> list[Choice]:
    return offer(Step.WHICH, *((str(number), words) for number, words in form_of(context).files.items()))
