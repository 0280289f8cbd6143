"""Keep requests for staff: words, voice notes and files, with a reference.

Any question may get what only an officer can answer, so this knows no conversation; /tanya is status/ask_staff.py.
No officer can read or answer them in the bot yet, so no text promises an answer here.
"""

from telegram import Message, Update

from handlers.conversation.content import largest, size_of
from handlers.conversation.context import Context
from handlers.conversation.form import step_of
from handlers.conversation.resume import open_conversation, repeat_or_menu, repeat_question
from handlers.wording.files_sent import why_not_fetched
from handlers.wording.office_text import office_lines, office_of
from handlers.wording.terms import number_for
from locales import gettext as _
from locales import language
from models import daily_limits
from models.daily_limits import LimitedAction
from models.help_request import HelpMessage, HelpRequest, Sent, ask_staff
from models.offices.workdays import promise

ALBUM = "help_album"
CONFUSED = "confused"
"""The kind of a request that names the step at which the account did not know how to go on."""
WORKING_DAYS = 2
"""Working days within which staff answer."""
MEDIA = ("voice", "video_note", "video", "audio", "document")
VOICES = ("voice", "video_note")


async def has_room(context: Context) -> bool:
    """May this account ask for more today? Otherwise the refusal is sent, with the office's address."""
    if not await daily_limits.limit_reached(context.session, LimitedAction.HELP, context.account_id, context.now):
        return True
    lines = [
        _("You have sent many messages today."),
        _("Write again tomorrow."),
        _("Is it urgent? Come to the office."),
        *office_lines(office_of(context)),
    ]
    context.send(*lines, short="\n".join(lines[:3]))
    return False


async def may_be_fetched(context: Context, message: Message) -> bool:
    """May the photo or document of this message be fetched? Otherwise the refusal is sent."""
    size = size_of(message)
    otherwise = _("Write it in words, or send it tomorrow.")
    refusal = None if size is None else await why_not_fetched(context, size, otherwise)
    if refusal is not None:
        context.send(refusal)
    return refusal is None


async def confused(context: Context) -> None:
    """Tell staff at which step an account does not know how to go on, then ask the open question again."""
    if not await has_room(context):
        await repeat_or_menu(context)
        return
    talk = open_conversation(context)
    request = await file(context, HelpMessage(CONFUSED, f"{talk}:{step_of(talk)}" if talk else None))
    context.send(_("That is all right. We ask again."))
    say_kept(context, request)
    await repeat_question(context)


def say_kept(context: Context, request: HelpRequest) -> None:
    """Say the reference, and where it is answered."""
    context.send(_("We keep your message."), *reference_lines(context, request), menu=True)


def reference_lines(context: Context, request: HelpRequest) -> list[str]:
    """Return the number of a request, and where it is answered."""
    return [
        _("Number: {number}").format(number=number_for(context.work.mode, request.reference)),
        _("Staff cannot answer here yet. Bring this number to the office."),
        _("The office: {name}").format(name=office_of(context).short_name.in_(language())),
    ]


async def keep_voice(update: Update, context: Context) -> None:
    """Keep a voice note for staff and say so; the open conversation goes on."""
    if update.message is not None and await has_room(context):
        request = await keep(context, update.message, "voice")
        heard_by = _("The bot cannot play voice messages. We keep it.")
        context.send(heard_by, *reference_lines(context, request))


async def keep_unmatched(update: Update, context: Context) -> bool:
    """Keep a voice note for staff although no question waits for it, and the rest of an album."""
    message = update.message
    if message is None or message.forward_origin is not None:
        return False
    if message.media_group_id is not None and message.media_group_id == context.work.state.get(ALBUM):
        if await has_room(context) and await may_be_fetched(context, message):
            await keep(context, message, "other")
        return True
    if not any(getattr(message, kind) for kind in VOICES):
        return False
    await keep_voice(update, context)
    return True


async def keep(context: Context, message: Message, kind: str) -> HelpRequest:
    """Store words and file of a message as a request for help."""
    if message.media_group_id is not None:
        context.work.remember(ALBUM, message.media_group_id)
    words = message.text or message.caption or (message.contact.phone_number if message.contact else None)
    return await file(context, HelpMessage(kind, words, file_of(message), message.message_id))


async def file(context: Context, message: HelpMessage) -> HelpRequest:
    """Keep a request for staff, with the day by which it should be answered."""
    zone, holidays = context.reference.zone_at(office_of(context).key), context.reference.catalogue.office.holidays
    promised_at = promise(context.now, WORKING_DAYS, holidays, zone)
    return await ask_staff(
        context.session, context.account, message, promised_at=promised_at, zone=zone, now=context.now
    )


def carries_something(message: Message | None) -> bool:
    return message is not None and bool(message.text or message.contact or file_of(message))


def file_of(message: Message) -> Sent | None:
    """Return the file of a voice note, a photo, a video or a document."""
    if message.photo:
        photo = largest(message)
        return Sent(photo.file_id, "photo", photo.file_size or 0)
    found = ((getattr(message, kind), kind) for kind in MEDIA)
    return next((Sent(file.file_id, kind, file.file_size or 0) for file, kind in found if file), None)
