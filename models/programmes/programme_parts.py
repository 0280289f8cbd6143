"""The parts of a programme: its places, its goods, its papers, who acts next, and what follows."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, NonNegativeInt, PositiveInt

from models.programmes.codes import Key, RegencyCode
from models.programmes.question_kinds import AskIf, Named
from models.programmes.wording import Label, Wording
from models.yaml_file import Entry, Fault

ClosedBecause = Literal["places_used_up", "no_budget_this_year", "between_rounds", "starts_later"]
Funding = Literal["apbd_murni", "apbd_perubahan", "apbn", "csr"]
Officer = Literal["operator", "verifier", "social_worker", "field_officer", "manager"]
Year = Annotated[int, Field(ge=2020, le=2100)]
Days = Annotated[int, Field(ge=1, le=260)]


class Skill(Named):
    """A skill that a person can wish for."""


class Item(Entry):
    """One thing of a package, as it will stand in the handover record (BAST)."""

    name: Wording
    quantity: PositiveInt = 1
    unit: Wording


class Package(Named):
    """Goods of one kind of business: what Dinsos prepares, and what the person adds."""

    long_training: bool = False
    from_office: Annotated[tuple[Item, ...], Field(min_length=1)]
    from_person: tuple[Wording, ...] = ()


class Quota(Entry):
    """Places of one year and funding source. `places` is left out where only a least number is promised.

    `shares` are fixed per kabupaten/kota, `floors` are the least each may count on, `pool` is shared by all.
    Places not used by `release_on` go to the pool.
    """

    year: Year
    funding: Funding
    per: Literal["year", "cohort"] = "year"
    places: PositiveInt | None = None
    shares: dict[RegencyCode, NonNegativeInt] = Field(default_factory=dict)
    floors: dict[RegencyCode, PositiveInt] = Field(default_factory=dict)
    pool: NonNegativeInt = 0
    release_on: date | None = None

    def faults(self) -> Iterator[Fault]:
        if not self.places and not self.floors:
            yield Fault(("year",), 'a quota needs "places", or "floors" where only a least number is promised')
        spread = sum(self.shares.values()) + self.pool
        if self.places and spread and spread != self.places:
            yield Fault(("places",), f'"places" is {self.places}, but "shares" and "pool" add up to {spread}')
        if self.places and sum(self.floors.values()) > self.places:
            yield Fault(("floors",), f'"floors" add up to more than "places", which is {self.places}')


class PaperStage(StrEnum):
    """When a paper is asked for."""

    AFTER_RECEIPT = "after_receipt"
    ASSESSMENT = "assessment"
    DEPARTURE = "departure"
    HANDOVER = "handover"


class RequiredDocument(Entry):
    """A paper, why it is needed and when. Of the papers of one `group`, one is enough."""

    key: Key
    name: Label
    why: Wording
    needed: Literal["required", "optional", "one_of"]
    group: Key | None = None
    accepts: Annotated[tuple[Literal["photo", "pdf"], ...], Field(min_length=1)] = ("photo", "pdf")
    stage: PaperStage = PaperStage.AFTER_RECEIPT

    def faults(self) -> Iterator[Fault]:
        if (self.needed == "one_of") != (self.group is not None):
            yield Fault(("needed",), '"needed: one_of" and "group" belong together')


def papers_to_complete(papers: Sequence[RequiredDocument]) -> list[RequiredDocument]:
    """What is asked when a file is completed; other papers are asked when their time comes."""
    return [paper for paper in papers if paper.stage is PaperStage.AFTER_RECEIPT]


def missing_papers(papers: Sequence[RequiredDocument], given: Collection[str]) -> list[list[RequiredDocument]]:
    """What keeps a file from being complete: each entry lists the papers of which one is enough."""
    groups: dict[str, list[RequiredDocument]] = {}
    for paper in papers_to_complete(papers):
        if paper.needed != "optional":
            groups.setdefault(paper.group or paper.key, []).append(paper)
    return [alike for alike in groups.values() if not any(paper.key in given for paper in alike)]


class Closed(Entry):
    """Why registration is closed, as a reason and in words, and the day by which there is news."""

    reason: ClosedBecause
    wording: Wording
    news_by: date


class NextStep(Entry):
    """What happens after an application, who acts, and within how many working days."""

    office: Key
    officer: Officer
    working_days: Days
    wording: Wording


class LeavingHome(Entry):
    """A programme that takes people away from home: where they live meanwhile, for how many days, and what helps.

    Without `days` it has no fixed length. `unless`: people who answered so stay at home. The family's answer is hoped
    for within `answer_days`.
    """

    where: Label
    days: PositiveInt | None = None
    words: Wording
    unless: AskIf | None = None
    answer_days: Annotated[int, Field(ge=7, le=90)] = 14


class PastOwner(Entry):
    """An office that had the programme before, up to and including a day."""

    office: Key
    until: date


class Afterwards(Entry):
    """What follows: visits after so many months, a toolkit at the end, programmes it leads to, graduasi."""

    visits_after_months: tuple[Annotated[int, Field(ge=1, le=36)], ...] = ()
    toolkit: bool = False
    leads_to: tuple[Key, ...] = ()
    graduation: bool = False
