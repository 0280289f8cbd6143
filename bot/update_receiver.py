"""Receives updates by getUpdates or webhook: commits them raw to the inbox, and only then acknowledges them.

The offset lives in memory alone: after a restart Telegram gives the unconfirmed head of its queue again, and
`UNIQUE(update_id)` makes storing idempotent. An update that cannot be parsed is stored like any other.
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

import orjson
import structlog

from bot.retry import database_trouble, shielded
from bot.telegram_client import AnswerLost, NotSent, TelegramClient
from bot.telegram_errors import TelegramFailure, call_or_failure
from bot.trouble import Kind, troubles
from models.database import Database, is_infrastructure_error
from models.messaging import inbox
from models.messaging.inbox import InboxKind

log = structlog.get_logger()

ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member"]
LONG_POLL = 30
BATCH = 100


def chat_id_of(update: dict[str, Any]) -> int:
    """Return the chat that orders an update: its chat, else its user, else 0. Never raises, for any JSON."""
    for part in update.values():
        if not isinstance(part, dict):
            continue
        message = part.get("message")
        of_message = message.get("chat") if isinstance(message, dict) else None
        for holder in (of_message, part.get("chat"), part.get("from")):
            if isinstance(holder, dict) and (number := storable_number(holder.get("id"))) is not None:
                return number
    return 0


def storable_number(value: Any) -> int | None:
    """Return a number that fits the column (64 bits), or None: every update must be storable."""
    return value if isinstance(value, int) and -(2**63) <= value < 2**63 else None


def storable_update(update: dict[str, Any]) -> dict[str, Any]:
    """Return the update as the column can store it; one nested too deeply for JSON loses its content."""
    try:
        orjson.dumps(update)
    except TypeError:
        log.warning("An update is stored without its content: it is no valid JSON.", update=update.get("update_id"))
        return {"update_id": storable_number(update.get("update_id"))}
    return update


class UpdateReceiver:
    """Stores updates in the inbox; `arrived` is called after the commit."""

    def __init__(
        self, store: Database, client: TelegramClient, now: Callable[[], datetime], arrived: Callable[[], None]
    ) -> None:
        self._store, self._client, self._now, self._arrived = store, client, now, arrived
        self._answering: set[asyncio.Task[None]] = set()
        self.received = 0

    async def store(self, updates: Iterable[dict[str, Any]]) -> None:
        """Store updates of Telegram; when this returns they may be acknowledged."""
        updates = list(updates)
        now = self._now()
        rows = [
            {
                "update_id": storable_number(update.get("update_id")),
                "chat_id": chat_id_of(update),
                "kind": InboxKind.TELEGRAM,
                "body": storable_update(update),
                "came_at": now,
            }
            for update in updates
        ]
        async with self._store.transaction() as session:
            await inbox.store_items(session, rows)
        self.received += len(rows)
        self._arrived()
        self._answer_queries(updates)

    def _answer_queries(self, updates: Iterable[dict[str, Any]]) -> None:
        """Answer callback queries at once, best-effort: processing does not wait for it, nor it for processing."""
        for update in updates:
            query = update.get("callback_query")
            if isinstance(query, dict) and len(self._answering) < BATCH:
                task = asyncio.create_task(self._answer_query(str(query.get("id"))))
                self._answering.add(task)
                task.add_done_callback(self._answering.discard)

    async def _answer_query(self, query_id: str) -> None:
        with suppress(NotSent, AnswerLost):  # the phone stops waiting by itself in the end
            await self._client.call("answerCallbackQuery", {"callback_query_id": query_id})


UPDATES = "updates"
STORING = TelegramFailure(Kind.DATABASE, "Updates cannot be stored; they stay with Telegram.")


class Poller:
    """Polls Telegram for updates until cancelled; `heard` is called after each successful response."""

    def __init__(
        self, receiver: UpdateReceiver, client: TelegramClient, heard: Callable[[], None] = lambda: None
    ) -> None:
        self._receiver, self._client, self._heard = receiver, client, heard
        self._offset: int | None = None

    async def run(self) -> None:
        pause = 0.0
        while True:
            failure = await self._once()
            if failure is None:
                pause = 0.0
            else:
                pause = failure.pause(pause)
                await asyncio.sleep(pause)

    async def _once(self) -> TelegramFailure | None:
        """Poll once; returns the failure, or None after the updates are stored."""
        body: dict[str, Any] = {"timeout": LONG_POLL, "limit": BATCH, "allowed_updates": ALLOWED}
        if self._offset is not None:
            body["offset"] = self._offset
        answer = await call_or_failure(self._client.call("getUpdates", body, wait=LONG_POLL + 10), UPDATES)
        if isinstance(answer, TelegramFailure):
            return answer
        self._heard()
        try:
            await self._store(answer.result)
        except Exception as error:
            if not is_infrastructure_error(error):
                raise
            database_trouble(STORING.says, UPDATES, error)
            return STORING
        troubles().over(Kind.DATABASE, UPDATES)
        return None

    async def _store(self, updates: list[dict[str, Any]]) -> None:
        if updates:
            await shielded(partial(self._receiver.store, updates))
            self._offset = 1 + max(update["update_id"] for update in updates)
