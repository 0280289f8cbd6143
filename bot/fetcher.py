"""Fetches files that people sent, outside every turn; what became of them re-enters the lane as a letter.

    parcel wanted ─▶ getFile ─▶ download (≤ 20 MB) ─▶ looked at ─▶ metadata off ─▶ kept encrypted ─▶ letter (`file`)

A kill in the middle only means that the file is fetched again.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from sqlmodel import col, or_, select

from bot.patience import patiently
from bot.wire import Answer, AnswerLost, NotSent, Wire
from models.applications.advice import Look
from models.applications.papers import Papers
from models.people.erasure import shredded, to_shred
from models.post import inbox
from models.post.inbox import LetterKind
from models.post.parcel import Parcel, ParcelState, Purpose, still_wanted
from models.sealed import NotIntact
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
            if not await patiently(self.round, "The shelf of papers"):
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
        return len(wanted) + await self._shred()

    async def _shred(self) -> int:
        """Destroy the files that an erasure let go; a kill in between only means that it is done again."""
        async with self._store.reading() as session:
            names = await to_shred(session)
        for name in names:
            await asyncio.to_thread(self._papers.discard, name)
        if names:
            async with self._store.writing() as session:
                await shredded(session, names)
        return len(names)

    async def _fetch(self, parcel: Parcel) -> None:
        """Fetch one file; whatever goes wrong with it is put off, and never holds up the others."""
        try:
            await self._bring(parcel)
        except Exception as error:
            if is_trouble(error):
                raise
            if not isinstance(error, NotSent | AnswerLost):
                log.error(
                    "A file could not be handled; it is tried again later.",
                    parcel=parcel.id,
                    error=type(error).__name__,
                )
            await self._settle(parcel, lambda one: one.put_off(self._now()))

    async def _bring(self, parcel: Parcel) -> None:
        content = await self._download(parcel)
        if isinstance(content, str):
            await self._settle(parcel, lambda one: one.lose(content, self._now()))
            return
        look = await self._look(parcel, content)
        if not look.is_usable:
            await self._settle(parcel, lambda one: one.refuse(look, self._now()), look.advice)
            return
        plain = await asyncio.to_thread(stripped, content, look)
        name = await asyncio.to_thread(self._papers.keep, self._store.keyring, plain)
        if not await self._settle(parcel, lambda one: one.keep(name, look, plain, self._now()), look.advice):
            self._papers.discard(name)

    async def _look(self, parcel: Parcel, content: bytes) -> Look:
        """A paper is looked at; what somebody sent to staff, such as a voice message, is kept as it is."""
        if parcel.purpose is not Purpose.PAPER:
            return Look(None)
        return await asyncio.to_thread(looked_at, content)

    async def _download(self, parcel: Parcel) -> bytes | str:
        """The file's bytes, or the reason why it cannot be had."""
        if isinstance(parcel.source, NotIntact):
            log.error("A file is not fetched: what was stored of it does not fit its row.", parcel=parcel.id)
            return NOT_THERE
        answer: Answer = await self._wire.call("getFile", {"file_id": parcel.source["file_id"]})
        if answer.ok and answer.result.get("file_path"):
            return await self._wire.download(answer.result["file_path"])
        if answer.status == 400:
            return TOO_BIG if "too big" in answer.description else NOT_THERE
        raise NotSent(answer.description)

    async def _settle(self, parcel: Parcel, change: Callable[[Parcel], None], advice: Sequence[str] = ()) -> bool:
        """Write what became of a parcel and tell its lane; False where another process was quicker."""
        async with self._store.writing() as session:
            found = await still_wanted(session, parcel.id or 0)
            if found is None:
                return False
            change(found)
            self._seal_anew(found)
            if found.state is not ParcelState.WANTED:
                body = {"parcel": found.id, "advice": list(advice), "remark": found.remark}
                letter = {"update_id": None, "lane": found.lane, "kind": LetterKind.FILE, "body": body}
                await inbox.post(session, [letter | {"came_at": self._now()}])
        self._arrived()
        return True

    def _seal_anew(self, parcel: Parcel) -> None:
        """A file that was sealed before the key changed carries the key of the transaction that names it."""
        keys, name = self._store.keyring, parcel.stored_as
        if name and self._papers.key_of(name) != keys.current:
            self._papers.reseal(keys, name)


# The picture and PDF libraries are loaded when the first paper comes: a start without them is quicker and lighter.


def looked_at(content: bytes) -> Look:
    from models.applications.paper import look_at

    return look_at(content)


def stripped(content: bytes, look: Look) -> bytes:
    from models.applications.paper import without_metadata

    return without_metadata(content, look.media_type)
