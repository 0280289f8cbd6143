"""The guide, followed word for word: installed, first manager, backup by the timer, new release, another machine."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.sandbox import Sandbox
from tests.commands.guide import Machine, blocks, commit, git, release_for
from tests.commands.terminal import KEY, NAME, PATIENCE, TOKEN, heard

OURS = "Dinas Sosial yang Dipasang"


def what_is_typed(sandbox: Sandbox) -> dict[str, str]:
    """What the installer changes in the settings and in the office's file."""
    return {
        "SAPA_BOT_TOKEN=": f"SAPA_BOT_TOKEN={TOKEN}",
        "SAPA_SECRET_KEY=": f"SAPA_SECRET_KEY={KEY}",
        "https://api.telegram.org": sandbox.root,
        "Dinas Sosial Provinsi Kalimantan Timur": OURS,
    }


@asynccontextmanager
async def started(machine: Machine) -> AsyncIterator[None]:
    """The bot as systemd starts it, until the block ends."""
    words, environment = machine.unit("sapa.service")
    pipe = asyncio.subprocess.PIPE
    bot = await asyncio.create_subprocess_exec(
        *words, env=environment, cwd=machine.at("/var/lib/sapa-daya"), stdout=pipe, stderr=pipe
    )
    try:
        yield
    finally:
        bot.terminate()
        async with asyncio.timeout(PATIENCE):
            await bot.communicate()


def assert_well(said: str) -> None:
    """The doctor's last look at each thing: nothing is left to do but to start the bot."""
    found = {about: word for word, about in re.findall(r"^(ok|to do) +(\w+):", said, re.M)}
    assert {"settings", "office", "disk", "token"} <= set(found), said
    assert {about for about, word in found.items() if word == "to do"} <= {"running"}, said


async def typed(machine: Machine, section: str, **instead: str) -> str:
    return await asyncio.to_thread(lambda: machine.follow(section, **instead))


async def test_the_guide_followed_word_for_word(tmp_path: Path, sandbox: Sandbox) -> None:
    root = tmp_path / "office"
    release = release_for(root, tmp_path / "release")
    machine = Machine(root, release, what_is_typed(sandbox))
    office = machine.at("/etc/sapa-daya/office/office.yaml")

    said = await typed(machine, "With systemd")
    assert_well(said)
    assert "systemctl enable --now sapa.service sapa-backup.timer" in machine.noted.read_text()
    assert OURS in office.read_text()

    async with started(machine):
        sandbox.add_person("Sari").send("/start")
        await heard(sandbox, 1)
        link = (await typed(machine, "The first staff")).strip().splitlines()[-1]
        assert link.startswith(f"https://t.me/{NAME}?start=s-")
        sandbox.add_person("Danu").send(f"/start {link.partition('start=')[2]}")
        said = await typed(machine, "Backup")
        (kept,) = machine.at("/var/backups/sapa-daya").glob("*.sapabackup")
        assert kept.name in said

    with (release / "data" / "office.yaml").open("a") as file:
        file.write("# an example that is new in this release\n")
    commit(release, "another release")
    said = await typed(machine, "A new release")
    assert re.search(r"data/office\.yaml +\| +1 \+", said), said
    assert OURS in office.read_text()
    assert_well(said)
    assert "an example that is new" in machine.at("/opt/sapa-daya/data/office.yaml").read_text()

    await comes_back_elsewhere(tmp_path, sandbox, machine)


async def comes_back_elsewhere(folder: Path, sandbox: Sandbox, old: Machine) -> None:
    """The newest backup on another machine, with the same key."""
    root = folder / "elsewhere"
    machine = Machine(root, release_for(root, folder / "release-elsewhere"), what_is_typed(sandbox))
    await typed(machine, "With systemd")
    shutil.copytree(old.at("/var/backups/sapa-daya"), root / "backups")
    newest = sorted((root / "backups").glob("*.sapabackup"))[-1].name
    said = await typed(machine, "On another machine", **{"sapa-20261124T141500Z.sapabackup": newest})
    assert "The backup is whole:" in said
    assert "Brought back:" in said
    assert_well(said)


def test_every_block_of_the_guide_is_for_typing_and_names_nothing_that_is_not_shipped() -> None:
    typed_lines = "\n".join(blocks("With systemd") + blocks("A new release"))
    shipped = {path.name for path in (Path(__file__).parents[2] / "deploy").iterdir()}
    assert set(re.findall(r"deploy/([\w@.-]+)", typed_lines)) <= shipped


def test_a_repository_for_the_guide_is_one(tmp_path: Path) -> None:
    git(release_for(tmp_path / "x", tmp_path / "release"), "status")
