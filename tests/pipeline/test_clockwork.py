"""What is due is handed to its chat once, caught up after a stop, or marked missed."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession
from structlog.testing import capture_logs

from bot import scheduler
from bot.scheduler import Scheduler
from models import failed_attempts, scheduled
from models.audit import record
from models.audit_seal import FINISHED
from models.database import Database
from models.messaging import inbox
from models.messaging.inbox import InboxKind
from models.offices import abuse_report
from models.offices import staff as posts
from models.offices.authority import Role
from models.people.account import Account
from models.programmes import programme_version
from models.retention.policy import Policy
from models.scheduled import EventSpec, ScheduledEvent, ScheduledKind, ScheduledState
from tests.chat import desk
from tests.pipeline.conftest import Clock
from tests.stores import NOW

KEPT = desk().catalogue.office.retention


async def remember(store: Database, kind: ScheduledKind, hours: float, subject: int = 1) -> None:
    async with store.transaction() as session:
        await scheduled.schedule(session, EventSpec(kind, 7, subject, NOW + timedelta(hours=hours)))


async def visitor(session: AsyncSession) -> int:
    account = Account(telegram_id=7, created_at=NOW)
    session.add(account)
    await session.flush()
    return account.id or 0


async def falls_due(store: Database, clock: Clock, handed_over: asyncio.Event) -> None:
    """Something comes due now, and a clockwork that runs hands it over."""
    async with store.transaction() as session:
        await scheduled.schedule(session, EventSpec(ScheduledKind.PROMISE, 7, 1, clock()))
    async with asyncio.timeout(5):
        await handed_over.wait()


async def letters(store: Database) -> list[object]:
    async with store.transaction() as session:
        return [head.body for head in await inbox.claim_heads(session, 10)]


async def states(store: Database) -> list[ScheduledState]:
    async with store.read_only() as session:
        return [occasion.state for occasion in await session.exec(select(ScheduledEvent).order_by(ScheduledEvent.id))]  # type: ignore[arg-type]


async def test_an_occasion_becomes_a_letter_when_its_time_comes_and_only_once(store: Database, clock: Clock) -> None:
    clockwork = Scheduler(store, clock, lambda: None, KEPT)
    await remember(store, ScheduledKind.PROMISE, hours=1)
    assert await clockwork.dispatch_due() == 0
    clock.pass_by(hours=1)
    assert [await clockwork.dispatch_due(), await clockwork.dispatch_due()] == [1, 0]
    assert await letters(store) == [{"kind": "promise", "subject": 1}]


async def test_what_came_due_while_the_bot_was_down_is_caught_up_or_marked_missed(
    store: Database, clock: Clock
) -> None:
    await remember(store, ScheduledKind.PROMISE, hours=1)
    await remember(store, ScheduledKind.DRAFT_ENDS_SOON, hours=1)
    clock.pass_by(days=30)
    assert await Scheduler(store, clock, lambda: None, KEPT).dispatch_due() == 1
    assert await states(store) == [ScheduledState.HANDED_OVER, ScheduledState.MISSED]


async def test_remembering_an_occasion_again_only_moves_it(store: Database, clock: Clock) -> None:
    await remember(store, ScheduledKind.PROMISE, hours=1)
    await remember(store, ScheduledKind.PROMISE, hours=5)
    clock.pass_by(hours=2)
    assert await Scheduler(store, clock, lambda: None, KEPT).dispatch_due() == 0
    clock.pass_by(hours=3)
    assert await Scheduler(store, clock, lambda: None, KEPT).dispatch_due() == 1


async def test_an_occasion_may_move_to_another_lane(store: Database, clock: Clock) -> None:
    """Were it handed to its old chat, who sends it on, it would come back for ever."""
    await remember(store, ScheduledKind.PROMISE, hours=1)
    clock.pass_by(hours=1)
    async with store.transaction() as session:
        await scheduled.schedule(session, EventSpec(ScheduledKind.PROMISE, 8, 1, clock()))
    await Scheduler(store, clock, lambda: None, KEPT).dispatch_due()
    async with store.transaction() as session:
        assert [head.chat_id for head in await inbox.claim_heads(session, 10)] == [8]


async def test_an_occasion_that_was_called_off_never_comes(store: Database, clock: Clock) -> None:
    await remember(store, ScheduledKind.PROMISE, hours=1)
    async with store.transaction() as session:
        await scheduled.cancel(session, [ScheduledKind.PROMISE], 1, NOW)
    clock.pass_by(days=2)
    assert await Scheduler(store, clock, lambda: None, KEPT).dispatch_due() == 0


async def test_a_clockwork_that_was_stopped_runs_again_when_it_is_started_again(
    store: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process may lose the lead and win it back."""
    monkeypatch.setattr(scheduler, "CHECK_SECONDS", 0.05)
    clock.time = datetime.now(UTC)
    handed_over = asyncio.Event()
    clockwork = Scheduler(store, clock, handed_over.set, KEPT)
    clockwork.start()
    clockwork.stop()
    clockwork.start()
    await falls_due(store, clock, handed_over)
    clockwork.stop()


async def test_a_clock_that_was_set_back_does_not_stop_the_looking(
    store: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen from a clock that was set back, the next look is a day away."""
    monkeypatch.setattr(scheduler, "CHECK_SECONDS", 0.05)
    clock.time = datetime.now(UTC)
    handed_over = asyncio.Event()
    clockwork = Scheduler(store, clock, handed_over.set, KEPT)
    clockwork.start()
    for job in clockwork._scheduler.get_jobs():
        job.modify(next_run_time=clock.time + timedelta(days=1))
    await falls_due(store, clock, handed_over)
    clockwork.stop()


async def test_what_is_old_is_forgotten_however_much_it_is(
    store: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"kind": InboxKind.TELEGRAM, "body": None, "came_at": NOW, "chat_id": 7}
    async with store.transaction() as session:
        await inbox.store_items(session, [row | {"update_id": number} for number in range(1_200)])
        await inbox.mark_done(session, range(1, 1_201), NOW)
    clock.pass_by(days=29)
    assert await Scheduler(store, clock, lambda: None, KEPT).purge_expired() == 0
    clock.pass_by(days=2)
    assert await Scheduler(store, clock, lambda: None, KEPT).purge_expired() == 1_200


async def test_what_is_past_its_days_goes_once_a_day(store: Database, clock: Clock) -> None:
    clockwork = Scheduler(store, clock, lambda: None, KEPT)
    assert await clockwork.purge_expired() == 0
    async with store.transaction() as session:
        await failed_attempts.record_attempt(session, await visitor(session), b"x" * 32, NOW - timedelta(days=8))
    clock.pass_by(hours=23)
    assert await clockwork.purge_expired() == 0
    clock.pass_by(hours=1)
    assert await clockwork.purge_expired() == 1


async def test_the_audit_log_is_sealed_by_the_clockwork(store: Database, clock: Clock) -> None:
    async with store.transaction() as session:
        for number in range(3):
            await record(session, at=NOW, by=None, act="look", entity="person", entity_id=number)
    clock.time += FINISHED
    clockwork = Scheduler(store, clock, lambda: None, KEPT)
    assert [await clockwork.seal_audit_log(), await clockwork.seal_audit_log()] == [3, 0]


async def test_managers_and_operators_hear_once_of_many_wrong_tries_in_an_hour(
    store: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failed_attempts, "MANY_IN_ALL", 3)
    monkeypatch.setattr(abuse_report, "MANY_IN_ALL", 3)
    clockwork = Scheduler(store, clock, lambda: None, KEPT)
    with capture_logs() as heard:
        async with store.transaction() as session:
            account = await visitor(session)
            await programme_version.enter(session, desk().catalogue, NOW)
            await on_post(session, 8, Role.MANAGER)
            await on_post(session, 9, Role.OPERATOR)
        for _ in range(3):
            assert not await clockwork.check_failed_attempts()
            async with store.transaction() as session:
                await failed_attempts.record_attempt(session, account, b"x" * 32, NOW)
        assert [await clockwork.check_failed_attempts(), await clockwork.check_failed_attempts()] == [True, True]
        assert await clockwork.dispatch_due() == 1, "one manager, once"
        assert [await clockwork.check_failed_attempts(), await clockwork.dispatch_due()] == [True, 0]
        clock.pass_by(hours=1)
        assert not await clockwork.check_failed_attempts()
    assert [(one["log_level"], one["count"]) for one in heard] == [("warning", 3)]
    assert await letters(store) == [{"kind": ScheduledKind.ALARM, "subject": abuse_report.Alarm.IN_ALL}]


async def on_post(session: AsyncSession, telegram_id: int, role: Role) -> None:
    account = Account(telegram_id=telegram_id, created_at=NOW)
    session.add(account)
    await session.flush()
    await posts.appoint(session, account, "Danu", office="dinsos-kaltim", role=role, region="64", now=NOW)


@pytest.mark.parametrize("broken", ["kind = 'of_a_newer_release'", "state = 'waiting', kind = ''"])
async def test_an_occasion_that_cannot_be_read_is_set_aside_and_keeps_no_other_back(
    store: Database, clock: Clock, broken: str
) -> None:
    for subject in (1, 2, 3):
        await remember(store, ScheduledKind.PROMISE, hours=-subject, subject=subject)
    async with store.transaction() as session:
        await session.exec(text(f"UPDATE scheduled_event SET {broken} WHERE subject = 2"))  # type: ignore[call-overload]
    clockwork = Scheduler(store, clock, lambda: None, KEPT)
    with capture_logs() as lines:
        assert [await clockwork.dispatch_due(), await clockwork.dispatch_due()] == [2, 0]
    assert [line["due"] for line in lines if line["log_level"] == "error"] == [2]
    async with store.read_only() as session:
        found = await session.exec(text("SELECT state FROM scheduled_event ORDER BY id"))  # type: ignore[call-overload]
        assert [state for (state,) in found] == ["handed_over", "set_aside", "handed_over"]


async def test_a_kind_that_cannot_be_removed_keeps_no_other_kind(
    store: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at = []

    async def remove_some(_store: Database, kind: Policy, *_: object) -> int:
        looked_at.append(kind)
        if kind is scheduler.POLICIES[0]:
            raise LookupError("a value of somebody")
        return 0

    monkeypatch.setattr(scheduler, "remove_some", remove_some)
    with capture_logs() as lines:
        await Scheduler(store, clock, lambda: None, KEPT).purge_expired()
    assert looked_at == list(scheduler.POLICIES)
    (line,) = [line for line in lines if line["log_level"] == "error"]
    assert line["kind"] == scheduler.POLICIES[0].what
    assert "somebody" not in str(line)
