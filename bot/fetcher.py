"""Fetches files that people sent, outside every turn; what became of them re-enters the lane as a letter.

    parcel wanted ─▶ getFile ─▶ download (at most 20 MB) ─▶ looked at ─▶ kept encrypted ─▶ letter of kind `file`

A kill in the middle only means that the file is fetched again.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

import structlog
from sqlmodel import col, or_, select

from bot.wire import Answer, AnswerLost, NotSent, Wire
from models.applications.paper import Look, look_at
from models.applications.papers import Papers
from models.post import inbox
from models.post.inbox import LetterKind
from models.post.parcel import TRIES, Parcel, ParcelState
from models.store import Store, is_trouble

log = structlog.get_logger()

AT_ONCE = 4
LOOK_AGAIN = 2.0
TOO_BIG = "too_big"
NOT_THERE = "not_there"


class Fetcher:
    """Works through wanted parcels until cancelled. `wake()` says there may be new ones."""

    def __init__(
        self,
        store: Store,
        wire: Wire,
        papers: Papers,
        now: Callable[[], datetime],
        arrived: Callable[[], None],
    ) -> None:
        self._store, self._wire, self._papers, self._now, self._arrived = store, wire, papers, now, arrived
        self._awake = asyncio.Event()

    def wake(self) -> None:
        self._awake.set()

    async def run(self) -> None:
        while True:
            self._awake.clear()
            try:
                fetched = await self.round()
            except Exception as error:
                if not is_trouble(error):
                    raise
                log.warning("Files cannot be stored; they are fetched again.", error=type(error).__name__)
                fetched = 0
            if not fetched:
                await self._rest()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(LOOK_AGAIN):
                await self._awake.wait()
        except TimeoutError:
            pass

    async def round(self) -> int:
        """Fetch what is wanted now, a few at once; returns how many were settled or put off."""
        async with self._store.reading() as session:
            question = select(Parcel).where(
                Parcel.state == ParcelState.WANTED,
                or_(col(Parcel.retry_at).is_(None), col(Parcel.retry_at) <= self._now()),
            )
            wanted = list(await session.exec(question.order_by(col(Parcel.id)).limit(AT_ONCE)))
        await asyncio.gather(*(self._fetch(parcel) for parcel in wanted))
        return len(wanted)

    async def _fetch(self, parcel: Parcel) -> None:
        try:
            content = await self._download(parcel)
        except (NotSent, AnswerLost):
            await self._put_off(parcel)
            return
        if isinstance(content, str):
            await self._settle(parcel, ParcelState.LOST, remark=content)
            return
        look = await asyncio.to_thread(look_at, content)
        stored = await asyncio.to_thread(self._papers.keep, self._store.keyring, content)
        await self._settle(parcel, ParcelState.KEPT, look=look, content=content, stored_as=stored)

    async def _download(self, parcel: Parcel) -> bytes | str:
        """The file's bytes, or the reason why it cannot be had."""
        answer: Answer = await self._wire.call("getFile", {"file_id": parcel.source["file_id"]})
        if answer.ok and answer.result.get("file_path"):
            return await self._wire.download(answer.result["file_path"])
        if answer.status == 400:
            return TOO_BIG if "too big" in answer.description else NOT_THERE
        raise NotSent(answer.description)

    async def _put_off(self, parcel: Parcel) -> None:
        tries = parcel.tries + 1
        if tries >= TRIES:
            await self._settle(parcel, ParcelState.LOST, remark=NOT_THERE)
            return
        async with self._store.writing() as session:
            parcel.tries, parcel.retry_at = tries, self._now() + timedelta(seconds=2**tries)
            session.add(parcel)

    async def _settle(
        self,
        parcel: Parcel,
        state: ParcelState,
        *,
        remark: str | None = None,
        look: Look | None = None,
        content: bytes = b"",
        stored_as: str | None = None,
    ) -> None:
        now = self._now()
        parcel.state, parcel.remark, parcel.settled_at = state, remark, now
        if look is not None:
            parcel.media_type, parcel.size, parcel.digest = (
                look.media_type,
                len(content),
                sha256(content).digest(),
            )
            parcel.stored_as = stored_as
        body = {"parcel": parcel.id, "advice": list(look.advice) if look else [], "remark": remark}
        letter = {
            "update_id": None,
            "lane": parcel.lane,
            "kind": LetterKind.FILE,
            "body": body,
            "came_at": now,
        }
        async with self._store.writing() as session:
            session.add(parcel)
            await inbox.post(session, [letter])
        self._arrived()
