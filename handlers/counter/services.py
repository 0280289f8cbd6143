"""List the services at the counter: each is an act with its own rule and conversation.

found (search.py) ─▶ the services that this post may do and that fit this person ─▶ the conversation of one
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import NamedTuple

from handlers.conversation.context import Context
from handlers.conversation.questions import Next
from handlers.counter import (
    capacity_note,
    card_check,
    complete_file,
    leaving_at_counter,
    print_letters,
    reveal_data,
    witness_consent,
)
from handlers.counter.case import Case
from locales import N_
from models.offices.authority import ROLES, Act
from models.offices.staff import Staff
from models.people.guardianship import is_minor


class CounterService(NamedTuple):
    """`begin`: is done first, and returns what follows; without it `talk` begins. `fits`: does it apply now?"""

    act: Act
    words: str
    talk: str
    begin: Callable[[Context, Case], Awaitable[Next]] | None = None
    fits: Callable[[Case, datetime], bool] = lambda case, now: True


SERVICES = (
    CounterService(Act.REVEAL_PERSON, N_("See the data in full"), reveal_data.TALK),
    CounterService(
        Act.WITNESS_CONSENT, N_("Note down consent to a helper"), witness_consent.TALK, witness_consent.begin
    ),
    CounterService(
        Act.CHECK_GUARDIAN,
        N_("Papers of a guardian were seen"),
        witness_consent.TALK,
        witness_consent.begin,
        fits=lambda case, now: is_minor(case.person, now),
    ),
    CounterService(
        Act.NOTE_LEAVING,
        N_("Note down: go or stay"),
        leaving_at_counter.TALK,
        fits=lambda case, now: case.away is not None,
    ),
    CounterService(Act.GIVE_NEW_PHONE, N_("The phone is lost"), card_check.TALK),
    CounterService(Act.GIVE_NEW_CODE, N_("Give a new kode cek status"), card_check.TALK),
    CounterService(Act.NOTE_CAPACITY, N_("Note on capacity"), capacity_note.TALK),
    CounterService(
        Act.COMPLETE_FILE, N_("Complete the file"), complete_file.TALK, complete_file.begin, complete_file.is_open
    ),
    CounterService(Act.PRINT_LETTERS, N_("Print the status"), print_letters.TALK, print_letters.print_one),
)


def for_post(post: Staff | None, case: Case, now: datetime) -> list[CounterService]:
    """Return what this officer may do for this person."""
    return [one for one in SERVICES if post and post.role in ROLES[one.act] and one.fits(case, now)]
