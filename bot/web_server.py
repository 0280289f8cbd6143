"""Serves the webhook, /health and /live for monitoring, and /metrics for Prometheus. No personal data."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hmac import compare_digest
from typing import Any

from aiohttp import web

from bot.health import Health
from bot.listener import keep, listening
from bot.metrics import CONTENT_TYPE, Metrics
from bot.retry import database_trouble
from bot.telegram_client import parse_json
from bot.trouble import Kind, troubles
from bot.update_receiver import UpdateReceiver
from models.database import is_infrastructure_error

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
LARGEST = 1024 * 1024


BODY = 10.0
"""Seconds for the body of an update: Telegram sends it in one go."""
STORING = "The web listener"


class WebServer:
    """Serves on host:port."""

    def __init__(self, receiver: UpdateReceiver, secret: str, health: Health, metrics: Metrics) -> None:
        self._receiver, self._secret, self._health, self._metrics = receiver, secret, health, metrics
        self._app = web.Application(client_max_size=LARGEST)
        self._app.add_routes(
            [
                web.post("/telegram", self.update),
                web.get("/health", self.health),
                web.get("/live", self.live),
                web.get("/metrics", self.metrics),
            ]
        )

    @asynccontextmanager
    async def open(self, listen: str) -> AsyncIterator[None]:
        """Listen around the block. Raises OSError where the address is taken."""
        host, _, port = listen.rpartition(":")
        async with listening(self._app, host.strip("[]"), int(port)):
            yield

    async def update(self, request: web.Request) -> web.Response:
        """Store the update, then answer 200; after 503 Telegram sends it again."""
        given = request.headers.get(SECRET_HEADER, "")
        # Bytes that are no text stay bytes: a client that sends them is refused like any other.
        if not self._secret or not compare_digest(given.encode(errors="surrogateescape"), self._secret.encode()):
            return web.Response(status=403)
        keep(request)
        try:
            async with asyncio.timeout(BODY):
                update: Any = parse_json(await request.read())
        except TimeoutError:
            return web.Response(status=408)
        except ValueError:
            return web.Response(status=400)
        if not isinstance(update, dict) or type(update.get("update_id")) is not int:
            return web.Response(status=400)
        try:
            await self._receiver.store([update])
        except Exception as error:
            if not is_infrastructure_error(error):
                raise
            database_trouble("An update cannot be stored; Telegram will send it again.", STORING, error)
            return web.Response(status=503, headers={"Retry-After": "5"})
        troubles().over(Kind.DATABASE, STORING)
        return web.Response()

    async def health(self, _request: web.Request) -> web.Response:
        """Answer whether the process is ready, in one line."""
        shown = self._health.shown()
        return web.json_response(shown, status=200 if shown["reason"] is None else 503)

    async def live(self, _request: web.Request) -> web.Response:
        """Answer 200 as long as the process answers at all."""
        return web.json_response({"status": "alive"})

    async def metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=await self._metrics.text(), headers={"Content-Type": CONTENT_TYPE})
