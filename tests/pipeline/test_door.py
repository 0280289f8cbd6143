"""The web listener: an update is stored before it is answered, and nobody without the secret brings one."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from bot.inbox import Mailbox
from bot.web import SECRET_HEADER, Door
from models.post.inbox import Letter
from models.store import Store
from tests.pipeline.conftest import Clock, ScriptedWire

SECRET = "s3cret"
UPDATE = {"update_id": 5, "message": {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}}}


class Figures:
    def __call__(self) -> dict[str, float]:
        return {"received": 3}


@pytest.fixture
async def address(store: Store, wire: ScriptedWire, clock: Clock, unused_port: int) -> AsyncIterator[str]:
    mailbox = Mailbox(store, wire, clock, lambda: None)
    async with Door(mailbox, SECRET, Figures()).open(f"127.0.0.1:{unused_port}"):
        yield f"http://127.0.0.1:{unused_port}"


async def bring(address: str, secret: str | None, content: bytes | None = None) -> int:
    headers = {SECRET_HEADER: secret} if secret is not None else {}
    async with aiohttp.ClientSession() as session:
        body = {"data": content} if content is not None else {"json": UPDATE}
        async with session.post(f"{address}/telegram", headers=headers, **body) as response:  # type: ignore[arg-type]
            return response.status


async def stored(store: Store) -> list[int | None]:
    async with store.reading() as session:
        return [letter.update_id for letter in await session.exec(select(Letter))]


async def test_an_update_with_the_secret_is_stored_then_acknowledged(address: str, store: Store) -> None:
    assert await bring(address, SECRET) == 200
    assert await stored(store) == [5]


async def test_an_update_brought_twice_is_acknowledged_twice_and_stored_once(address: str, store: Store) -> None:
    assert [await bring(address, SECRET), await bring(address, SECRET)] == [200, 200]
    assert await stored(store) == [5]


@pytest.mark.parametrize("secret", [None, "", "wrong", "s3cre", "S3CRET"])
async def test_nobody_without_the_secret_brings_an_update(address: str, store: Store, secret: str | None) -> None:
    assert await bring(address, secret) == 403
    assert await stored(store) == []


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"update_id": "five"}'])
async def test_what_is_no_update_is_refused(address: str, store: Store, content: bytes) -> None:
    assert await bring(address, SECRET, content) == 400
    assert await stored(store) == []


async def test_telegram_is_asked_to_come_again_while_the_database_is_away(
    store: Store, wire: ScriptedWire, clock: Clock, unused_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox = Mailbox(store, wire, clock, lambda: None)

    async def away(_updates: object) -> None:
        raise OperationalError("INSERT", {}, Exception("away"))

    monkeypatch.setattr(mailbox, "take", away)
    async with Door(mailbox, SECRET, Figures()).open(f"127.0.0.1:{unused_port}"):
        assert await bring(f"http://127.0.0.1:{unused_port}", SECRET) == 503


async def test_a_door_without_a_secret_lets_nobody_in(
    store: Store, wire: ScriptedWire, clock: Clock, unused_port: int
) -> None:
    async with Door(Mailbox(store, wire, clock, lambda: None), "", Figures()).open(f"127.0.0.1:{unused_port}"):
        assert await bring(f"http://127.0.0.1:{unused_port}", "") == 403


async def test_metrics_and_health_show_figures(address: str) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{address}/health") as health:
            assert (await health.json())["received"] == 3
        async with session.get(f"{address}/metrics") as metrics:
            assert "sapa_received 3.0" in await metrics.text()
