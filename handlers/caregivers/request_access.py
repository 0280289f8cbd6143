"""Request access to a registered person's data: their own account is asked, if there is one.

begin ─▶ NAME ─▶ NUMBER ─▶ RELATION ─▶ SCOPE ─▶ asked, in the same words whether or not the number fits
                              └─▶ ORGANISATION ─▲
NAME and ORGANISATION only where their names are not known yet.                      /batal leaves from anywhere
"""

from dataclasses import dataclass
from enum import StrEnum

from handlers.conversation.access import AccessRule, Resource
from handlers.conversation.context import Context
from handlers.conversation.engine import end_with
from handlers.conversation.questions import AGAIN, Choose, NameText, Next, Text
from handlers.conversation.registry import Conversation
from handlers.wording.caregiver_text import RELATIONS, SCOPE_CHOICES, is_named
from handlers.wording.office_text import turned_away
from locales import N_
from locales import gettext as _
from models.applications.receipt import Receipt, read
from models.people import permission
from models.people.account import Account
from models.people.link import Relation, Scope

TALK, BEGIN = "connect", "BEGIN"
RULE = AccessRule(None, Resource.RECEIPT)
WHO_READS = N_("The person reads it, to know who asks.")
NUMBER_LINES = (N_("What is the registration number of that person?"), N_("For example: KT-2026-0412-G."))
RELATION_CHOICES = tuple((relation.value, words) for relation, words in RELATIONS.items())


class Step(StrEnum):
    NAME = "NAME"
    NUMBER = "NUMBER"
    RELATION = "RELATION"
    ORGANISATION = "ORGANISATION"
    SCOPE = "SCOPE"


@dataclass
class ConnectState:
    """The person this account wants to help, and their relation."""

    number: str = ""
    relation: Relation = Relation.FAMILY


def conversation() -> Conversation:
    organisation = (N_("What is the organisation called?"), WHO_READS)
    return Conversation(
        name=TALK,
        access=RULE,
        state=ConnectState,
        steps={
            Step.NAME: NameText((N_("What is your own name?"), WHO_READS), take=take_name),
            Step.NUMBER: Text(NUMBER_LINES, take=take_number),
            Step.RELATION: Choose(
                N_("How are you related?"), options=RELATION_CHOICES, take=take_relation, back=Step.NUMBER
            ),
            Step.ORGANISATION: NameText(organisation, take=take_organisation, back=Step.RELATION),
            Step.SCOPE: Choose(
                N_("What do you want to help with?"), options=SCOPE_CHOICES, take=take_scope, back=Step.RELATION
            ),
        },
        buttons={BEGIN: begin},
    )


async def begin(context: Context, _key: str) -> Step:
    return Step.NUMBER if await is_named(context, context.account) else Step.NAME


def take_name(context: Context, account: Account, name: str) -> Step:
    account.called = name
    return Step.NUMBER


def take_number(context: Context, account: Account, words: str) -> Next:
    number = read(words)
    if not isinstance(number, Receipt):
        context.send(_("That number is not right yet. Please look at it again."))
        return AGAIN
    context.state(ConnectState).number = str(number)
    return Step.RELATION


def take_relation(context: Context, account: Account, key: str) -> Step:
    context.state(ConnectState).relation = Relation(key)
    return Step.ORGANISATION if key == Relation.ORGANISATION and not account.organisation else Step.SCOPE


def take_organisation(context: Context, account: Account, name: str) -> Step:
    account.organisation = name
    return Step.SCOPE


async def take_scope(context: Context, account: Account, key: str) -> int:
    """Ask for consent; the answer reads the same whether or not the number fits."""
    state = context.state(ConnectState)
    was_asked = await permission.ask_by_number(
        context.session, account, state.number, relation=state.relation, scope=Scope(key), now=context.now
    )
    if not was_asked:
        return end_with(context, *await turned_away(context))
    return end_with(
        context,
        _("If that person has an account here, we ask now."),
        _("You only hear of a yes. Without it nothing comes."),
        _("No account? Then come to the office together."),
    )
