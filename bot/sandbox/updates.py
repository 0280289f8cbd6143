"""Queues updates in order, until the bot confirms them.

person acts ──▶ add ──▶ [ 101 102 103 … ] ──▶ getUpdates(offset=103) forgets 101 and 102, hands out 103 …
                               └──▶ webhook, one at a time for each chat
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.sandbox.errors import ApiError, conflict
from bot.sandbox.store import Json, Store

FIRST_UPDATE_ID = 100_001
MOST_IN_ONE_ANSWER = 100
LIFE = {"callback_query": timedelta(seconds=150), "inline_query": timedelta(seconds=30)}
USUAL_LIFE = timedelta(hours=24)
ONLY_ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds that are left out unless ``allowed_updates`` names them (Bot API, getUpdates)."""
ANOTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
FUTURE = 10
"""An offset further beyond the end of the queue confirms nothing: Telegram takes it for a mistake."""


@dataclass(frozen=True)
class Pending:
    """One update on its way: its JSON, the `chat` (chat) whose order it keeps, and when Telegram gives it up."""

    update: Json
    chat_id: int
    expires: datetime

    @property
    def id(self) -> int:
        """The ``update_id``."""
        return int(self.update["update_id"])


class UpdateQueue:
    """All updates that the bot has not confirmed, in order of ``update_id``."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._pending: dict[int, Pending] = {}
        self._next_id = FIRST_UPDATE_ID
        self._waiter: asyncio.Future[None] | None = None
        self._allowed: list[str] = []
        self.arrived = asyncio.Event()
        self._load()

    def __len__(self) -> int:
        return sum(1 for _ in self.alive())

    @property
    def allowed(self) -> list[str]:
        """The kinds the bot asked for; empty means the usual ones."""
        return self._allowed

    def allow(self, kinds: list[str]) -> None:
        """Remember which kinds the bot wants from now on; updates already queued stay."""
        self._allowed = list(kinds)
        self._remember()

    def wants(self, kind: str) -> bool:
        """Whether an update of this kind is queued at all."""
        return kind in self._allowed if self._allowed else kind not in ONLY_ON_REQUEST

    def add(self, kind: str, content: Any, chat_id: int) -> Json | None:
        """Queue ``{update_id, kind: content}``; None where the bot did not ask for this kind."""
        if not self.wants(kind):
            return None
        return self.add_raw({kind: content}, chat_id, LIFE.get(kind, USUAL_LIFE))

    def add_raw(self, fields: Mapping[str, Any], chat_id: int = 0, life: timedelta = USUAL_LIFE) -> Json:
        """Queue an update of any form unchanged; an ``update_id`` of its own is kept."""
        update = {"update_id": self._next_id, **fields}
        self._next_id = max(self._next_id, update["update_id"]) + 1
        pending = Pending(update, chat_id, self._now() + life)
        self._pending[pending.id] = pending
        self._store.put("update", str(pending.id), _row(pending))
        self._remember()
        self._wake()
        return update

    def alive(self) -> Iterator[Pending]:
        """What waits and has not expired, the oldest first; what expired is forgotten on the way."""
        now = self._now()
        for pending in list(self._pending.values()):
            if pending.expires > now:
                yield pending
            else:
                self.forget(pending.id)

    def forget(self, update_id: int) -> None:
        """Drop one update: confirmed, delivered or expired."""
        if self._pending.pop(update_id, None):
            self._store.remove("update", str(update_id))

    def forget_all(self) -> None:
        """Drop all updates (``drop_pending_updates``)."""
        for update_id in list(self._pending):
            self.forget(update_id)

    def confirm(self, offset: int) -> None:
        """Forget all below ``offset``; below zero it counts from the end of the queue."""
        ids = [pending.id for pending in self.alive()] if offset < 0 else list(self._pending)
        below = ids[:offset] if offset < 0 else [each for each in ids if each < offset]
        for update_id in below:
            self.forget(update_id)

    async def take(self, offset: int, limit: int, seconds: float) -> list[Json]:
        """Confirm below ``offset``, then hand out the head of the queue, waiting for so many seconds at most.

        Raises 409 in the call that was waiting when another one begins to wait.
        """
        if offset and offset <= self._next_id + FUTURE:
            self.confirm(offset)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while not (batch := self._head(limit)) and (remaining := deadline - loop.time()) > 0:
            self.end_poll(conflict(ANOTHER_POLLER))
            await self._wait(remaining)
        return batch

    def end_poll(self, reason: ApiError) -> None:
        """End a call that still waits."""
        if self._waiter and not self._waiter.done():
            self._waiter.set_exception(reason)

    def _head(self, limit: int) -> list[Json]:
        batch = []
        for pending in self.alive():
            batch.append(pending.update)
            if len(batch) == limit:
                break
        return batch

    async def _wait(self, seconds: float) -> None:
        waiter = self._waiter = asyncio.get_running_loop().create_future()
        try:
            await asyncio.wait_for(waiter, seconds)
        except TimeoutError:
            return
        finally:
            if self._waiter is waiter:
                self._waiter = None

    def _wake(self) -> None:
        self.arrived.set()
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)

    def _load(self) -> None:
        for row in self._store.each("update"):
            pending = Pending(row["update"], row["chat_id"], datetime.fromisoformat(row["expires"]))
            self._pending[pending.id] = pending
        for row in self._store.each("queue"):
            self._allowed, self._next_id = row["allowed"], row["next_id"]

    def _remember(self) -> None:
        """The next id outlives a restart: a bot drops an id that it knows."""
        self._store.put("queue", "state", {"allowed": self._allowed, "next_id": self._next_id})


def _row(pending: Pending) -> Json:
    return {"update": pending.update, "chat_id": pending.chat_id, "expires": pending.expires.isoformat()}
