"""Pushes updates to the bot's own address, strictly in order for each chat, the next only after a 2xx.

queue ──▶ updates of Sari:  [101 ✓] [104 …] [105]
      └─▶ updates of Rina:  [102 ✗ wait 1 s, 2 s, 4 s … 60 s]
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import aiohttp
import orjson

from bot.sandbox.store import Json, Store, fitting
from bot.sandbox.updates import Pending, UpdateQueue

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
LONGEST_PAUSE = 60.0
LONGEST_RETRY_AFTER = 3600.0
"""Seconds."""


@dataclass(frozen=True)
class Hook:
    """Where updates go; an empty ``url`` means nowhere."""

    url: str = ""
    secret: str = ""
    connections: int = 40


class Webhook:
    """The pusher. It lives between ``start`` and ``stop``; the setting outlives it."""

    def __init__(self, store: Store, updates: UpdateQueue, now: Callable[[], datetime]) -> None:
        self._store = store
        self._updates = updates
        self._now = now
        self._pusher: asyncio.Task[None] | None = None
        self._busy: set[int] = set()
        self._changed = asyncio.Event()
        self._asked_pause = 0.0
        self.first_pause = 1.0
        """Seconds before the first repetition; it doubles up to a minute."""
        self.last_error: Json = {}
        self.hook = next((Hook(**fitting(Hook, row)) for row in store.each("webhook")), Hook())

    def set(self, hook: Hook) -> None:
        """Set, change or remove the webhook."""
        self.hook, self.last_error = hook, {}
        self._changed.set()
        self._changed = asyncio.Event()
        self._store.put("webhook", "hook", vars(hook))
        self._updates.arrived.set()

    async def start(self) -> None:
        """Start to watch the queue."""
        self._pusher = asyncio.create_task(self._push_all())

    async def stop(self) -> None:
        """End all deliveries; what was not confirmed stays in the queue."""
        if self._pusher:
            self._pusher.cancel()
            await asyncio.gather(self._pusher, return_exceptions=True)

    async def _push_all(self) -> None:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as client,
            asyncio.TaskGroup() as chat_ids,
        ):
            while True:
                self._updates.arrived.clear()
                for pending in self._first_of_each_lane():
                    self._busy.add(pending.chat_id)
                    chat_ids.create_task(self._push_lane(client, pending))
                await self._updates.arrived.wait()

    def _first_of_each_lane(self) -> list[Pending]:
        first: dict[int, Pending] = {}
        if self.hook.url:
            for pending in self._updates.alive():
                first.setdefault(pending.chat_id, pending)
        return [pending for chat_id, pending in first.items() if chat_id not in self._busy]

    async def _push_lane(self, client: aiohttp.ClientSession, pending: Pending) -> None:
        pause, hook = self.first_pause, self.hook
        try:
            while self.hook == hook and not (await self._push(client, hook, pending)):
                await self._rest(min(max(pause, self._asked_pause), LONGEST_RETRY_AFTER))
                pause = min(pause * 2, LONGEST_PAUSE)
        finally:
            self._busy.discard(pending.chat_id)
            self._updates.arrived.set()

    async def _rest(self, seconds: float) -> None:
        """Wait, unless the address changes meanwhile."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), seconds)

    async def _push(self, client: aiohttp.ClientSession, hook: Hook, pending: Pending) -> bool:
        """Try once; true when the update was accepted or is too old."""
        if pending.expires <= self._now():
            self._updates.forget(pending.id)
            return True
        headers = {"Content-Type": "application/json"} | ({SECRET_HEADER: hook.secret} if hook.secret else {})
        try:
            async with client.post(hook.url, data=orjson.dumps(pending.update), headers=headers) as answer:
                return self._heed(answer, pending)
        except (aiohttp.ClientError, TimeoutError) as failure:
            self._complain(f"Connection failed: {type(failure).__name__}")
            return False

    def _heed(self, answer: aiohttp.ClientResponse, pending: Pending) -> bool:
        if 200 <= answer.status < 300:
            self._updates.forget(pending.id)
            return True
        asked = answer.headers.get("Retry-After", "")
        self._asked_pause = float(asked) if asked.isdigit() else 0.0
        self._complain(f"Wrong response from the webhook: {answer.status} {answer.reason}")
        return False

    def _complain(self, message: str) -> None:
        self.last_error = {"last_error_date": int(self._now().timestamp()), "last_error_message": message}
