"""The webhook attacked over HTTP: no secret, odd secrets, wrong paths, huge and broken bodies, replays.

What is refused leaves no row, and no refusal is an error of ours. The secret is asked before the body is read.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import orjson
import pytest
import pytest_asyncio
from sqlmodel import select

from bot.web_server import LARGEST, SECRET_HEADER, WebServer
from models.messaging.inbox import InboxItem
from tests.attacks.town import MALING, is_well
from tests.chat import Play, playing
from tests.transcript import read

SECRET = "s3cret-of-the-webhook"
NO_SECRETS = {
    "none": b"",
    "empty": b"%s: \r\n",
    "wrong": b"%s: wrong\r\n",
    "a beginning of it": b"%s: s3cret\r\n",
    "more than it": b"%s: s3cret-of-the-webhook-\r\n",
    "other case": b"%s: S3CRET-OF-THE-WEBHOOK\r\n",
    "no letters at all": b"%s: \xff\xfe\x80\r\n",
    "very long": b"%s: " + b"x" * 4000 + b"\r\n",
    "in another header": b"Authorization: s3cret-of-the-webhook\r\n",
    "the right one after a wrong one": b"%s: wrong\r\n%s: s3cret-of-the-webhook\r\n",
}
NO_UPDATES = {
    "nothing": b"",
    "half of one": b'{"update_id": 5',
    "no object": b"[1, 2]",
    "a word": b'"update"',
    "nested": b'{"update_id":' + b"[" * 100_000,
    "nested in a message": b'{"update_id":5,"message":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001,
    "no text": b"\xff\xfe\x00",
    "a lone surrogate for a number": b'{"update_id": "\\ud800"}',
    "a number beyond numbers": b'{"update_id": 99999999999999999999999}',
    "a truth": b'{"update_id": true}',
    "a fraction": b'{"update_id": 1.5}',
    "not a number": b'{"update_id": NaN}',
}


class Web(NamedTuple):
    play: Play
    port: int

    async def asks(self, head: bytes, body: bytes = b"") -> int:
        """A request as bytes, because attackers need no library; returns the status."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(head + b"Host: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        async with asyncio.timeout(10):
            answer = await reader.read()
        writer.close()
        assert b"Traceback" not in answer
        return int(answer.split()[1])

    async def brings(self, body: bytes, secret: bytes = b"%s: s3cret-of-the-webhook\r\n") -> int:
        return await self.asks(b"POST /telegram HTTP/1.1\r\n" + secret.replace(b"%s", SECRET_HEADER.encode()), body)

    async def letters(self) -> int:
        async with self.play.store.read_only() as session:
            return len(list(await session.exec(select(InboxItem.seq))))


@pytest_asyncio.fixture
async def web(tmp_path: Path, unused_port: int) -> AsyncIterator[Web]:
    async with (
        playing(read(""), tmp_path) as play,
        WebServer(play.bot.receiver, SECRET, play.bot.health, play.bot.metrics).open(f"127.0.0.1:{unused_port}"),
    ):
        yield Web(play, unused_port)


def an_update(play: Play, number: int = 5, **more: object) -> bytes:
    maling = play.telegram.person(MALING)
    chat = play.telegram.world.chat_json(maling.chat)
    message = {"message_id": 1, "date": 0, "chat": chat, "from": maling.user(), "text": "halo"}
    return orjson.dumps({"update_id": number, "message": message} | more)


@pytest.mark.parametrize("name", NO_SECRETS)
async def test_nobody_without_the_secret_leaves_an_inbox_item(web: Web, name: str) -> None:
    assert await web.brings(an_update(web.play), NO_SECRETS[name]) == 403
    assert await web.letters() == 0


@pytest.mark.parametrize("name", NO_UPDATES)
async def test_what_is_no_update_is_refused_even_with_the_secret(web: Web, name: str) -> None:
    assert await web.brings(NO_UPDATES[name]) == 400
    assert await web.letters() == 0
    assert await web.brings(an_update(web.play)) == 200


@pytest.mark.parametrize("secret", [b"", b"%s: s3cret-of-the-webhook\r\n"])
async def test_a_body_beyond_every_update_is_not_taken(web: Web, secret: bytes) -> None:
    assert await web.brings(b" " * LARGEST + an_update(web.play), secret) == (413 if secret else 403)
    assert await web.letters() == 0


async def test_a_body_that_never_ends_is_refused_before_it_has_ended(web: Web) -> None:
    """Without the secret not even its beginning is waited for."""
    reader, writer = await asyncio.open_connection("127.0.0.1", web.port)
    writer.write(b"POST /telegram HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
    async with asyncio.timeout(5):
        assert (await reader.readline()).split()[1] == b"403"
    writer.close()


@pytest.mark.parametrize(
    "line",
    [
        "POST /", "POST /telegram/", "POST /telegram/1", "POST //telegram", "GET /telegram", "PUT /telegram",
        "DELETE /telegram", "POST /health", "GET /..%2f..%2fetc/passwd", "GET /static/x", "GET /sandbox/people",
    ],
)  # fmt: skip
async def test_there_is_no_other_way_in(web: Web, line: str) -> None:
    head = f"{line} HTTP/1.1\r\n{SECRET_HEADER}: {SECRET}\r\n".encode()
    assert await web.asks(head, an_update(web.play)) in (404, 405)
    assert await web.letters() == 0


async def test_an_update_brought_again_and_again_is_answered_once(web: Web) -> None:
    for _ in range(20):
        assert await web.brings(an_update(web.play)) == 200
    web.play.telegram.heard = []
    await web.play.settle()
    assert await web.letters() == 1
    assert len(web.play.telegram.heard) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"message": None}, {"message": []}, {"message": {"chat": 5}}, {"message": {"chat": {"id": "x"}}},
        {"message": {"chat": {"id": 2**63}}}, {"callback_query": {"id": "1"}}, {"edited_message": {}},
        {"my_chat_member": {"chat": {"id": 5_000_001, "type": "private"}}}, {"poll": {"id": "1"}},
        {"message": {"message_id": 1, "date": "never", "chat": {"id": 5_000_001, "type": "private"}, "text": 5}},
    ],
    ids=str,
)  # fmt: skip
async def test_an_update_that_makes_no_sense_holds_up_nobody(web: Web, more: dict[str, object]) -> None:
    """Telegram never sends such; a holder of the secret may. It is set aside at worst, and the next is answered."""
    body = orjson.dumps({"update_id": 6} | more)
    assert await web.brings(body) == 200
    await web.play.settle()
    assert await web.brings(an_update(web.play, 7)) == 200
    web.play.telegram.heard = []
    await web.play.settle()
    assert web.play.telegram.heard
    assert is_well(web.play) or web.play.bot.processor.dead_lettered == 1
