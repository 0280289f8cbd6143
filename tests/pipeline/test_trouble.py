"""A trouble is said when it begins, ever more rarely while it lasts, and once when it is over."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot.health import LEADER_AWAY, POLL_OLD, Health
from bot.trouble import Kind, Troubles

AWAY = "Telegram cannot be reached; asking again."


class Ticks:
    """A monotonic clock that only the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def said() -> Iterator[list[dict[str, Any]]]:
    with structlog.testing.capture_logs() as lines:
        yield lines


def health_of(troubles: Troubles) -> Health:
    """A process that has started and just got an answer."""
    health = Health(troubles, Path("/"), lambda: datetime.now(UTC))
    health.stage = None
    health.on_heartbeat(is_led=True)
    return health


def test_a_trouble_of_a_day_has_few_lines_and_tells_its_end(ticks: Ticks, said: list[dict[str, Any]]) -> None:
    troubles = Troubles(ticks)
    for _ in range(24 * 360):
        troubles.begun(Kind.TELEGRAM, AWAY)
        ticks.now += 10
    assert len(said) < 32
    assert [line["event"] for line in said] == [AWAY] * len(said)
    troubles.over(Kind.TELEGRAM)
    troubles.over(Kind.TELEGRAM)
    assert said[-1]["event"] == "Telegram can be reached again."
    assert (said[-1]["lasted"], said[-1]["times"]) == ("24 hours", 24 * 360)
    assert [line["event"] for line in said].count("Telegram can be reached again.") == 1


def test_another_cause_is_said_at_once(ticks: Ticks, said: list[dict[str, Any]]) -> None:
    troubles = Troubles(ticks)
    for cause in ("it is locked", "it is locked", "it is full"):
        troubles.begun(Kind.DATABASE, cause, "The inbox")
    assert [line["event"] for line in said] == ["it is locked", "it is full"]


def test_what_nobody_meets_any_more_is_over(ticks: Ticks, said: list[dict[str, Any]]) -> None:
    troubles = Troubles(ticks)
    troubles.begun(Kind.DATABASE, "away", "The outbox")
    ticks.now += 20
    troubles.begun(Kind.DATABASE, "away", "The inbox")
    ticks.now += 20
    troubles.fade(Kind.DATABASE, 30)
    assert [trouble.since for trouble in troubles.standing()] == [1020.0]
    assert said[-1]["event"] == "The database can be used again."


def test_a_process_that_no_longer_leads_has_no_trouble_of_the_leader(ticks: Ticks) -> None:
    troubles = Troubles(ticks)
    health = health_of(troubles)
    health.set_leading(True)
    troubles.begun(Kind.CONFLICT, "Another program asks.")
    troubles.begun(Kind.USERNAME, "Another bot's.")
    assert health.reason() == "Another program asks. For 0 seconds."
    health.set_leading(False)
    assert health.reason() is None
    assert [trouble.kind for trouble in troubles.standing()] == [Kind.USERNAME]


def test_a_leader_that_hangs_is_not_ready(ticks: Ticks) -> None:
    health = health_of(Troubles(ticks))
    health.set_leading(True)
    ticks.now += POLL_OLD + 1
    health.on_heartbeat(is_led=True)
    assert health.reason() == "Telegram has not answered for 101 seconds."
    health.heard()
    assert health.reason() is None


def test_a_process_beside_no_leader_is_not_ready(ticks: Ticks) -> None:
    health = health_of(Troubles(ticks))
    ticks.now += LEADER_AWAY + 1
    health.on_heartbeat(is_led=False)
    assert (health.reason() or "").startswith("No process leads, for 16 seconds")


def test_a_database_that_hangs_is_noticed_though_nobody_reports_it(ticks: Ticks) -> None:
    health = health_of(Troubles(ticks))
    ticks.now += 60
    assert health.reason() == "The database has not answered for 60 seconds."


def test_a_trouble_beside_is_shown_and_no_reason(ticks: Ticks) -> None:
    troubles = Troubles(ticks)
    health = health_of(troubles)
    troubles.begun(Kind.BACKUP, "The newest backup is too old: sapa backup.")
    assert health.shown() == {
        "status": "ok",
        "reason": None,
        "leads": False,
        "also": ["The newest backup is too old: sapa backup."],
    }


def test_the_end_of_room_is_the_reason(ticks: Ticks, monkeypatch: pytest.MonkeyPatch) -> None:
    health = health_of(Troubles(ticks))
    monkeypatch.setattr(health, "free_bytes", lambda: 1024)
    assert (health.reason() or "").startswith("The disk is full: 1 kB")
