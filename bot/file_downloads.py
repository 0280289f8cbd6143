"""Downloads files that people sent, outside every transaction, and posts what became of each to its chat's queue.

    download wanted ─▶ getFile ─▶ download (≤ 20 MB) ─▶ rebuilt (decoding.py) ─▶ kept encrypted ─▶ inbox item (`file`)

What is kept was made by us; nothing of the bytes that came lasts. A kill in the middle only means that the file is
fetched again. Each chat has one file under way, so that a flood from one chat delays the others by one file at most.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlmodel import col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.bounded_read import LARGEST_FILE, TooBig
from bot.decoding import Decoder, NotDecoded
from bot.disk_space import DiskSpace
from bot.retry import retry_on_db_error
from bot.telegram_client import AnswerLost, ApiResponse, NotSent, TelegramClient
from models.applications.encrypted_files import EncryptedFiles
from models.database import Database, is_infrastructure_error
from models.encrypted import NotIntact
from models.messaging import inbox
from models.messaging.file_download import NO_SPACE, DownloadState, FileDownload, lock_requested
from models.messaging.inbox import InboxKind
from models.people.erasure import forget_shredded, names_to_shred

log = structlog.get_logger()

MOST_AT_ONCE = 4
MOST_CHATS = 1_000
"""Chats with a wanted file that are looked at for one batch."""
CHECK_SECONDS = 2.0
TOO_BIG = "too_big"
NOT_THERE = "not_there"


@dataclass
class FileDownloader:
    """Works through wanted downloads until cancelled. `wake()` says there may be new ones."""

    store: Database
    client: TelegramClient
    papers: EncryptedFiles
    now: Callable[[], datetime]
    arrived: Callable[[], None]
    _: KW_ONLY
    decoder: Decoder
    disk: DiskSpace

    def __post_init__(self) -> None:
        self._awake = asyncio.Event()
        self._batches, self._served = 0, dict[int, int]()

    def wake(self) -> None:
        self._awake.set()

    async def run(self) -> None:
        while True:
            self._awake.clear()
            if not await retry_on_db_error(self.download_batch, "File downloads"):
                await self._rest()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                await self._awake.wait()
        except TimeoutError:
            pass

    async def download_batch(self) -> int:
        """Fetch what is wanted now, a few at once; returns how many were settled or put off."""
        async with self.store.read_only() as session:
            let_go = await names_to_shred(session)
            wanted = await self._next(session) if self.disk.is_enough() else None
        if wanted is None:
            return await self._report_waiting() + await self._destroy(let_go)
        await asyncio.gather(*(self._fetch(download) for download in wanted))
        return len(wanted) + await self._destroy(let_go)

    async def _next(self, session: AsyncSession) -> list[FileDownload]:
        """Return the oldest file of a few chats: those first that were served longest ago."""
        due = or_(col(FileDownload.retry_at).is_(None), col(FileDownload.retry_at) <= self.now())
        oldest = select(func.min(FileDownload.id), FileDownload.chat_id).where(
            FileDownload.state == DownloadState.WANTED, due
        )
        heads = list(await session.exec(oldest.group_by(col(FileDownload.chat_id)).limit(MOST_CHATS)))
        if not heads:
            return []
        heads.sort(key=lambda head: (self._served.get(head[1], 0), head[0]))
        ids = [number for number, _ in heads[:MOST_AT_ONCE]]
        wanted = list(
            await session.exec(select(FileDownload).where(col(FileDownload.id).in_(ids)).order_by(col(FileDownload.id)))
        )
        self._batches += 1
        waiting = {chat_id for _, chat_id in heads}
        self._served = {chat_id: batch for chat_id, batch in self._served.items() if chat_id in waiting}
        self._served |= dict.fromkeys([download.chat_id for download in wanted], self._batches)
        return wanted

    async def _report_waiting(self) -> int:
        """Tell the chat once that its file waits; it is downloaded when the disk has space again."""
        async with self.store.transaction() as session:
            untold = select(FileDownload).where(
                FileDownload.state == DownloadState.WANTED, col(FileDownload.remark).is_(None)
            )
            downloads = list(await session.exec(untold.order_by(col(FileDownload.id)).limit(MOST_CHATS)))
            for download in downloads:
                download.remark = NO_SPACE
                await inbox.store_items(session, [self._inbox_row(download, ())])
        if downloads:
            self.arrived()
        return len(downloads)

    async def _destroy(self, names: Sequence[str]) -> int:
        """Delete the files that an erasure released; idempotent, so a kill in between only repeats it."""
        for name in names:
            await asyncio.to_thread(self.papers.discard, name)
        if names:
            async with self.store.transaction() as session:
                await forget_shredded(session, names)
        return len(names)

    async def _fetch(self, download: FileDownload) -> None:
        """Download one file; any failure defers this file only, and never delays the others."""
        try:
            await self._download_and_keep(download)
        except Exception as error:
            if is_infrastructure_error(error):
                raise
            if not isinstance(error, NotSent | AnswerLost | NotDecoded):
                log.error(
                    "A download failed; it is retried later.",
                    download=download.id,
                    error=type(error).__name__,
                )
            await self._settle(download, lambda one: one.retry_later(self.now()))

    async def _download_and_keep(self, download: FileDownload) -> None:
        content = await self._download(download)
        if isinstance(content, str):
            await self._settle(download, lambda one: one.mark_lost(content, self.now()))
            return
        made = await self.decoder.rebuilt(content)
        if not made.check.is_usable:
            await self._settle(download, lambda one: one.mark_refused(made.check, self.now()), made.check.advice)
            return
        name = await asyncio.to_thread(self.papers.keep, self.store.keyring, made.content)
        if not await self._settle(download, lambda one: one.mark_stored(name, made, self.now()), made.check.advice):
            self.papers.discard(name)

    async def _download(self, download: FileDownload) -> bytes | str:
        """Return the file's bytes, or the reason why it cannot be downloaded."""
        if isinstance(download.source, NotIntact):
            log.error("A download was refused: its stored values do not fit its row.", download=download.id)
            return NOT_THERE
        answer: ApiResponse = await self.client.call("getFile", {"file_id": download.source["file_id"]})
        if answer.ok and answer.result.get("file_path"):
            if answer.result.get("file_size", 0) > LARGEST_FILE:
                return TOO_BIG
            try:
                return await self.client.download(answer.result["file_path"])
            except TooBig:
                return TOO_BIG
        if answer.status == 400:
            return TOO_BIG if "too big" in answer.description else NOT_THERE
        raise NotSent(answer.description)

    async def _settle(
        self, download: FileDownload, change: Callable[[FileDownload], None], advice: Sequence[str] = ()
    ) -> bool:
        """Store the result of a download and put it into its chat's inbox; False if another process was quicker."""
        async with self.store.transaction() as session:
            found = await lock_requested(session, download.id or 0)
            if found is None:
                return False
            change(found)
            self._seal_anew(found)
            if found.state is not DownloadState.WANTED:
                await inbox.store_items(session, [self._inbox_row(found, advice)])
        self.arrived()
        return True

    def _seal_anew(self, download: FileDownload) -> None:
        """Re-encrypt a file that was encrypted before the key changed with the key of the current transaction."""
        keys, name = self.store.keyring, download.stored_as
        if name and self.papers.key_of(name) != keys.current:
            self.papers.reseal(keys, name)

    def _inbox_row(self, download: FileDownload, advice: Sequence[str]) -> dict[str, Any]:
        body = {"file_download": download.id, "advice": list(advice), "remark": download.remark}
        item = {"update_id": None, "chat_id": download.chat_id, "kind": InboxKind.FILE, "body": body}
        return item | {"came_at": self.now()}
