"""Erasing one's data, from /data: what goes, what stays and why is said first.

begin ──one person──▶ SURE ──yes──▶ erased           └──took part──▶ kept until a day; a person of staff looks
  └──several──▶ PERSON ─▲ └──no──▶ nothing changes                           /batal leaves from anywhere
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
from locales.times import day_words
from models.applications.standing import Standing
from models.mydata.keeping import KeptFile, must_stay
from models.mydata.request import Right
from models.people.erasure import erase
from models.people.link import Relation

TALK = "erase"
WHOM = "erase_person"
YES, NO = "yes", "no"


class Step(StrEnum):
    PERSON = "PERSON"
    SURE = "SURE"


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=LINKED,
        begin=begin,
        resume=resume,
        take={Step.PERSON: take_person, Step.SURE: take_sure},
    )


async def begin(update: Update, context: Context) -> Step | int:
    found = await asking.decided_by(context)
    if not found:
        show_menu(context, _("There is nothing here that you may erase.") + "\n" + _("To ask staff, type /bantuan."))
        return ConversationHandler.END
    return ask_person(context, found) if len(found) > 1 else await weigh(context, found[0])


async def resume(context: Context) -> Step | int:
    """Ask the open question again."""
    found = await asking.decided_by(context)
    chosen = one_of(found, context.work.state.get(WHOM))
    if ConversationStateView(TALK)[TALK] == Step.SURE and chosen:
        return ask_sure(context, chosen)
    return ask_person(context, found) if found else ConversationHandler.END


def one_of(found: Sequence[Standing], person_id: object) -> Standing | None:
    return next((one for one in found if one.person.id == person_id), None)


def ask_person(context: Context, found: Sequence[Standing]) -> Step:
    put(
        context,
        CallbackData(TALK, Step.PERSON, ""),
        _("Whose data shall be erased?"),
        people_choices(context, found, TALK, Step.PERSON),
    )
    return Step.PERSON


async def take_person(update: Update, context: Context) -> Step | int:
    if navigation_of(update) == BACK:
        return let_be(context)
    found = await asking.decided_by(context)
    choice = match_choice(update, people_choices(context, found, TALK, Step.PERSON))
    if choice is None:
        explain_unrecognised(update, context)
        return ask_person(context, found)
    return await weigh(context, next(one for one in found if str(one.person.id) == choice.key))


async def kept_files(context: Context, standing: Standing) -> list[KeptFile]:
    """What speaks against erasing this person now."""
    retention = context.reference.catalogue.office.retention
    return await must_stay(context.session, standing.person.id or 0, retention, context.now)


async def weigh(context: Context, standing: Standing) -> Step | int:
    """Who took part is kept for a while, and told why and until when; anybody else is asked whether they are sure."""
    kept = await kept_files(context, standing)
    if not kept:
        context.work.remember(WHOM, standing.person.id)
        return ask_sure(context, standing)
    region = context.reference.catalogue.office[kept[-1].application.office].region
    day = context.reference.day_in(region, max(one.until for one in kept if one.until))
    lines = [
        _("These data must stay until {day}.").format(day=day_words(day)),
        _("Why: somebody took part, and the office must prove it."),
        _("A person of our staff looks at your wish."),
    ]
    context.say("\n".join(lines))
    await asking.ask_staff(context, standing.person, Right.ERASE)
    return ConversationHandler.END


def ask_sure(context: Context, standing: Standing) -> Step:
    is_self = standing.link.relation is Relation.SELF
    lines = [
        _("Your own data will be erased.")
        if is_self
        else _("The data of {name} will be erased.").format(name=standing.person.name),
        _("This goes: name, birth date, address, phone number, NIK."),
        _("Also the answers and the papers."),
        _("This stays, without a name: number, programme, stage, dates."),
        _("An open registration is cancelled."),
        _("It cannot be undone. Erase now?"),
    ]
    put(context, CallbackData(TALK, Step.SURE, ""), "\n".join(lines), sure_choices())
    return Step.SURE


async def take_sure(update: Update, context: Context) -> Step | int:
    chosen = one_of(await asking.decided_by(context), context.work.state.get(WHOM))
    if chosen is None:
        show_menu(context, _("That can no longer be done."))
        return ConversationHandler.END
    choice = match_choice(update, sure_choices())
    if choice is None and navigation_of(update) != BACK:
        explain_unrecognised(update, context)
        return ask_sure(context, chosen)
    if choice is None or choice.key == NO:
        return let_be(context)
    if await kept_files(context, chosen):
        return await weigh(context, chosen)  # an officer has decided meanwhile
    await telling.used(context, chosen.link, chosen.person, telling.ERASED)
    await erase(context.session, chosen.person.id or 0, by=context.account.id, now=context.now)
    context.work.state.clear()  # what was offered and asked before may name the person
    context.work.drafts.clear()
    context.work.state_changed = True
    show_menu(context, _("The data are erased.") + "\n" + _("The messages in this chat you can delete yourself."))
    return ConversationHandler.END


def let_be(context: Context) -> int:
    context.work.remember(WHOM, None)
    show_menu(context, _("All right. Nothing has changed."))
    return ConversationHandler.END


def sure_choices() -> list[Choice]:
    return choices(TALK, Step.SURE, (YES, N_("Yes, erase")), (NO, N_("No, keep them")))
