"""What the bot sorts by itself, in plain words, and objecting to it, from /data; a person of staff looks instead.

begin ─▶ PERSON ─▶ CHOICE ──no sorting──▶ marked, and staff are asked to look
                          └─sort again──▶ the mark is taken away        /batal leaves from anywhere
"""

from collections.abc import Sequence
from enum import StrEnum

from telegram import Update
from telegram.ext import ConversationHandler

from handlers.conversation.access import LINKED
from handlers.conversation.buttons import CallbackData, Choice, choices
from handlers.conversation.context import Context
from handlers.conversation.form import BACK, navigation_of, put
from handlers.conversation.match import explain_unrecognised, match_choice
from handlers.conversation.menu import show_menu
from handlers.conversation.persistent import ConversationStateView
from handlers.conversation.registry import Conversation
from handlers.family import telling
from handlers.following.people import people_choices
from handlers.mydata import asking
from locales import N_
from locales import gettext as _
from locales.times import date_words
from models.applications.standing import Standing
from models.mydata import sorting
from models.mydata.request import Right

TALK = "sorting"
HELD = "sorting"
OFF, ON, NOTHING = "off", "on", "nothing"


class Step(StrEnum):
    PERSON = "PERSON"
    CHOICE = "CHOICE"


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=LINKED,
        begin=begin,
        resume=resume,
        take={Step.PERSON: take_person, Step.CHOICE: take_choice},
    )


async def begin(update: Update, context: Context) -> Step | int:
    context.say("\n".join(explained()))
    return await ask_first(context)


def explained() -> list[str]:
    return [
        _("The bot sorts two things by itself."),
        _("Programmes whose conditions fit are shown first."),
        _("A waiting list goes by the day a file is complete."),
        _("The bot never decides. An officer decides."),
    ]


async def resume(context: Context) -> Step | int:
    """Ask the open question again."""
    found = await in_hand(context)
    return (
        ask_choice(context, found)
        if found and ConversationStateView(TALK)[TALK] == Step.CHOICE
        else await ask_first(context)
    )


async def ask_first(context: Context) -> Step | int:
    found = await asking.decided_by(context)
    if not found:
        show_menu(context, _("There is nobody here for whom you may decide this."))
        return ConversationHandler.END
    return ask_person(context, found) if len(found) > 1 else with_person(context, found[0])


async def in_hand(context: Context) -> Standing | None:
    return next(
        (one for one in await asking.decided_by(context) if one.person.id == context.work.state.get(HELD)), None
    )


def ask_person(context: Context, found: Sequence[Standing]) -> Step:
    offered = people_choices(context, found, TALK, Step.PERSON)
    put(context, CallbackData(TALK, Step.PERSON, ""), _("Who is it about?"), offered)
    return Step.PERSON


async def take_person(update: Update, context: Context) -> Step | int:
    if navigation_of(update) == BACK:
        return let_be(context)
    found = await asking.decided_by(context)
    choice = match_choice(update, people_choices(context, found, TALK, Step.PERSON))
    if choice is None:
        explain_unrecognised(update, context)
        return await ask_first(context)
    return with_person(context, next(one for one in found if str(one.person.id) == choice.key))


def with_person(context: Context, standing: Standing) -> Step:
    context.work.remember(HELD, standing.person.id)
    return ask_choice(context, standing)


def ask_choice(context: Context, standing: Standing) -> Step:
    since = standing.person.unsorted_since
    if since is None:
        lines = [_("You may say no to this sorting."), _("Then you see all programmes in plain order.")]
        lines.append(_("And a person of our staff looks."))
    else:
        day = date_words(context.reference.day_in(standing.person.regency, since))
        lines = [_("No sorting by the bot since {day}.").format(day=day)]
    put(context, CallbackData(TALK, Step.CHOICE, ""), "\n".join(lines), sorting_choices(is_off=since is not None))
    return Step.CHOICE


async def take_choice(update: Update, context: Context) -> Step | int:
    standing = await in_hand(context)
    if standing is None:
        return await ask_first(context)
    choice = match_choice(update, sorting_choices(is_off=standing.person.unsorted_since is not None))
    if choice is None and navigation_of(update) != BACK:
        explain_unrecognised(update, context)
        return ask_choice(context, standing)
    if choice is None or choice.key == NOTHING:
        return let_be(context)
    await (object_to(context, standing) if choice.key == OFF else allow_again(context, standing))
    context.work.remember(HELD, None)
    return ConversationHandler.END


async def object_to(context: Context, standing: Standing) -> None:
    await sorting.object_to(context.session, standing.person, by=context.account.id, now=context.now)
    await telling.used(context, standing.link, standing.person, telling.UNSORTED)
    context.say(_("All right. The bot no longer sorts for it."))
    await asking.ask_staff(context, standing.person, Right.LOOK)


async def allow_again(context: Context, standing: Standing) -> None:
    await sorting.allow_again(context.session, standing.person, by=context.account.id, now=context.now)
    await telling.used(context, standing.link, standing.person, telling.SORTED)
    show_menu(context, _("All right. The bot sorts again."))


def let_be(context: Context) -> int:
    context.work.remember(HELD, None)
    show_menu(context, _("All right. Nothing has changed."))
    return ConversationHandler.END


def sorting_choices(*, is_off: bool = False) -> list[Choice]:
    first = (ON, N_("The bot may sort again")) if is_off else (OFF, N_("No sorting, a person looks"))
    return choices(TALK, Step.CHOICE, first, (NOTHING, N_("Leave it as it is")))
