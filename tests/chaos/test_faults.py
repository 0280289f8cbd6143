"""Everything around the bot fails for a while: the bot recovers alone, says what it did, and loses nothing.

The short forms run with the test line; `--long` takes the times of the promise (20 and 30 seconds).
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

import pytest

from bot.sandbox import Sandbox
from models.messaging.inbox import InboxState
from tests.chaos.books import Books, balance, come_to_rest
from tests.chaos.office import Office, Server, settings_for
from tests.chaos.victim import STUMBLE
from tests.chaos.village import Villager, populate
from tests.stores import new_url, open_store, own_postgres

PEOPLE = 8
READING = 0.1
"""Seconds that each takes to read a message: a bot that is never idle, on a machine that has other tests to run."""


@dataclass
class Town:
    """A bot at work with people who never stop registering."""

    sandbox: Sandbox
    office: Office
    villagers: list[Villager]
    database: str

    @property
    def log(self) -> str:
        return "".join(server.log.read_text() for server in self.office.servers)

    async def books(self) -> Books:
        async with open_store(self.database) as store:
            return await balance(store, self.villagers)

    async def p95(self, journeys: int) -> float:
        """The reply time that 95 of 100 answers keep, over so many journeys from now on; in seconds."""
        for villager in self.villagers:
            villager.waits.clear()
        await self.journeys_more(journeys)
        return quantiles([wait for villager in self.villagers for wait in villager.waits], n=20)[-1]

    async def journeys_more(self, count: int) -> None:
        """Until the village has made so many journeys more than now."""
        goal = sum(villager.journeys for villager in self.villagers) + count
        async with asyncio.timeout(4 * self.villagers[0].patience):
            while sum(villager.journeys for villager in self.villagers) < goal:
                await asyncio.sleep(0.05)


@asynccontextmanager
async def town(database: str, folder: Path, *, long: bool = False, **more: str) -> AsyncIterator[Town]:
    """People at work around the block; when it ends they finish what they began, and the bot is stopped."""
    sandbox = Sandbox()
    async with sandbox.serve() as root:
        office = Office([Server(folder, 0, settings_for(root, sandbox.token, database, folder) | more)])
        await office.open()
        try:
            place = Town(sandbox, office, await populate(sandbox, PEOPLE, long=long, reading=READING), database)
            enough = asyncio.Event()
            async with asyncio.TaskGroup() as lives:
                for villager in place.villagers:
                    lives.create_task(villager.live(enough))
                await place.journeys_more(PEOPLE // 2)
                yield place
                sandbox.faults.clear()
                await place.journeys_more(PEOPLE // 2)
                enough.set()
            await come_to_rest(database)
        finally:
            await office.close()


async def test_one_call_in_twenty_fails_in_every_way_and_nobody_notices_more_than_a_wait(
    tmp_path: Path, long: bool
) -> None:
    async with town(new_url("sqlite", tmp_path), tmp_path, long=long) as place:
        for fault in ("429", "500", "refuse", "reset_after", "hang"):
            seconds = 30.0 if long else 1.0
            place.sandbox.faults.add("*", fault, probability=0.05, retry_after=1, seconds=seconds, done=True)
        await place.journeys_more(PEOPLE * (2 if long else 1))
        hits = {rule.kind: rule.hits for rule in place.sandbox.faults.rules}
    books = await place.books()
    assert books.faults(place.villagers) == []
    assert min(hits.values()) > 0, hits


async def test_bad_neighbours_do_not_slow_the_others_down(tmp_path: Path) -> None:
    """A neighbour that is served first would show in every try; another test on the same core, in one of them."""
    tries: list[tuple[float, float]] = []
    async with town(new_url("sqlite", tmp_path), tmp_path, SAPA_CHAOS_STUMBLE="1") as place:
        flooder, stumbler = place.sandbox.add_person("Banjir"), place.sandbox.add_person("Sandung")
        while len(tries) < 3 and not any(during <= 2 * before for before, during in tries):
            before = await place.p95(PEOPLE)
            for number in range(500):
                flooder.send(f"pesan {number}")
            for _ in range(3):
                stumbler.send(STUMBLE)
                place.sandbox.inject_raw_update({"message": {"message_id": "?", "chat": 5, "date": {"no": "date"}}})
            tries.append((before, await place.p95(PEOPLE)))
            async with asyncio.timeout(60):
                while len(stumbler.received) < 3 * len(tries):
                    await asyncio.sleep(0.05)
    books = await place.books()
    assert books.letters[InboxState.DEAD] == 6 * len(tries)
    assert books.letters[InboxState.NEW] == 0
    assert any(during <= 2 * before for before, during in tries), f"p95 in s without and with bad neighbours: {tries}"


@pytest.mark.parametrize(("status", "sentence"), [("401", "SAPA_BOT_TOKEN"), ("409", "only one may")])
async def test_a_refused_token_and_a_second_poller_are_said_and_waited_out(
    status: str, sentence: str, tmp_path: Path
) -> None:
    async with town(new_url("sqlite", tmp_path), tmp_path, SAPA_CHAOS_HASTE="1") as place:
        rule = place.sandbox.faults.add("getUpdates", status)
        async with asyncio.timeout(30):
            while rule.hits < 2:
                await asyncio.sleep(0.05)
        place.sandbox.faults.clear()
    assert sentence in place.log
    assert (await place.books()).faults(place.villagers) == []


async def test_a_locked_sqlite_file_only_makes_people_wait(tmp_path: Path, long: bool) -> None:
    database = new_url("sqlite", tmp_path)
    async with town(database, tmp_path, long=long) as place:
        with closing(sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            await asyncio.sleep(20 if long else 7)
            other.execute("ROLLBACK")
    assert "stay with Telegram" in place.log or "trying again" in place.log
    assert (await place.books()).faults(place.villagers) == []


async def test_a_postgresql_that_goes_away_and_comes_back(tmp_path: Path, long: bool) -> None:
    with own_postgres() as server:
        async with town(server.url, tmp_path, long=long) as place:
            server.stop()
            await asyncio.sleep(20 if long else 4)
            server.start()
        assert "trying again" in place.log
        assert (await place.books()).faults(place.villagers) == []


async def test_a_full_disk_loses_nothing_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    async with town(new_url("sqlite", tmp_path), tmp_path, SAPA_CHAOS_FULL=str(tmp_path / "full")) as place:
        (tmp_path / "full").touch()
        async with asyncio.timeout(30):
            while "trying again" not in place.log and "stay with Telegram" not in place.log:
                await asyncio.sleep(0.1)
        await asyncio.sleep(2)
        (tmp_path / "full").unlink()
    assert (await place.books()).faults(place.villagers) == []


async def test_a_clock_that_jumps_by_a_day_and_back_harms_nobody(tmp_path: Path) -> None:
    ahead = tmp_path / "seconds ahead"
    ahead.write_text("0")
    async with town(new_url("sqlite", tmp_path), tmp_path, SAPA_CHAOS_CLOCK=str(ahead)) as place:
        ahead.write_text(str(24 * 3600))
        await place.journeys_more(PEOPLE)
        ahead.write_text("0")
        await place.journeys_more(PEOPLE)
    assert (await place.books()).faults(place.villagers) == []


async def test_updates_that_telegram_brings_survive_a_kill_too(tmp_path: Path, unused_port: int) -> None:
    door = {
        "SAPA_WEBHOOK_URL": f"http://127.0.0.1:{unused_port}/telegram",
        "SAPA_WEBHOOK_SECRET": "made-up-secret",
        "SAPA_LISTEN": f"127.0.0.1:{unused_port}",
    }
    async with town(new_url("sqlite", tmp_path), tmp_path, **door) as place:
        for phase in ("fetch", "sending"):
            await place.office.kill_one(phase)
        await place.journeys_more(PEOPLE // 2)
        assert not any(call.startswith("getupdates") for call in place.sandbox.calls.counts)
    assert (await place.books()).faults(place.villagers) == []
