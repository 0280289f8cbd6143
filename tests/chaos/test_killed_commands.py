"""Commands beside a serving bot, killed at random instants: everything opens, a good backup is there, again ends well.

The short form runs with the test line; the long one kills each command many times:
`pytest tests/chaos/test_killed_commands.py --long -s`.
"""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlmodel import select

from bot.sandbox import Sandbox
from models.applications.encrypted_files import EncryptedFiles
from models.backup.create import SUFFIX, check
from models.backup.verify import decrypt_values, verify_backup
from models.database import Database
from models.keyring import DataKey, KeyUse, WrongKey
from tests.chaos.books import balance, come_to_rest
from tests.chaos.office import Office, Server, settings_for
from tests.chaos.test_kills import progress
from tests.chaos.village import Villager, populate
from tests.store.test_rotation import key_numbers
from tests.stores import NOW, SECRET, new_url

PROCESSES = {"sqlite": 1, "postgresql": 2}
PATIENCE = 300
"""Seconds that a command may take on a machine that does much else."""
ANOTHER = "another secret of the tests, as long as needed"
READING = 0.2
"""Seconds: the bot is always in the middle of something, and leaves the commands room to get on."""
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
            await asyncio.wait_for(asyncio.shield(said), kill_after or PATIENCE)
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
        had_ended = "it had come to its end" in said  # the kill came after its last step
        assert code == 0 or had_ended, f"{' '.join(words)}: {said}"


async def secrets_that_fit(database: str) -> list[str]:
    found = []
    for secret in (SECRET, ANOTHER):
        store = Database.at(database)
        try:
            await store.load_keys(secret, NOW)
            found.append(secret)
        except WrongKey:
            pass
        finally:
            await store.close()
    return found


async def keys_of(store: Database) -> list[int | None]:
    async with store.read_only() as session:
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


@dataclass
class Town:
    """An office at work, a clerk beside it, and everybody who must be served in the end."""

    folder: Path
    database: str
    office: Office
    clerk: Clerk
    villagers: list[Villager]
    secret: str = SECRET

    async def books(self) -> list[str]:
        store = Database.at(self.database)
        await store.load_keys(self.secret, NOW)
        try:
            return (await balance(store, self.villagers)).faults(self.villagers)
        finally:
            await store.close()


@asynccontextmanager
async def town(kind: str, folder: Path, *, long: bool) -> AsyncIterator[Town]:
    """People register all the while; when the block ends all of them have been served."""
    database, sandbox = new_url(kind, folder), Sandbox()
    async with sandbox.serve() as root:
        settings = settings_for(root, sandbox.token, database, folder) | {"SAPA_CHAOS_HASTE": "1"}
        office = Office([Server(folder, number, dict(settings)) for number in range(PROCESSES[kind])])
        await office.open()
        try:
            people = await populate(sandbox, 5, long=long, reading=READING)
            place = Town(folder, database, office, Clerk(folder, dict(settings)), people)
            enough = asyncio.Event()
            async with asyncio.TaskGroup() as lives:
                for villager in people:
                    lives.create_task(villager.live(enough))
                await progress(people, 30)
                yield place
                enough.set()
            await come_to_rest(database, place.secret)
        finally:
            await office.close()
    print(f"\n{kind}: kills {dict(place.clerk.kills)}")


@pytest.mark.parametrize("kind", PROCESSES)
async def test_no_command_beside_the_bot_destroys_anything_when_it_is_killed(
    kind: str, tmp_path: Path, long: bool
) -> None:
    async with town(kind, tmp_path, long=long) as place:
        assert (await place.clerk.type(*DECLARED))[0] == 0
        for words in BESIDE.values():
            await place.clerk.is_killed(place.office, LONG if long else SHORT, *words)
            await progress(place.villagers, 5)
        assert (await place.clerk.type("backup", "kept"))[0] == 0
    assert await place.books() == []
    await opens(place.database, SECRET, tmp_path)
    await is_good(tmp_path / "kept", SECRET, tmp_path / "proof")


@pytest.mark.parametrize("kind", PROCESSES)
async def test_another_secret_or_a_restore_that_is_killed_leaves_one_that_fits_and_begins_again(
    kind: str, tmp_path: Path, long: bool
) -> None:
    times = LONG if long else SHORT
    async with town(kind, tmp_path, long=long) as place:
        place.secret = await rewrapped(place.clerk, place.office, place.database, times)
        await progress(place.villagers, 10)
        assert (await place.clerk.type("backup", "kept"))[0] == 0
        newest = await is_good(tmp_path / "kept", ANOTHER, tmp_path / "proof")
        (tmp_path / "new").mkdir()
        elsewhere = {"SAPA_DATABASE_URL": new_url(kind, tmp_path), "SAPA_DATA_DIR": str(tmp_path / "new")}
        await place.clerk.is_killed(place.office, times, "restore", str(newest), "--yes", **elsewhere)
    assert await place.books() == []
    await opens(place.database, ANOTHER, tmp_path)
    await opens(elsewhere["SAPA_DATABASE_URL"], ANOTHER, tmp_path / "new")


async def opens(database: str, secret: str, data: Path) -> None:
    """Every value opens, and nothing carries a key that is not there."""
    store = Database.at(database)
    await store.load_keys(secret, NOW)
    try:
        assert await decrypt_values(store) > 0
        assert await key_numbers(store, EncryptedFiles(data / "papers"), data / "papers") <= set(await keys_of(store))
    finally:
        await store.close()


async def is_good(folder: Path, secret: str, proof: Path) -> Path:
    """The newest backup, proved; and nothing that a kill left counts as one."""
    newest = all_whole(folder, secret)
    await asyncio.to_thread(proof.mkdir)
    assert (await verify_backup(newest, secret, proof, NOW)).rows > 0
    return newest


def all_whole(folder: Path, secret: str) -> Path:
    kept = sorted(folder.glob(f"*{SUFFIX}"))
    assert all(check(path, secret) for path in kept)
    assert not list(folder.glob("*.part"))
    return kept[-1]
