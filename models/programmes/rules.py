"""Requirements as data: each kind is a few settings in a programme's file, and one check against a profile.

    settings + profile + case ──▶ Finding: met, not met or unknown, with a reason and the facts behind it

A check is sure only of what is known. What is not known yet is unknown, and unknown never refuses. Knowing more can
settle an unknown, but never overturns a verdict.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated, ClassVar, Literal, Union

from pydantic import Field

from models.people.born import ADULT_AT
from models.people.disability import Disability
from models.programmes.codes import Key, RegionCode
from models.programmes.profile import Answer, Fact, Profile
from models.programmes.requirement_result import (
    FactValue,
    Reason,
    Requirement,
    RequirementInput,
    RequirementResult,
    Verdict,
)
from models.yaml_file import Fault

Years = Annotated[int, Field(ge=0, le=120)]
_MONTH_DAY = r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
ReferenceDay = Annotated[
    str,
    Field(
        pattern=rf"^(application|\d{{4}}-{_MONTH_DAY}|{_MONTH_DAY})$",
        description="application, a date like 2027-02-01, or a day of every year like 07-01",
    ),
]


class LivesIn(Requirement):
    """Lives in one of the regions; when none is named, in the area of the programme."""

    kind: Literal["lives_in"] = "lives_in"
    regions: tuple[RegionCode, ...] = ()

    def check(self, profile: Profile, case: RequirementInput) -> RequirementResult:
        regions, place = self.regions or case.area, profile.place
        if place is None:
            return self.unknown(missing="place", regions=regions)
        if place.startswith(regions):
            return self.met(place=place, regions=regions)
        if any(region.startswith(place) for region in regions):
            return self.unknown(missing="place", place=place, regions=regions)
        return self.not_met(Reason.LIVES_ELSEWHERE, place=place, regions=regions)


class Age(Requirement):
    """Completed years on the reference day, both limits included.

    `on` is the day of application, a date, or a day of every year (taken in the year of application). An estimated
    birth decides only where every day that it may be decides alike.
    """

    kind: Literal["age"] = "age"
    at_least: Years | None = None
    at_most: Years | None = None
    on: ReferenceDay = "application"

    def faults(self) -> Iterator[Fault]:
        if self.at_least is None and self.at_most is None:
            yield Fault(("kind",), '"age" needs "at_least", "at_most" or both')
        elif self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            yield Fault(("at_most",), f'"at_most" must not be below "at_least", which is {self.at_least}')
        try:
            self.reference_day(date(2027, 1, 1))  # a common year: 02-29 does not come every year
        except ValueError:
            yield Fault(("on",), f'"on" must be a day that exists, not "{self.on}"')

    def reference_day(self, today: date) -> date:
        """Return the day on which years are counted, for an applicant of today."""
        if self.on == "application":
            return today
        return date.fromisoformat(self.on if len(self.on) == 10 else f"{today.year}-{self.on}")

    def check(self, profile: Profile, case: RequirementInput) -> RequirementResult:
        day = self.reference_day(case.today)
        ages = profile.ages_on(day)
        limits = {"at_least": self.at_least, "at_most": self.at_most}
        known = {name: years for name, years in limits.items() if years is not None}
        if ages is None:
            return self.unknown(missing="birth_date", on=day, **known)
        youngest, oldest = ages
        facts = known if youngest == oldest else known | {"estimated": True}
        least = youngest if self.at_least is None else self.at_least
        most = oldest if self.at_most is None else self.at_most
        if oldest < least:
            return self.not_met(Reason.TOO_YOUNG, age=oldest, on=day, **facts)
        if youngest > most:
            return self.not_met(Reason.TOO_OLD, age=youngest, on=day, **facts)
        if youngest < least or oldest > most:
            return self.unknown(missing="birth_day", on=day, **facts)
        return self.met(age=youngest, on=day, **facts)


class DesilAtMost(Requirement):
    """Decile in DTSEN, 1 the poorest tenth; one looked up over `valid_days` ago must be checked again."""

    kind: Literal["desil_at_most"] = "desil_at_most"
    desil: Annotated[int, Field(ge=1, le=10)]
    valid_days: Annotated[int, Field(ge=1, le=366)] = 92

    def check(self, profile: Profile, case: RequirementInput) -> RequirementResult:
        if profile.desil is None:
            return self.unknown(Reason.DESIL_NOT_LOOKED_UP, at_most=self.desil)
        looked_up = profile.desil_on
        if looked_up is None or case.today - looked_up > timedelta(days=self.valid_days):
            return self.unknown(Reason.DESIL_TO_CHECK_AGAIN, desil=profile.desil, at_most=self.desil)
        facts = {"desil": profile.desil, "at_most": self.desil}
        if profile.desil > self.desil:
            return self.not_met(Reason.DESIL_TOO_HIGH, looked_up_on=looked_up, **facts)
        return self.met(looked_up_on=looked_up, **facts)


class _FactHolds(Requirement):
    """A yes or no about the person must be yes."""

    fact: ClassVar[Fact]
    otherwise: ClassVar[Reason]

    def check(self, profile: Profile, case: RequirementInput) -> RequirementResult:
        told = profile.says(self.fact)
        if told is None:
            return self.unknown(missing=self.fact.value)
        return self.met() if told else self.not_met(self.otherwise)


class HasDisability(_FactHolds):
    kind: Literal["has_disability"] = "has_disability"
    fact = Fact.HAS_DISABILITY
    otherwise = Reason.NO_DISABILITY


class OutOfSchool(_FactHolds):
    kind: Literal["out_of_school"] = "out_of_school"
    fact = Fact.OUT_OF_SCHOOL
    otherwise = Reason.STILL_AT_SCHOOL


class PoorFamily(_FactHolds):
    kind: Literal["poor_family"] = "poor_family"
    fact = Fact.POOR_FAMILY
    otherwise = Reason.NOT_A_POOR_FAMILY


class HasOrHadBusiness(_FactHolds):
    kind: Literal["has_or_had_business"] = "has_or_had_business"
    fact = Fact.HAS_OR_HAD_BUSINESS
    otherwise = Reason.NO_BUSINESS_YET


class Unmarried(_FactHolds):
    kind: Literal["unmarried"] = "unmarried"
    fact = Fact.UNMARRIED
    otherwise = Reason.MARRIED


class InformalWorker(_FactHolds):
    kind: Literal["informal_worker"] = "informal_worker"
    fact = Fact.INFORMAL_WORKER
    otherwise = Reason.NOT_AN_INFORMAL_WORKER


class KindIn(Requirement):
    """Has at least one of these kinds of disability (UU 8/2016, article 4)."""

    kind: Literal["kind_in"] = "kind_in"
    kinds: Annotated[tuple[Disability, ...], Field(min_length=1)]

    def check(self, profile: Profile, case: RequirementInput) -> RequirementResult:
        wanted = tuple(kind.value for kind in self.kinds)
        if profile.disability_kinds is None:
            return self.unknown(missing="disability_kinds", kinds=wanted)
        if profile.disability_kinds.isdisjoint(self.kinds):
            return self.not_met(Reason.OTHER_DISABILITY_KIND, kinds=wanted)
        return self.met(kinds=wanted)


class NeverReceived(Requirement):
    """Has never received a kind of aid: once in a life, unless staff gave a reason to allow it again."""

    kind: Literal["never_received"] = "never_received"
    aid: Key

    def check(self, profile: Profile, case: RequirementInput) -> RequirementResult:
        if self.aid in profile.allowed_again:
            return self.met(Reason.STAFF_EXCEPTION, aid=self.aid)
        received = profile.received.get(self.aid)
        if received is None:
            return self.unknown(missing="received", aid=self.aid)
        return self.not_met(Reason.ALREADY_RECEIVED, aid=self.aid) if received else self.met(aid=self.aid)


class ReceivedBefore(Requirement):
    """Is an alumnus: has received at least one of these kinds of aid."""

    kind: Literal["received_before"] = "received_before"
    aids: Annotated[tuple[Key, ...], Field(min_length=1)]

    def check(self, profile: Profile, case: RequirementInput) -> RequirementResult:
        told = [profile.received.get(aid) for aid in self.aids]
        if True in told:
            return self.met(aids=self.aids)
        if None in told:
            return self.unknown(missing="received", aids=self.aids)
        return self.not_met(Reason.NEVER_RECEIVED_BEFORE, aids=self.aids)


class GuardianConsentIfMinor(Requirement):
    """Under 18 when applying: the guardian consents and the child says yes too (UU 27/2022, article 25)."""

    kind: Literal["guardian_consent_if_minor"] = "guardian_consent_if_minor"

    def check(self, profile: Profile, case: RequirementInput) -> RequirementResult:
        ages = profile.ages_on(case.today)
        if ages is not None and min(ages) >= ADULT_AT:
            return self.met(Reason.IS_ADULT, age=min(ages))
        if profile.guardian_consents and profile.agrees:
            return self.met()
        if ages is None or max(ages) >= ADULT_AT:
            return self.unknown(missing="birth_date" if ages is None else "birth_day")
        age = max(ages)
        if profile.guardian_consents is False:
            return self.not_met(Reason.NO_GUARDIAN_CONSENT, age=age)
        if profile.agrees is False:
            return self.not_met(Reason.SAID_NO, age=age)
        missing = Fact.GUARDIAN_CONSENTS if profile.guardian_consents is None else Fact.AGREES
        return self.unknown(missing=missing.value, age=age)


class AnswerIn(Requirement):
    """One of the programme's own questions was answered with one of these choices."""

    kind: Literal["answer_in"] = "answer_in"
    question: Key
    answers: Annotated[tuple[str, ...], Field(min_length=1)]

    def check(self, profile: Profile, case: RequirementInput) -> RequirementResult:
        answer = profile.answers.get(case.programme, {}).get(self.question)
        facts: dict[str, FactValue] = {"question": self.question, "answers": self.answers}
        if answer is None:
            return self.unknown(missing="answer", **facts)
        if set(self.answers).isdisjoint(chosen(answer)):
            return self.not_met(Reason.OTHER_ANSWER, **facts)
        return self.met(**facts)


class ProgrammeOpen(Requirement):
    """Registration is open now. Shown with every programme; listed in a file, it also refuses while closed."""

    kind: Literal["programme_open"] = "programme_open"

    def check(self, profile: Profile, case: RequirementInput) -> RequirementResult:
        return self.met() if case.is_open else self.not_met(Reason.PROGRAMME_CLOSED)


class AnyOf(Requirement):
    """At least one of several requirements; sure as soon as one is met, or all are not."""

    kind: Literal["any_of"] = "any_of"
    of: Annotated[tuple["AnyRequirement", ...], Field(min_length=2)]

    def check(self, profile: Profile, case: RequirementInput) -> RequirementResult:
        parts = tuple(part.check(profile, case) for part in self.of)
        verdicts = {part.verdict for part in parts}
        if Verdict.MET in verdicts:
            return replace(self.met(), parts=parts)
        if Verdict.UNKNOWN in verdicts:
            return replace(self.unknown(missing="any_of"), parts=parts)
        return replace(self.not_met(Reason.NONE_OF_THESE), parts=parts)


AnyRequirement = Annotated[
    Union[  # noqa: UP007 - the bar cannot join a name that is still to come
        LivesIn,
        Age,
        DesilAtMost,
        HasDisability,
        OutOfSchool,
        PoorFamily,
        HasOrHadBusiness,
        Unmarried,
        InformalWorker,
        KindIn,
        NeverReceived,
        ReceivedBefore,
        GuardianConsentIfMinor,
        AnswerIn,
        ProgrammeOpen,
        AnyOf,
    ],
    Field(discriminator="kind"),
]
AnyOf.model_rebuild()


def chosen(answer: Answer) -> tuple[str, ...]:
    """Return an answer as the keys that a file names: yes and no are keys too."""
    if isinstance(answer, bool):
        return ("yes" if answer else "no",)
    return answer if isinstance(answer, tuple) else (str(answer),)
