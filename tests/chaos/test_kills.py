"""SIGKILL at random instants: nothing is lost, nothing is done twice.

The short form runs with the test line; the long one, of at least 100 kills over 3,000 updates of 100 people:
`pytest tests/chaos/test_kills.py --long -s`.
"""

import asyncio
from pathlib import Path

import pytest

from bot.sandbox import Sandbox
from tests.chaos.books import balance, come_to_rest
from tests.chaos.office import Office, Server, settings_for
from tests.chaos.victim import PHASES
from tests.chaos.village import Villager, populate
from tests.stores import new_url, open_store

SHORT, LONG = (20, 5), (120, 110)
PROCESSES = {"sqlite": 1, "postgresql": 3}


async def progress(villagers: list[Villager], acts: int) -> None:
    """Until the village has done so many things more: a bot that is always dead proves nothing."""
    goal = sum(villager.acts for villager in villagers) + acts
    async with asyncio.timeout(villagers[0].patience):
        while sum(villager.acts for villager in villagers) < goal:
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("kind", PROCESSES)
async def test_nothing_is_lost_and_nothing_happens_twice(kind: str, tmp_path: Path, long: bool) -> None:
    people, kills = LONG if long else SHORT
    database = new_url(kind, tmp_path)
    sandbox = Sandbox()
    async with sandbox.serve() as root:
        settings = settings_for(root, sandbox.token, database, tmp_path)
        office = Office([Server(tmp_path, number, settings) for number in range(PROCESSES[kind])])
        await office.open()
        try:
            villagers = await populate(sandbox, people, long=long)
            enough = asyncio.Event()
            async with asyncio.TaskGroup() as lives:
                for villager in villagers:
                    lives.create_task(villager.live(enough))
                for number in range(kills):
                    await progress(villagers, 30)
                    await asyncio.sleep(office.chance.uniform(0, 0.3))
                    await office.kill_one(PHASES[number % len(PHASES)])
                enough.set()
            await come_to_rest(database)
        finally:
            await office.close()
    async with open_store(database) as store:
        books = await balance(store, villagers)
    acts = sum(villager.acts for villager in villagers)
    print(f"\n{kind}: {people} people, {acts} updates, kills: {office.report()}; {books}")
    assert books.faults(villagers) == []
    assert acts >= (3_000 if long else 300)
    assert all(office.kills[phase] for phase in PHASES), office.report()
