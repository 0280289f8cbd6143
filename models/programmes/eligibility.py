"""Which programmes fit a person, and why or why not; pure, and never a decision: officers decide.

programme + profile + today ──▶ Assessment ──order──▶ fitting first: open, ours, certain; then the others
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from models.programmes.profile import Answer, Fact, Profile
from models.programmes.programme_file import Programme
from models.programmes.question_kinds import ProgrammeQuestion
from models.programmes.requirement_result import Reason, RequirementInput, RequirementResult, Verdict
from models.programmes.rules import ProgrammeOpen

__all__ = [
    "Assessment",
    "Fact",
    "Profile",
    "Reason",
    "RequirementResult",
    "Verdict",
    "assess",
    "order",
    "with_answers",
]


PASSED_ON = frozenset({"referral", "survey"})
"""Kinds that lead to others or ask about a village: offered behind what the person can take part in."""
PROVINCE = "64"
"""A region code of this length, or shorter, is a whole province."""


@dataclass(frozen=True)
class Assessment:
    """How one programme fits one person on one day. `opening` (is registration open?) is apart: interest is taken
    while closed, too."""

    programme: Programme
    findings: tuple[RequirementResult, ...]
    opening: RequirementResult

    @property
    def fits(self) -> bool:
        """No requirement is known to be unmet."""
        return not self.reasons

    @property
    def certain(self) -> bool:
        """Every requirement is known to be met."""
        return all(finding.verdict is Verdict.MET for finding in self.findings)

    @property
    def is_open(self) -> bool:
        return self.opening.verdict is Verdict.MET

    @property
    def reasons(self) -> tuple[RequirementResult, ...]:
        """The requirements that are not met, in the order of the file."""
        return self._with(Verdict.NOT_MET)

    @property
    def unknowns(self) -> tuple[RequirementResult, ...]:
        """The requirements whose facts are not known yet."""
        return self._with(Verdict.UNKNOWN)

    @property
    def rank(self) -> tuple[bool, bool, bool, bool, bool, int, str]:
        """Sort key, smallest first: fits, is open, ours to give, is certain, of one's own region, catalogue's order."""
        one = self.programme
        is_passed_on = one.kind in PASSED_ON
        is_wide = all(len(region) <= len(PROVINCE) for region in one.area)
        return (not self.fits, not self.is_open, is_passed_on, not self.certain, is_wide, one.order, one.key)

    def _with(self, verdict: Verdict) -> tuple[RequirementResult, ...]:
        return tuple(finding for finding in self.findings if finding.verdict is verdict)


def assess(programme: Programme, profile: Profile, today: date) -> Assessment:
    """Hold every requirement of a programme against what is known of a person who applies today."""
    case = RequirementInput(programme=programme.key, area=programme.area, is_open=programme.open, today=today)
    findings = tuple(requirement.check(profile, case) for requirement in programme.requirements)
    return Assessment(programme, findings, ProgrammeOpen().check(profile, case))


def order(assessments: Iterable[Assessment]) -> list[Assessment]:
    """Fitting ones first, open before closed, certain before uncertain; then those that do not fit."""
    return sorted(assessments, key=lambda assessment: assessment.rank)


def with_answers(profile: Profile, programme: Programme, answers: Mapping[str, Answer]) -> Profile:
    """Return the profile with what the answers to a programme's questions tell.

    What was known before stays: an officer's check weighs more than an applicant's own answer.
    """
    heard = [(question, answers[question.key]) for question in programme.to_ask(answers) if question.key in answers]
    told = {fact.value: said for fact, said in _facts(heard) if profile.says(fact) is None}
    received = {aid: said for aid, said in _received(heard) if aid not in profile.received}
    kept: dict[str, Answer] = {question.key: answer for question, answer in heard}
    changes: dict[str, Any] = {
        **told,
        "received": {**profile.received, **received},
        "answers": {**profile.answers, programme.key: kept},
    }
    return replace(profile, **changes)


def _facts(heard: Iterable[tuple[ProgrammeQuestion, Answer]]) -> Iterable[tuple[Fact, bool]]:
    for question, answer in heard:
        fact, said = getattr(question, "tells", None), question.told(answer)
        if fact is not None and said is not None:
            yield fact, said


def _received(heard: Iterable[tuple[ProgrammeQuestion, Answer]]) -> Iterable[tuple[str, bool]]:
    for question, answer in heard:
        aid, said = getattr(question, "tells_received", None), question.told(answer)
        if aid is not None and said is not None:
            yield aid, said
