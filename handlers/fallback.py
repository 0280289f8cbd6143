"""Answer what no conversation waits for: a command without its slash, "Continue", something for staff, or help."""

from telegram import Update

from handlers import help_requests
from handlers.conversation.context import Context, UnitOfWork
from handlers.conversation.form import BACK, navigation_of, says
from handlers.conversation.match import describe_content, words_of
from handlers.conversation.meanings import offer_matter, offer_to_staff
from handlers.conversation.menu import is_quoted, show_menu
from handlers.conversation.resume import LABEL, open_conversation, repeat_or_menu, repeat_question, waiting_drafts
from locales import gettext as _
from models.messaging.outbox import APOLOGY
from models.plain_words import plain


def apologise(work: UnitOfWork) -> None:
    """Tell a person that their message failed three times and was dead-lettered."""
    lines = [
        _("Sorry, something went wrong on our side."),
        _("Your last message was not processed. The mistake is on record."),
        _("Your earlier answers are safe. Please try again, or type /tanya."),
    ]
    work.send("\n".join(lines), reference=APOLOGY)


async def handle_unmatched(update: Update, context: Context) -> None:
    """Offer what the message may mean, or staff, or name its content; then ask the open question again."""
    if open_conversation(context) is None and await named_command(update, context):
        return
    if says(update, LABEL) and (waiting := waiting_drafts(context)):
        await context.registry.resume(waiting[0], context)
        return
    if navigation_of(update) == BACK and open_conversation(context) is None:
        show_menu(context, _("This is the menu."))
        return
    if await help_requests.keep_unmatched(update, context):
        await repeat_question(context)
        return
    if open_conversation(context) is None:
        if not offer_matter(update, context):
            offer_staff_or_menu(update, context)
        return
    if not offer_matter(update, context):
        context.send(no_such_command(update) or describe_content(update.message))
    await repeat_or_menu(context)


def offer_staff_or_menu(update: Update, context: Context) -> None:
    """Offer to send words to staff; name any other content, with the menu."""
    if no_such_command(update) or not offer_to_staff(update, context):
        show_menu(context, what_came_unasked(update))


async def named_command(update: Update, context: Context) -> bool:
    """Begin /lengkapi by "lengkapi", where nothing else waits for words; not in quotes."""
    words = words_of(update)
    if words is None or update.message is None or is_quoted((update.message.text or "").strip()):
        return False
    return await context.registry.begin_named(plain(words), update, context)


def no_such_command(update: Update) -> str | None:
    is_command = update.message is not None and (update.message.text or "").startswith("/")
    return _("There is no such command.") if is_command else None


def what_came_unasked(update: Update) -> str:
    """Name kindly a message that no question had asked for."""
    if update.message is None:
        return describe_content(None)
    if (unknown := no_such_command(update)) is not None:
        return unknown
    lines = [_("The bot does not know what this file is for."), _("To send papers, type /lengkapi.")]
    return "\n".join([*lines, _("To write to staff, type /tanya.")])


async def failed(update: object, context: Context) -> None:
    """Keep the first exception: the library swallows it and goes on with the next group of handlers."""
    if isinstance(context.error, Exception) and context.work.failure is None:
        context.work.failure = context.error
