"""Put help by caregivers in words: the scope, who asks, what is asked."""

from collections.abc import Sequence

from handlers.conversation.context import Context
from handlers.conversation.questions import NO, YES
from handlers.wording.terms import titled
from locales import N_
from locales import gettext as _
from models.people.account import Account
from models.people.calling_name import LONGEST, calling_name, told_apart
from models.people.guardianship import Lacking
from models.people.link import Relation, Scope, links_of_account
from models.people.person import Person

SCOPES = {
    Scope.TYPED_ONLY: N_("see what was filled in on this phone"),
    Scope.STATUS: N_("see the status"),
    Scope.REMIND: N_("see the status and get reminders"),
    Scope.ACT: N_("see the status, get reminders and complete the papers"),
}
RELATIONS = {
    Relation.CHILD: N_("My child"),
    Relation.FAMILY: N_("A family member"),
    Relation.COMPANION: N_("A person I accompany"),
    Relation.ORGANISATION: N_("A member of our organisation"),
}
SCOPE_CHOICES = (
    (Scope.STATUS, N_("See the status only")),
    (Scope.REMIND, N_("See and get reminders")),
    (Scope.ACT, N_("See and complete the papers")),
)
READER_CHOICES = (
    ("me", N_("I read it aloud")),
    ("person", N_("They read it themselves")),
    ("other", N_("Somebody else reads it aloud")),
    ("sign", N_("In sign language")),
)
YES_CHOICES = ((YES, N_("Yes, I agree")), (NO, N_("No, I do not want it")))
LACKS = {
    Lacking.GUARDIAN: N_("A parent or guardian must agree too. They type /keluarga."),
    Lacking.PROOF: N_("Staff must see the family card of parent and child."),
    Lacking.OWN_YES: N_("{first_name} must say yes too. Type /keluarga."),
}
NAMELESS = N_("Somebody (no name written yet)")
VERSION = "1"
"""Version of the words below; raise it with their meaning."""


def scope_words(scope: Scope) -> str:
    return _(SCOPES[scope])


def first_name(person: Person) -> str:
    return calling_name(str(person.name))


async def told_from_others(context: Context, person: Person) -> str:
    """Return the first name, longer where this account helps two people of the same first name."""
    others = {one.id: str(one.name) for _link, one in await links_of_account(context.session, context.account_id)}
    names = {**others, person.id: str(person.name)}
    return told_apart(list(names.values()))[list(names).index(person.id)]


def lacking_lines(person: Person, lacking: Sequence[Lacking]) -> list[str]:
    """Return what a file of a person under 18 still lacks, beside its documents."""
    return [_(LACKS[one]).format(first_name=first_name(person)) for one in lacking]


def question(who: str, scope: Scope) -> str:
    """Return the question to the person, in the simplest words for all; stored word for word with the answer."""
    lines = [
        _("{who} wants to help you in this bot.").format(who=who),
        _("That name was typed by its owner. We have not checked it."),
        _("If you say yes, this is allowed:"),
        "- " + scope_words(scope),
        _("It lasts one year. You may end it at any time."),
        _("You may say no. Do you agree?"),
    ]
    return "\n".join(lines)


async def name_of(context: Context, account: Account, relation: Relation | None = None) -> str:
    """Return the name of an account: as its holder wrote it, or as they are registered.

    An organisation is named with its helper's form of address: "Organisasi Bina Karya (Ibu Rina)".
    """
    if relation is Relation.ORGANISATION and account.organisation:
        organisation, who = str(account.organisation)[:LONGEST], await name_of(context, account)
        if who == _(NAMELESS):
            return _("Organisation {organisation}").format(organisation=organisation)
        who = titled(account, calling_name(who))
        return _("Organisation {organisation} ({first_name})").format(organisation=organisation, first_name=who)
    if account.called:
        return str(account.called)[:LONGEST]
    own = [person for link, person in await links_of_account(context.session, account.id or 0) if link.is_self]
    return str(own[0].name)[:LONGEST] if own else _(NAMELESS)


async def is_named(context: Context, account: Account) -> bool:
    return await name_of(context, account) != _(NAMELESS)
