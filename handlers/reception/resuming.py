"""Going on: which talks can be taken up again, and the question that one of them waits for.

Each talk that can be left in the middle provides `resume(context)`: it asks its open question and returns the step.
"""

from collections.abc import Callable
from inspect import isawaitable
from typing import Any

from telegram import Update
from telegram.ext import ConversationHandler

from handlers.buttons import Choice, Press
from handlers.context import OPEN_TALKS, Talk
from handlers.conversation import PlaceInTalk
from handlers.menu import show_menu
from locales import N_
from locales import gettext as _
from models.applications.application import Application
from models.applications.draft import FOR_SOMEBODY

TALK, STEP = "go", "ON"
REGISTER, COMPLETE = "register", "complete"
LABEL = N_("Continue")


def talks() -> dict[str, Callable[[Talk], Any]]:
    """Every talk that can be resumed. Looked up when needed, because the talks themselves offer to resume others."""
    from handlers import completing, registering
    from handlers.completing import assisted as at_counter
    from handlers.counter import capacity, finding, leaving, new_code, new_phone, printing, revealing, witnessing
    from handlers.departing import asking as departing
    from handlers.family import answering, asking, connecting
    from handlers.following import checking, helping, status
    from handlers.meeting import settings, start
    from handlers.mydata import answering as data_answering
    from handlers.mydata import consents, correcting, erasing, sorting
    from handlers.registering import assisted
    from handlers.staff import colleagues, inviting, joining, trying

    return {
        start.TALK: start.resume,
        registering.TALK: registering.resume,
        completing.TALK: completing.resume,
        assisted.TALK: assisted.resume,
        at_counter.TALK: at_counter.resume,
        status.TALK: status.resume,
        checking.TALK: checking.resume,
        correcting.TALK: correcting.resume,
        consents.TALK: consents.resume,
        sorting.TALK: sorting.resume,
        erasing.TALK: erasing.resume,
        helping.TALK: helping.resume,
        settings.TALK: settings.resume,
        departing.TALK: departing.resume,
        asking.TALK: asking.resume,
        answering.TALK: answering.resume,
        connecting.TALK: connecting.resume,
        joining.TALK: joining.resume,
        finding.TALK: finding.resume,
        revealing.TALK: revealing.resume,
        witnessing.TALK: witnessing.resume,
        leaving.TALK: leaving.resume,
        new_phone.TALK: new_phone.resume,
        new_code.TALK: new_code.resume,
        capacity.TALK: capacity.resume,
        printing.TALK: printing.resume,
        data_answering.TALK: data_answering.resume,
        inviting.TALK: inviting.resume,
        colleagues.TALK: colleagues.resume,
        trying.TALK: trying.resume,
    }


def choice(talk: str) -> Choice:
    """The button "Continue" of a talk."""
    return Choice(Press(TALK, STEP, talk), LABEL)


def open_talk(context: Talk) -> str | None:
    """The talk that waits for an answer; of several the one that moved last."""
    return next(reversed(context.work.state.get(OPEN_TALKS, {})), None)


async def reask(context: Talk) -> bool:
    """Ask the open question again. False when nothing waits for an answer."""
    while (talk := open_talk(context)) is not None:
        if talk not in talks():
            return False
        if await resume(talk, context):
            return True
    return False


async def resume(talk: str, context: Talk) -> bool:
    """Take a talk up where it was left; the next words are its answer. False when it had nothing to ask."""
    step = talks()[talk](context)
    settle(talk, step := await step if isawaitable(step) else step)
    return step is not None and step != ConversationHandler.END


def drafted(context: Talk) -> list[str]:
    """Talks with a draft that holds an answer and was not sent yet."""
    return [form for form, draft in context.work.drafts.items() if form in talks() and draft.answers]


def unfinished(context: Talk) -> str:
    """What lies in the draft that would be taken up: a registration, or the papers of one that was sent."""
    if drafted(context)[:1] == [REGISTER]:
        return _("You have a registration that is not sent yet.")
    if drafted(context)[:1] == [REGISTER + FOR_SOMEBODY]:
        return _("A registration of somebody else is not sent yet.")
    if drafted(context)[:1] == [COMPLETE + FOR_SOMEBODY]:
        return _("A file of somebody else is not complete yet.")
    return _("A file of yours is not complete yet.")


async def go_on(talk: str, update: Update, context: Talk) -> None:
    """The button "Continue" of a talk, if it is one that we know."""
    if talk in drafted(context) or talk in context.work.state.get(OPEN_TALKS, {}):
        await resume(talk, context)
    else:
        show_menu(context, _("There is nothing left to continue."))


async def register(update: Update, context: Talk) -> None:
    """ "Daftar program", tapped or typed: the same as /daftar."""
    from handlers import registering

    settle(REGISTER, await registering.begin(update, context))


def settle(talk: str, step: object) -> None:
    """Put a talk where a callback that was called from outside of it says."""
    place = PlaceInTalk(talk)
    if step is not None and step != ConversationHandler.END:
        place[talk] = step
    elif talk in place:
        del place[talk]


async def complete(context: Talk, application: Application) -> None:
    """Begin to complete one file."""
    from handlers import completing

    await completing.open_file(context, application.id or 0)
