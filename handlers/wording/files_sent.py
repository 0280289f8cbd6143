"""Say why a file that was sent is not downloaded, or why a downloaded one is not stored.

message ─▶ too large? too much today? ─▶ fetched ─▶ rebuilt ─▶ kept
              └─ said at once                └─ refused, or waiting: said after the download (bot/file_downloads.py)
"""

from handlers.conversation.context import Context
from locales import N_
from locales import gettext as _
from models import daily_limits
from models.applications.document_checks import MOST_PAGES, REFUSED, Advice
from models.daily_limits import Share
from models.messaging.file_download import NO_SPACE

MEGABYTE = 1024 * 1024
LARGEST = 20
"""Megabytes; bots can download no larger file from Telegram."""

TOO_BIG = "too_big"
REFUSALS = {
    Advice.WRONG_TYPE: N_("{paper}: this file is neither a photo nor a PDF."),
    Advice.DAMAGED: N_("{paper}: this file is damaged and cannot be opened."),
    Advice.EMPTY: N_("{paper}: this file is empty."),
    Advice.HEIC: N_("{paper}: this file cannot be read. Please send it as a photo."),
    Advice.TOO_LARGE: N_("{paper}: this picture is too large. Please send it as a photo."),
    Advice.LOCKED: N_("{paper}: this PDF is locked with a password. Please send a photo."),
    Advice.TOO_MANY_PAGES: N_("{paper}: this PDF has more than {most} pages. Please send only the pages needed."),
    Advice.TOO_MUCH_WORK: N_("{paper}: this file is too hard to open. Please send it as a photo."),
}


async def why_not_fetched(context: Context, size: int, otherwise: str) -> str | None:
    """Return why a file of so many bytes is not downloaded now, and what to do; None where it may be."""
    if size > LARGEST * MEGABYTE:
        return _("That file is too large. There is room for {most} MB.").format(most=LARGEST)
    match await daily_limits.uploads_left(context.session, context.work.chat_id, size, context.now):
        case Share.OWN:
            return _("You have sent many files today.") + "\n" + otherwise
        case Share.ALL:
            return _("We have received very many files today.") + "\n" + otherwise
    return None


def waits(context: Context, remark: str | None) -> bool:
    """Say that a file waits for space on our disk, where it does; it is stored later without being sent again."""
    if remark != NO_SPACE:
        return False
    lines = [
        _("We cannot store new files at the moment."),
        _("Your file is waiting. You do not need to send it again."),
        _("We write to you when it is stored."),
    ]
    context.send(*lines, short="\n".join(lines[:2]))
    return True


def why_not_kept(remark: str | None, advice: list[str], name: str) -> str | None:
    """Return why a file that we tried to download is not stored, in one sentence; None where it is."""
    if remark == TOO_BIG:
        return _("{paper}: this file is too large.").format(paper=name)
    if remark:
        return _("{paper}: we could not fetch the file. Please send it again.").format(paper=name)
    refused = next((one for one in map(Advice, advice) if one in REFUSED), None)
    return _(REFUSALS[refused]).format(paper=name, most=MOST_PAGES) if refused else None
