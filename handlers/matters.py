"""Follow the buttons under "Do you mean this?": a command, programmes, a stored answer, or the words go to staff.

GO ─▶ the target of the matter      COMMAND, PROGRAMME ─▶ what is below it      SEND ─▶ the kept words, to staff
"""

from telegram import Update

from handlers import help_requests
from handlers.conversation.access import OWN
from handlers.conversation.buttons import CallbackData, Choice
from handlers.conversation.context import OPEN_TALKS, Context
from handlers.conversation.follow_ups import offer
from handlers.conversation.meanings import COMMAND, GO, PROGRAMME, SEND, TALK, UNSENT, answer
from handlers.conversation.registry import Conversation
from handlers.conversation.resume import repeat_or_menu, repeat_question
from handlers.programmes import browse
from locales import gettext as _
from locales import language
from models.help_request import HelpMessage
from models.matters.matter_file import MatterEntry
from models.programmes.programme_file import Programme

KIND = "other"
"""The kind of a request that was sent as it was typed."""


def conversation() -> Conversation:
    routes = {GO: go, COMMAND: begin_command, PROGRAMME: show_programme, SEND: send}
    return Conversation(name=TALK, access=OWN, routes=routes)


async def go(key: str, update: Update, context: Context) -> None:
    """Lead to the target of a matter; the open question is asked again where nothing else was begun."""
    matter = context.reference.catalogue.matters.get(key)
    if matter is None:
        await repeat_or_menu(context)
    elif matter.answer is not None:
        answer(context, matter)
        await repeat_question(context)
    elif matter.command is not None:
        await begin_command(matter.command, update, context)
    elif matter.group is not None:
        await context.registry[browse.TALK].start(context, browse.open_group, context, matter.group)
    else:
        await show_programmes(context, programmes_of(context, matter), update)


def programmes_of(context: Context, matter: MatterEntry) -> list[Programme]:
    """Return the programmes that a matter names, or in which its skill is taught."""
    wanted = matter.programmes or ()
    return [
        programme
        for programme in context.reference.catalogue
        if programme.key in wanted or (matter.skill and matter.skill in {skill.key for skill in programme.skills})
    ]


async def show_programmes(context: Context, programmes: list[Programme], update: Update) -> None:
    """Show the one programme, or offer all of them."""
    if len(programmes) == 1:
        await show_programme(programmes[0].key, update, context)
        return
    choices = [Choice(CallbackData(TALK, PROGRAMME, one.key), one.short_name.in_(language())) for one in programmes]
    is_free = not context.work.state.get(OPEN_TALKS)
    offer(context, _("Which programme do you want to read about?"), choices, numbered_choices=is_free)
    await repeat_question(context)


async def show_programme(key: str, update: Update, context: Context) -> None:
    await context.registry[browse.TALK].start(context, browse.open_programme, context, key)


async def begin_command(name: str, update: Update, context: Context) -> None:
    if not await context.registry.begin_named(name, update, context):
        await repeat_or_menu(context)


async def send(key: str, update: Update, context: Context) -> None:
    """Send the kept words of a message to staff; where they are gone, ask for the message again."""
    kept = context.work.state.get(UNSENT)
    if not kept or str(kept[0]) != key:
        await begin_command("tanya", update, context)
        return
    if await help_requests.has_room(context):
        request = await help_requests.file(context, HelpMessage(KIND, kept[1], message_id=kept[0]))
        help_requests.say_kept(context, request)
        context.work.remember(UNSENT, None)
    await repeat_question(context)
