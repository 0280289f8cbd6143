"""/tanya: store a message for staff with a reference; say what the reference is for.

/tanya ─▶ TOPIC ─▶ MESSAGE ─▶ kept for staff ─▶ the question that was open before
              └──"saya bingung"──▲        Kembali goes back one question, /batal leaves from anywhere
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from telegram import Message, Update

from handlers import help_requests
from handlers.conversation.access import OWN
from handlers.conversation.context import Context
from handlers.conversation.form import Prompt
from handlers.conversation.internal_event import InternalEvent
from handlers.conversation.match import Takes
from handlers.conversation.menu import WORDS, Section
from handlers.conversation.persistent import set_step
from handlers.conversation.questions import END, Anything, Choose, Next
from handlers.conversation.registry import Command, Conversation
from handlers.conversation.resume import back_to_open, leave_talk
from handlers.help_requests import CONFUSED
from handlers.wording.files_sent import LARGEST, waits, why_not_kept
from locales import N_
from locales import gettext as _
from models.messaging.file_download import DownloadPurpose
from models.people.account import Account, ReadingMode

TALK = "help"
OTHER = "other"
TOPICS = (
    ("registration", N_("About registering")),
    ("papers", N_("About papers")),
    ("status", N_("About my status")),
    ("data", N_("About my data")),
    (OTHER, N_("Something else")),
    (CONFUSED, WORDS[Section.CONFUSED][0]),
)


class Step(StrEnum):
    TOPIC = "TOPIC"
    MESSAGE = "MESSAGE"


@dataclass
class AskStaffState:
    """The topic of the message to staff."""

    topic: str = OTHER


def conversation() -> Conversation:
    topic = Choose(
        N_("What is your question about?"),
        options=TOPICS,
        take=take_topic,
        other=sent_at_once,
        back=partial(leave_talk, TALK),
        takes=Takes.FOR_STAFF,
    )
    message = Anything(
        ask_message, fits=help_requests.carries_something, take=take_message, back=Step.TOPIC, takes=Takes.FOR_STAFF
    )
    return Conversation(
        name=TALK,
        access=OWN,
        state=AskStaffState,
        steps={Step.TOPIC: topic, Step.MESSAGE: message},
        commands=[Command("tanya", N_("Ask staff")), Command("bantuan", ""), Command("help", "")],
        sections={Section.HELP: Step.TOPIC, Section.CONFUSED: lambda _update, context: confused(context)},
        events={DownloadPurpose.FOR_STAFF: returned_file},
    )


async def take_topic(context: Context, account: Account, key: str) -> Next:
    if key == CONFUSED:
        return await confused(context)
    context.state(AskStaffState).topic = key
    return Step.MESSAGE


async def sent_at_once(context: Context, account: Account, update: Update) -> Next | None:
    """Take the message itself at the question for its topic."""
    message = update.message
    if message is None or not help_requests.carries_something(message):
        return None
    return await take_message(context, account, message)


def ask_message(context: Context, account: Account) -> Prompt:
    what = _("Write your message to staff.")
    if account.mode is ReadingMode.DEAF:
        return Prompt(what + "\n" + _("You may also send a photo or a video with signs."))
    return Prompt(what + "\n" + _("You may also send a voice note or a photo."), what)


async def take_message(context: Context, account: Account, message: Message) -> Next:
    if not await help_requests.has_room(context):
        return await leave_talk(TALK, context)
    if not await help_requests.may_be_fetched(context, message):
        return Step.MESSAGE
    help_requests.say_kept(context, await help_requests.keep(context, message, context.state(AskStaffState).topic))
    return await back_to_open(context, TALK)


async def confused(context: Context) -> int:
    """Send "Saya bingung" to staff at once, with the question that was open before."""
    set_step(TALK, END)
    await help_requests.confused(context)
    return END


async def returned_file(update: InternalEvent, context: Context) -> None:
    """Handle a downloaded file for staff; the account is told only where staff will not get it."""
    remark = update.body.get("remark")
    if waits(context, remark):
        return
    refusal = why_not_kept(remark, update.body.get("advice") or [], _("Your file"))
    if refusal is not None:
        works = _("A photo or a PDF, at most {most} MB.").format(most=LARGEST)
        context.send(_("We cannot keep your file for staff."), refusal, works)
