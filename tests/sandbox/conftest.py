"""A sandbox with a clock that stands still until a test moves it, and the clients that speak to it."""

from collections.abc import AsyncIterator

import pytest
from made_up import TOKEN, Clock
from telegram_clients import Client, PtbClient, TelebotClient

from bot.sandbox import Person, Sandbox


@pytest.fixture(autouse=True)
def _the_library_speaks_of_time_as_it_soon_will(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(clock: Clock) -> Sandbox:
    return Sandbox(token=TOKEN, now=clock)


@pytest.fixture
def sari(sandbox: Sandbox) -> Person:
    return sandbox.add_person(first_name="Sari", username="sari_coba", phone="+6281255500001")


@pytest.fixture
async def root(sandbox: Sandbox) -> AsyncIterator[str]:
    async with sandbox.serve() as root:
        yield root


@pytest.fixture(params=[PtbClient, TelebotClient], ids=["python-telegram-bot", "pyTelegramBotAPI"])
async def client(request: pytest.FixtureRequest, root: str) -> AsyncIterator[Client]:
    async with request.param(TOKEN, root) as client:
        yield client


@pytest.fixture
async def ptb(root: str) -> AsyncIterator[PtbClient]:
    async with PtbClient(TOKEN, root) as client:
        yield client
