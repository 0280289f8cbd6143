"""Offer the people of an account as choices: whose status, whose data."""

from collections.abc import Sequence

from handlers.conversation.buttons import Choice, choices
from handlers.conversation.context import Context
from handlers.wording.terms import address_of
from locales import gettext as _
from models.applications.overview import PersonOverview
from models.people.link import Relation

LONGEST_LABEL = 40


def people_options(context: Context, found: Sequence[PersonOverview]) -> list[tuple[str, str]]:
    """Return their names; the account's own person by the form of address."""
    own = _("{address} (yourself)").format(address=address_of(context.account))
    return [
        (str(one.person.id), own if one.link.relation is Relation.SELF else str(one.person.name)[:LONGEST_LABEL])
        for one in found
    ]


def people_choices(context: Context, found: Sequence[PersonOverview], talk: str, step: str) -> list[Choice]:
    return choices(talk, step, *people_options(context, found))
