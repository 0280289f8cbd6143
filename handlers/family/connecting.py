"""Asking to help somebody who is registered already: their own account is asked, if there is one.

begin ─▶ NAME ─▶ NUMBER ─▶ RELATION ─▶ SCOPE ─▶ asked, in the same words whether or not the number fits
                              └─▶ ORGANISATION ─▲
NAME and ORGANISATION only where nobody knows what they are called.                      /batal leaves from anywhere
"""

from enum import StrEnum
from typing import Any

from telegram import Update
from telegram.ext import ConversationHandler

from handlers.asking.answers import heard_name, misheard, picked, words_of
from handlers.asking.forms import BACK, put, way_of
from handlers.buttons import Choice, Press, choices
from handlers.context import Talk
from handlers.conversation import DurableConversation, PlaceInTalk, answers
from handlers.family.words import RELATIONS, is_named
from handlers.following.turned_away import turned_away
from handlers.menu import show_menu
from handlers.permission import On, Rule
from locales import N_
from locales import gettext as _
from models.applications.receipt import Receipt, read
from models.people import permission
from models.people.link import Relation, Scope

TALK = "connect"
CONNECTING = "connecting"
RULE = Rule(None, On.RECEIPT)


class Step(StrEnum):
    NAME = "NAME"
    NUMBER = "NUMBER"
    RELATION = "RELATION"
    ORGANISATION = "ORGANISATION"
    SCOPE = "SCOPE"


def conversation() -> DurableConversation:
    return DurableConversation(
        TALK,
        rule=RULE,
        entry_points=[],
        states={
            Step.NAME: answers(TALK, Step.NAME, take_name),
            Step.NUMBER: answers(TALK, Step.NUMBER, take_number),
            Step.RELATION: answers(TALK, Step.RELATION, take_relation),
            Step.ORGANISATION: answers(TALK, Step.ORGANISATION, take_organisation),
            Step.SCOPE: answers(TALK, Step.SCOPE, take_scope),
        },
    )


async def begin(context: Talk) -> Step:
    return ask_number(context) if await is_named(context, context.account) else ask_name(context)


def resume(context: Talk) -> Step:
    """Ask the open question again."""
    asks = {
        Step.NAME: ask_name,
        Step.NUMBER: ask_number,
        Step.RELATION: ask_relation,
        Step.ORGANISATION: ask_organisation,
        Step.SCOPE: ask_scope,
    }
    return asks[Step(PlaceInTalk(TALK)[TALK])](context)


def chosen(context: Talk) -> dict[str, Any]:
    return dict(context.work.state.get(CONNECTING) or {})


def ask_name(context: Talk) -> Step:
    lines = [_("What is your own name?"), _("The person reads it, to know who asks.")]
    put(context, Press(TALK, Step.NAME, ""), "\n".join(lines), ways=())
    return Step.NAME


async def take_name(update: Update, context: Talk) -> Step:
    words = words_of(update)
    if words is None:
        misheard(update, context)
        return ask_name(context)
    name = heard_name(words, update, context)
    if name is None:
        return ask_name(context)
    context.account.called = name
    return ask_number(context)


def ask_number(context: Talk) -> Step:
    lines = [_("What is the registration number of that person?"), _("For example: KT-2026-0412-G.")]
    put(context, Press(TALK, Step.NUMBER, ""), "\n".join(lines), ways=())
    return Step.NUMBER


async def take_number(update: Update, context: Talk) -> Step:
    words = words_of(update)
    if words is None:
        misheard(update, context)
        return ask_number(context)
    number = read(words)
    if not isinstance(number, Receipt):
        context.say(_("That number is not right yet. Please look at it again."))
        return ask_number(context)
    context.work.remember(CONNECTING, {"number": str(number)})
    return ask_relation(context)


def ask_relation(context: Talk) -> Step:
    put(context, Press(TALK, Step.RELATION, ""), _("Who is that person to you?"), relation_choices())
    return Step.RELATION


async def take_relation(update: Update, context: Talk) -> Step:
    if way_of(update) == BACK:
        return ask_number(context)
    choice = picked(update, relation_choices())
    if choice is None:
        misheard(update, context)
        return ask_relation(context)
    context.work.remember(CONNECTING, chosen(context) | {"relation": choice.key})
    is_unknown = choice.key == Relation.ORGANISATION and not context.account.organisation
    return ask_organisation(context) if is_unknown else ask_scope(context)


def ask_organisation(context: Talk) -> Step:
    lines = [_("What is the organisation called?"), _("The person reads it, to know who asks.")]
    put(context, Press(TALK, Step.ORGANISATION, ""), "\n".join(lines))
    return Step.ORGANISATION


async def take_organisation(update: Update, context: Talk) -> Step:
    if way_of(update) == BACK:
        return ask_relation(context)
    words = words_of(update)
    if words is None:
        misheard(update, context)
        return ask_organisation(context)
    name = heard_name(words, update, context)
    if name is None:
        return ask_organisation(context)
    context.account.organisation = name
    return ask_scope(context)


def ask_scope(context: Talk) -> Step:
    put(context, Press(TALK, Step.SCOPE, ""), _("How far do you want to help?"), scope_choices())
    return Step.SCOPE


async def take_scope(update: Update, context: Talk) -> Step | int:
    if way_of(update) == BACK:
        return ask_relation(context)
    choice = picked(update, scope_choices())
    if choice is None:
        misheard(update, context)
        return ask_scope(context)
    so_far = chosen(context)
    context.work.remember(CONNECTING, None)
    was_asked = await permission.ask_by_number(
        context.session,
        context.account,
        str(so_far.get("number")),
        relation=Relation(so_far.get("relation") or Relation.FAMILY),
        scope=Scope(choice.key),
        now=context.now,
    )
    lines = [
        _("If that person has an account here, we ask now."),
        _("You only hear of a yes. Without it nothing comes."),
        _("No account? Then come to the office together."),
    ]
    if not was_asked:
        lines = await turned_away(context)
    show_menu(context, "\n".join(lines))
    return ConversationHandler.END


def relation_choices() -> list[Choice]:
    return choices(TALK, Step.RELATION, *((relation.value, words) for relation, words in RELATIONS.items()))


def scope_choices() -> list[Choice]:
    return choices(
        TALK,
        Step.SCOPE,
        (Scope.STATUS, N_("See the status")),
        (Scope.REMIND, N_("Also get reminders")),
        (Scope.ACT, N_("Also complete the files")),
    )
