"""/bantuan: a message for staff, kept with a reference; says who answers and by when.

/bantuan ─▶ TOPIC ─▶ MESSAGE ─▶ kept for staff ─▶ the question that was open before
              └──"saya bingung"──▲        Kembali goes back one question, /batal leaves from anywhere
"""

from enum import StrEnum

from telegram import Update
from telegram.ext import ConversationHandler

from handlers import help_requests
from handlers.conversation.access import OWN
from handlers.conversation.buttons import CallbackData, Choice, choices
from handlers.conversation.context import Context
from handlers.conversation.form import BACK, navigation_of, put
from handlers.conversation.internal_event import InternalEvent
from handlers.conversation.match import Takes, explain_unrecognised, match_choice
from handlers.conversation.menu import WORDS, Section, show_menu
from handlers.conversation.persistent import ConversationStateView, set_step
from handlers.conversation.registry import Command, Conversation
from handlers.conversation.resume import open_conversation, repeat_question
from handlers.files_sent import LARGEST, waits, why_not_kept
from handlers.onboarding.deep_links import office_of
from handlers.terms import number_for
from locales import N_, language
from locales import gettext as _
from models.help_request import HelpRequest
from models.messaging.file_download import DownloadPurpose
from models.people.account import ReadingMode

TALK = "help"
TOPIC_OF = "help_topic"


class Step(StrEnum):
    TOPIC = "TOPIC"
    MESSAGE = "MESSAGE"


CONFUSED = "confused"
TOPICS = (
    ("registration", N_("About registering")),
    ("papers", N_("About papers")),
    ("status", N_("About my status")),
    ("data", N_("About my data")),
    ("other", N_("Something else")),
)


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=OWN,
        begin=begin,
        resume=resume,
        take={Step.TOPIC: take_topic, Step.MESSAGE: take_message},
        commands=[Command("bantuan", N_("Write to staff"), begin), Command("help", "", begin)],
        sections={Section.HELP: begin, Section.CONFUSED: begin_confused},
        events={DownloadPurpose.FOR_STAFF: returned_file},
    )


async def begin(update: Update, context: Context) -> Step:
    return ask_topic(context)


async def begin_confused(update: Update, context: Context) -> int:
    """ "Saya bingung" reaches a human at once, with the question that was open."""
    return await confused(context)


def resume(context: Context) -> Step:
    """Ask the open question again."""
    return ask_message(context) if ConversationStateView(TALK)[TALK] == Step.MESSAGE else ask_topic(context)


def ask_topic(context: Context) -> Step:
    put(context, CallbackData(TALK, Step.TOPIC, ""), _("What do you need help with?"), topic_choices())
    return Step.TOPIC


async def take_topic(update: Update, context: Context) -> Step | int:
    if navigation_of(update) == BACK:
        return await leave(context)
    choice = match_choice(update, topic_choices())
    if choice is None and help_requests.carries_something(update.message):
        context.work.remember(TOPIC_OF, "other")
        return await take_message(update, context)
    if choice is None:
        explain_unrecognised(update, context, Takes.FOR_STAFF)
        return ask_topic(context)
    if choice.key == CONFUSED:
        return await confused(context)
    context.work.remember(TOPIC_OF, choice.key)
    return ask_message(context)


def ask_message(context: Context) -> Step:
    lines = [_("Write your message to staff."), _("You may also send a voice note or a photo.")]
    if context.work.mode is ReadingMode.DEAF:
        lines = [_("Write your message to staff."), _("You may also send a photo or a video with signs.")]
    put(context, CallbackData(TALK, Step.MESSAGE, ""), "\n".join(lines), short=lines[0])
    return Step.MESSAGE


async def take_message(update: Update, context: Context) -> Step | int:
    message = update.message
    if navigation_of(update) == BACK:
        return ask_topic(context)
    if message is None or not help_requests.carries_something(message):
        explain_unrecognised(update, context, Takes.FOR_STAFF)
        return ask_message(context)
    if not await help_requests.has_room(context):
        return await leave(context)
    if not await help_requests.may_be_fetched(context, message):
        return ask_message(context)
    kind = str(context.work.state.get(TOPIC_OF) or "other")
    context.work.remember(TOPIC_OF, None)
    request = await help_requests.keep(context, message, kind)
    return await say_kept(context, request)


async def leave(context: Context) -> int:
    """Back from the first question: to whatever was open before."""
    set_step(TALK, ConversationHandler.END)
    if not await repeat_question(context):
        show_menu(context, _("This is the menu."))
    return ConversationHandler.END


async def confused(context: Context) -> int:
    """Somebody does not know how to go on: staff hear where they stood."""
    set_step(TALK, ConversationHandler.END)
    if not await help_requests.has_room(context):
        return await leave(context)
    talk = open_conversation(context)
    where = f"{talk}:{ConversationStateView(talk)[talk]}" if talk else None
    request = await help_requests.file(context, CONFUSED, where)
    context.send(_("That is all right. A person will help you."))
    return await say_kept(context, request)


async def say_kept(context: Context, request: HelpRequest) -> int:
    """The reference, who answers, by when; then the question that was open before."""
    office = office_of(context)
    number = number_for(context.work.mode, request.reference)
    lines = [
        _("Your message is with our staff."),
        _("Number: {number}").format(number=number),
        _("Who answers: staff of {office}").format(office=office.short_name.in_(language())),
        _("The answer comes here, at the latest on {day}.").format(day=help_requests.day_of(context, request)),
    ]
    if context.work.mode is ReadingMode.DEAF:
        lines.append(_("We answer in writing only."))
    context.send("\n".join(lines), menu=True)
    set_step(TALK, ConversationHandler.END)
    await repeat_question(context)
    return ConversationHandler.END


async def returned_file(update: InternalEvent, context: Context) -> None:
    """What was sent for staff has been fetched; only a file that staff will not get is worth a word."""
    remark = update.body.get("remark")
    if waits(context, remark):
        return
    refusal = why_not_kept(remark, update.body.get("advice") or [], _("Your file"))
    if refusal is not None:
        works = _("A photo or a PDF, at most {most} MB.").format(most=LARGEST)
        lines = [_("We cannot pass your file on to staff."), refusal, works]
        context.send("\n".join(lines))


def topic_choices() -> list[Choice]:
    return choices(TALK, Step.TOPIC, *TOPICS, (CONFUSED, WORDS[Section.CONFUSED][0]))
