"""Ask for documents one after another: a photo or a PDF, or later. What is sent is downloaded and checked first.

read_document ─▶ download requested ─▶ returned_file ─▶ stored, doubted (ADVICE) or refused ─▶ the next question
"""

from collections.abc import Sequence
from typing import Any

from telegram import Message, Update

from handlers.completion.completion_form import CompletionSession, Question, Step
from handlers.conversation.buttons import Choice
from handlers.conversation.content import carries_paper, largest
from handlers.conversation.context import Context
from handlers.conversation.form_questions import UNRECOGNISED
from handlers.conversation.internal_event import InternalEvent
from handlers.conversation.match import Takes
from handlers.conversation.persistent import set_step
from handlers.conversation.questions import AGAIN
from handlers.conversation.resume import open_conversation
from handlers.wording.files_sent import LARGEST, waits, why_not_fetched, why_not_kept
from locales import N_, language
from locales import gettext as _
from models.applications.completion import ItemState, attach_document
from models.applications.document_checks import Advice
from models.encrypted import intact
from models.messaging.file_download import DownloadPurpose, FileDownload, request_download
from models.people.account import ReadingMode
from models.programmes.programme_parts import RequiredDocument as Paper

LATER, USE, OTHER = "later", "use", "again"
ADVICE_WORDS = {
    Advice.DARK: N_("The picture of {paper} is rather dark."),
    Advice.BLURRED: N_("The picture of {paper} is rather blurred."),
    Advice.GLARE: N_("A lamp is mirrored in the picture of {paper}."),
    Advice.BLANK: N_("No writing can be seen in the picture of {paper}."),
    Advice.SMALL: N_("The picture of {paper} is rather small."),
}
ACCEPTED: dict[tuple[str, ...], str] = {
    ("photo",): N_("It must be a photo of at most {most} MB."),
    ("pdf",): N_("It must be a PDF of at most {most} MB."),
}


def ask_document(session: CompletionSession) -> list[str] | Step:
    paper = session.next_paper
    if paper is None:
        session.context.send(_("We are still reading what you sent. One moment."))
        return Step.DOCUMENT
    is_short = session.context.work.mode is ReadingMode.SIMPLE
    accepted = ACCEPTED.get(paper.accepts, N_("A photo or a PDF, at most {most} MB."))
    return [
        _("Send {paper}.").format(paper=name_of(paper)),
        *(
            _("No such paper? {paper} is fine too. One is enough.").format(paper=name_of(one))
            for one in others_of(session)
        ),
        *([_("This one is not required.")] if paper.needed == "optional" else []),
        paper.why.in_(language(), short=is_short),
        _(accepted).format(most=LARGEST),
        _("Once stored, we delete it from this chat."),
    ]


def take_document(session: CompletionSession, key: str) -> Any:
    """Put the document off, or take another one of its group instead."""
    form, (paper, _dot, instead) = session.form, key.partition(".")
    if instead == LATER:
        form.papers[paper], form.instead = ItemState.LATER, None
        return None
    form.instead = instead
    return AGAIN


async def read_document(session: CompletionSession, update: Update) -> Any:
    message = update.message
    if message is not None and carries_paper(message):
        return await receive(session, message)
    return AGAIN if session.next_paper is None else session.refuse(_("Here we wait for a photo or a PDF."))


async def receive(session: CompletionSession, message: Message) -> Any:
    """Download a picture or a file for the document asked now; the rest of an album for the next ones."""
    context, form = session.context, session.form
    of_album = message.media_group_id is not None and message.media_group_id == form.album
    paper = form.next_paper(session.programme, all_of_group=of_album)
    if paper is None:
        context.send(_("No other paper is needed now. This one is not stored."))
        return Step.DOCUMENT
    source = source_of(message)
    otherwise = _("Choose Later, and send the rest tomorrow.")
    if refusal := await why_not_fetched(context, source["size"], otherwise):
        context.send(refusal)
        return session.ask(Step.DOCUMENT)
    download = FileDownload(
        chat_id=context.work.chat_id,
        message_id=message.message_id,
        purpose=DownloadPurpose.PAPER,
        subject=form.application,
        sent_size=source["size"],
        source={**source, "document": paper.key, "assisted": session.assisted},
        made_at=context.now,
    )
    request_download(context.session, download)
    form.papers[paper.key], form.instead, form.album = ItemState.READING, None, message.media_group_id
    context.send(_("{paper} has arrived. We are reading it.").format(paper=name_of(paper)))
    return Step.DOCUMENT


def source_of(message: Message) -> dict[str, Any]:
    """Return the file id and size of a picture or a file in Telegram."""
    if message.photo:
        photo = largest(message)
        return {"file_id": photo.file_id, "file_name": None, "mime": None, "size": photo.file_size or 0}
    document = message.document
    assert document is not None
    size = document.file_size or 0
    return {"file_id": document.file_id, "file_name": document.file_name, "mime": document.mime_type, "size": size}


def doubted_paper(session: CompletionSession) -> str:
    return next(iter(session.form.doubted_papers), "")


def ask_advice(session: CompletionSession) -> list[str] | None:
    if not (key := doubted_paper(session)):
        return None
    advice = map(Advice, session.form.advice.get(key, []))
    paper = paper_of(session, key)
    lines = [_(ADVICE_WORDS[one]).format(paper=name_of(paper)) for one in advice] if paper else []
    return [*lines, _("Take a new photo in bright light. Staff may still read this one.")]


def advice_options(session: CompletionSession) -> Sequence[tuple[str, str]]:
    key = doubted_paper(session)
    return (f"{key}.{OTHER}", N_("Send a new one")), (f"{key}.{USE}", N_("Use this one"))


async def take_advice(session: CompletionSession, key: str) -> None:
    paper, _dot, choice = key.partition(".")
    await (send_again if choice == OTHER else use)(session, paper)


async def read_advice(session: CompletionSession, update: Update) -> Any:
    message = update.message
    if message is None or not carries_paper(message):
        return UNRECOGNISED
    await send_again(session, doubted_paper(session))
    return await receive(session, message)


async def send_again(session: CompletionSession, key: str) -> None:
    """Discard the doubted picture, and delete it from the chat all the same."""
    form, context = session.form, session.context
    download = await context.session.get(FileDownload, form.doubted_papers.pop(key, 0))
    if download is not None:
        context.delete(download.message_id)
    form.papers.pop(key, None)
    form.instead = key


async def use(session: CompletionSession, key: str) -> None:
    """Store the picture although it is hard to read: the check only advises."""
    form, context = session.form, session.context
    download = await context.session.get(FileDownload, form.doubted_papers.pop(key, 0))
    form.papers[key] = ItemState.GIVEN
    if download is not None:
        await store(context, download, form.advice.get(key, []))
    await session.finish_if_complete()


async def store(context: Context, download: FileDownload, advice: list[str]) -> None:
    await attach_document(context.session, download, advice, context.account_id, context.now)
    context.delete(download.message_id)


def paper_of(session: CompletionSession, key: str) -> Paper | None:
    programme = session.programme
    return next((one for one in programme.documents if one.key == key), None) if programme else None


def name_of(paper: Paper) -> str:
    return paper.name.in_(language())


def others_of(session: CompletionSession) -> list[Paper]:
    """Return the alternatives to the document asked now that were not sent yet."""
    form, paper = session.form, session.next_paper
    others = form.others_of_group(session.programme, paper) if paper else []
    return [one for one in others if one.key not in form.papers]


def paper_options(session: CompletionSession) -> Sequence[Choice | tuple[str, str]]:
    """Return the alternatives, and later. The keys name the document: a late tap puts off no other one."""
    paper = session.next_paper
    if paper is None:
        return ()
    instead = [
        Choice(
            session.at(Step.DOCUMENT, f"{paper.key}.{one.key}"),
            _("Send {paper}").format(paper=name_of(one)),
            (one.name.id, one.name.en),
        )
        for one in others_of(session)
    ]
    return [*instead, (f"{paper.key}.{LATER}", N_("Later"))]


def one_back(session: CompletionSession) -> int | None:
    """Ask again for the document put off last; None where there is none."""
    form = session.form
    put_off = [key for key, said in form.papers.items() if said is ItemState.LATER]
    changed, form.instead = form.instead is not None, None
    if not changed and put_off:
        form.papers.pop(put_off[-1])
        form.instead, changed = put_off[-1], True
    return AGAIN if changed else None


async def returned_file(update: InternalEvent, context: Context) -> None:
    """Handle an event of kind FILE for a document."""
    download = await context.session.get(FileDownload, update.body["file_download"])
    if download is None or download.purpose is not DownloadPurpose.PAPER or waits(context, update.body["remark"]):
        return
    session = CompletionSession(context, assisted=bool(intact(download.source).get("assisted")))
    await take_paper(session, update, download)


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
    is_pdf = download.media_type == "application/pdf"
    if paper is None or ("pdf" if is_pdf else "photo") in paper.accepts:
        return None
    otherwise = _("{paper}: please send a photo.") if is_pdf else _("{paper}: please send a PDF.")
    return otherwise.format(paper=name)


QUESTIONS = (
    Question(
        Step.ADVICE,
        ask_advice,
        answered=lambda session: not session.form.doubted_papers,
        options=advice_options,
        take=take_advice,
        read=read_advice,
        takes=Takes.PAPERS,
        is_clarification=True,
    ),
    Question(
        Step.DOCUMENT,
        ask_document,
        answered=lambda session: not session.form.is_reading and session.next_paper is None,
        options=paper_options,
        take=take_document,
        read=read_document,
        back=one_back,
        takes=Takes.PAPERS,
    ),
)
