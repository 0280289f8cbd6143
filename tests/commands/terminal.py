"""A terminal for tests: `sapa` in this process for what ends at once, or as a process of its own for what serves."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import aiohttp
import orjson
import pytest
import structlog

from bot import settings
from bot.__main__ import main
from bot.sandbox import Sandbox
from tests.own_catalogue import OFFICE

TOKEN = "9001:a-token_of_the_tests"
NAME = "SapaDayaContohBot"
"""The username that the office's file tells people to trust."""
KEY = "a key of the tests, of forty characters!"
SECRETS = {"SAPA_BOT_TOKEN": TOKEN, "SAPA_SECRET_KEY": KEY}
GOOD = {**SECRETS, "SAPA_OFFICE_FILE": str(OFFICE)}
"""What a command needs, with the office of the tests."""
ROOT = settings.PROJECT_ROOT
PATIENCE = 30


class Said(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


class Terminal:
    """An empty folder, no setting in the environment, and commands typed in it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._monkeypatch, self._capsys = folder, monkeypatch, capsys

    def set(self, **given: object) -> None:
        for name, value in given.items():
            self._monkeypatch.setenv(name, str(value))

    def found(self, data: str = "var") -> None:
        """A folder of data with an empty database in it, as the bot's first start leaves it."""
        (self.folder / data).mkdir(mode=0o700)
        assert self.type("migrate").code == 0

    def type(self, *words: str) -> Said:
        """The command in this process; what it says and its exit code."""
        self._monkeypatch.setattr(sys, "argv", ["sapa", *words])
        self._capsys.readouterr()
        umask = os.umask(0o022)
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        finally:
            os.umask(umask)
            structlog.reset_defaults()
        return Said(code, *self._capsys.readouterr())


def forget_settings(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    for name in [name for name in os.environ if name.startswith(settings.PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(folder)


def copy_of_the_office(folder: Path) -> Path:
    """Copy the files of the tests' office, to be spoiled; returns its office.yaml."""
    place = folder / "office"
    shutil.copytree(OFFICE.parent, place)
    return place / "office.yaml"


class Running:
    """A `sapa` that serves, as a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def line(self, word: str) -> str:
        """Its next line of output that holds a word."""
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            while line := (await self.process.stdout.readline()).decode():
                if word in line:
                    return line
        raise AssertionError(f"it ended without saying {word!r}:\n{await self.complaint()}")

    async def complaint(self) -> str:
        assert self.process.stderr is not None
        return (await self.process.stderr.read()).decode()

    async def ends(self, number: signal.Signals | None = None) -> Said:
        """Let it end, by a signal where one is given."""
        if number:
            self.process.send_signal(number)
        async with asyncio.timeout(PATIENCE):
            out, err = await self.process.communicate()
        return Said(self.process.returncode or 0, out.decode(), err.decode())


@asynccontextmanager
async def sapa(folder: Path, *words: str, **given: object) -> AsyncIterator[Running]:
    """A process that is gone when the block ends, in good order or not."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(settings.PREFIX)}
    environment = {**ours, "PYTHONPATH": str(ROOT), **{name: str(value) for name, value in given.items()}}
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words, cwd=folder, env=environment, stdout=pipe, stderr=pipe
    )
    try:
        yield Running(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


def settings_of(sandbox: Sandbox, folder: Path) -> Mapping[str, str]:
    return {
        **GOOD,
        "SAPA_TELEGRAM_API": sandbox.root,
        "SAPA_DATA_DIR": str(folder),
        "SAPA_SEND_RATE": "0",
    }


async def heard(sandbox: Sandbox, enough: int) -> None:
    """Wait until the bot's messages in all chats together are so many."""
    with sandbox.world.events.listening() as board:
        async with asyncio.timeout(PATIENCE):
            while sum(len(person.received) for person in sandbox.people) < enough:
                await board.get()


class Page:
    """What the page of `sapa try` does, over HTTP."""

    def __init__(self, root: str, session: aiohttp.ClientSession) -> None:
        self.root, self._session = root, session

    async def people(self) -> list[str]:
        async with self._session.get(f"{self.root}/sandbox/people") as answer:
            return [person["first_name"] for person in await answer.json()]

    async def shown(self) -> str:
        """The page itself."""
        async with self._session.get(f"{self.root}/") as answer:
            return await answer.text()

    async def texts(self, person: int) -> list[str]:
        """What stands in a person's chat, the oldest first."""
        async with self._session.get(f"{self.root}/sandbox/people/{person}") as answer:
            return [entry["message"].get("text", "") for entry in (await answer.json())["chat"]["entries"]]

    async def send(self, person: int, text: str) -> str:
        """Write, and wait for the bot's first answer."""
        async with self._session.get(f"{self.root}/sandbox/events") as events:
            await self._session.post(f"{self.root}/sandbox/people/{person}/send", json={"text": text})
            async with asyncio.timeout(PATIENCE):
                async for line in events.content:
                    entry = orjson.loads(line[6:]).get("entry") if line.startswith(b"data: ") else None
                    if entry and entry["from_bot"]:
                        return str(entry["message"]["text"])
        raise AssertionError("the stream of events ended")


@asynccontextmanager
async def page_at(root: str) -> AsyncIterator[Page]:
    async with aiohttp.ClientSession() as session:
        yield Page(root, session)
