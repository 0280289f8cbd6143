"""The TCP side of the web listener: slow and idle connections end, and there are never too many.

    a connection comes ──▶ too many? the oldest is cut ──▶ headers within 15 s, else cut ──▶ its request

Whoever brings an update sends it at once and is gone, so the oldest connection is one that idles or dawdles: cutting it
costs nobody anything, while turning away the newest would let slow ones shut the webhook out.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

HEADERS = 15.0
"""Seconds for the headers of a request, the first as well as the next of the same connection."""
MOST = 256
"""Connections at a time. A web server in front keeps a few, Telegram up to 100."""
WAITING = 1024
"""Connections that the system may keep until they are accepted."""
LINGER = 1.0


SHUTDOWN = 1.0
"""Seconds that requests under way are given when the bot is told to stop."""


def admitted(server: web.Server) -> RequestHandler:
    """The protocol of a new connection; the oldest connections are cut where there are too many."""
    there = server.connections
    for oldest in there[: max(0, len(there) + 1 - MOST)]:
        oldest.force_close()
    return server()


@asynccontextmanager
async def listening(app: web.Application, host: str, port: int) -> AsyncIterator[None]:
    """Serve an application on an address. Raises OSError where it is taken."""
    how: dict[str, Any] = {"keepalive_timeout": HEADERS, "lingering_time": LINGER}
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN, **how)
    await runner.setup()
    try:
        assert runner.server is not None
        factory = partial(admitted, runner.server)
        listener = await asyncio.get_running_loop().create_server(factory, host, port, backlog=WAITING)
        try:
            yield
        finally:
            listener.close()
    finally:
        await runner.cleanup()
