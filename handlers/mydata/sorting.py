"""What the bot sorts by itself, in plain words, and objecting to it, from /data; a person of staff looks instead.

begin ─▶ PERSON ─▶ CHOICE ──no sorting──▶ marked, and staff are asked to look
                          └─sort again──▶ the mark is taken away        /batal leaves from anywhere
"""

from collections.abc import Sequence
from enum import StrEnum

from telegram import Update
from telegram.ext import ConversationHandler

from handlers.asking.answers import misheard, picked
from handlers.asking.forms import BACK, put, way_of
from handlers.buttons import Choice, Press, choices
from handlers.context import Talk
from handlers.conversation import DurableConversation, PlaceInTalk, answers
from handlers.family import telling
from handlers.following.people import people_choices
from handlers.menu import show_menu
from handlers.mydata import asking
from handlers.permission import LINKED
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


def conversation() -> DurableConversation:
    return DurableConversation(
        TALK,
        rule=LINKED,
        entry_points=[],
        states={
            Step.PERSON: answers(TALK, Step.PERSON, take_person),
            Step.CHOICE: answers(TALK, Step.CHOICE, take_choice),
        },
    )


async def begin(update: Update, context: Talk) -> Step | int:
    context.say("\n".join(explained()))
    return await ask_first(context)


def explained() -> list[str]:
    return [
        _("The bot sorts two things by itself."),
        _("Programmes whose conditions fit are shown first."),
        _("A waiting list goes by the day a file is complete."),
        _("The bot never decides. An officer decides."),
    ]


async def resume(context: Talk) -> Step | int:
    """Ask the open question again."""
    found = await in_hand(context)
    return ask_choice(context, found) if found and PlaceInTalk(TALK)[TALK] == Step.CHOICE else await ask_first(context)


async def ask_first(context: Talk) -> Step | int:
    found = await asking.decided_by(context)
    if not found:
        show_menu(context, _("There is nobody here for whom you may decide this."))
        return ConversationHandler.END
    return ask_person(context, found) if len(found) > 1 else with_person(context, found[0])


async def in_hand(context: Talk) -> Standing | None:
    return next(
        (one for one in await asking.decided_by(context) if one.person.id == context.work.state.get(HELD)), None
    )


def ask_person(context: Talk, found: Sequence[Standing]) -> Step:
    offered = people_choices(context, found, TALK, Step.PERSON)
    put(context, Press(TALK, Step.PERSON, ""), _("Who is it about?"), offered)
    return Step.PERSON


async def take_person(update: Update, context: Talk) -> Step | int:
    if way_of(update) == BACK:
        return let_be(context)
    found = await asking.decided_by(context)
    choice = picked(update, people_choices(context, found, TALK, Step.PERSON))
    if choice is None:
        misheard(update, context)
        return await ask_first(context)
    return with_person(context, next(one for one in found if str(one.person.id) == choice.key))


def with_person(context: Talk, standing: Standing) -> Step:
    context.work.remember(HELD, standing.person.id)
    return ask_choice(context, standing)


def ask_choice(context: Talk, standing: Standing) -> Step:
    since = standing.person.unsorted_since
    if since is None:
        lines = [_("You may say no to this sorting."), _("Then you see all programmes in plain order.")]
        lines.append(_("And a person of our staff looks."))
    else:
        day = date_words(context.desk.day_in(standing.person.regency, since))
        lines = [_("No sorting by the bot since {day}.").format(day=day)]
    put(context, Press(TALK, Step.CHOICE, ""), "\n".join(lines), sorting_choices(is_off=since is not None))
    return Step.CHOICE


async def take_choice(update: Update, context: Talk) -> Step | int:
    standing = await in_hand(context)
    if standing is None:
        return await ask_first(context)
    choice = picked(update, sorting_choices(is_off=standing.person.unsorted_since is not None))
    if choice is None and way_of(update) != BACK:
        misheard(update, context)
        return ask_choice(context, standing)
    if choice is None or choice.key == NOTHING:
        return let_be(context)
    await (object_to(context, standing) if choice.key == OFF else allow_again(context, standing))
    context.work.remember(HELD, None)
    return ConversationHandler.END


async def object_to(context: Talk, standing: Standing) -> None:
    await sorting.object_to(context.session, standing.person, by=context.account.id, now=context.now)
    await telling.used(context, standing.link, standing.person, telling.UNSORTED)
    context.say(_("All right. The bot no longer sorts for it."))
    await asking.ask_staff(context, standing.person, Right.LOOK)


async def allow_again(context: Talk, standing: Standing) -> None:
    await sorting.allow_again(context.session, standing.person, by=context.account.id, now=context.now)
    await telling.used(context, standing.link, standing.person, telling.SORTED)
    show_menu(context, _("All right. The bot sorts again."))


def let_be(context: Talk) -> int:
    context.work.remember(HELD, None)
    show_menu(context, _("All right. Nothing has changed."))
    return ConversationHandler.END


def sorting_choices(*, is_off: bool = False) -> list[Choice]:
    first = (ON, N_("The bot may sort again")) if is_off else (OFF, N_("No sorting, a person looks"))
    return choices(TALK, Step.CHOICE, first, (NOTHING, N_("Leave it as it is")))
