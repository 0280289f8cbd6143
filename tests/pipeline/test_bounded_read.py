"""What is downloaded is capped while it comes, independent of the declared length, and nothing of it is unpacked."""

import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot import bounded_read
from bot.bounded_read import TooBig
from bot.telegram_client import AnswerLost, NotSent, TelegramClient

Serve = Callable[[web.Request], Awaitable[web.StreamResponse]]
LIMIT = 100_000


@pytest.fixture(autouse=True)
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_read, "LARGEST_FILE", LIMIT)


@asynccontextmanager
async def client_of(serve: Serve) -> AsyncIterator[TelegramClient]:
    app = web.Application()
    app.router.add_route("*", "/{any:.*}", serve)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    client = TelegramClient(f"http://127.0.0.1:{port}/bot1:token")
    try:
        yield client
    finally:
        await client.close()
        await runner.cleanup()


async def test_a_file_of_the_allowed_size_comes_whole() -> None:
    async def serve(request: web.Request) -> web.Response:
        assert request.headers["Accept-Encoding"] == "identity"
        return web.Response(body=b"x" * LIMIT)

    async with client_of(serve) as client:
        assert await client.download("a.jpg") == b"x" * LIMIT


async def test_an_endless_file_is_cut_off_at_the_limit() -> None:
    sent = 0

    async def serve(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        answer = web.StreamResponse()
        answer.enable_chunked_encoding()
        await answer.prepare(request)
        while sent < 500 * LIMIT:
            await answer.write(b"x" * 10_000)
            sent += 10_000
        return answer

    async with client_of(serve) as client:
        with pytest.raises(TooBig):
            await client.download("a.jpg")
    assert sent < 500 * LIMIT


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "GZIP"])
async def test_a_bomb_in_an_encoding_is_not_unpacked(encoding: str) -> None:
    async def serve(request: web.Request) -> web.Response:
        return web.Response(body=gzip.compress(bytes(300 * LIMIT)), headers={"Content-Encoding": encoding})

    async with client_of(serve) as client:
        with pytest.raises(NotSent):
            await client.download("a.jpg")


@pytest.mark.parametrize("status", [206, 301, 302, 307, 404, 500])
async def test_a_redirect_or_a_part_is_no_file(status: int) -> None:
    asked: list[str] = []

    async def serve(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=status, body=b"part", headers={"Location": "/elsewhere"})

    async with client_of(serve) as client:
        with pytest.raises(NotSent):
            await client.download("a.jpg")
    assert asked == ["/file/bot1:token/a.jpg"]


async def test_a_file_that_ends_before_it_said_is_asked_for_again() -> None:
    async def serve(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Length": "1000"})
        await answer.prepare(request)
        await answer.write(b"x" * 10)
        assert request.transport is not None
        request.transport.close()
        return answer

    async with client_of(serve) as client:
        with pytest.raises(NotSent):
            await client.download("a.jpg")


async def test_any_other_answer_is_capped_too_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telegram_client.LARGEST_ANSWER", LIMIT)

    async def serve(request: web.Request) -> web.Response:
        return web.Response(body=gzip.compress(bytes(300 * LIMIT)), headers={"Content-Encoding": "gzip"})

    async with client_of(serve) as client:
        with pytest.raises(AnswerLost):
            await client.call("getMe", {})
