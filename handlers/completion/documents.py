"""Papers, one after another: a photo or a PDF, or later. Fetching and reading happen outside; see returned.py."""

from typing import Any

from telegram import Message, Update

from handlers.completion.completion_form import (
    Question,
    Step,
    ask_next,
    at,
    form_of,
    given,
    keep,
    offer,
    programme_of,
    wait_at,
)
from handlers.conversation.buttons import Choice
from handlers.conversation.content import carries_paper
from handlers.conversation.context import Context, ReferenceData, is_for_somebody
from handlers.conversation.match import Takes, explain_unrecognised, match_choice
from handlers.files_sent import LARGEST, largest, why_not_fetched
from locales import N_, language
from locales import gettext as _
from models.applications.completion import Completion, ItemState, attach_document
from models.applications.document_checks import Advice
from models.messaging.file_download import DownloadPurpose, FileDownload, request_download
from models.people.account import ReadingMode
from models.programmes.programme_parts import RequiredDocument as Paper

LATER, USE, AGAIN = "later", "use", "again"
ADVICE_WORDS = {
    Advice.DARK: N_("The picture of {paper} is rather dark."),
    Advice.BLURRED: N_("The picture of {paper} is rather blurred."),
    Advice.GLARE: N_("A lamp is mirrored in the picture of {paper}."),
    Advice.BLANK: N_("No writing can be seen in the picture of {paper}."),
    Advice.SMALL: N_("The picture of {paper} is rather small."),
}


def ask_document(context: Context) -> Step:
    form = form_of(context)
    paper = form.next_paper(programme_of(context, form))
    if paper is None:
        context.send(_("We are still reading what you sent. One moment."))
        return Step.DOCUMENT
    is_short = context.work.mode is ReadingMode.SIMPLE
    lines = [
        _("Send: {paper}.").format(paper=name_of(paper)),
        paper.why.in_(language(), short=is_short),
        accepted_words(paper),
        _("Once stored, we delete it from this chat."),
    ]
    if paper.needed == "optional":
        lines.insert(1, _("This one is not required."))
    return wait_at(context, Step.DOCUMENT, "\n".join(lines), paper_choices(context, form, paper))


def accepted_words(paper: Paper) -> str:
    if paper.accepts == ("photo",):
        return _("It must be a photo of at most {most} MB.").format(most=LARGEST)
    if paper.accepts == ("pdf",):
        return _("It must be a PDF of at most {most} MB.").format(most=LARGEST)
    return _("A photo or a PDF, at most {most} MB.").format(most=LARGEST)


async def take_document(update: Update, context: Context) -> Step | int:
    form = form_of(context)
    message = update.message
    if message is not None and carries_paper(message):
        return await receive(context, form, message)
    paper = form.next_paper(programme_of(context, form))
    if paper is None:
        return ask_document(context)
    choice = match_choice(update, paper_choices(context, form, paper))
    if choice is None:
        context.send(_("Here I wait for a photo or a PDF."))
        return ask_document(context)
    if choice.key.endswith("." + LATER):
        form.papers[paper.key], form.instead = ItemState.LATER, None
        keep(context, form)
        return ask_next(context)
    form.instead = choice.key.partition(".")[2]
    keep(context, form)
    return ask_document(context)


async def receive(context: Context, form: Completion, message: Message) -> Step | int:
    """A picture or a file: it is fetched for the paper asked now; the rest of an album for the next ones."""
    of_album = message.media_group_id is not None and message.media_group_id == form.album
    paper = form.next_paper(programme_of(context, form), all_of_group=of_album)
    if paper is None:
        context.send(_("No other paper is needed now. This one is not stored."))
        return Step.DOCUMENT
    source = source_of(message)
    otherwise = _("Choose Later, and send the rest tomorrow.")
    if refusal := await why_not_fetched(context, source["size"], otherwise):
        context.send(refusal)
        return ask_document(context)
    download = FileDownload(
        chat_id=context.work.chat_id,
        message_id=message.message_id,
        purpose=DownloadPurpose.PAPER,
        subject=form.application,
        sent_size=source["size"],
        source={**source, "document": paper.key, "for_somebody": is_for_somebody()},
        made_at=context.now,
    )
    request_download(context.session, download)
    form.papers[paper.key], form.instead, form.album = ItemState.READING, None, message.media_group_id
    keep(context, form)
    context.send(_("{paper} has arrived. We are reading it.").format(paper=name_of(paper)))
    return Step.DOCUMENT


def source_of(message: Message) -> dict[str, Any]:
    """Where Telegram keeps it."""
    if message.photo:
        photo = largest(message)
        return {"file_id": photo.file_id, "file_name": None, "mime": None, "size": photo.file_size or 0}
    document = message.document
    assert document is not None
    size = document.file_size or 0
    return {"file_id": document.file_id, "file_name": document.file_name, "mime": document.mime_type, "size": size}


def ask_advice(context: Context) -> Step:
    form = form_of(context)
    key = next(iter(form.doubted_papers), "")
    paper = paper_of(context, form, key)
    lines = advice_lines(form.advice.get(key, []), name_of(paper)) if paper else []
    lines.append(_("A new photo in bright light helps staff to read it."))
    return wait_at(context, Step.ADVICE, "\n".join(lines), advice_choices(key))


async def take_advice(update: Update, context: Context) -> Step | int:
    form = form_of(context)
    key = next(iter(form.doubted_papers), "")
    message = update.message
    if message is not None and carries_paper(message):
        await send_again(context, form, key)
        return await receive(context, form, message)
    choice = match_choice(update, advice_choices(key))
    if choice is None:
        explain_unrecognised(update, context)
        return ask_advice(context)
    if choice.key.endswith("." + AGAIN):
        await send_again(context, form, key)
        keep(context, form)
        return ask_next(context)
    await use(context, form, key)
    return ask_next(context)


async def send_again(context: Context, form: Completion, key: str) -> None:
    """The doubted picture is not used; it leaves the chat all the same."""
    download = await context.session.get(FileDownload, form.doubted_papers.pop(key, 0))
    if download is not None:
        context.delete(download.message_id)
    form.papers.pop(key, None)
    form.instead = key


async def use(context: Context, form: Completion, key: str) -> None:
    """It is taken although it is hard to read: advice is advice."""
    download = await context.session.get(FileDownload, form.doubted_papers.pop(key, 0))
    form.papers[key] = ItemState.GIVEN
    if download is not None:
        await store(context, download, form.advice.get(key, []))
    await given(context, form)


async def store(context: Context, download: FileDownload, advice: list[str]) -> None:
    await attach_document(context.session, download, advice, context.account.id or 0, context.now)
    context.delete(download.message_id)


def advice_lines(advice: list[str], paper: str) -> list[str]:
    return [_(ADVICE_WORDS[one]).format(paper=paper) for one in map(Advice, advice)]


def paper_of(context: Context, form: Completion, key: str) -> Paper | None:
    programme = programme_of(context, form)
    return next((one for one in programme.documents if one.key == key), None) if programme else None


def name_of(paper: Paper) -> str:
    return paper.name.in_(language())


def paper_choices(context: Context, form: Completion, paper: Paper) -> list[Choice]:
    """The other papers that will do, and later. The keys name the paper too: a late tap puts off no other one."""
    others = form.others_of_group(programme_of(context, form), paper)
    instead = [
        Choice(at(Step.DOCUMENT, f"{paper.key}.{one.key}"), name_of(one), (one.name.id, one.name.en))
        for one in others
        if one.key not in form.papers
    ]
    return [*instead, Choice(at(Step.DOCUMENT, f"{paper.key}.{LATER}"), N_("Later"))]


def advice_choices(key: str) -> list[Choice]:
    return offer(Step.ADVICE, (f"{key}.{AGAIN}", N_("Send a new one")), (f"{key}.{USE}", N_("Use this one")))


def one_back(context: Context) -> Step | None:
    """The paper put off last is asked again; None where there is none."""
    form = form_of(context)
    put_off = [key for key, said in form.papers.items() if said is ItemState.LATER]
    changed = form.instead is not None
    form.instead = None
    if not changed and put_off:
        form.papers.pop(put_off[-1])
        form.instead, changed = put_off[-1], True
    keep(context, form)
    return ask_document(context) if changed else None


def has_all_papers(form: Completion, reference: ReferenceData) -> bool:
    return not form.is_reading and form.next_paper(reference.catalogue.get(form.programme)) is None


QUESTIONS = (
    Question(
        Step.ADVICE,
        lambda form, reference: not form.doubted_papers,
        ask_advice,
        take_advice,
        takes=Takes.PAPERS,
        is_aside=True,
    ),
    Question(Step.DOCUMENT, has_all_papers, ask_document, take_document, back=one_back, takes=Takes.PAPERS),
)
