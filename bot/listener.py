"""Accepts TCP connections for the web server: closes slow and idle ones, and limits how many there are.

    a connection comes ──▶ too many? the oldest is cut ──▶ headers within 15 s, else cut ──▶ its request

The oldest is idle or slow: cutting it costs no update, while refusing the newest would let slow connections shut the
webhook out. A connection that has brought an update (`keep`) is cut only where all others are gone.
Connections are accepted one by one, and slowly while there are too many, so that thousands hold up no reply.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
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
PAUSE = 0.002
"""Seconds from one connection to the next while there are too many."""
FULL = 0.1
"""Seconds until the next look where the system gives no more connections."""

KEPT: web.AppKey[set[RequestHandler]] = web.AppKey("kept")


def keep(request: web.Request) -> None:
    """Mark the connection of a request as one that Telegram uses: it is cut last."""
    request.app[KEPT].add(request.protocol)


def admitted(server: web.Server, kept: set[RequestHandler]) -> RequestHandler:
    """Return the protocol of a new connection; the oldest connections are closed where there are too many."""
    there = server.connections
    kept.intersection_update(there)
    if len(there) >= MOST:
        there.sort(key=kept.__contains__)  # stable: the oldest stay first
        for oldest in there[: len(there) + 1 - MOST]:
            oldest.force_close()
    return server()


async def accept(listener: socket.socket, server: web.Server, kept: set[RequestHandler]) -> None:
    """Accept one connection after another until cancelled, yielding to other tasks after each."""
    loop, protocol = asyncio.get_running_loop(), partial(admitted, server, kept)
    while True:
        try:
            connection, _ = await loop.sock_accept(listener)
            await loop.connect_accepted_socket(protocol, connection)
        except OSError:  # gone again already, or no file descriptor is left
            await asyncio.sleep(FULL)
        if len(server.connections) >= MOST:
            await asyncio.sleep(PAUSE)


@asynccontextmanager
async def listening(app: web.Application, host: str, port: int) -> AsyncIterator[None]:
    """Serve an application on an address. Raises OSError where it is taken."""
    app[KEPT] = set()
    how: dict[str, Any] = {"keepalive_timeout": HEADERS, "lingering_time": LINGER}
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN, **how)
    await runner.setup()
    try:
        assert runner.server is not None
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.create_server((host, port), family=family, backlog=WAITING) as listener:
            listener.setblocking(False)
            accepting = asyncio.create_task(accept(listener, runner.server, app[KEPT]))
            try:
                yield
            finally:
                accepting.cancel()
                with suppress(asyncio.CancelledError):
                    await accepting
    finally:
        await runner.cleanup()
