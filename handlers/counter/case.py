"""Load the case at the counter: the file, its helpers, and the service; again at every step."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from handlers.conversation.access import AccessRule, linked_people, where_of
from handlers.conversation.context import Context
from handlers.conversation.questions import GoTo, Question
from handlers.conversation.registry import Conversation
from handlers.wording.caregiver_text import first_name
from handlers.wording.leaving_text import away_of
from locales import N_
from models.applications.application import Application
from models.applications.overview import find_by_number
from models.offices.authority import Act, Where
from models.people.account import Account
from models.people.link import Link, Scope, links_of
from models.people.person import Person
from models.programmes.programme_parts import LeavingHome

COUNTER = "counter"


class Step(StrEnum):
    """The steps of the conversation that asks for the file and the service (search.py)."""

    WHOSE = "WHOSE"
    WHICH = "WHICH"
    WHAT = "WHAT"


MATTERS = GoTo(COUNTER, Step.WHAT)
"""Back to the services for the same file."""
NOT_HERE = N_("No registration of your office and region fits.")
"""The same words for no file, and for a file of another office or region."""
OF_A_COLLEAGUE = frozenset({Act.NOTE_LEAVING, Act.NOTE_CAPACITY, Act.GIVE_NEW_PHONE, Act.GIVE_NEW_CODE})
"""Acts on the officer's word alone; WITNESS_CONSENT and CHECK_GUARDIAN check the helper (witness_consent.py)."""


class Case(NamedTuple):
    """A file at the counter, its helpers, and the service."""

    application: Application
    person: Person
    helpers: Sequence[tuple[Link, Account]]
    act: Act
    helper: tuple[Link, Account] | None
    scope: Scope
    away: LeavingHome | None = None
    """The place away from home, if the programme has one."""

    @property
    def facts(self) -> dict[str, str]:
        return {"first_name": first_name(self.person)}


@dataclass
class CounterState:
    """The state at the counter: the files found, the number, the act, the helper, the scope, the reason."""

    found: list[str] = field(default_factory=list)
    has_more: bool = False
    number: str = ""
    what: Act = Act.WITNESS_CONSENT
    link: int | None = None
    scope: Scope = Scope.STATUS
    who: str = ""
    why: str = ""


async def case_in_hand(context: Context) -> Case | None:
    """Load the file of the chosen number; the engine checks whether this post may see it."""
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
    """Would the officer decide for themself, or for a person they are or were linked with?"""
    return act in OF_A_COLLEAGUE and person.id in await linked_people(context)


def required_for(case: Case) -> tuple[Act, Where]:
    return case.act, where_of(case.application, case.person)


def at_counter(
    name: str,
    rule: AccessRule,
    steps: Mapping[StrEnum, Question[Case]],
    subject: Callable[[Context], Awaitable[Case | None]] = case_in_hand,
) -> Conversation:
    """Build a conversation about the file at the counter, which is loaded again before each step."""
    return Conversation(
        name=name, access=rule, state=CounterState, subject=subject, requires=required_for, gone=NOT_HERE, steps=steps
    )
