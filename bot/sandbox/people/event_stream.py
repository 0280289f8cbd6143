"""Streams what happens in the chats to the page, as Server-Sent Events."""

import asyncio

import orjson
from aiohttp import web

from bot.sandbox.events import Events

HEARTBEAT = 20.0
"""Seconds of silence after which a comment keeps the line open."""


async def stream_events(request: web.Request, events: Events) -> web.StreamResponse:
    """Send every event as a line of JSON until the page or the sandbox goes."""
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )
    with events.listening() as board:
        await response.prepare(request)
        await response.write(b"retry: 1000\n\n")
        while (line := await _next_line(board)) is not None:
            try:
                await response.write(line)
            except ConnectionError:
                break
    return response


async def _next_line(board: "asyncio.Queue[dict[str, object] | None]") -> bytes | None:
    try:
        event = await asyncio.wait_for(board.get(), HEARTBEAT)
    except TimeoutError:
        return b": still here\n\n"
    return None if event is None else b"data: " + orjson.dumps(event) + b"\n\n"
