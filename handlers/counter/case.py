"""What lies on the counter: whose file, who helps them, and what it is about; looked up anew at every step."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from telegram.ext import ConversationHandler

from handlers.conversation.access import is_allowed, linked_people
from handlers.conversation.context import Context
from handlers.conversation.menu import show_menu
from handlers.conversation.persistent import set_step
from handlers.conversation.questions import LEFT, Choose, Steps, Text
from handlers.leaving_home.leaving_text import away_of
from locales import N_
from locales import gettext as _
from models.applications.application import Application
from models.applications.overview import find_by_number
from models.offices.authority import Act, Where
from models.people.account import Account
from models.people.link import Link, Scope, links_of
from models.people.person import Person
from models.programmes.programme_parts import LeavingHome

AT_COUNTER = "at_counter"
COUNTER, WHAT = "counter", "WHAT"
"""The conversation that asks what it is about, and its step (finding.py)."""
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


def noted(context: Context) -> dict[str, Any]:
    """What was said so far: the number, the matter, the helper, how far, why."""
    return dict(context.work.state.get(AT_COUNTER) or {})


def note(context: Context, **more: Any) -> None:
    context.work.remember(AT_COUNTER, noted(context) | more)


def put_away(context: Context) -> int:
    """The matter is done."""
    context.work.remember(AT_COUNTER, None)
    return ConversationHandler.END


def matter_of(context: Context) -> Act:
    return Act(noted(context).get("what") or Act.WITNESS_CONSENT)


def where_of(application: Application, person: Person) -> Where:
    """The office that the file lies at, and the region that the person lives in."""
    return Where(application.office, person.district or person.regency)


async def case_in_hand(context: Context) -> Case | None:
    """The file with the number that was said, if it is of this office and region, as it stands now."""
    found = await find_by_number(context.session, str(noted(context).get("number")))
    if found is None:
        return None
    application, person = found
    act = matter_of(context)
    if not await is_allowed(context, act, where_of(application, person)) or await is_their_own(context, act, person):
        return None
    linked = await links_of(context.session, person.id or 0, context.now)
    helpers = [one for one in linked if not one[0].is_self]
    helper = next((one for one in helpers if one[0].id == noted(context).get("link")), None)
    scope = Scope(noted(context).get("scope") or Scope.STATUS)
    away = away_of(context.reference, application)
    return Case(application, person, helpers, matter_of(context), helper, scope, away)


async def is_their_own(context: Context, act: Act, person: Person) -> bool:
    """Would the officer decide for themself, or for somebody they are or were linked with?"""
    return act in OF_A_COLLEAGUE and person.id in await linked_people(context)


def not_here(context: Context) -> int:
    """It is no longer there, or no longer of this office and region."""
    show_menu(context, _(NOT_HERE))
    return put_away(context)


async def back_to_matters(context: Context, case: Case) -> int:
    """Another matter of the same person."""
    set_step(COUNTER, WHAT)
    await context.registry.resume(COUNTER, context)
    return ConversationHandler.END


async def leave_to_matters(context: Context, case: Case) -> int:
    """The same as an answer to the engine: what is on the counter stays there."""
    await back_to_matters(context, case)
    return LEFT


def at_counter(questions: Mapping[StrEnum, Choose[Case] | Text[Case]]) -> Steps[Case]:
    """Steps about the file on the counter, which is looked up anew before each of them."""
    return Steps(subject=case_in_hand, gone=not_here, ended=put_away, questions=questions)
