"""Who may do what: the roles of an office, what each may do, and how far a region reaches.

    staff (role, office, region) ──may──▶ act ──on──▶ an object with its office and region

A role says which acts, the office whose, the region where. All three are asked at the moment of the act, on the object
as it stands then; nothing is remembered from an earlier screen.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Role(StrEnum):
    """The role of a member of staff (DOMAIN.md, glossary)."""

    OPERATOR = "operator"
    VERIFIER = "verifier"
    COMPANION = "companion"
    MANAGER = "manager"
    LEADER = "leader"


class Act(StrEnum):
    """What only staff may do. What people do with their own things needs no role: a link decides it."""

    SEE_STAFF = "see_staff"
    INVITE_STAFF = "invite_staff"
    DISMISS_STAFF = "dismiss_staff"
    LEAVE_OFFICE = "leave_office"
    WITNESS_CONSENT = "witness_consent"
    CHECK_GUARDIAN = "check_guardian"
    NOTE_CAPACITY = "note_capacity"
    NOTE_LEAVING = "note_leaving"
    GIVE_NEW_PHONE = "give_new_phone"
    GIVE_NEW_CODE = "give_new_code"
    SEE_TRIES = "see_tries"
    REVEAL_PERSON = "reveal_person"
    REGISTER_SOMEBODY = "register_somebody"
    COMPLETE_FILE = "complete_file"
    PRINT_LETTERS = "print_letters"
    ANSWER_HELP = "answer_help"
    ANSWER_OWN_DATA = "answer_own_data"


ALL_ROLES = frozenset(Role)
AT_THE_COUNTER = frozenset({Role.OPERATOR, Role.VERIFIER, Role.COMPANION, Role.MANAGER})

ROLES: dict[Act, frozenset[Role]] = {
    Act.SEE_STAFF: frozenset({Role.MANAGER, Role.LEADER}),
    Act.INVITE_STAFF: frozenset({Role.MANAGER}),
    Act.DISMISS_STAFF: frozenset({Role.MANAGER}),
    Act.LEAVE_OFFICE: ALL_ROLES,
    Act.WITNESS_CONSENT: AT_THE_COUNTER,
    Act.CHECK_GUARDIAN: frozenset({Role.OPERATOR, Role.VERIFIER, Role.MANAGER}),
    Act.NOTE_CAPACITY: frozenset({Role.COMPANION}),  # social workers, and no role above them
    Act.NOTE_LEAVING: AT_THE_COUNTER,
    Act.GIVE_NEW_PHONE: frozenset({Role.OPERATOR, Role.VERIFIER, Role.MANAGER}),
    Act.GIVE_NEW_CODE: frozenset({Role.OPERATOR, Role.VERIFIER, Role.MANAGER}),
    Act.SEE_TRIES: frozenset({Role.MANAGER}),
    Act.REVEAL_PERSON: frozenset({Role.OPERATOR, Role.VERIFIER, Role.COMPANION}),
    Act.REGISTER_SOMEBODY: AT_THE_COUNTER,
    Act.COMPLETE_FILE: AT_THE_COUNTER,
    Act.PRINT_LETTERS: AT_THE_COUNTER,
    Act.ANSWER_HELP: AT_THE_COUNTER,
    Act.ANSWER_OWN_DATA: frozenset({Role.OPERATOR, Role.VERIFIER, Role.MANAGER}),
}
"""The roles that may do each act."""


class Refusal(StrEnum):
    """Why an act is refused: in the order in which it is checked."""

    NOT_STAFF = "not_staff"
    ROLE = "role"
    OFFICE = "office"
    REGION = "region"


class Post(Protocol):
    """A member of staff, as far as rules look at them."""

    role: Role
    office: str
    region: str


@dataclass(frozen=True, slots=True)
class Where:
    """Where an object belongs. None: it belongs to no office, or to no place, and is not held back by it."""

    office: str | None = None
    region: str | None = None


NOWHERE = Where()


def is_within(region: str, reach: str) -> bool:
    """Does a region (its code) lie within another? A kecamatan's code begins with that of its kabupaten or kota."""
    return region.startswith(reach)


def refusal(who: Post | None, act: Act, where: Where = NOWHERE) -> Refusal | None:
    """Return why the act is refused; None where it is allowed."""
    if who is None:
        return Refusal.NOT_STAFF
    if who.role not in ROLES[act]:
        return Refusal.ROLE
    if where.office is not None and where.office != who.office:
        return Refusal.OFFICE
    if where.region is not None and not is_within(where.region, who.region):
        return Refusal.REGION
    return None
