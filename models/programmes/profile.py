"""What the office knows about one person when it asks which programmes fit; all of it may be unknown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from models.people.born import Born
from models.people.disability import Disability

Answer = str | bool | int | tuple[str, ...]
"""An answer to a programme's own question: a choice's key, yes or no, a number, words, or several keys."""

NOTHING: Mapping[str, bool] = MappingProxyType({})
NO_ANSWERS: Mapping[str, Mapping[str, Answer]] = MappingProxyType({})


class Fact(StrEnum):
    """A yes or no about a person that rules ask for; the value is the name of its field in Profile."""

    HAS_DISABILITY = "has_disability"
    OUT_OF_SCHOOL = "out_of_school"
    POOR_FAMILY = "poor_family"
    HAS_OR_HAD_BUSINESS = "has_or_had_business"
    UNMARRIED = "unmarried"
    INFORMAL_WORKER = "informal_worker"
    GUARDIAN_CONSENTS = "guardian_consents"
    AGREES = "agrees"


@dataclass(frozen=True, kw_only=True)
class Profile:
    """One person as far as known. None means "not known yet", never "no".

    Region codes are digits as in a NIK. `desil` counts from 1 (poorest tenth) to 10 and was looked up on
    `desil_on`. `received` says per kind of aid whether it was ever received. `allowed_again` names the kinds
    that staff, with a reason on file, let the person receive once more. `answers` are kept per programme key.
    """

    birth_date: Born | date | None = None
    province_code: str | None = None
    regency_code: str | None = None
    district_code: str | None = None
    village_code: str | None = None
    desil: int | None = None
    desil_on: date | None = None
    disability_kinds: frozenset[Disability] | None = None
    has_disability: bool | None = None
    out_of_school: bool | None = None
    poor_family: bool | None = None
    has_or_had_business: bool | None = None
    unmarried: bool | None = None
    informal_worker: bool | None = None
    guardian_consents: bool | None = None
    agrees: bool | None = None
    received: Mapping[str, bool] = field(default_factory=lambda: NOTHING)
    allowed_again: frozenset[str] = frozenset()
    answers: Mapping[str, Mapping[str, Answer]] = field(default_factory=lambda: NO_ANSWERS)

    @property
    def place(self) -> str | None:
        """The most exact region code known; a code begins with the code of the region around it."""
        return self.village_code or self.district_code or self.regency_code or self.province_code

    def says(self, fact: Fact) -> bool | None:
        """Return whether a fact holds; a known kind of disability also tells that there is one."""
        told: bool | None = getattr(self, fact.value)
        if told is None and fact is Fact.HAS_DISABILITY and self.disability_kinds:
            return True
        return told

    def ages_on(self, day: date) -> tuple[int, int] | None:
        """Return the least and the most completed years on a day: equal, unless the birth date is estimated."""
        return None if self.birth_date is None else Born.of(self.birth_date).ages_on(day)

    def age_on(self, day: date) -> int | None:
        """Completed years on a day, where there is no doubt."""
        youngest, oldest = self.ages_on(day) or (0, 1)
        return youngest if youngest == oldest else None
