"""What was fetched comes back: stored, doubted, or asked for again; then the next question."""

from handlers.completion.completion_form import TALK, ask_next, draft_of, form_of, given, may_go_on
from handlers.completion.documents import name_of, paper_of, store
from handlers.conversation.context import Context, for_somebody, name_now
from handlers.conversation.internal_event import InternalEvent
from handlers.conversation.persistent import set_step
from handlers.conversation.resume import open_conversation
from handlers.files_sent import waits, why_not_kept
from locales import gettext as _
from models.applications.completion import Completion, ItemState
from models.encrypted import intact
from models.messaging.file_download import DownloadPurpose, FileDownload
from models.programmes.programme_parts import RequiredDocument as Paper


async def returned_file(update: InternalEvent, context: Context) -> None:
    """A letter of kind FILE. Only papers matter here; voice messages are for staff."""
    download = await context.session.get(FileDownload, update.body["file_download"])
    if download is None or download.purpose is not DownloadPurpose.PAPER:
        return
    with for_somebody(bool(intact(download.source).get("for_somebody"))):
        if not waits(context, update.body["remark"]):
            await take_paper(update, context, download)


async def take_paper(update: InternalEvent, context: Context, download: FileDownload) -> None:
    """It is stored with its file, doubted, or refused with a reason."""
    if not await may_go_on(context, download.subject or 0):
        context.delete(download.message_id)
        return
    draft, form = draft_of(context), form_of(context)
    is_open = draft is not None and form.application == download.subject
    key = download.source["document"]
    paper = paper_of(context, form, key) if is_open else None
    if form.papers.get(key) is not ItemState.READING and is_open:
        is_open = False
    refusal = refusal_of(update, download, paper)
    if refusal:
        context.send(refusal)
        form.papers.pop(key, None)
        form.instead = key
    elif update.body["advice"] and is_open:
        form.papers[key] = ItemState.DOUBTED
        form.doubted_papers[key], form.advice[key] = download.id or 0, list(update.body["advice"])
    else:
        await store(context, download, list(update.body["advice"]))
        form.papers[key] = ItemState.GIVEN
        context.send(_("{paper} is stored.").format(paper=name_of(paper) if paper else _("Your paper")))
    if is_open:
        await go_on(context, form)


async def go_on(context: Context, form: Completion) -> None:
    """Ask the next question, unless more is being read or the person is talking about something else by now."""
    await given(context, form)
    if form.is_reading or open_conversation(context) != name_now(TALK):
        return
    set_step(name_now(TALK), ask_next(context))


def refusal_of(update: InternalEvent, download: FileDownload, paper: Paper | None) -> str | None:
    """Why this cannot be a paper, in one sentence; None when it can."""
    name = name_of(paper) if paper else _("Your paper")
    refusal = why_not_kept(update.body["remark"], update.body["advice"], name)
    if refusal is not None:
        return refusal
    kind = "pdf" if download.media_type == "application/pdf" else "photo"
    if paper is not None and kind not in paper.accepts:
        return (
            _("{paper}: please send a photo.").format(paper=name)
            if kind == "pdf"
            else _("{paper}: please send a PDF.").format(paper=name)
        )
    return None
