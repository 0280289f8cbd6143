"""The web listener: the webhook, health for a watchdog, metrics for Prometheus. No page, no person's data."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from hmac import compare_digest
from typing import Any

import orjson
import structlog
from aiohttp import web
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from bot.inbox import Mailbox
from models.store import is_trouble

log = structlog.get_logger()

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
LARGEST = 1024 * 1024


class Door:
    """Serves on host:port; what it counts is asked for at each scrape."""

    def __init__(self, mailbox: Mailbox, secret: str, figures: Callable[[], dict[str, float]]) -> None:
        self._mailbox, self._secret, self._figures = mailbox, secret, figures
        self._app = web.Application(client_max_size=LARGEST)
        self._app.add_routes(
            [
                web.post("/telegram", self.update),
                web.get("/health", self.health),
                web.get("/metrics", self.metrics),
            ]
        )

    @asynccontextmanager
    async def open(self, listen: str) -> AsyncIterator[None]:
        host, _, port = listen.rpartition(":")
        runner = web.AppRunner(self._app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, int(port)).start()
            yield
        finally:
            await runner.cleanup()

    async def update(self, request: web.Request) -> web.Response:
        """Store, then answer 200; 503 lets Telegram bring it again."""
        given = request.headers.get(SECRET_HEADER, "")
        # Bytes that are no letters stay bytes: whoever sends them is refused like anybody else.
        if not self._secret or not compare_digest(given.encode(errors="surrogateescape"), self._secret.encode()):
            return web.Response(status=403)
        try:
            update: Any = orjson.loads(await request.read())
        except orjson.JSONDecodeError:
            return web.Response(status=400)
        if not isinstance(update, dict) or type(update.get("update_id")) is not int:
            return web.Response(status=400)
        try:
            await self._mailbox.take([update])
        except Exception as error:
            if not is_trouble(error):
                raise
            log.warning("An update cannot be stored; Telegram will bring it again.", error=type(error).__name__)
            return web.Response(status=503, headers={"Retry-After": "5"})
        return web.Response()

    async def health(self, _request: web.Request) -> web.Response:
        return web.json_response(self._figures())

    async def metrics(self, _request: web.Request) -> web.Response:
        registry = CollectorRegistry()
        for name, value in self._figures().items():
            Gauge(f"sapa_{name}", name.replace("_", " "), registry=registry).set(value)
        return web.Response(body=generate_latest(registry), content_type="text/plain")
