"""Whatever no conversation waited for: help instead of silence, and an honest word when we failed."""

from collections.abc import Awaitable, Callable

from telegram import Update

from handlers import for_staff
from handlers.asking.answers import what_came, words_of
from handlers.asking.forms import BACK, way_of
from handlers.buttons import plain
from handlers.context import Talk, Work
from handlers.menu import show_menu
from handlers.reception import resuming
from locales import gettext as _
from locales import in_every_language
from models.post.outbox import APOLOGY


def apologise(work: Work) -> None:
    """After three failures of our own: the person hears it from us."""
    work.say(
        _("Sorry, something went wrong on our side.")
        + "\n"
        + _("Your last message was not processed. Our staff have been told.")
        + "\n"
        + _("Your earlier answers are safe. Please try again, or type /bantuan."),
        reference=APOLOGY,
    )


async def stray(update: Update, context: Talk) -> None:
    """Say what came, then ask the open question again, or show the menu."""
    if resuming.open_talk(context) is None and await named_command(update, context):
        return
    if wants_to_go_on(update) and (waiting := resuming.drafted(context)):
        await resuming.resume(waiting[0], context)
        return
    if way_of(update) == BACK and resuming.open_talk(context) is None:
        show_menu(context, _("This is the menu."))
        return
    if await for_staff.keep_stray(update, context):
        await resuming.reask(context)
        return
    if resuming.open_talk(context) is None:
        show_menu(context, what_came_unasked(update))
        return
    context.say(no_such_command(update) or what_came(update.message))
    if not await resuming.reask(context):
        show_menu(context, _("This is the menu."))


async def named_command(update: Update, context: Talk) -> bool:
    """ "lengkapi" without its stroke means /lengkapi, where nothing else waits for words."""
    meant = commands().get(plain(words_of(update) or ""))
    if meant is None:
        return False
    talk, begin = meant
    resuming.settle(talk, await begin(update, context))
    return True


def commands() -> dict[str, tuple[str, Callable[[Update, Talk], Awaitable[object]]]]:
    """The commands that are no words of the menu. Looked up when needed: talks are many."""
    from handlers import completing
    from handlers.completing.begin import start
    from handlers.meeting import settings

    return {
        "lengkapi": (completing.TALK, start),
        "bahasa": (settings.TALK, settings.begin_language),
        "akses": (settings.TALK, settings.begin_mode),
    }


def wants_to_go_on(update: Update) -> bool:
    typed = plain(words_of(update) or "")
    return typed in {plain(form) for form in in_every_language(resuming.LABEL)}


def no_such_command(update: Update) -> str | None:
    is_command = update.message is not None and (update.message.text or "").startswith("/")
    return _("There is no such command.") if is_command else None


def what_came_unasked(update: Update) -> str:
    """A kind sentence about something that nothing had asked for."""
    if update.message is None:
        return what_came(None)
    if words_of(update) is not None:
        return no_such_command(update) or _("I did not understand that message.")
    lines = [_("I do not know what this is for."), _("To send papers, type /lengkapi.")]
    return "\n".join([*lines, _("To send something to staff, type /bantuan.")])


async def failed(update: object, context: Talk) -> None:
    """The library swallows what a handler raises and asks the next group; the turn must know the first."""
    if isinstance(context.error, Exception) and context.work.failure is None:
        context.work.failure = context.error
