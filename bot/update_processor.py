"""Processes updates in batches: the oldest update of many chats, their handlers, one commit.

    oldest item of each chat ─▶ states, accounts and drafts in three queries ─▶ each chat's handlers, one after another
                    ─▶ states, calls and "done" written together ─▶ commit

Nothing in a batch touches the network, so its chats can be served one after another in one transaction: the
commit and the queries, which cost more than the handlers, are paid once for all of them. Measured against a
transaction of its own for each update: see docs/decisions/0002-batches.md. When an item of a batch fails, the whole
batch is rolled back and that item is processed alone; only failing alone counts as an attempt. A failing database
counts for no item, unless the same item meets it repeatedly while the database takes other writes.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession
from telegram import Update
from telegram.ext import Application

from bot.telegram_client import error_summary
from handlers.conversation.content import CONTENT
from handlers.conversation.context import ReferenceData, UnitOfWork, unit_of_work
from handlers.conversation.internal_event import InternalEvent
from handlers.conversation.registry import Registry
from handlers.fallback import apologise
from handlers.wording.terms import pronoun_of
from locales import speaking
from models.applications import draft as drafts
from models.database import Database, is_conflict, is_full, is_infrastructure_error
from models.encrypted import NotIntact, intact, not_raising
from models.intact_rows import damage_of
from models.messaging import conversation_state, inbox, outbox
from models.messaging.file_download import is_any_requested
from models.messaging.inbox import MAX_TRIES, InboxKind, PendingItem
from models.people import account as accounts
from models.people.account import Account

log = structlog.get_logger()

BATCH_SIZE = 48
"""Chats: on SQLite, where batches follow each other."""
SHARED_BATCH_SIZE = 12
"""Chats: on PostgreSQL, where batches run side by side and a short one makes fewer people wait for a slow item."""
MOST_INTERRUPTIONS = 8
"""Interrupted batches with the same item: some 15 seconds of back-off (bot/retry.py) before it counts."""


class UpdateFailed(Exception):
    """A handler raised; what it had done is rolled back with its batch."""

    def __init__(self, head: PendingItem, cause: BaseException) -> None:
        super().__init__(f"item {head.seq}")
        self.head, self.cause = head, cause


class BatchInterrupted(Exception):
    """The database or another writer interrupted a batch; what it had done is rolled back."""

    def __init__(self, heads: Sequence[PendingItem], cause: BaseException) -> None:
        super().__init__(f"{len(heads)} items")
        self.heads, self.cause = heads, cause


class BatchFailed(Exception):
    """A batch could not be loaded or written, by the fault of one unknown item: each is processed alone."""

    def __init__(self, heads: Sequence[PendingItem]) -> None:
        super().__init__(f"{len(heads)} items")
        self.heads = heads


class UpdateProcessor:
    """Takes items from the inbox, batch by batch; `files_wanted` is called after a batch that wants some."""

    def __init__(
        self,
        store: Database,
        reference: ReferenceData,
        application: Application[Any, Any, Any, Any, Any, Any],
        now: Callable[[], datetime],
        files_wanted: Callable[[], None] = lambda: None,
        *,
        registry: Registry,
    ) -> None:
        self._files_wanted = files_wanted
        self._store, self._reference, self._registry, self._now = store, reference, registry, now
        self._application = application
        self._interruptions: dict[int, int] = {}
        self.processed = 0
        self.dead_lettered = 0

    async def process_batch(self) -> int:
        """Process the oldest item of some chats; returns how many. Raises errors of the database."""
        while True:
            try:
                return await self._process_next()
            except BatchInterrupted as interrupted:
                if self._is_caused_by_item(interrupted):
                    return await self._process_separately(interrupted.heads)
                if not is_conflict(interrupted.cause):
                    raise interrupted.cause from interrupted

    def _is_caused_by_item(self, interrupted: BatchInterrupted) -> bool:
        """Return whether one of these items was in too many interrupted batches of a working database."""
        for head in interrupted.heads:
            self._interruptions[head.seq] = self._interruptions.get(head.seq, 0) + 1
        return not is_full(interrupted.cause) and any(
            self._interruptions[head.seq] > MOST_INTERRUPTIONS for head in interrupted.heads
        )

    async def _process_separately(self, heads: Sequence[PendingItem]) -> int:
        """Process each item by itself; one that is interrupted alone has failed, if that can be stored beside it."""
        for head in heads:
            try:
                await self._process_in_transaction(lambda session, seq=head.seq: inbox.claim_head(session, seq))  # type: ignore[misc]
            except UpdateFailed as failed:
                await self._count_failure(failed)
            except BatchInterrupted as interrupted:
                await self._count_failure(UpdateFailed(head, interrupted.cause))
        return len(heads)

    async def _process_next(self) -> int:
        chat_ids = BATCH_SIZE if self._store.is_sqlite else SHARED_BATCH_SIZE
        try:
            return await self._process_in_transaction(lambda session: inbox.claim_heads(session, chat_ids))
        except UpdateFailed as failed:
            return await self._process_alone(failed.head.seq)
        except BatchFailed as batch:
            return sum([await self._process_alone(head.seq) for head in batch.heads])

    async def _process_in_transaction(self, choose: Callable[[AsyncSession], Awaitable[list[PendingItem]]]) -> int:
        async with self._store.transaction() as session:
            heads = await choose(session)
            if heads:
                await self._run_batch(session, heads)
            wants_files = is_any_requested(session)
        for head in heads:
            self._interruptions.pop(head.seq, None)
        self.processed += len(heads)
        if wants_files:
            self._files_wanted()
        return len(heads)

    async def _process_alone(self, seq: int) -> int:
        """Process one item by itself, until it succeeds or has failed three times; the others go on after it."""
        while True:
            try:
                return await self._process_in_transaction(lambda session: inbox.claim_head(session, seq)) or 1
            except UpdateFailed as failed:
                if await self._count_failure(failed) >= MAX_TRIES:
                    return 1

    async def _run_batch(self, session: AsyncSession, heads: Sequence[PendingItem]) -> None:
        """Process a batch; a failure of our own code outside the handlers counts for an item only when it is alone."""
        try:
            await self._process_items(session, heads)
            await session.flush()
        except Exception as error:
            if isinstance(error, UpdateFailed):
                raise
            if is_interruption(error):
                raise BatchInterrupted(heads, error) from error
            if len(heads) == 1:
                raise UpdateFailed(heads[0], error) from error
            raise BatchFailed(heads) from error

    async def _process_items(self, session: AsyncSession, heads: Sequence[PendingItem]) -> None:
        now = self._now()
        works = await self._load_work(session, heads, now)
        for head, work in zip(heads, works, strict=True):
            await self._run_handlers(head, work)
        await conversation_state.save(session, {work.chat_id: work.state for work in works if work.state_changed}, now)
        await outbox.enqueue(session, [call for work in works if work.chat_id for call in work.calls])
        await inbox.mark_done(session, [head.seq for head in heads], now)

    async def _load_work(self, session: AsyncSession, heads: Sequence[PendingItem], now: datetime) -> list[UnitOfWork]:
        """Load what the chats of a batch need, in three queries for all of them."""
        states = await conversation_state.load(session, [head.chat_id for head in heads])
        known = await accounts.load(session, [head.chat_id for head in heads])
        for head in heads:
            if head.chat_id not in known and (sender := private_sender(head)):
                known[head.chat_id] = accounts.new_account(head.chat_id, str(sender.get("language_code", "")), now)
                session.add(known[head.chat_id])
        await session.flush()
        forms: dict[int, dict[str, drafts.Draft]] = {}
        for draft in await drafts.load(session, [account.id for account in known.values() if account.id]):
            forms.setdefault(draft.account_id, {})[draft.form] = draft
        return [
            UnitOfWork(
                self._reference,
                self._registry,
                session,
                now,
                head.chat_id,
                states[head.chat_id],
                account := known.get(head.chat_id),
                forms.get(account.id or 0, {}) if account else {},
            )
            for head in heads
        ]

    async def _run_handlers(self, head: PendingItem, work: UnitOfWork) -> None:
        try:
            with unit_of_work(work), speaking(work.language, lambda: pronoun_of(work.account)):
                await self._application.process_update(self._parse(head))
                work.store_states()
        except Exception as error:
            if is_interruption(error):
                raise
            raise UpdateFailed(head, error) from error
        if work.failure is not None:
            if is_interruption(work.failure):
                raise work.failure
            raise UpdateFailed(head, work.failure) from work.failure

    def _parse(self, head: PendingItem) -> object:
        body = intact(head.body)
        if head.kind is InboxKind.TELEGRAM:
            return Update.de_json(strip_service_details(strip_callback_message(body)), self._application.bot)
        return InternalEvent(head.kind, head.chat_id, body)

    async def _count_failure(self, failed: UpdateFailed) -> int:
        """Count a failure of our own code; the third sets the item aside with an alert and an apology."""
        head = failed.head
        async with self._store.transaction() as session:
            tries = await inbox.count_failure(session, head.seq)
            if tries >= MAX_TRIES:
                await inbox.dead_letter(session, head.seq, self._now(), error_summary(failed.cause))
                await self._apologise(session, head)
        if tries >= MAX_TRIES:
            self._interruptions.pop(head.seq, None)
            self.dead_lettered += 1
            log.error("An update was set aside after three failures.", seq=head.seq, error=error_summary(failed.cause))
        return tries

    async def _apologise(self, session: AsyncSession, head: PendingItem) -> None:
        """Apologise in the chat; a chat that cannot even be loaded must not keep its item from being set aside."""
        try:
            async with session.begin_nested():
                with not_raising():
                    work = (await self._load_work(session, [head], self._now()))[0]
                await reset_damaged_rows(session, work)
                if work.account is not None or head.chat_id > 0:
                    with speaking(work.language, lambda: pronoun_of(work.account)):
                        apologise(work)
                    await outbox.enqueue(session, work.calls)
        except Exception as error:
            if is_infrastructure_error(error):
                raise
            log.error("The apology for a dead update could not be queued.", seq=head.seq, error=type(error).__name__)


async def reset_damaged_rows(session: AsyncSession, work: UnitOfWork) -> None:
    """Reset rows of a chat that fail their integrity check: else every further update of the chat would fail, too.

    The conversation ends, a draft is asked for again, and the account's name becomes empty.
    """
    if isinstance(work.state, NotIntact):
        log.error("The conversation state of a chat was damaged and is reset.", problem=str(work.state))
        work.state = {}
        await conversation_state.save(session, {work.chat_id: work.state}, work.now)
    for row in [one for one in (work.account, *work.drafts.values()) if one is not None]:
        if problem := damage_of(row):
            log.error("A row of a chat was damaged and is reset.", problem=str(problem))
            await _reset_row(session, row)
    work.drafts = {form: draft for form, draft in work.drafts.items() if not damage_of(draft)}


async def _reset_row(session: AsyncSession, row: Account | drafts.Draft) -> None:
    if isinstance(row, Account):
        row.called = row.organisation = None
        session.add(row)
    else:
        await session.delete(row)
    await session.flush()


def is_interruption(error: BaseException) -> bool:
    return is_infrastructure_error(error) or is_conflict(error)


KEPT_OF_CALLBACK_MESSAGE = ("message_id", "date", "chat")


def strip_callback_message(body: Any) -> Any:
    """Drop the message that a callback query carries, with all its buttons: parsing it costs more than the handler.

    Which message it was is all that is asked (handlers/conversation/form.py).
    """
    query = body.get("callback_query") if isinstance(body, dict) else None
    message = query.get("message") if isinstance(query, dict) else None
    if not isinstance(query, dict) or not isinstance(message, dict):
        return body
    slim = {name: message[name] for name in KEPT_OF_CALLBACK_MESSAGE if name in message}
    return body | {"callback_query": query | {"message": slim}}


KEPT_OF_SERVICE_MESSAGE = ("message_id", "date", "chat", "from")


def strip_service_details(body: Any) -> Any:
    """Drop the details of a service message: no handler answers it, and its fields change often."""
    for kind in ("message", "edited_message"):
        message = body.get(kind) if isinstance(body, dict) else None
        if isinstance(message, dict) and not any(name in message for name in CONTENT):
            body = body | {kind: {name: message[name] for name in KEPT_OF_SERVICE_MESSAGE if name in message}}
    return body


def private_sender(head: PendingItem) -> dict[str, Any] | None:
    """Return the sender of an update from a private chat."""
    if head.kind is not InboxKind.TELEGRAM or head.chat_id <= 0 or isinstance(head.body, NotIntact):
        return None
    for part in head.body.values():
        sender = part.get("from") if isinstance(part, dict) else None
        if isinstance(sender, dict) and sender.get("id") == head.chat_id:
            return sender
    return None
