"""Asking to help somebody who is registered already: their own account is asked, if there is one.

begin ─▶ NAME ─▶ NUMBER ─▶ RELATION ─▶ SCOPE ─▶ asked, in the same words whether or not the number fits
                              └─▶ ORGANISATION ─▲
NAME and ORGANISATION only where nobody knows what they are called.                      /batal leaves from anywhere
"""

from enum import StrEnum
from typing import Any

from telegram import Update
from telegram.ext import ConversationHandler

from handlers.conversation.access import AccessRule, Resource
from handlers.conversation.buttons import CallbackData, Choice, choices
from handlers.conversation.context import Context
from handlers.conversation.form import BACK, navigation_of, put
from handlers.conversation.match import explain_unrecognised, heard_name, match_choice, words_of
from handlers.conversation.menu import show_menu
from handlers.conversation.persistent import ConversationStateView
from handlers.conversation.registry import Conversation
from handlers.wording.caregiver_text import RELATIONS, is_named
from handlers.wording.lockout_text import turned_away
from locales import N_
from locales import gettext as _
from models.applications.receipt import Receipt, read
from models.people import permission
from models.people.link import Relation, Scope

TALK = "connect"
CONNECTING = "connecting"
RULE = AccessRule(None, Resource.RECEIPT)


class Step(StrEnum):
    NAME = "NAME"
    NUMBER = "NUMBER"
    RELATION = "RELATION"
    ORGANISATION = "ORGANISATION"
    SCOPE = "SCOPE"


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=RULE,
        resume=resume,
        take={
            Step.NAME: take_name,
            Step.NUMBER: take_number,
            Step.RELATION: take_relation,
            Step.ORGANISATION: take_organisation,
            Step.SCOPE: take_scope,
        },
    )


async def begin(context: Context) -> Step:
    return ask_number(context) if await is_named(context, context.account) else ask_name(context)


def resume(context: Context) -> Step:
    """Ask the open question again."""
    asks = {
        Step.NAME: ask_name,
        Step.NUMBER: ask_number,
        Step.RELATION: ask_relation,
        Step.ORGANISATION: ask_organisation,
        Step.SCOPE: ask_scope,
    }
    return asks[Step(ConversationStateView(TALK)[TALK])](context)


def chosen(context: Context) -> dict[str, Any]:
    return dict(context.work.state.get(CONNECTING) or {})


def ask_name(context: Context) -> Step:
    lines = [_("What is your own name?"), _("The person reads it, to know who asks.")]
    put(context, CallbackData(TALK, Step.NAME, ""), "\n".join(lines), ways=())
    return Step.NAME


async def take_name(update: Update, context: Context) -> Step:
    words = words_of(update)
    if words is None:
        explain_unrecognised(update, context)
        return ask_name(context)
    name = heard_name(words, update, context)
    if name is None:
        return ask_name(context)
    context.account.called = name
    return ask_number(context)


def ask_number(context: Context) -> Step:
    lines = [_("What is the registration number of that person?"), _("For example: KT-2026-0412-G.")]
    put(context, CallbackData(TALK, Step.NUMBER, ""), "\n".join(lines), ways=())
    return Step.NUMBER


async def take_number(update: Update, context: Context) -> Step:
    words = words_of(update)
    if words is None:
        explain_unrecognised(update, context)
        return ask_number(context)
    number = read(words)
    if not isinstance(number, Receipt):
        context.send(_("That number is not right yet. Please look at it again."))
        return ask_number(context)
    context.work.remember(CONNECTING, {"number": str(number)})
    return ask_relation(context)


def ask_relation(context: Context) -> Step:
    put(context, CallbackData(TALK, Step.RELATION, ""), _("Who is that person to you?"), relation_choices())
    return Step.RELATION


async def take_relation(update: Update, context: Context) -> Step:
    if navigation_of(update) == BACK:
        return ask_number(context)
    choice = match_choice(update, relation_choices())
    if choice is None:
        explain_unrecognised(update, context)
        return ask_relation(context)
    context.work.remember(CONNECTING, chosen(context) | {"relation": choice.key})
    is_unknown = choice.key == Relation.ORGANISATION and not context.account.organisation
    return ask_organisation(context) if is_unknown else ask_scope(context)


def ask_organisation(context: Context) -> Step:
    lines = [_("What is the organisation called?"), _("The person reads it, to know who asks.")]
    put(context, CallbackData(TALK, Step.ORGANISATION, ""), "\n".join(lines))
    return Step.ORGANISATION


async def take_organisation(update: Update, context: Context) -> Step:
    if navigation_of(update) == BACK:
        return ask_relation(context)
    words = words_of(update)
    if words is None:
        explain_unrecognised(update, context)
        return ask_organisation(context)
    name = heard_name(words, update, context)
    if name is None:
        return ask_organisation(context)
    context.account.organisation = name
    return ask_scope(context)


def ask_scope(context: Context) -> Step:
    put(context, CallbackData(TALK, Step.SCOPE, ""), _("How far do you want to help?"), scope_choices())
    return Step.SCOPE


async def take_scope(update: Update, context: Context) -> Step | int:
    if navigation_of(update) == BACK:
        return ask_relation(context)
    choice = match_choice(update, scope_choices())
    if choice is None:
        explain_unrecognised(update, context)
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
