"""Updates in: fetched or pushed, written raw to the inbox in one commit, and only then acknowledged.

The offset lives in memory alone: after a restart Telegram gives the unconfirmed head of its queue again, and
`UNIQUE(update_id)` knows what came before. An update that cannot be read is stored like any other.
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

import structlog

from bot.patience import unbroken
from bot.wire import Answer, AnswerLost, NotSent, Wire
from models.post import inbox
from models.post.inbox import LetterKind
from models.store import Store, is_trouble

log = structlog.get_logger()

ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member"]
LONG_POLL = 30
BATCH = 100


def lane_of(update: dict[str, Any]) -> int:
    """The lane of an update: its chat, else its user, else 0. Never fails, whatever Telegram sends."""
    for part in update.values():
        if not isinstance(part, dict):
            continue
        message = part.get("message")
        of_message = message.get("chat") if isinstance(message, dict) else None
        for holder in (of_message, part.get("chat"), part.get("from")):
            if isinstance(holder, dict) and (number := storable(holder.get("id"))) is not None:
                return number
    return 0


def storable(value: Any) -> int | None:
    """A number that fits the column (64 bits), or None: no update may ever be too odd to be stored."""
    return value if isinstance(value, int) and -(2**63) <= value < 2**63 else None


class Mailbox:
    """Writes what came in and tells the others: `arrived` is called after the commit."""

    def __init__(self, store: Store, wire: Wire, now: Callable[[], datetime], arrived: Callable[[], None]) -> None:
        self._store, self._wire, self._now, self._arrived = store, wire, now, arrived
        self._spinners: set[asyncio.Task[None]] = set()
        self.received = 0

    async def take(self, updates: Iterable[dict[str, Any]]) -> None:
        """Store updates of Telegram; when this returns they may be acknowledged."""
        updates = list(updates)
        now = self._now()
        rows = [
            {
                "update_id": storable(update.get("update_id")),
                "lane": lane_of(update),
                "kind": LetterKind.TELEGRAM,
                "body": update,
                "came_at": now,
            }
            for update in updates
        ]
        async with self._store.writing() as session:
            await inbox.post(session, rows)
        self.received += len(rows)
        self._arrived()
        self._stop_spinners(updates)

    def _stop_spinners(self, updates: Iterable[dict[str, Any]]) -> None:
        """Answer presses at once and as best we can: the turn does not wait for it, nor it for the turn."""
        for update in updates:
            press = update.get("callback_query")
            if isinstance(press, dict) and len(self._spinners) < BATCH:
                task = asyncio.create_task(self._stop_spinner(str(press.get("id"))))
                self._spinners.add(task)
                task.add_done_callback(self._spinners.discard)

    async def _stop_spinner(self, press_id: str) -> None:
        with suppress(NotSent, AnswerLost):  # a spinner stops by itself in the end
            await self._wire.call("answerCallbackQuery", {"callback_query_id": press_id})


class Poller:
    """Asks Telegram for updates, long and again, until cancelled."""

    def __init__(self, mailbox: Mailbox, wire: Wire) -> None:
        self._mailbox, self._wire = mailbox, wire
        self._offset: int | None = None

    async def run(self) -> None:
        pause = 0.5
        while True:
            try:
                wait = await self._once()
                pause = 0.5 if wait is None else wait
            except (NotSent, AnswerLost) as error:
                wait = pause
                log.warning("Telegram cannot be reached; asking again.", error=str(error), wait=pause)
            except Exception as error:
                if not is_trouble(error):
                    raise
                wait = pause
                log.warning(
                    "Updates cannot be stored; they stay with Telegram.",
                    error=type(error).__name__,
                    wait=pause,
                )
            if wait is not None:
                await asyncio.sleep(wait)
                pause = min(max(pause, wait) * 2, 30)

    async def _once(self) -> float | None:
        """One question to Telegram; returns seconds to wait before the next, or None."""
        body: dict[str, Any] = {"timeout": LONG_POLL, "limit": BATCH, "allowed_updates": ALLOWED}
        if self._offset is not None:
            body["offset"] = self._offset
        answer = await self._wire.call("getUpdates", body, wait=LONG_POLL + 10)
        if not answer.ok:
            return self._refused(answer)
        updates = answer.result or []
        if updates:
            await unbroken(partial(self._mailbox.take, updates))
            self._offset = 1 + max(int(update.get("update_id", 0)) for update in updates)
        return None

    def _refused(self, answer: Answer) -> float:
        wait = float(answer.parameters.get("retry_after", 5 if answer.status == 409 else 3))
        advice = {
            401: "The token is not valid: check SAPA_BOT_TOKEN.",
            404: "The token is not valid: check SAPA_BOT_TOKEN.",
            409: "Another program asks for this bot's updates, or a webhook is set: only one may.",
        }.get(answer.status, "Telegram refused the question for updates; asking again.")
        log.error(advice, status=answer.status, wait=wait)
        return wait
