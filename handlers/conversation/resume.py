"""Find the conversation or the draft that waits, and ask its open question again."""

from telegram import Update

from handlers.conversation.buttons import CallbackData, Choice
from handlers.conversation.context import OPEN_TALKS, Context
from handlers.conversation.menu import show_menu
from handlers.conversation.persistent import set_step
from handlers.conversation.questions import END
from locales import N_
from locales import gettext as _

TALK, STEP = "go", "ON"
LABEL = N_("Continue")


def continue_choice(name: str) -> Choice:
    """Make the button "Continue" of a conversation."""
    return Choice(CallbackData(TALK, STEP, name), LABEL)


def open_conversation(context: Context) -> str | None:
    """Return the conversation that waits for an answer; of several the one that moved last."""
    return next(reversed(context.work.state.get(OPEN_TALKS, {})), None)


async def repeat_question(context: Context) -> bool:
    """Ask the open question again. False when nothing waits for an answer."""
    while (name := open_conversation(context)) is not None:
        if name not in context.registry:
            return False
        if await context.registry.resume(name, context):
            return True
    return False


async def back_to_open(context: Context, name: str) -> int:
    """End a conversation, and ask again what was open before it."""
    set_step(name, END)
    await repeat_question(context)
    return END


async def leave_talk(name: str, context: Context, _subject: object = None) -> int:
    """End a conversation by Back at its first question: ask what was open before it, or show the menu."""
    set_step(name, END)
    await repeat_or_menu(context)
    return END


async def repeat_or_menu(context: Context) -> None:
    """Ask the open question again; where nothing waits for an answer, show the menu."""
    if not await repeat_question(context):
        show_menu(context, _("This is the menu."))


def waiting_drafts(context: Context) -> list[str]:
    """Return the conversations with a draft that has an answer and was not sent yet."""
    return [form for form, draft in context.work.drafts.items() if form in context.registry and draft.answers]


def draft_waits(context: Context) -> str:
    """Describe the draft that would be continued: a registration, or the documents of one that was sent."""
    draft = context.registry[waiting_drafts(context)[0]].draft
    assert draft is not None
    return _(draft.waits)


async def go_on(name: str, update: Update, context: Context) -> None:
    """Continue a conversation by its button, if it is one that waits."""
    if name in waiting_drafts(context) or name in context.work.state.get(OPEN_TALKS, {}):
        await context.registry.resume(name, context)
    else:
        show_menu(context, _("There is nothing left to continue."))
