"""The web listener: an update is stored before it is answered, and none is taken without the secret."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.metrics_core import CounterMetricFamily
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from bot import listener, web_server
from bot.health import Health
from bot.metrics import METRICS, Counts, Metrics
from bot.trouble import Troubles
from bot.update_receiver import UpdateReceiver
from bot.web_server import SECRET_HEADER, WebServer
from models.database import Database
from models.messaging.inbox import InboxItem
from tests.pipeline.conftest import Clock, ScriptedClient

SECRET = "s3cret"
UPDATE = {"update_id": 5, "message": {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}}}


def server_of(receiver: UpdateReceiver, store: Database, clock: Clock, secret: str = SECRET) -> WebServer:
    health = Health(Troubles(), Path("/"), clock)
    counts = Counts(3, 2, 1, {"sent": 4})
    return WebServer(
        receiver, secret, health, Metrics(store, health, lambda: counts, clock, ("1", "sqlite", "webhook"))
    )


@pytest.fixture
async def address(store: Database, client: ScriptedClient, clock: Clock, unused_port: int) -> AsyncIterator[str]:
    receiver = UpdateReceiver(store, client, clock, lambda: None)
    async with server_of(receiver, store, clock).open(f"127.0.0.1:{unused_port}"):
        yield f"http://127.0.0.1:{unused_port}"


async def bring(address: str, secret: str | None, content: bytes | None = None) -> int:
    headers = {SECRET_HEADER: secret} if secret is not None else {}
    async with aiohttp.ClientSession() as session:
        body = {"data": content} if content is not None else {"json": UPDATE}
        async with session.post(f"{address}/telegram", headers=headers, **body) as response:  # type: ignore[arg-type]
            return response.status


async def stored(store: Database) -> list[int | None]:
    async with store.read_only() as session:
        return [item.update_id for item in await session.exec(select(InboxItem))]


async def test_an_update_with_the_secret_is_stored_then_acknowledged(address: str, store: Database) -> None:
    assert await bring(address, SECRET) == 200
    assert await stored(store) == [5]


async def test_an_update_brought_twice_is_acknowledged_twice_and_stored_once(address: str, store: Database) -> None:
    assert [await bring(address, SECRET), await bring(address, SECRET)] == [200, 200]
    assert await stored(store) == [5]


@pytest.mark.parametrize("secret", [None, "", "wrong", "s3cre", "S3CRET"])
async def test_nobody_without_the_secret_brings_an_update(address: str, store: Database, secret: str | None) -> None:
    assert await bring(address, secret) == 403
    assert await stored(store) == []


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"update_id": "five"}'])
async def test_what_is_no_update_is_refused(address: str, store: Database, content: bytes) -> None:
    assert await bring(address, SECRET, content) == 400
    assert await stored(store) == []


async def test_telegram_is_asked_to_come_again_while_the_database_is_away(
    store: Database, client: ScriptedClient, clock: Clock, unused_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver = UpdateReceiver(store, client, clock, lambda: None)

    async def away(_updates: object) -> None:
        raise OperationalError("INSERT", {}, Exception("away"))

    monkeypatch.setattr(receiver, "store", away)
    async with server_of(receiver, store, clock).open(f"127.0.0.1:{unused_port}"):
        assert await bring(f"http://127.0.0.1:{unused_port}", SECRET) == 503


async def test_a_web_server_without_a_secret_refuses_every_update(
    store: Database, client: ScriptedClient, clock: Clock, unused_port: int
) -> None:
    receiver = UpdateReceiver(store, client, clock, lambda: None)
    async with server_of(receiver, store, clock, secret="").open(f"127.0.0.1:{unused_port}"):
        assert await bring(f"http://127.0.0.1:{unused_port}", "") == 403


async def asked(address: str, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"{address}/{path}") as answer:
        return answer.status, await answer.text()


async def test_a_process_that_has_just_begun_is_alive_and_not_ready(address: str) -> None:
    assert await asked(address, "live") == (200, '{"status": "alive"}')
    status, said = await asked(address, "health")
    assert (status, json.loads(said)["reason"]) == (503, "Not ready yet: it has just been started.")


async def test_every_metric_has_its_type_and_counters_are_called_so(address: str) -> None:
    status, text = await asked(address, "metrics")
    assert status == 200
    assert "sapa_updates_received_total 3.0" in text
    assert 'sapa_sends_total{outcome="sent"} 4.0' in text
    types = dict(line.split()[2:4] for line in text.splitlines() if line.startswith("# TYPE sapa_"))
    for name, described in METRICS.items():
        is_counter = described.kind is CounterMetricFamily
        assert is_counter == name.endswith("_total")
        assert types.get(name.removesuffix("_total") if is_counter else name, "gauge") in {"gauge", "counter"}


async def test_figures_of_the_database_are_left_out_where_it_does_not_answer(
    store: Database, client: ScriptedClient, clock: Clock, unused_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise OperationalError("SELECT", {}, Exception("away"))

    monkeypatch.setattr(store, "read_only", away)
    async with server_of(UpdateReceiver(store, client, clock, lambda: None), store, clock).open(
        f"127.0.0.1:{unused_port}"
    ):
        _status, text = await asked(f"http://127.0.0.1:{unused_port}", "metrics")
    assert "sapa_database_up 0.0" in text
    assert "sapa_inbox_waiting " not in text


# -- too many, and too slow -------------------------------------------------------------------------------


async def slow_connections(port: int, count: int) -> list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Connections that begin a request and never end its headers."""
    opened = []
    for _ in range(count):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /telegram HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        opened.append((reader, writer))
    return opened


async def test_slow_connections_do_not_lock_an_update_out(
    address: str, unused_port: int, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "MOST", 20)
    opened = await slow_connections(unused_port, 100)
    assert await bring(address, SECRET) == 200
    assert await stored(store) == [5]
    cut = [await asyncio.wait_for(reader.read(1), 5) for reader, _writer in opened[:80]]
    assert cut == [b""] * 80
    for _reader, writer in opened:
        writer.close()


async def test_a_connection_that_brought_an_update_outlasts_slow_ones(
    address: str, unused_port: int, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "MOST", 20)
    reader, writer = await asyncio.open_connection("127.0.0.1", unused_port)
    for number in (5, 6):
        body = json.dumps(UPDATE | {"update_id": number}).encode()
        head = f"POST /telegram HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: {SECRET}\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        assert b" 200 " in await asyncio.wait_for(reader.readline(), 5)
        await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
        opened = await slow_connections(unused_port, 100)
        assert [await asyncio.wait_for(slow.read(1), 5) for slow, _writer in opened[:80]] == [b""] * 80
        for _reader, slow_writer in opened:
            slow_writer.close()
    assert await stored(store) == [5, 6]
    writer.close()


async def test_a_connection_that_is_closed_is_forgotten(
    store: Database, client: ScriptedClient, clock: Clock, unused_port: int
) -> None:
    server = server_of(UpdateReceiver(store, client, clock, lambda: None), store, clock)
    async with server.open(f"127.0.0.1:{unused_port}"):
        for _ in range(5):
            assert await bring(f"http://127.0.0.1:{unused_port}", SECRET) == 200
        assert len(server._app[listener.KEPT]) < 5


async def test_headers_that_never_end_end_the_connection(
    store: Database, client: ScriptedClient, clock: Clock, unused_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "HEADERS", 0.2)
    async with server_of(UpdateReceiver(store, client, clock, lambda: None), store, clock).open(
        f"127.0.0.1:{unused_port}"
    ):
        ((reader, writer),) = await slow_connections(unused_port, 1)
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()


async def test_a_body_that_never_ends_ends_the_request(
    address: str, unused_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_server, "BODY", 0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", unused_port)
    head = f"POST /telegram HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: {SECRET}\r\nContent-Length: 100\r\n\r\n{{"
    writer.write(head.encode())
    assert b"408" in await asyncio.wait_for(reader.readline(), 5)
    writer.close()
