"""Commands beside a serving bot, killed at random instants: everything opens, a good backup is there, again ends well.

The short form runs with the test line; the long one kills each command many times:
`pytest tests/chaos/test_killed_commands.py --long -s`.
"""

import asyncio
import os
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlmodel import select

from bot.sandbox import Sandbox
from models.applications.papers import Papers
from models.backup.proving import open_values, prove
from models.backup.taking import SUFFIX, check
from models.secrets import DataKey, KeyUse, WrongKey
from models.store import Store
from tests.chaos.books import balance, come_to_rest
from tests.chaos.office import Office, Server, settings_for
from tests.chaos.test_kills import progress
from tests.chaos.village import populate
from tests.store.test_rotation import key_numbers
from tests.stores import NOW, SECRET, new_url

PROCESSES = {"sqlite": 1, "postgresql": 2}
ANOTHER = "another secret of the tests, as long as needed"
SHORT, LONG = 1, 15
BESIDE = {
    "rotate": ("keys", "rotate"),
    "backup": ("backup", "kept"),
    "retention": ("retention", "--apply", "--yes"),
    "breach": ("breach", "tell", "1", "--yes"),
}
"""What may be typed while the bot serves, any number of times."""
DECLARED = ("breach", "declare", "--what", "Ada.", "--done", "Ada.", "--known", "2026-11-24T08:00")


@dataclass
class Clerk:
    """Somebody who types commands beside the bot, and a power that fails."""

    folder: Path
    settings: dict[str, str]
    kills: Counter[str] = field(default_factory=Counter)

    async def type(self, *words: str, kill_after: float | None = None, **more: str) -> tuple[int, str]:
        """Its exit code and what it said; killed after so many seconds, if it still ran then."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.chaos.hasty", *words, cwd=self.folder,
            env=os.environ | {"PYTHONPATH": str(Path.cwd())} | self.settings | more,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said = asyncio.ensure_future(process.communicate())
        try:
            await asyncio.wait_for(asyncio.shield(said), kill_after or 120)
        except TimeoutError:
            process.kill()
            self.kills[" ".join(words[:2])] += 1
        out, _ = await said
        return process.returncode or 0, out.decode()

    async def is_killed(self, office: Office, times: int, *words: str, **more: str) -> None:
        """Killed so many times somewhere between its first import and its end, then left to end."""
        for _ in range(times):
            await self.type(*words, kill_after=office.chance.uniform(0.5, 3.0), **more)
        code, said = await self.type(*words, **more)
        assert code == 0, f"{' '.join(words)}: {said}"


async def secrets_that_fit(database: str) -> list[str]:
    found = []
    for secret in (SECRET, ANOTHER):
        store = Store.at(database)
        try:
            await store.unlock(secret, NOW)
            found.append(secret)
        except WrongKey:
            pass
        finally:
            await store.close()
    return found


async def newest_key(store: Store) -> list[int | None]:
    async with store.reading() as session:
        return list(await session.exec(select(DataKey.id).where(DataKey.use == KeyUse.SEAL)))


async def rewrapped(clerk: Clerk, office: Office, database: str, times: int) -> str:
    """At every instant exactly one of two secrets fits; the processes are started again with the one that fits."""
    for _ in range(times):
        await clerk.type("keys", "rewrap", "--new", ANOTHER, kill_after=office.chance.uniform(0.5, 3.0))
        (fits,) = await secrets_that_fit(database)
        if fits == ANOTHER:
            break
    if (await secrets_that_fit(database)) == [SECRET]:
        assert (await clerk.type("keys", "rewrap", "--new", ANOTHER))[0] == 0
    assert await secrets_that_fit(database) == [ANOTHER]
    for server in office.servers:
        await server.stop()
        server.settings["SAPA_SECRET_KEY"] = ANOTHER
        await server.start()
    clerk.settings["SAPA_SECRET_KEY"] = ANOTHER
    return ANOTHER


@pytest.mark.parametrize("kind", PROCESSES)
async def test_no_command_destroys_anything_when_it_is_killed(kind: str, tmp_path: Path, long: bool) -> None:
    times = LONG if long else SHORT
    database, sandbox = new_url(kind, tmp_path), Sandbox()
    async with sandbox.serve() as root:
        settings = settings_for(root, sandbox.token, database, tmp_path) | {"SAPA_CHAOS_HASTE": "1"}
        office = Office([Server(tmp_path, number, dict(settings)) for number in range(PROCESSES[kind])])
        clerk = Clerk(tmp_path, dict(settings))
        await office.open()
        try:
            villagers = await populate(sandbox, 5, long=long)
            enough = asyncio.Event()
            async with asyncio.TaskGroup() as lives:
                for villager in villagers:
                    lives.create_task(villager.live(enough))
                await progress(villagers, 30)
                assert (await clerk.type(*DECLARED))[0] == 0
                for words in BESIDE.values():
                    await clerk.is_killed(office, times, *words)
                    await progress(villagers, 5)
                secret = await rewrapped(clerk, office, database, times)
                await progress(villagers, 10)
                await clerk.is_killed(office, times, *BESIDE["backup"])
                newest = sorted((tmp_path / "kept").glob(f"*{SUFFIX}"))[-1]
                (tmp_path / "new").mkdir()
                elsewhere = {"SAPA_DATABASE_URL": new_url(kind, tmp_path), "SAPA_DATA_DIR": str(tmp_path / "new")}
                await clerk.is_killed(office, times, "restore", str(newest), "--yes", **elsewhere)
                enough.set()
            await come_to_rest(database, secret)
        finally:
            await office.close()
    print(f"\n{kind}: kills {dict(clerk.kills)}")
    await everything_is_there(tmp_path, database, elsewhere["SAPA_DATABASE_URL"], newest)
    store = Store.at(database)
    await store.unlock(secret, NOW)
    books = await balance(store, villagers)
    await store.close()
    assert books.faults(villagers) == []


async def everything_is_there(folder: Path, database: str, restored: str, newest: Path) -> None:
    """Every value of both databases opens, one key is left, and what counts as a backup is one."""
    for url in (database, restored):
        store = Store.at(url)
        await store.unlock(ANOTHER, NOW)
        assert await open_values(store) > 0
        if url == database:
            assert await key_numbers(store, Papers(folder / "papers"), folder / "papers") == set(
                await newest_key(store)
            )
        await store.close()
    (folder / "proof").mkdir()
    assert (await prove(newest, ANOTHER, folder / "proof", NOW)).rows > 0
    for path in (folder / "kept").glob(f"*{SUFFIX}"):
        assert any(is_whole(path, secret) for secret in (SECRET, ANOTHER)), path
    assert not list((folder / "kept").glob("*.part"))


def is_whole(path: Path, secret: str) -> bool:
    from models.backup.sealed_file import NoBackup

    try:
        check(path, secret)
    except NoBackup:
        return False
    return True
