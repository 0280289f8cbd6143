"""Whose data are corrected, and which part of them; of a programme's questions, which answer."""

from collections.abc import Sequence
from typing import Any

from telegram import Update
from telegram.ext import ConversationHandler

from handlers.conversation.buttons import CallbackData, Choice, choices
from handlers.conversation.context import Context
from handlers.conversation.form import BACK, navigation_of, put
from handlers.conversation.match import explain_unrecognised, match_choice
from handlers.conversation.menu import show_menu
from handlers.mydata.correction.correction_state import (
    HELD,
    TALK,
    Matter,
    Step,
    asked_in,
    correctable,
    form_for,
    hold,
    matter_in_hand,
    parts_of,
    person_in_hand,
)
from handlers.mydata.correction.edit import ask_anew
from handlers.registration.review import about as line_about
from handlers.registration.review import counted
from handlers.status.person_choices import people_choices
from locales import gettext as _
from models.applications.overview import PersonOverview
from models.mydata.correction import DataPart


async def begin(update: Update, context: Context) -> Step | int:
    context.work.remember(HELD, None)
    found = await correctable(context)
    if not found:
        return nothing_here(context)
    return await ask_person(context, found) if len(found) > 1 else await with_person(context, found[0])


async def begin_again(context: Context) -> Step | int:
    found = await correctable(context)
    return await ask_person(context, found) if found else nothing_here(context)


def nothing_here(context: Context) -> int:
    context.work.remember(HELD, None)
    show_menu(context, _("There is nothing here that you may correct.") + "\n" + _("To ask staff, type /bantuan."))
    return ConversationHandler.END


def keep_answer(context: Context) -> int:
    context.work.remember(HELD, None)
    show_menu(context, _("All right. Nothing has changed."))
    return ConversationHandler.END


async def ask_person(context: Context, found: Sequence[PersonOverview]) -> Step:
    offered = people_choices(context, found, TALK, Step.PERSON)
    put(context, CallbackData(TALK, Step.PERSON, ""), _("Whose data shall be corrected?"), offered)
    return Step.PERSON


async def take_person(update: Update, context: Context) -> Step | int:
    if navigation_of(update) == BACK:
        return keep_answer(context)
    found = await correctable(context)
    choice = match_choice(update, people_choices(context, found, TALK, Step.PERSON))
    if choice is None:
        explain_unrecognised(update, context)
        return await begin_again(context)
    return await with_person(context, next(one for one in found if str(one.person.id) == choice.key))


async def with_person(context: Context, standing: PersonOverview) -> Step | int:
    context.work.remember(HELD, {"person": standing.person.id})
    return await ask_what(context, standing)


async def ask_what(context: Context, standing: PersonOverview) -> Step:
    text = _("What is wrong, or has changed?")
    put(context, CallbackData(TALK, Step.WHAT, ""), text, await what_choices(context, standing))
    return Step.WHAT


async def take_what(update: Update, context: Context) -> Any:
    standing = await person_in_hand(context)
    if standing is None:
        return await begin_again(context)
    if navigation_of(update) == BACK:
        return keep_answer(context)
    choice = match_choice(update, await what_choices(context, standing))
    if choice is None:
        explain_unrecognised(update, context)
        return await ask_what(context, standing)
    hold(context, about=choice.key, form=None)
    matter = await matter_in_hand(context)
    if matter is None:
        return await begin_again(context)
    return ask_answer(context, matter) if matter.part is DataPart.ANSWERS else ask_anew(context, matter)


async def what_choices(context: Context, standing: PersonOverview) -> list[Choice]:
    return choices(TALK, Step.WHAT, *((key, words[:40]) for key, words in await parts_of(context, standing)))


def ask_answer(context: Context, matter: Matter) -> Step:
    """Which of the answers to a programme's own questions; they are listed as on the card of registering."""
    form, offered = form_for(matter), answer_choices(context, matter)
    told = [line_about(form, one) for one in asked_in(context, matter)]
    listed = "\n\n" + "\n".join(counted(context, [f"{line.title}: {line.answer}" for line in told]))
    put(context, CallbackData(TALK, Step.ANSWER, ""), _("Which answer do you want to correct?"), offered, listed=listed)
    return Step.ANSWER


async def take_answer(update: Update, context: Context) -> Any:
    matter = await matter_in_hand(context)
    standing = await person_in_hand(context)
    if matter is None or standing is None:
        return await begin_again(context)
    if navigation_of(update) == BACK:
        return await ask_what(context, standing)
    choice = match_choice(update, answer_choices(context, matter))
    if choice is None:
        explain_unrecognised(update, context)
        return ask_answer(context, matter)
    hold(context, question=choice.key)
    return ask_anew(context, matter)


def answer_choices(context: Context, matter: Matter) -> list[Choice]:
    form = form_for(matter)
    return [
        Choice(
            CallbackData(TALK, Step.ANSWER, asked.key),
            _("Change answer {number}").format(number=number),
            (line_about(form, asked).title,),
        )
        for number, asked in enumerate(asked_in(context, matter), 1)
    ]
