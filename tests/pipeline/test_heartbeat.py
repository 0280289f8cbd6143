"""The heartbeat is a real commit: a read-only database does not count as one that works."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.health import Health
from bot.heartbeat import HeartbeatWriter
from bot.trouble import TROUBLES, Kind, Troubles
from models import heartbeat
from models.database import Database
from tests.pipeline.conftest import Clock, ScriptedClient
from tests.stores import NOW


@pytest.fixture
def troubles() -> Iterator[Troubles]:
    troubles = Troubles()
    token = TROUBLES.set(troubles)
    yield troubles
    TROUBLES.reset(token)


@pytest.fixture
def writer(store: Database, client: ScriptedClient, clock: Clock, troubles: Troubles) -> HeartbeatWriter:
    return HeartbeatWriter(store, client, Health(troubles, Path("/"), clock), lambda: NOW)


async def test_a_process_has_one_row_that_every_beat_renews(
    writer: HeartbeatWriter, store: Database, clock: Clock
) -> None:
    await writer.beat()
    clock.pass_by(seconds=10)
    await writer.beat()
    async with store.read_only() as session:
        (row,) = await heartbeat.seen(session)
    assert (row.started_at, row.seen_at, row.sent_at, row.leads) == (NOW, clock(), NOW, False)


def for_reading_only(connection: Any) -> None:
    is_sqlite = connection.dialect.name == "sqlite"
    connection.exec_driver_sql("PRAGMA query_only = ON" if is_sqlite else "SET TRANSACTION READ ONLY")


async def test_a_database_that_may_only_be_read_is_a_trouble(
    writer: HeartbeatWriter, store: Database, troubles: Troubles
) -> None:
    event.listen(store.engine.sync_engine, "begin", for_reading_only)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(writer.beat(), 1)
    (trouble,) = troubles.standing(Kind.DATABASE)
    assert trouble.says == "The heartbeat cannot be reached (it may only be read); trying again."
