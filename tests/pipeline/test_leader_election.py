"""One process serves a SQLite file; on PostgreSQL exactly one leads and another takes over."""

import asyncio
from pathlib import Path

import pytest

from bot.leader_election import AlreadyRunning, FileLock, leadership
from models.key_use import HELD, SEALING
from tests.stores import new_url, open_store


def test_a_second_process_on_the_same_file_is_refused(tmp_path: Path) -> None:
    with FileLock(tmp_path / "lock"), pytest.raises(AlreadyRunning), FileLock(tmp_path / "lock"):
        pass


def test_the_lock_is_free_when_the_process_has_gone(tmp_path: Path) -> None:
    for _ in range(2):
        with FileLock(tmp_path / "lock"):
            assert (tmp_path / "lock").exists()


async def test_another_process_leads_only_after_the_first_has_gone(tmp_path: Path) -> None:
    url = new_url("postgresql", tmp_path)
    async with open_store(url) as one, open_store(url) as two:
        led: list[str] = []

        async def lead_second() -> None:
            async with leadership(two):
                led.append("two")

        async with leadership(one):
            led.append("one")
            second = asyncio.create_task(lead_second())
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(asyncio.shield(second), 1)
        await asyncio.wait_for(second, 5)
        assert led == ["one", "two"]


async def test_a_leader_whose_connection_is_cut_learns_that_it_no_longer_leads(tmp_path: Path) -> None:
    async with open_store(new_url("postgresql", tmp_path)) as store, leadership(store) as lost:
        async with store.engine.connect() as other:
            await other.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
            )
        await asyncio.wait_for(lost.wait(), 5)


async def test_a_leader_holds_no_data_key_by_the_connection_of_its_lead(tmp_path: Path) -> None:
    """It is kept for days: what it held, no rotation could ever delete."""
    async with open_store(new_url("postgresql", tmp_path)) as store:
        async with store.transaction() as session:
            held = (await session.connection()).info[HELD]
        assert held
        async with leadership(store), store.engine.connect() as other:
            found = await other.exec_driver_sql(f"SELECT count(*) FROM pg_locks WHERE classid = {SEALING}")
            assert found.scalar_one() == 0
