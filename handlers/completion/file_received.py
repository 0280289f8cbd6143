"""Handle a downloaded document: store, doubt or ask for it again; then the next question."""

from handlers.completion.completion_form import CompletionSession, counter_session, own_session
from handlers.completion.documents import name_of, paper_of, store
from handlers.conversation.context import Context
from handlers.conversation.internal_event import InternalEvent
from handlers.conversation.persistent import set_step
from handlers.conversation.resume import open_conversation
from handlers.wording.files_sent import waits, why_not_kept
from locales import gettext as _
from models.applications.completion import ItemState
from models.encrypted import intact
from models.messaging.file_download import DownloadPurpose, FileDownload
from models.programmes.programme_parts import RequiredDocument as Paper


async def returned_file(update: InternalEvent, context: Context) -> None:
    """Handle an event of kind FILE for a document."""
    download = await context.session.get(FileDownload, update.body["file_download"])
    if download is None or download.purpose is not DownloadPurpose.PAPER or waits(context, update.body["remark"]):
        return
    at_counter = intact(download.source).get("assisted")
    await take_paper(counter_session(context) if at_counter else own_session(context), update, download)


async def take_paper(session: CompletionSession, update: InternalEvent, download: FileDownload) -> None:
    """Store the document with its application, doubt it, or refuse it with a reason."""
    context, form = session.context, session.form
    if not await session.may_go_on(download.subject or 0):
        context.delete(download.message_id)
        return
    key, advice = download.source["document"], list(update.body["advice"])
    of_form = form.application == download.subject
    paper = paper_of(session, key) if of_form else None
    is_open = of_form and form.papers.get(key) is ItemState.READING
    if refusal := refusal_of(update, download, paper):
        context.send(refusal)
        form.papers.pop(key, None)
        form.instead = key
    elif advice and is_open:
        form.papers[key] = ItemState.DOUBTED
        form.doubted_papers[key], form.advice[key] = download.id or 0, advice
    else:
        await store(context, download, advice)
        form.papers[key] = ItemState.GIVEN
        context.send(_("{paper} is stored.").format(paper=name_of(paper) if paper else _("Your paper")))
    if is_open:
        await go_on(session)


async def go_on(session: CompletionSession) -> None:
    """Ask the next question, unless more is being downloaded or another conversation is open by now."""
    await session.finish_if_complete()
    session.save()
    if not session.form.is_reading and open_conversation(session.context) == session.name:
        set_step(session.name, session.ask_next())


def refusal_of(update: InternalEvent, download: FileDownload, paper: Paper | None) -> str | None:
    """Return why this cannot be a document, in one sentence; None when it can."""
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
