"""Requirements: every kind met, not met and unknown, their boundaries, and the laws that hold for all."""

from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.applications.registration import Registration
from models.people.disability import Disability
from models.people.person import Person
from models.programmes.eligibility import Profile, Reason, Verdict
from models.programmes.requirement_result import Requirement, RequirementInput
from models.programmes.rules import (
    Age,
    AnswerIn,
    AnyOf,
    DesilAtMost,
    GuardianConsentIfMinor,
    HasDisability,
    HasOrHadBusiness,
    InformalWorker,
    KindIn,
    LivesIn,
    NeverReceived,
    OutOfSchool,
    PoorFamily,
    ProgrammeOpen,
    ReceivedBefore,
    Unmarried,
)

TODAY = date(2026, 11, 23)
KALTIM = RequirementInput(programme="uep", area=("64",), is_open=True, today=TODAY)
CLOSED = replace(KALTIM, is_open=False)
NOBODY = Profile()
MET, NOT_MET, UNKNOWN = Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN


def born(years: int, days: int = 0) -> Profile:
    """A person who completed so many years on TODAY, or is that many days older."""
    return Profile(birth_date=TODAY.replace(year=TODAY.year - years) - timedelta(days=days))


def desil(value: int, days_ago: int | None = 0) -> Profile:
    return Profile(desil=value, desil_on=None if days_ago is None else TODAY - timedelta(days=days_ago))


def answered(answer: str | tuple[str, ...]) -> Profile:
    return Profile(answers={"uep": {"peran": answer}})


def minor(consents: bool | None, agrees: bool | None) -> Profile:
    return replace(born(16), guardian_consents=consents, agrees=agrees)


POOR = AnyOf(of=(DesilAtMost(desil=5), PoorFamily()))
ROLE = AnswerIn(question="peran", answers=("pendamping",))
SENSORY = KindIn(kinds=(Disability.SENSORY_SIGHT, Disability.SENSORY_HEARING))
ALUMNI = ReceivedBefore(aids=("uep", "toolkit"))
GUARDIAN = GuardianConsentIfMinor()
YOUTH = Age(at_least=15, at_most=20)

TABLE: list[tuple[Requirement, Profile, Verdict, Reason]] = [
    (LivesIn(), Profile(regency_code="6401"), MET, Reason.FITS),
    (LivesIn(), Profile(regency_code="1371"), NOT_MET, Reason.LIVES_ELSEWHERE),
    (LivesIn(), NOBODY, UNKNOWN, Reason.NOT_KNOWN_YET),
    (LivesIn(regions=("6401",)), Profile(village_code="6401012009"), MET, Reason.FITS),
    (LivesIn(regions=("6401",)), Profile(province_code="64"), UNKNOWN, Reason.NOT_KNOWN_YET),
    (LivesIn(regions=("6401",)), Profile(regency_code="6472"), NOT_MET, Reason.LIVES_ELSEWHERE),
    (YOUTH, born(15), MET, Reason.FITS),
    (YOUTH, born(15, -1), NOT_MET, Reason.TOO_YOUNG),
    (YOUTH, born(20), MET, Reason.FITS),
    (YOUTH, born(21, -1), MET, Reason.FITS),
    (YOUTH, born(21), NOT_MET, Reason.TOO_OLD),
    (YOUTH, NOBODY, UNKNOWN, Reason.NOT_KNOWN_YET),
    (DesilAtMost(desil=5), desil(5), MET, Reason.FITS),
    (DesilAtMost(desil=5), desil(6), NOT_MET, Reason.DESIL_TOO_HIGH),
    (DesilAtMost(desil=5), NOBODY, UNKNOWN, Reason.DESIL_NOT_LOOKED_UP),
    (DesilAtMost(desil=5), desil(6, 92), NOT_MET, Reason.DESIL_TOO_HIGH),
    (DesilAtMost(desil=5), desil(6, 93), UNKNOWN, Reason.DESIL_TO_CHECK_AGAIN),
    (DesilAtMost(desil=5), desil(5, None), UNKNOWN, Reason.DESIL_TO_CHECK_AGAIN),
    (HasDisability(), Profile(has_disability=True), MET, Reason.FITS),
    (HasDisability(), Profile(disability_kinds=frozenset({Disability.MENTAL})), MET, Reason.FITS),
    (HasDisability(), Profile(has_disability=False), NOT_MET, Reason.NO_DISABILITY),
    (HasDisability(), NOBODY, UNKNOWN, Reason.NOT_KNOWN_YET),
    (OutOfSchool(), Profile(out_of_school=True), MET, Reason.FITS),
    (OutOfSchool(), Profile(out_of_school=False), NOT_MET, Reason.STILL_AT_SCHOOL),
    (OutOfSchool(), NOBODY, UNKNOWN, Reason.NOT_KNOWN_YET),
    (PoorFamily(), Profile(poor_family=True), MET, Reason.FITS),
    (PoorFamily(), Profile(poor_family=False), NOT_MET, Reason.NOT_A_POOR_FAMILY),
    (PoorFamily(), NOBODY, UNKNOWN, Reason.NOT_KNOWN_YET),
    (HasOrHadBusiness(), Profile(has_or_had_business=True), MET, Reason.FITS),
    (HasOrHadBusiness(), Profile(has_or_had_business=False), NOT_MET, Reason.NO_BUSINESS_YET),
    (HasOrHadBusiness(), NOBODY, UNKNOWN, Reason.NOT_KNOWN_YET),
    (Unmarried(), Profile(unmarried=True), MET, Reason.FITS),
    (Unmarried(), Profile(unmarried=False), NOT_MET, Reason.MARRIED),
    (Unmarried(), NOBODY, UNKNOWN, Reason.NOT_KNOWN_YET),
    (InformalWorker(), Profile(informal_worker=True), MET, Reason.FITS),
    (InformalWorker(), Profile(informal_worker=False), NOT_MET, Reason.NOT_AN_INFORMAL_WORKER),
    (InformalWorker(), NOBODY, UNKNOWN, Reason.NOT_KNOWN_YET),
    (SENSORY, Profile(disability_kinds=frozenset({Disability.SENSORY_HEARING})), MET, Reason.FITS),
    (SENSORY, Profile(disability_kinds=frozenset({Disability.MENTAL})), NOT_MET, Reason.OTHER_DISABILITY_KIND),
    (SENSORY, Profile(has_disability=True), UNKNOWN, Reason.NOT_KNOWN_YET),
    (NeverReceived(aid="uep"), Profile(received={"uep": False}), MET, Reason.FITS),
    (NeverReceived(aid="uep"), Profile(received={"uep": True}), NOT_MET, Reason.ALREADY_RECEIVED),
    (NeverReceived(aid="uep"), Profile(received={"toolkit": True}), UNKNOWN, Reason.NOT_KNOWN_YET),
    (
        NeverReceived(aid="uep"),
        Profile(received={"uep": True}, allowed_again=frozenset({"uep"})),
        MET,
        Reason.STAFF_EXCEPTION,
    ),
    (ALUMNI, Profile(received={"toolkit": True}), MET, Reason.FITS),
    (ALUMNI, Profile(received={"toolkit": False, "uep": False}), NOT_MET, Reason.NEVER_RECEIVED_BEFORE),
    (ALUMNI, Profile(received={"toolkit": False}), UNKNOWN, Reason.NOT_KNOWN_YET),
    (GUARDIAN, born(18), MET, Reason.IS_ADULT),
    (GUARDIAN, born(18, -1), UNKNOWN, Reason.NOT_KNOWN_YET),
    (GUARDIAN, minor(True, True), MET, Reason.FITS),
    (GUARDIAN, minor(False, True), NOT_MET, Reason.NO_GUARDIAN_CONSENT),
    (GUARDIAN, minor(True, False), NOT_MET, Reason.SAID_NO),
    (GUARDIAN, minor(True, None), UNKNOWN, Reason.NOT_KNOWN_YET),
    (GUARDIAN, Profile(guardian_consents=False), UNKNOWN, Reason.NOT_KNOWN_YET),
    (ROLE, answered("pendamping"), MET, Reason.FITS),
    (ROLE, answered(("peserta", "pendamping")), MET, Reason.FITS),
    (ROLE, answered("peserta"), NOT_MET, Reason.OTHER_ANSWER),
    (ROLE, NOBODY, UNKNOWN, Reason.NOT_KNOWN_YET),
    (POOR, Profile(poor_family=True), MET, Reason.FITS),
    (POOR, replace(desil(7), poor_family=False), NOT_MET, Reason.NONE_OF_THESE),
    (POOR, desil(7), UNKNOWN, Reason.NOT_KNOWN_YET),
]


@pytest.mark.parametrize(("requirement", "profile", "verdict", "reason"), TABLE)
def test_each_requirement_is_met_not_met_or_unknown_with_its_reason(
    requirement: Requirement, profile: Profile, verdict: Verdict, reason: Reason
) -> None:
    finding = requirement.check(profile, KALTIM)

    assert (finding.verdict, finding.reason) == (verdict, reason)


@pytest.mark.parametrize(
    ("named", "verdict"), [(None, UNKNOWN), ([], UNKNOWN), (["hearing"], MET), (["mental"], NOT_MET)]
)
def test_the_kinds_that_a_person_named_decide_a_rule_on_kinds(named: list[str] | None, verdict: Verdict) -> None:
    person = Person(disabilities=None if named is None else {"kinds": named})
    form = Registration(disability_kinds=sorted(person.disability_kinds or ()))
    assert SENSORY.check(form.profile(), KALTIM).verdict is verdict


def test_every_kind_of_requirement_has_its_three_verdicts_in_the_table() -> None:
    shown = {(type(requirement), verdict) for requirement, _, verdict, _ in TABLE}
    kinds = set(_all_kinds(Requirement)) - {ProgrammeOpen}

    assert {(kind, verdict) for kind in kinds for verdict in Verdict} == shown


def _all_kinds(base: type[Requirement]) -> list[type[Requirement]]:
    below = [kind for sub in base.__subclasses__() for kind in _all_kinds(sub)]
    return below if base.__subclasses__() else [base]


def test_doors_are_open_or_closed_and_never_unknown() -> None:
    assert ProgrammeOpen().check(NOBODY, KALTIM).verdict is MET
    assert ProgrammeOpen().check(NOBODY, CLOSED).reason is Reason.PROGRAMME_CLOSED


@pytest.mark.parametrize(
    ("on", "today", "expected"),
    [
        ("application", date(2026, 11, 23), date(2026, 11, 23)),
        ("2027-02-01", date(2026, 11, 23), date(2027, 2, 1)),
        ("07-01", date(2026, 11, 23), date(2026, 7, 1)),
        ("07-01", date(2027, 1, 2), date(2027, 7, 1)),
    ],
)
def test_age_counts_on_the_reference_day(on: str, today: date, expected: date) -> None:
    assert Age(at_most=20, on=on).reference_day(today) == expected


@pytest.mark.parametrize(
    ("day", "age"),
    [
        (date(2027, 2, 28), 18),
        (date(2027, 3, 1), 19),
        (date(2028, 2, 28), 19),
        (date(2028, 2, 29), 20),
    ],
)
def test_a_person_born_on_29_february_is_a_year_older_on_1_march_of_a_common_year(day: date, age: int) -> None:
    assert Profile(birth_date=date(2008, 2, 29)).age_on(day) == age


def test_a_finding_carries_the_facts_a_sentence_needs() -> None:
    finding = Age(at_most=20, on="2027-02-01").check(Profile(birth_date=date(2003, 5, 1)), KALTIM)

    assert finding.kind == "age"
    assert dict(finding.facts) == {"age": 23, "at_most": 20, "on": date(2027, 2, 1)}


def test_any_of_keeps_the_findings_behind_it() -> None:
    finding = POOR.check(replace(desil(7), poor_family=False), KALTIM)

    assert [part.reason for part in finding.parts] == [Reason.DESIL_TOO_HIGH, Reason.NOT_A_POOR_FAMILY]


# Laws.

days = st.dates(date(1940, 1, 1), date(2030, 12, 31))
profiles = st.builds(
    Profile,
    birth_date=days,
    regency_code=st.sampled_from(["6401", "6472", "1371"]),
    desil=st.integers(1, 10),
    desil_on=st.dates(TODAY - timedelta(days=200), TODAY),
    disability_kinds=st.frozensets(st.sampled_from(Disability), min_size=1),
    has_disability=st.just(True),
    out_of_school=st.booleans(),
    poor_family=st.booleans(),
    has_or_had_business=st.booleans(),
    unmarried=st.booleans(),
    informal_worker=st.booleans(),
    guardian_consents=st.booleans(),
    agrees=st.booleans(),
    received=st.fixed_dictionaries({"uep": st.booleans(), "toolkit": st.booleans()}),
    answers=st.sampled_from(["peserta", "pendamping"]).map(lambda role: {"uep": {"peran": role}}),
) | st.builds(Profile, has_disability=st.just(False), disability_kinds=st.just(frozenset()), birth_date=days)
requirements = st.sampled_from([requirement for requirement, *_ in TABLE])
forgettable = st.sets(st.sampled_from([field.name for field in fields(Profile)]))


def forget(profile: Profile, names: set[str]) -> Profile:
    """The same person with less known of them."""
    return replace(profile, **{name: getattr(NOBODY, name) for name in names - {"allowed_again"}})


@given(requirements, profiles, forgettable)
def test_learning_more_never_overturns_a_verdict(requirement: Requirement, profile: Profile, names: set[str]) -> None:
    before = requirement.check(forget(profile, names), KALTIM).verdict
    after = requirement.check(profile, KALTIM).verdict

    assert before in {UNKNOWN, after}


@given(profiles, st.sets(st.sampled_from(["uep", "toolkit"])))
def test_an_exception_by_staff_only_ever_opens(profile: Profile, allowed: set[str]) -> None:
    rule = NeverReceived(aid="uep")
    before = rule.check(profile, KALTIM).verdict
    after = rule.check(replace(profile, allowed_again=frozenset(allowed)), KALTIM).verdict

    assert after is (MET if "uep" in allowed else before)


@given(days, days)
def test_age_is_the_number_of_birthdays_since_birth(birth: date, day: date) -> None:
    def birthday(year: int) -> date:
        leap_child = (birth.month, birth.day) == (2, 29) and year % 4 != 0
        return date(year, 3, 1) if leap_child else birth.replace(year=year)

    lived = sum(birthday(year) <= day for year in range(birth.year + 1, 2031))

    assert day < birth or Profile(birth_date=birth).age_on(day) == lived
