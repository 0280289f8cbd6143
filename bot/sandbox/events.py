"""Publishes what happens in a chat to its subscribers: the page, and tests that wait for an answer."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

Event = dict[str, Any]


class Events:
    """Publishes events: every subscriber has a queue of its own; ``None`` in it means the sandbox is closing."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[Event | None]] = set()

    def publish(self, kind: str, **facts: Any) -> None:
        """Put the event into every subscriber's queue."""
        for listener in self._listeners:
            listener.put_nowait({"kind": kind, **facts})

    @contextmanager
    def listening(self) -> Iterator[asyncio.Queue[Event | None]]:
        """Subscribe a queue to all events inside the ``with``."""
        queue: asyncio.Queue[Event | None] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            yield queue
        finally:
            self._listeners.discard(queue)

    def close(self) -> None:
        """End every subscription."""
        for listener in self._listeners:
            listener.put_nowait(None)
