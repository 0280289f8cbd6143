"""Which programmes fit whom, in which order they are listed, and what answers tell."""

from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest

from models.programmes.catalogue import Catalogue
from models.programmes.eligibility import PASSED_ON, Profile, Reason, assess, order, with_answers
from models.programmes.programme_file import Programme
from models.programmes.requirement_result import RequirementResult
from models.programmes.rules import AnyOf, NeverReceived, ReceivedBefore
from tests.own_catalogue import own_catalogue

TODAY = date(2026, 11, 23)
NOBODY = Profile()


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return own_catalogue()


def somebody() -> list[Profile]:
    """People of every mix of place, age, disability, means and work."""
    return [
        Profile(regency_code=place, birth_date=birth, has_disability=able, poor_family=poor, informal_worker=poor)
        for place, birth, able, poor in product(
            ("6401", "6471", "1371", None), (date(2007, 6, 1), date(1980, 1, 1), None), (True, False), (True, None)
        )
    ]


@pytest.mark.parametrize("profile", somebody())
def test_the_list_holds_every_programme_once_with_the_fitting_ones_in_front(
    catalogue: Catalogue, profile: Profile
) -> None:
    listed = order(assess(programme, profile, TODAY) for programme in reversed(catalogue.programmes))

    assert sorted(one.programme.key for one in listed) == sorted(programme.key for programme in catalogue)
    groups = [(one.fits, one.is_open, one.programme.kind not in PASSED_ON, one.certain) for one in listed]
    assert groups == sorted(groups, reverse=True)


FITTING: dict[str, dict[str, Any]] = {
    "desil_at_most": {"desil": 1, "desil_on": TODAY},
    "has_disability": {"has_disability": True},
    "out_of_school": {"out_of_school": True},
    "poor_family": {"poor_family": True},
    "has_or_had_business": {"has_or_had_business": True},
    "unmarried": {"unmarried": True},
    "informal_worker": {"informal_worker": True},
    "guardian_consent_if_minor": {"guardian_consents": True, "agrees": True},
}


def fitting(programme: Programme) -> Profile:
    """A person who fits the rules of a programme: 19 years old, in its area."""
    profile = Profile(regency_code=programme.area[0].ljust(4, "1"), birth_date=date(2007, 6, 1))
    for rule in programme.requirements:
        profile = replace(profile, **FITTING.get(rule.kind, {}))
        if isinstance(rule, AnyOf):
            profile = replace(profile, **FITTING[rule.of[0].kind])
        if isinstance(rule, NeverReceived | ReceivedBefore):
            aids = (rule.aid,) if isinstance(rule, NeverReceived) else rule.aids
            profile = replace(profile, received=dict.fromkeys(aids, isinstance(rule, ReceivedBefore)))
    return profile


def test_every_programme_certainly_fits_somebody(catalogue: Catalogue) -> None:
    fitted = {programme.key: assess(programme, fitting(programme), TODAY) for programme in catalogue}

    assert {key for key, one in fitted.items() if not (one.fits and one.certain)} == set()


def test_every_programme_but_a_referral_turns_somebody_of_its_own_area_away(catalogue: Catalogue) -> None:
    other: dict[str, Any] = {
        "has_disability": False,
        "received": {},
        "poor_family": False,
        "has_or_had_business": False,
    }
    for programme in catalogue:
        if programme.kind in {"referral", "survey"}:
            continue
        received = dict.fromkeys(("uep-disabilitas", "stimulan-paser", "uep"), programme.key != "alumni-padang")
        answers = {"bimtek": {"peran": "peserta"}}
        stranger = replace(fitting(programme), **{**other, "received": received, "answers": answers})
        stranger = replace(stranger, birth_date=date(1990, 1, 1))
        assert assess(programme, stranger, TODAY).reasons, programme.key


def test_nobody_is_refused_for_what_nobody_asked(catalogue: Catalogue) -> None:
    for programme in catalogue:
        assessment = assess(programme, NOBODY, TODAY)
        assert assessment.fits
        assert assessment.unknowns == assessment.findings


def test_a_youth_of_paser_fits_until_the_day_before_turning_21_on_the_reference_day(catalogue: Catalogue) -> None:
    paser = catalogue["pemuda-paser"]
    youth = fitting(paser)

    assert assess(paser, replace(youth, birth_date=date(2006, 2, 2)), TODAY).fits
    too_old = assess(paser, replace(youth, birth_date=date(2006, 2, 1)), TODAY)
    assert [finding.reason for finding in too_old.reasons] == [Reason.TOO_OLD]


def test_a_second_uep_needs_a_reason_by_staff(catalogue: Catalogue) -> None:
    uep = catalogue["uep"]
    again = replace(fitting(uep), received={"uep": True})

    assert [finding.reason for finding in assess(uep, again, TODAY).reasons] == [Reason.ALREADY_RECEIVED]
    assert assess(uep, replace(again, allowed_again=frozenset({"uep"})), TODAY).fits


def test_a_closed_programme_still_fits_but_stands_behind_open_ones(catalogue: Catalogue) -> None:
    profile = replace(fitting(catalogue["magang"]), birth_date=date(1990, 1, 1))
    work = [assess(catalogue[key], profile, TODAY) for key in ("magang", "penempatan", "bpjs")]

    assert [one.programme.key for one in order(work)] == ["penempatan", "magang", "bpjs"]
    assert [one.fits for one in order(work)] == [True, True, False]


def test_the_organisation_beside_a_person_may_come_to_the_bimtek(catalogue: Catalogue) -> None:
    bimtek = catalogue["bimtek"]
    guest = Profile(regency_code="1371", has_disability=False)

    assert not assess(bimtek, with_answers(guest, bimtek, {"peran": "peserta"}), TODAY).fits
    assert assess(bimtek, with_answers(guest, bimtek, {"peran": "organisasi"}), TODAY).certain


# What answers tell.


def test_answers_settle_facts_and_are_kept_under_their_programme(catalogue: Catalogue) -> None:
    profile = with_answers(NOBODY, catalogue["uep"], {"usaha": "pernah", "pernah-uep": "belum"})

    assert profile.has_or_had_business is True
    assert profile.received == {"uep": False}
    assert profile.answers["uep"]["usaha"] == "pernah"


def test_an_unsure_answer_tells_nothing(catalogue: Catalogue) -> None:
    assert with_answers(NOBODY, catalogue["uep"], {"pernah-uep": "lupa"}).received == {}


def test_what_an_officer_checked_weighs_more_than_an_answer(catalogue: Catalogue) -> None:
    checked = Profile(has_or_had_business=True, received={"uep": True})
    profile = with_answers(checked, catalogue["uep"], {"usaha": "belum", "pernah-uep": "belum"})

    assert (profile.has_or_had_business, profile.received) == (True, {"uep": True})


def test_an_answer_to_a_question_that_is_not_asked_any_more_counts_for_nothing(catalogue: Catalogue) -> None:
    profile = with_answers(NOBODY, catalogue["uep"], {"usaha": "belum", "usaha-apa": "gorengan"})

    assert profile.answers["uep"] == {"usaha": "belum"}


def test_findings_are_in_the_order_of_the_file(catalogue: Catalogue) -> None:
    def kinds(findings: tuple[RequirementResult, ...]) -> list[str]:
        return [finding.kind for finding in findings]

    uep = catalogue["uep"]
    assert kinds(assess(uep, NOBODY, TODAY).findings) == [rule.kind for rule in uep.requirements]
