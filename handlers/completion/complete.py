"""/lengkapi: complete a file after its receipt, now or later.

/lengkapi ─▶ WHICH ─▶ NIK ──────────▶ KIND ─▶ DOCUMENT ◀──▶ a file is downloaded and checked (documents.py)
                       └─▶ NO_NIK ─▶──▲          │  ▲                 └─ hard to read ─▶ ADVICE
                                                 ▼  │ the next one
                                              complete, or what is still missing

Every question takes "Nanti saja"; the file is complete as soon as everything required is there
"""

from datetime import timedelta

from telegram import Update

from handlers.caregivers import caregiver_notices
from handlers.completion import documents, person_facts
from handlers.completion.completion_form import (
    NOTHING,
    CompletionSession,
    Question,
    Step,
    nothing_to_complete,
    open_session,
)
from handlers.conversation.access import LINKED
from handlers.conversation.context import Context
from handlers.conversation.drafts import draft_lifetime
from handlers.conversation.form import step_of
from handlers.conversation.questions import Choose, Next
from handlers.conversation.registry import Command, Conversation, WaitingDraft
from locales import N_
from models import scheduled
from models.applications.application import Application
from models.applications.completion import FORM, open_applications
from models.applications.completion import begin as begun
from models.messaging.file_download import DownloadPurpose
from models.people.link import link_between
from models.people.person import Person
from models.scheduled import EventSpec, ScheduledKind

TALK = FORM
QUESTIONS: tuple[Question, ...] = (*person_facts.QUESTIONS, *documents.QUESTIONS)
"""The questions in order; at the counter too."""
Files = list[tuple[Application, Person]]


def conversation() -> Conversation:
    which = Choose(
        N_("Which registration do you want to complete?"),
        options=which_options,
        take=take_which,
        subject=open_files,
        gone=(NOTHING, N_("Type /daftar to register.")),
        skips_single=True,
    )
    return Conversation(
        name=TALK,
        access=LINKED,
        begin=begin,
        begin_about=begin_about,
        resume=resume,
        closed=begin,
        subject=open_session,
        gone=nothing_to_complete,
        steps={Step.WHICH: which},
        questions=QUESTIONS,
        commands=[Command("lengkapi", N_("Complete a registration"))],
        events={DownloadPurpose.PAPER: documents.returned_file},
        draft=WaitingDraft(N_("A registration of yours is not complete yet."), N_("To go on, type /lengkapi.")),
    )


async def open_files(context: Context) -> Files | None:
    return await open_applications(context.session, context.account_id, context.now) or None


async def begin(update: Update, context: Context) -> Next:
    """/lengkapi: the papers of a complete file may still be sent, where no other file is open."""
    session = CompletionSession(context)
    is_only_one = bool(session.form.application) and not await open_files(context)
    return session.next_step() if is_only_one else Step.WHICH


def which_options(context: Context, files: Files) -> list[tuple[str, str]]:
    return [(str(file.id), f"{file.number} {person.name}"[:30]) for file, person in files]


async def take_which(context: Context, files: Files, key: str) -> Next:
    return await begin_about(context, int(key))


async def begin_about(context: Context, application_id: int) -> Next:
    """Begin with a file of this account, also from the receipt or the status; any other number is refused."""
    account_id = context.account_id
    chosen = next((one for one in await open_files(context) or [] if one[0].id == application_id), None)
    if chosen is None:
        return nothing_to_complete(context)
    session = CompletionSession(context)
    session.form = await begun(context.session, account_id, *chosen)
    session.save()
    if (link := await link_between(context.session, account_id, chosen[1].id or 0)) is not None:
        await caregiver_notices.used(context, link, chosen[1], caregiver_notices.OPENED)
    await set_timer(session)
    return session.next_step()


async def set_timer(session: CompletionSession) -> None:
    """Schedule the end of the draft, after the office's days."""
    context = session.context
    ends_at = context.now + draft_lifetime(context) + timedelta(minutes=1)
    ends = EventSpec(ScheduledKind.DRAFT_ENDS, context.work.chat_id, context.account_id, ends_at, session.name)
    await scheduled.schedule(context.session, ends)


def resume(context: Context) -> Next:
    session, step = CompletionSession(context), step_of(TALK)
    if step == Step.WHICH or not session.form.application:
        return Step.WHICH
    return Step(step) if step else session.next_step()
