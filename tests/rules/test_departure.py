"""Leaving home as a rule: every pair of words, one who holds back is not overruled, and under 18 a proven guardian."""

from datetime import UTC, date, datetime, timedelta

import pytest

from handlers.conversation.context import ReferenceData
from handlers.wording.leaving_text import away_of
from models.applications.application import OVER, Application, Stage
from models.applications.departure import (
    ANSWERS,
    MOVES,
    Departure,
    LeavingStatus,
    Respondent,
    Response,
    leaving_status,
    next_state,
)
from models.people.link import Link, Relation, Scope
from models.people.person import Person

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
DAY = NOW + timedelta(days=14)


def a_person(born: date = date(1990, 8, 17)) -> Person:
    return Person(id=1, name="Sari", birth_date=str(born), regency="6472", created_at=NOW, changed_at=NOW)


MINOR = a_person(date(2010, 1, 5))


def a_link(number: int, *, proven: bool = False) -> Link:
    about = {"relation": Relation.CHILD, "scope": Scope.ACT, "made_at": NOW}
    return Link(id=number, account_id=number, person_id=1, guardian_proven_at=NOW if proven else None, **about)


def said(
    state: Response, voice: Respondent = Respondent.FAMILY, link: int | None = 1, heard_by: int | None = None
) -> Departure:
    asked = DAY if state is Response.ASKED else None
    return Departure(application_id=1, voice=voice, link_id=link, state=state, heard_by=heard_by, answer_by=asked)


@pytest.mark.parametrize("was", Response)
@pytest.mark.parametrize("answer", Response)
def test_a_word_only_becomes_what_the_moves_allow(was: Response, answer: Response) -> None:
    row = said(was)
    if answer not in ANSWERS:
        with pytest.raises(ValueError, match="no answer"):
            row.record_response(answer, now=NOW)
        return
    changed = row.record_response(answer, now=NOW)
    assert changed is (row.state is not was)
    assert row.state is was or row.state in MOVES[was]
    assert row.state is next_state(was, answer)


def test_a_no_after_a_yes_takes_the_yes_back_and_a_yes_gives_it_again() -> None:
    row = said(Response.GIVEN)
    assert row.record_response(Response.REFUSED, now=NOW)
    assert row.state is Response.WITHDRAWN
    assert not row.record_response(Response.REFUSED, now=NOW), "the same answer again changes nothing"
    assert row.record_response(Response.GIVEN, now=NOW)
    assert row.state is Response.GIVEN


@pytest.mark.parametrize("state", [one for one in Response if one is not Response.NOT_ASKED])
def test_nobody_is_asked_who_was_asked_or_has_spoken(state: Response) -> None:
    assert not said(state).ask(answer_by=DAY, now=NOW)


@pytest.mark.parametrize("against", [Response.REFUSED, Response.WITHDRAWN, Response.TALK])
def test_one_of_the_family_who_holds_back_is_not_overruled_by_another(against: Response) -> None:
    step = leaving_status(
        a_person(), [said(Response.GIVEN, link=1), said(against, link=2)], [a_link(1), a_link(2)], NOW
    )
    assert step.family is against


def test_the_word_of_a_link_that_has_ended_counts_no_more() -> None:
    rows = [said(Response.GIVEN, link=1), said(Response.REFUSED, link=2)]
    assert leaving_status(a_person(), rows, [a_link(1)], NOW).family is Response.GIVEN
    assert leaving_status(a_person(), rows, [], NOW).family is Response.NOT_ASKED


def test_a_grown_up_leaves_with_the_own_yes_whatever_the_family_says() -> None:
    rows = [said(Response.GIVEN, Respondent.OWN, None), said(Response.REFUSED)]
    assert leaving_status(a_person(), rows, [a_link(1)], NOW).is_settled
    assert not leaving_status(a_person(), [said(Response.GIVEN)], [a_link(1)], NOW).is_settled


@pytest.mark.parametrize(
    ("guardian", "proven", "own", "settled"),
    [
        (Response.GIVEN, True, Response.GIVEN, True),
        (Response.GIVEN, False, Response.GIVEN, False),
        (Response.GIVEN, True, Response.ASKED, False),
        (Response.GIVEN, True, Response.REFUSED, False),
        (Response.REFUSED, True, Response.GIVEN, False),
        (Response.ASKED, True, Response.GIVEN, False),
    ],
)
def test_under_18_both_must_say_yes_and_the_guardian_be_proven(
    guardian: Response, proven: bool, own: Response, settled: bool
) -> None:
    rows = [said(own, Respondent.OWN, None), said(guardian)]
    step = leaving_status(MINOR, rows, [a_link(1, proven=proven)], NOW)
    assert step.is_settled is settled
    assert step.lacks_proof is (guardian is Response.GIVEN and not proven)


def test_a_guardian_without_an_account_is_proven_by_the_officer_who_heard_them() -> None:
    own = said(Response.GIVEN, Respondent.OWN, None)
    assert not leaving_status(MINOR, [own, said(Response.GIVEN, link=None)], [], NOW).is_settled
    assert leaving_status(MINOR, [own, said(Response.GIVEN, link=None, heard_by=9)], [], NOW).is_settled


def test_the_day_of_the_answer_is_the_first_that_is_waited_for() -> None:
    later = said(Response.ASKED, link=2)
    later.answer_by = DAY + timedelta(days=1)
    assert leaving_status(a_person(), [later, said(Response.ASKED)], [a_link(1), a_link(2)], NOW).answer_by == DAY
    assert leaving_status(a_person(), [], [], NOW) == LeavingStatus(Response.NOT_ASKED, Response.NOT_ASKED)


@pytest.mark.parametrize("stage", Stage)
def test_a_file_that_is_over_takes_nobody_away(desk: ReferenceData, stage: Stage) -> None:
    file = Application(programme="keterampilan", stage=stage, answers={})
    assert (away_of(desk, file) is None) is (stage in OVER)
