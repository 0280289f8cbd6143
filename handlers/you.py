"""How a sentence speaks to somebody: "Kapan Ibu lahir?" with the chosen form of address, "When were you born?"."""

from handlers.context import Talk
from handlers.words import address_of
from locales import gettext as _
from locales import language
from models.people.account import Address

ADDRESSED = "id"
"""The language in which the form of address stands for "you" and "your"."""


def you(context: Talk) -> str:
    return address_of(context.account) if language() == ADDRESSED else _("you")


def your(context: Talk) -> str:
    """Whoever is called by their name is not asked what "Sari's" name is."""
    is_title = context.account.address is not Address.NAME
    return address_of(context.account) if is_title and language() == ADDRESSED else _("your")


def named(context: Talk, name: str) -> str:
    """ "Ibu Sari": a person's own name with the form of address they chose."""
    account = context.account
    is_title = account.address not in {None, Address.NAME}
    return f"{address_of(account)} {name}" if is_title and language() == ADDRESSED else name
