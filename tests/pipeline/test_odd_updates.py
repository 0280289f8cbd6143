"""No update is too odd to be stored: what is no Unicode is replaced, and what comes with it is served."""

import asyncio
from typing import Any

import pytest
from sqlmodel import select

from bot.telegram_client import TelegramClient, parse_json
from bot.update_receiver import Poller, UpdateReceiver
from models.database import Database
from models.messaging.inbox import InboxItem
from tests.pipeline.conftest import Clock
from tests.pipeline.test_web_server import SECRET, address, bring  # noqa: F401, the listener is a fixture

UPDATE = '{"update_id": %d, "message": {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "text": %s}}'
ODD = {
    "a lone high surrogate": rb'"a \ud800 b"',
    "a lone low surrogate": rb'"\udc00"',
    "surrogates the wrong way round": rb'"\ude00\ud83d"',
    "a broken byte": b'"\xff"',
    "a number of many digits": b"1" + 40 * b"0",
    "a deep list": 300 * b"[" + 300 * b"]",
}


def update(number: int, text: bytes) -> bytes:
    return (UPDATE % (number, "TEXT")).encode().replace(b"TEXT", text)


async def stored(store: Database) -> list[Any]:
    async with store.read_only() as session:
        items = await session.exec(select(InboxItem).order_by(InboxItem.update_id))  # type: ignore[arg-type]
        return [(item.update_id, item.body.get("message", {}).get("text")) for item in items]


@pytest.mark.parametrize("text", ODD.values(), ids=list(ODD))
async def test_an_odd_update_is_brought_by_the_webhook(address: str, store: Database, text: bytes) -> None:  # noqa: F811
    assert await bring(address, SECRET, update(5, text)) == 200
    assert [number for number, _ in await stored(store)] == [5]


class OnePayload(TelegramClient):
    """Answers one question with these bytes, then no more."""

    def __init__(self, payload: bytes) -> None:
        super().__init__("http://nowhere.invalid/bot4242:AA")
        self.payload, self.offsets = payload, list[Any]()

    async def exchange(self, _verb: str, _url: str, body: bytes, **_: Any) -> tuple[int, bytes]:  # type: ignore[override]
        self.offsets.append(parse_json(body).get("offset"))
        if len(self.offsets) > 1:
            await asyncio.Event().wait()
        return 200, self.payload


@pytest.mark.parametrize("text", ODD.values(), ids=list(ODD))
async def test_an_odd_update_is_asked_for_together_with_others(store: Database, clock: Clock, text: bytes) -> None:
    updates = b",".join([update(5, text), update(6, b'"halo"')])
    client = OnePayload(b'{"ok": true, "result": [' + updates + b"]}")
    poller = asyncio.create_task(Poller(UpdateReceiver(store, client, clock, lambda: None), client).run())
    async with asyncio.timeout(10):
        while len(client.offsets) < 2:
            await asyncio.sleep(0.01)
    poller.cancel()
    (odd, plain) = await stored(store)
    assert (odd[0], plain) == (5, (6, "halo"))
    assert client.offsets == [None, 7]


def test_only_what_is_no_unicode_is_replaced() -> None:
    assert parse_json(rb'"a\ud83d\ude00b \\ud800 \ud800c"') == "a\N{GRINNING FACE}b \\ud800 \ufffdc"
