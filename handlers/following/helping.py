"""/bantuan: a message for staff, kept with a reference; says who answers and by when.

/bantuan ─▶ TOPIC ─▶ MESSAGE ─▶ kept for staff ─▶ the question that was open before
              └──"saya bingung"──▲        Kembali goes back one question, /batal leaves from anywhere
"""

from enum import StrEnum

from telegram import Update
from telegram.ext import CommandHandler, ConversationHandler, MessageHandler

from handlers import for_staff
from handlers.asking.answers import Takes, misheard, picked
from handlers.asking.forms import BACK, put, way_of
from handlers.buttons import Choice, Press, choices
from handlers.context import Talk
from handlers.conversation import DurableConversation, PlaceInTalk, answers
from handlers.files_sent import LARGEST, waits, why_not_kept
from handlers.meeting.posters import office_of
from handlers.menu import WORDS, Said, Section, show_menu
from handlers.permission import OWN
from handlers.reception import resuming
from handlers.reception.returns import Return
from handlers.words import number_for
from locales import N_, language
from locales import gettext as _
from models.help import HelpRequest
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


def conversation() -> DurableConversation:
    return DurableConversation(
        TALK,
        rule=OWN,
        entry_points=[
            CommandHandler("bantuan", begin),
            CommandHandler("help", begin),
            MessageHandler(Said(Section.HELP), begin),
            MessageHandler(Said(Section.CONFUSED), begin_confused),
        ],
        states={
            Step.TOPIC: answers(TALK, Step.TOPIC, take_topic),
            Step.MESSAGE: answers(TALK, Step.MESSAGE, take_message),
        },
    )


async def begin(update: Update, context: Talk) -> Step:
    return ask_topic(context)


async def begin_confused(update: Update, context: Talk) -> int:
    """ "Saya bingung" reaches a human at once, with the question that was open."""
    return await confused(context)


def resume(context: Talk) -> Step:
    """Ask the open question again."""
    return ask_message(context) if PlaceInTalk(TALK)[TALK] == Step.MESSAGE else ask_topic(context)


def ask_topic(context: Talk) -> Step:
    put(context, Press(TALK, Step.TOPIC, ""), _("What do you need help with?"), topic_choices())
    return Step.TOPIC


async def take_topic(update: Update, context: Talk) -> Step | int:
    if way_of(update) == BACK:
        return await leave(context)
    choice = picked(update, topic_choices())
    if choice is None and for_staff.carries_something(update.message):
        context.work.remember(TOPIC_OF, "other")
        return await take_message(update, context)
    if choice is None:
        misheard(update, context, Takes.FOR_STAFF)
        return ask_topic(context)
    if choice.key == CONFUSED:
        return await confused(context)
    context.work.remember(TOPIC_OF, choice.key)
    return ask_message(context)


def ask_message(context: Talk) -> Step:
    lines = [_("Write your message to staff."), _("You may also send a voice note or a photo.")]
    if context.work.mode is ReadingMode.DEAF:
        lines = [_("Write your message to staff."), _("You may also send a photo or a video with signs.")]
    put(context, Press(TALK, Step.MESSAGE, ""), "\n".join(lines), short=lines[0])
    return Step.MESSAGE


async def take_message(update: Update, context: Talk) -> Step | int:
    message = update.message
    if way_of(update) == BACK:
        return ask_topic(context)
    if message is None or not for_staff.carries_something(message):
        misheard(update, context, Takes.FOR_STAFF)
        return ask_message(context)
    if not await for_staff.has_room(context):
        return await leave(context)
    if not await for_staff.may_be_fetched(context, message):
        return ask_message(context)
    kind = str(context.work.state.get(TOPIC_OF) or "other")
    context.work.remember(TOPIC_OF, None)
    request = await for_staff.keep(context, message, kind)
    return await say_kept(context, request)


async def leave(context: Talk) -> int:
    """Back from the first question: to whatever was open before."""
    resuming.settle(TALK, ConversationHandler.END)
    if not await resuming.reask(context):
        show_menu(context, _("This is the menu."))
    return ConversationHandler.END


async def confused(context: Talk) -> int:
    """Somebody does not know how to go on: staff hear where they stood."""
    resuming.settle(TALK, ConversationHandler.END)
    if not await for_staff.has_room(context):
        return await leave(context)
    talk = resuming.open_talk(context)
    where = f"{talk}:{PlaceInTalk(talk)[talk]}" if talk else None
    request = await for_staff.file(context, CONFUSED, where)
    context.say(_("That is all right. A person will help you."))
    return await say_kept(context, request)


async def say_kept(context: Talk, request: HelpRequest) -> int:
    """The reference, who answers, by when; then the question that was open before."""
    office = office_of(context)
    number = number_for(context.work.mode, request.reference)
    lines = [
        _("Your message is with our staff."),
        _("Number: {number}").format(number=number),
        _("Who answers: staff of {office}").format(office=office.short_name.in_(language())),
        _("The answer comes here, at the latest on {day}.").format(day=for_staff.day_of(context, request)),
    ]
    if context.work.mode is ReadingMode.DEAF:
        lines.append(_("We answer in writing only."))
    context.say("\n".join(lines), menu=True)
    resuming.settle(TALK, ConversationHandler.END)
    await resuming.reask(context)
    return ConversationHandler.END


async def returned_file(update: Return, context: Talk) -> None:
    """What was sent for staff has been fetched; only a file that staff will not get is worth a word."""
    remark = update.body.get("remark")
    if waits(context, remark):
        return
    refusal = why_not_kept(remark, update.body.get("advice") or [], _("Your file"))
    if refusal is not None:
        works = _("A photo or a PDF, at most {most} MB.").format(most=LARGEST)
        lines = [_("We cannot pass your file on to staff."), refusal, works]
        context.say("\n".join(lines))


def topic_choices() -> list[Choice]:
    return choices(TALK, Step.TOPIC, *TOPICS, (CONFUSED, WORDS[Section.CONFUSED][0]))
