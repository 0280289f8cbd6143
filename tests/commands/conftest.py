"""A terminal in an empty folder, and a Telegram to point the bot at."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox import Sandbox
from tests.commands.patient import Patient
from tests.commands.terminal import NAME, TOKEN, Terminal, forget_settings


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    forget_settings(monkeypatch, tmp_path)
    return Terminal(tmp_path, monkeypatch, capsys)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    telegram = Sandbox(TOKEN)
    telegram.world.profile.username = NAME
    async with telegram.serve():
        yield telegram


@pytest.fixture
def patient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> Patient:
    return Patient(tmp_path, monkeypatch, sandbox)
