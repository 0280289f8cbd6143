"""The registration form: the applicant's answers so far, typed, versioned, and readable by later releases.

draft row, version 1 ──upgrades──▶ Registration ──profile──▶ which programmes fit
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from models.applications.draft import Draft
from models.people.born import BornField
from models.people.calling_name import calling_name
from models.people.disability import Disability
from models.people.link import Relation
from models.places import DISTRICT, REGENCY
from models.programmes.eligibility import with_answers
from models.programmes.profile import Answer, Profile
from models.programmes.programme_file import Programme
from models.programmes.question_kinds import ProgrammeQuestion

FORM = "register"
VERSION = 1


class PhoneOwner(StrEnum):
    """Whose phone number it is: the applicant's, the writer's, or another person's."""

    PERSON = "person"
    WRITER = "writer"
    OTHER = "other"


class Need(StrEnum):
    """What helps an applicant to take part; asked before any kind of disability."""

    SIGN_LANGUAGE = "jbi"
    RAMP = "ramp"
    COMPANION = "companion"
    WRITTEN = "written"
    LARGE_PRINT = "large"
    SCREEN_READER = "reader"
    QUIET_ROOM = "quiet"
    SLOWLY = "slowly"
    TRANSPORT = "transport"


class Clarification(BaseModel):
    """A question within a question: what was typed at a step, and what it may have meant."""

    model_config = ConfigDict(extra="ignore")

    step: str
    typed: str = ""
    found: list[str] = []


class WitnessedConsent(BaseModel):
    """At the counter: the consent that an officer witnessed before the first question, and how far their post reached.

    It is stored as a consent together with the person. Office and region only spare useless questions: whether the
    registration may be made is checked again when it is submitted.
    """

    model_config = ConfigDict(extra="ignore")

    shown: str
    version: str
    language: str
    mode: str
    at: datetime
    office: str
    region: str


class Registration(BaseModel):
    """Answers so far. None means "not answered yet"; what a newer release wrote besides is left out."""

    model_config = ConfigDict(extra="ignore")

    for_whom: Relation | None = None
    heard: WitnessedConsent | None = Field(
        default=None, description="an officer fills it in for somebody at the counter"
    )
    organisation: str | None = None
    disability_kinds: list[Disability] = Field(default=[], description="what the person has named at an earlier file")
    name: str | None = None
    born: BornField = None
    regency: str | None = None
    district: str | None = None
    village: str | None = None
    village_text: str | None = None
    phone: str | None = None
    no_phone: bool = False
    phone_owner: PhoneOwner | None = None
    by_list: bool = Field(default=False, description="the place is chosen from lists, not written in one line")
    needs: list[Need] = []
    needs_text: str | None = None
    wants_needs: bool = False
    needs_said: bool = False
    considering: str | None = None
    is_repeated: bool = Field(default=False, description="there is an open file for the programme that is considered")
    unsorted: bool = Field(default=False, description="somebody objected to sorting: all programmes in plain order")
    programme: str | None = None
    is_preset: bool = Field(default=False, description="the programme was chosen before the form, as by a poster")
    accepted: bool = False
    answers: dict[str, str | bool | int | list[str]] = {}
    skipped: list[str] = []
    chosen: list[str] = Field(default=[], description="taps so far of a question that takes several")
    asking: str | None = Field(default=None, description="the programme's question to ask again")
    pending: Clarification | None = None

    @property
    def is_for_self(self) -> bool:
        return self.for_whom is Relation.SELF

    @property
    def is_of_organisation(self) -> bool:
        return self.for_whom is Relation.ORGANISATION

    @property
    def is_begun(self) -> bool:
        return self.for_whom is not None or self.heard is not None

    @property
    def has_village(self) -> bool:
        return self.village is not None or self.village_text is not None

    @property
    def phone_is_settled(self) -> bool:
        return self.no_phone or self.phone is not None

    @property
    def first_name(self) -> str:
        return calling_name(self.name or "")

    def told(self) -> dict[str, Answer]:
        """Return the answers to the programme's questions as rules read them."""
        return {key: tuple(said) if isinstance(said, list) else said for key, said in self.answers.items()}

    def to_ask(self, programme: Programme, less: bool = False) -> tuple[ProgrammeQuestion, ...]:
        """Return the programme's questions that belong to the answers so far; `less`: only those that are required."""
        return tuple(one for one in programme.to_ask(self.told()) if one.required or not less)

    def next_question(self, programme: Programme, less: bool = False) -> ProgrammeQuestion | None:
        """Return the programme's question to ask now: the one being changed, else the first without an answer."""
        asked = self.to_ask(programme, less)
        changing = next((question for question in asked if question.key == self.asking), None)
        done = {*self.answers, *self.skipped}
        return changing or next((question for question in asked if question.key not in done), None)

    def profile(self, programme: Programme | None = None) -> Profile:
        """Return the person as the rules see them, with what the answers to a programme's questions tell."""
        known = Profile(
            birth_date=self.born,
            province_code=self.regency[:2] if self.regency else None,
            regency_code=self.regency,
            district_code=self.district,
            village_code=self.village,
            disability_kinds=frozenset(self.disability_kinds) or None,
        )
        return with_answers(known, programme, self.told()) if programme else known

    def move_to(self, regency: str) -> None:
        """Change the kabupaten/kota: kecamatan and village are asked again."""
        if regency != self.regency:
            self.regency, self.district, self.village, self.village_text = regency, None, None, None

    def live_in(self, code: str) -> None:
        """Move to a place of any level from the kabupaten or kota down, by its code."""
        self.move_to(code[:REGENCY])
        if len(code) >= DISTRICT:
            self.move_within(code[:DISTRICT])
        if len(code) > DISTRICT:
            self.village, self.village_text = code, None

    def move_within(self, district: str) -> None:
        if district != self.district:
            self.district, self.village, self.village_text = district, None, None

    def choose(self, programme: str, *, accepted: bool) -> None:
        """Take a programme. Answers to the questions of another one count for nothing."""
        if programme != self.programme:
            self.answers, self.skipped = {}, []
        self.programme, self.accepted, self.considering = programme, accepted, None
        self.is_repeated = self.is_preset = False

    def answer(self, question: str, said: Answer | None) -> None:
        """Keep the answer to a programme's question; None: left out, where that is allowed."""
        self.asking, self.chosen = None, []
        self.skipped = [key for key in self.skipped if key != question]
        self.answers.pop(question, None)
        if said is None:
            self.skipped.append(question)
        else:
            self.answers[question] = list(said) if isinstance(said, tuple) else said


Upgrade = Callable[[dict[str, Any]], dict[str, Any]]
UPGRADES: Mapping[int, Upgrade] = {}
"""From the version that is the key to the next one."""


def read(draft: Draft) -> Registration:
    """Read the form from a draft of any version so far. Raises pydantic.ValidationError for an unknown shape."""
    answers, version = dict(draft.answers or {}), draft.version
    while version in UPGRADES:
        answers, version = UPGRADES[version](answers), version + 1
    return Registration.model_validate(answers)


def write(draft: Draft, form: Registration) -> None:
    draft.answers, draft.version = form.model_dump(mode="json", exclude_defaults=True), VERSION
