"""What one programme file holds: whose it is, for whom, how many places, what is asked, what comes next."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, NonNegativeInt, PositiveInt, ValidationInfo, field_validator

from models.programmes.codes import Key, RegionCode
from models.programmes.profile import Answer
from models.programmes.programme_parts import (
    Afterwards,
    Closed,
    LeavingHome,
    NextStep,
    Package,
    PastOwner,
    Quota,
    RequiredDocument,
    Skill,
)
from models.programmes.question_kinds import AnswerOption, AnyQuestion, Named, ProgrammeQuestion, SeveralQuestion, alike
from models.programmes.requirement_result import Requirement
from models.programmes.rules import AnswerIn, AnyOf, AnyRequirement
from models.programmes.wording import Label, Wording
from models.yaml_file import Entry, Fault, Steps

Kind = Literal["training", "toolkit", "insurance", "event", "placement", "panti", "referral", "survey"]
Role = Literal["participant", "companion", "organisation"]
Purpose = Literal["selection", "announcements", "employer_sharing", "stories"]
Month = Annotated[int, Field(ge=1, le=12)]


class Programme(Entry):
    """One programme as the office wrote it."""

    key: Key
    version: PositiveInt
    order: NonNegativeInt
    owner: Key
    past_owners: tuple[PastOwner, ...] = ()
    nominated_by: tuple[Key, ...] = ()
    refers_to: Key | None = None
    pillar: Literal[1, 2, 3]
    kind: Kind
    open: bool
    closed: Closed | None = None
    area: Annotated[tuple[RegionCode, ...], Field(min_length=1)]
    reveals_disability: bool
    spm: Literal["none", "inside_panti", "outside_panti"]
    decided_by: Literal["officer", "social_worker"] = "officer"
    aid: Key | None = None
    roles: tuple[Role, ...] = ("participant",)
    consents: tuple[Purpose, ...] = ("selection",)
    monthly_rupiah: PositiveInt | None = None
    relisted_in_months: tuple[Month, ...] = ()
    name: Wording
    short_name: Label
    summary: Wording
    benefit: Wording
    skills: tuple[Skill, ...] = ()
    packages: tuple[Package, ...] = ()
    quotas: tuple[Quota, ...] = ()
    requirements: tuple[AnyRequirement, ...]
    questions: tuple[AnyQuestion, ...] = ()
    documents: tuple[RequiredDocument, ...] = ()
    leaves_home: LeavingHome | None = None
    next_step: NextStep
    afterwards: Afterwards = Afterwards()

    @field_validator("questions")
    @classmethod
    def _offer_skills_and_packages(
        cls, questions: tuple[AnyQuestion, ...], info: ValidationInfo
    ) -> tuple[AnyQuestion, ...]:
        """Questions with `choices_from` get their choices, so that callers find them in one place."""
        return tuple(_filled(question, info.data) for question in questions)

    @cached_property
    def canonical(self) -> str:
        """The whole programme as one line of JSON, the same for the same content; `of_canonical` reads it."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @cached_property
    def digest(self) -> str:
        """sha256 of the canonical text, 64 hex digits: two versions differ exactly when this differs."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()

    @classmethod
    def of_canonical(cls, text: str) -> "Programme":
        """Return a programme from the canonical text that an application keeps. Raises pydantic.ValidationError."""
        return cls.model_validate_json(text, strict=True)

    def question(self, key: str) -> ProgrammeQuestion:
        """Raises KeyError."""
        return {question.key: question for question in self.questions}[key]

    def to_ask(self, answers: Mapping[str, Answer]) -> tuple[ProgrammeQuestion, ...]:
        """Return the questions of an application that belong to these answers, in order.

        An answer to a question that is itself not asked any more counts for nothing.
        """
        asked: list[ProgrammeQuestion] = []
        heard: dict[str, Answer] = {}
        for question in (one for one in self.questions if one.stage == "application"):
            if question.ask_if is None or question.ask_if.holds(heard):
                asked.append(question)
                if question.key in answers:
                    heard[question.key] = answers[question.key]
        return tuple(asked)

    def takes_away(self, answers: Mapping[str, Answer]) -> LeavingHome | None:
        """Does an applicant with these answers leave home for it?"""
        away = self.leaves_home
        return away if away and not (away.unless and away.unless.holds(answers)) else None

    def places(self, year: int) -> int:
        """Places of a year over all funding sources, as far as a number is promised; a cohort counts once."""
        return sum(quota.places or sum(quota.floors.values()) for quota in self.quotas if quota.year == year)

    def faults(self) -> Iterator[Fault]:
        if self.open == (self.closed is not None):
            yield Fault(("open",), '"open: false" needs "closed" with its reason, and "open: true" must not have it')
        if (self.kind == "referral") != (self.refers_to is not None):
            yield Fault(("kind",), '"kind: referral" and "refers_to" belong together')
        for setting in ("skills", "packages"):
            yield from alike(getattr(self, setting), setting)
        yield from self._quota_faults()
        yield from self._question_faults()
        yield from self._document_faults()

    def _quota_faults(self) -> Iterator[Fault]:
        seen = set()
        for index, quota in enumerate(self.quotas):
            if (quota.year, quota.funding) in seen:
                yield Fault(("quotas", index), f"{quota.year} with {quota.funding} already has a quota")
            seen.add((quota.year, quota.funding))
            for setting in ("shares", "floors"):
                for code in getattr(quota, setting):
                    if not code.startswith(self.area):
                        yield Fault(("quotas", index, setting, code), f'"{code}" is outside the programme\'s "area"')

    def _question_faults(self) -> Iterator[Fault]:
        earlier: dict[str, ProgrammeQuestion] = {}
        for index, question in enumerate(self.questions):
            if question.key in earlier:
                yield Fault(("questions", index, "key"), f'"{question.key}" is the key of an earlier question')
            if question.ask_if:
                named = question.ask_if.question, question.ask_if.answers
                yield from _named_answers(earlier, *named, ("questions", index, "ask_if"))
            earlier[question.key] = question
        if self.leaves_home and (stays := self.leaves_home.unless):
            yield from _named_answers(earlier, stays.question, stays.answers, ("leaves_home", "unless"))
        for at, rule in all_rules(self.requirements, ("requirements",)):
            if isinstance(rule, AnswerIn):
                yield from _named_answers(earlier, rule.question, rule.answers, at)

    def _document_faults(self) -> Iterator[Fault]:
        sizes = Counter(document.group for document in self.documents if document.group)
        keys = Counter(document.key for document in self.documents)
        for index, document in enumerate(self.documents):
            if document.group and sizes[document.group] < 2:
                yield Fault(("documents", index, "group"), f'group "{document.group}" needs a second document')
            if keys[document.key] > 1:
                yield Fault(("documents", index, "key"), f'"{document.key}" is the key of two documents')


def _filled(question: AnyQuestion, settings: Mapping[str, tuple[Named, ...]]) -> AnyQuestion:
    if not isinstance(question, SeveralQuestion) or not settings.get(question.choices_from or ""):
        return question
    offered = tuple(AnswerOption(key=one.key, name=one.name) for one in settings[question.choices_from or ""])
    if question.choices not in ((), offered):
        raise ValueError(f'has "{question.key}" with both "choices" and "choices_from"; only one can be')
    return question.model_copy(update={"choices": offered})


def all_rules(rules: tuple[Requirement, ...], at: Steps) -> Iterator[tuple[Steps, Requirement]]:
    """Yield every requirement with its place, those inside an `any_of` included."""
    for index, rule in enumerate(rules):
        yield (*at, index), rule
        if isinstance(rule, AnyOf):
            yield from all_rules(rule.of, (*at, index, "of"))


def _named_answers(
    earlier: Mapping[str, ProgrammeQuestion], key: str, answers: tuple[str, ...], at: Steps
) -> Iterator[Fault]:
    """Faults of a condition that names a question not asked before it, or an answer that cannot be given."""
    if key not in earlier:
        known = ", ".join(earlier) or "none"
        yield Fault((*at, "question"), f'"{key}" is not an earlier question; earlier ones are {known}')
        return
    possible = earlier[key].keys()
    for answer in answers:
        if answer not in possible:
            known = ", ".join(possible) or "none, because it is not a choice"
            yield Fault((*at, "answers"), f'"{answer}" is no answer to "{key}"; its answers are {known}')
