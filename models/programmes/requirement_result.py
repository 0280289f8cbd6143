"""What comes of holding one requirement against one person: a verdict, a reason, and the facts behind it.

Reasons are an enum and facts are values; the sentences for people are made elsewhere from both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from models.programmes.profile import Profile
from models.yaml_file import Entry


class Verdict(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why a requirement got its verdict; the words for people are made elsewhere, from this and the facts."""

    FITS = "fits"
    STAFF_EXCEPTION = "staff_exception"
    IS_ADULT = "is_adult"

    NOT_KNOWN_YET = "not_known_yet"
    DESIL_NOT_LOOKED_UP = "desil_not_looked_up"
    DESIL_TO_CHECK_AGAIN = "desil_to_check_again"

    LIVES_ELSEWHERE = "lives_elsewhere"
    TOO_YOUNG = "too_young"
    TOO_OLD = "too_old"
    DESIL_TOO_HIGH = "desil_too_high"
    NO_DISABILITY = "no_disability"
    OTHER_DISABILITY_KIND = "other_disability_kind"
    STILL_AT_SCHOOL = "still_at_school"
    NOT_A_POOR_FAMILY = "not_a_poor_family"
    NO_BUSINESS_YET = "no_business_yet"
    MARRIED = "married"
    NOT_AN_INFORMAL_WORKER = "not_an_informal_worker"
    ALREADY_RECEIVED = "already_received"
    NEVER_RECEIVED_BEFORE = "never_received_before"
    NO_GUARDIAN_CONSENT = "no_guardian_consent"
    SAID_NO = "said_no"
    OTHER_ANSWER = "other_answer"
    NONE_OF_THESE = "none_of_these"
    PROGRAMME_CLOSED = "programme_closed"


@dataclass(frozen=True, kw_only=True)
class RequirementInput:
    """What a check must know besides the person: the programme's key, area and whether it is open, and the day."""

    programme: str
    area: tuple[str, ...]
    is_open: bool
    today: date


FactValue = str | int | bool | date | tuple[str, ...]


@dataclass(frozen=True)
class RequirementResult:
    """One requirement, looked at. `parts` are the findings behind an `any_of`."""

    requirement: "Requirement"
    verdict: Verdict
    reason: Reason
    facts: Mapping[str, FactValue]
    parts: tuple["RequirementResult", ...] = ()

    @property
    def kind(self) -> str:
        return self.requirement.kind


class Requirement(Entry):
    """What all kinds share: a name in the file, and the three answers."""

    kind: str

    def check(self, profile: Profile, case: RequirementInput) -> RequirementResult:
        raise NotImplementedError

    def met(self, reason: Reason = Reason.FITS, /, **facts: FactValue) -> RequirementResult:
        return RequirementResult(self, Verdict.MET, reason, MappingProxyType(facts))

    def not_met(self, reason: Reason, /, **facts: FactValue) -> RequirementResult:
        return RequirementResult(self, Verdict.NOT_MET, reason, MappingProxyType(facts))

    def unknown(self, reason: Reason = Reason.NOT_KNOWN_YET, /, **facts: FactValue) -> RequirementResult:
        return RequirementResult(self, Verdict.UNKNOWN, reason, MappingProxyType(facts))
