"""The moves of a file: every pair of stages is walked; what the table does not hold is refused with both stages."""

from datetime import UTC, datetime, timedelta

import pytest

from models.applications.application import MOVES, OVER, Application, NotAllowed, Stage

MADE = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NOW = MADE + timedelta(days=3)


def a_file(stage: Stage) -> Application:
    return Application(number="KT-2026-0412-N", person_id=1, stage=stage, promised_at=MADE, moved_at=MADE)


@pytest.mark.parametrize("was", Stage)
@pytest.mark.parametrize("to", Stage)
def test_a_file_moves_as_the_table_allows_and_never_otherwise(was: Stage, to: Stage) -> None:
    file = a_file(was)
    if to in MOVES[was]:
        file.move(to, NOW)
        assert (file.stage, file.moved_at) == (to, NOW)
        return
    with pytest.raises(NotAllowed) as refused:
        file.move(to, NOW)
    assert (refused.value.was, refused.value.wanted) == (was, to)
    assert str(refused.value) == f"A file that is {was} cannot become {to}."
    assert (file.stage, file.moved_at) == (was, MADE), "a refused move changes nothing"


@pytest.mark.parametrize("was", Stage)
def test_a_file_is_withdrawn_from_where_the_table_says(was: Stage) -> None:
    file = a_file(was)
    if Stage.WITHDRAWN not in MOVES[was]:
        with pytest.raises(NotAllowed):
            file.withdraw(NOW)
        return
    file.withdraw(NOW)
    assert file.stage is Stage.WITHDRAWN


def test_every_stage_is_in_the_table_reached_and_left_but_the_first_and_the_last() -> None:
    reached = {to for moves in MOVES.values() for to in moves}
    assert set(MOVES) == set(Stage)
    assert set(Stage) - reached == {Stage.SUBMITTED}
    assert [stage for stage, moves in MOVES.items() if not moves] == [Stage.CLOSED]
    assert all(stage not in MOVES[stage] for stage in Stage)


def test_from_every_stage_a_file_can_be_closed_and_what_is_over_never_begins_again() -> None:
    begun = set(Stage) - OVER - {Stage.REFERRED}
    for stage in Stage:
        ahead = all_ahead(stage)
        assert stage is Stage.CLOSED or Stage.CLOSED in ahead
        assert stage not in OVER or not ahead & begun


def all_ahead(stage: Stage) -> set[Stage]:
    """The stages that can follow, in any number of moves."""
    found: set[Stage] = set()
    edge: list[Stage] = [stage]
    while edge:
        new = MOVES[edge.pop()] - found
        found |= new
        edge.extend(new)
    return found
