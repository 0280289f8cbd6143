"""What lies on the counter: whose file, who helps them, and what it is about; looked up anew at every step."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from handlers.conversation.access import AccessRule, linked_people, where_of
from handlers.conversation.context import Context
from handlers.conversation.menu import show_menu
from handlers.conversation.questions import END, GoTo, Question
from handlers.conversation.registry import Conversation
from handlers.wording.leaving_text import away_of
from locales import N_
from locales import gettext as _
from models.applications.application import Application
from models.applications.overview import find_by_number
from models.offices.authority import Act, Where
from models.people.account import Account
from models.people.link import Link, Scope, links_of
from models.people.person import Person
from models.programmes.programme_parts import LeavingHome

COUNTER = "counter"


class Step(StrEnum):
    """The steps of the conversation that asks whose file it is, and what it is about (finding.py)."""

    WHOSE = "WHOSE"
    WHICH = "WHICH"
    WHAT = "WHAT"


MATTERS = GoTo(COUNTER, Step.WHAT)
"""Another matter of the same person: what is on the counter stays there."""
NOT_HERE = N_("No file of your office and region fits.")
"""The same words for a file of nobody, of another office, of another region."""


OF_A_COLLEAGUE = frozenset({Act.NOTE_LEAVING, Act.NOTE_CAPACITY, Act.GIVE_NEW_PHONE, Act.GIVE_NEW_CODE})
"""What rests on the word of the officer alone; of a helper (WITNESS_CONSENT, CHECK_GUARDIAN) witnessing.py asks."""


class Case(NamedTuple):
    """Whose file lies on the counter, who helps them, and what it is about."""

    application: Application
    person: Person
    helpers: Sequence[tuple[Link, Account]]
    act: Act
    helper: tuple[Link, Account] | None
    scope: Scope
    away: LeavingHome | None = None
    """Where this programme takes the person, if it takes them away from home."""


@dataclass
class CounterState:
    """What was said so far at the counter: the files found, the number, the matter, the helper, how far, why."""

    found: list[str] = field(default_factory=list)
    has_more: bool = False
    number: str = ""
    what: Act = Act.WITNESS_CONSENT
    link: int | None = None
    scope: Scope = Scope.STATUS
    who: str = ""
    why: str = ""


async def case_in_hand(context: Context) -> Case | None:
    """The file with the number that was said, as it stands now; the engine asks whether this post may see it."""
    said = context.state(CounterState)
    found = await find_by_number(context.session, said.number)
    if found is None:
        return None
    application, person = found
    if await is_their_own(context, said.what, person):
        return None
    linked = await links_of(context.session, person.id or 0, context.now)
    helpers = [one for one in linked if not one[0].is_self]
    helper = next((one for one in helpers if one[0].id == said.link), None)
    return Case(application, person, helpers, said.what, helper, said.scope, away_of(context.reference, application))


async def is_their_own(context: Context, act: Act, person: Person) -> bool:
    """Would the officer decide for themself, or for somebody they are or were linked with?"""
    return act in OF_A_COLLEAGUE and person.id in await linked_people(context)


def not_here(context: Context) -> int:
    """It is no longer there, or no longer of this office and region."""
    show_menu(context, _(NOT_HERE))
    return END


def required_for(case: Case) -> tuple[Act, Where]:
    return case.act, where_of(case.application, case.person)


def at_counter(
    name: str,
    rule: AccessRule,
    steps: Mapping[StrEnum, Question[Case]],
    subject: Callable[[Context], Awaitable[Case | None]] = case_in_hand,
) -> Conversation:
    """A conversation about the file on the counter, which is looked up anew before each of its steps."""
    return Conversation(
        name=name,
        access=rule,
        state=CounterState,
        subject=subject,
        requires=required_for,
        gone=not_here,
        steps=steps,
    )
