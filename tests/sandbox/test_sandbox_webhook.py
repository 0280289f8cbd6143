"""Updates pushed to the bot: the secret, the order in a chat, and retries after a bot's failure."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from telegram.error import BadRequest
from telegram_clients import Client, PtbClient

from bot.sandbox import Person, Sandbox

Push = tuple[str, str]


class Listener:
    """The bot's own address. ``answers`` are the statuses it gives, then 200 for ever."""

    def __init__(self) -> None:
        self.pushes: asyncio.Queue[Push] = asyncio.Queue()
        self.answers: list[int] = []
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        update = json.loads(await request.text())
        words = update["message"]["text"] if "message" in update else update["callback_query"]["data"]
        await self.pushes.put((words, request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")))
        return web.Response(status=self.answers.pop(0) if self.answers else 200)

    async def next(self) -> Push:
        return await asyncio.wait_for(self.pushes.get(), 5)


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    listener, app = Listener(), web.Application()
    app.router.add_post("/telegram", listener.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    listener.url = f"http://127.0.0.1:{runner.addresses[0][1]}/telegram"
    yield listener
    await runner.cleanup()


async def test_updates_come_with_the_secret(client: Client, sari: Person, listener: Listener) -> None:
    sari.send("sebelum")
    await client.set_webhook(listener.url, "rahasia_1")
    sari.send("sesudah")
    assert [await listener.next(), await listener.next()] == [("sebelum", "rahasia_1"), ("sesudah", "rahasia_1")]


async def test_what_was_taken_leaves_the_queue(client: Client, sari: Person, listener: Listener) -> None:
    await client.set_webhook(listener.url, "")
    sari.send("halo")
    await listener.next()
    while (await client.webhook_info())[1]:
        pass
    await client.delete_webhook()
    assert await client.updates() == []


async def test_a_chat_waits_for_its_first_update_and_others_do_not(
    ptb: PtbClient, sandbox: Sandbox, sari: Person, listener: Listener
) -> None:
    sandbox.world.webhook.first_pause = 0.01
    listener.answers = [500]
    sari.send("satu")
    sari.send("dua")
    await ptb.bot.set_webhook(listener.url)
    assert (await listener.next())[0] == "satu"
    sandbox.add_person("Andi").send("dari Andi")
    words = [(await listener.next())[0] for _ in range(3)]
    assert [word for word in words if word != "dari Andi"] == ["satu", "dua"]
    assert "dari Andi" in words


async def test_the_last_failure_is_told(ptb: PtbClient, sandbox: Sandbox, sari: Person, listener: Listener) -> None:
    sandbox.world.webhook.first_pause = 60.0
    listener.answers = [503]
    await ptb.bot.set_webhook(listener.url)
    sari.send("halo")
    await listener.next()
    info = await ptb.bot.get_webhook_info()
    while info.last_error_message is None:
        info = await ptb.bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"
    assert info.pending_update_count == 1


async def test_a_new_address_does_not_wait_for_the_old_one(
    ptb: PtbClient, sandbox: Sandbox, sari: Person, listener: Listener
) -> None:
    sandbox.world.webhook.first_pause = 60.0
    listener.answers = [500]
    await ptb.bot.set_webhook(listener.url)
    sari.send("halo")
    await listener.next()
    await ptb.bot.set_webhook(f"{listener.url}?baru")
    assert (await listener.next())[0] == "halo"


async def test_pending_updates_can_be_dropped(ptb: PtbClient, sari: Person) -> None:
    sari.send("lama")
    await ptb.bot.delete_webhook(drop_pending_updates=True)
    assert await ptb.bot.get_updates() == ()


@pytest.mark.parametrize("url", ["https://example.com/telegram", "http://10.0.0.1/x", "ftp://127.0.0.1/"])
async def test_only_loopback_is_called(ptb: PtbClient, url: str) -> None:
    with pytest.raises(BadRequest):
        await ptb.bot.set_webhook(url)


async def test_a_strange_secret_is_refused(ptb: PtbClient, listener: Listener) -> None:
    with pytest.raises(BadRequest, match="unallowed characters"):
        await ptb.bot.set_webhook(listener.url, secret_token="rahasia sekali")
