"""What comes back through a lane though nobody wrote it: a fetched file, a timer, an undelivered message."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from handlers.context import Talk
from models.due import DueKind
from models.post.inbox import LetterKind
from models.post.parcel import Parcel, Purpose

NOT_SPOKEN_OF = frozenset({DueKind.PERMISSION_ASKED, DueKind.LINK_ENDS, DueKind.TURNS_ADULT})
"""Occasions of the family that have no talk yet; the room handlers/family/ will take them."""


@dataclass(frozen=True, slots=True)
class Return:
    """A letter of our own, handed to the handlers like an update of Telegram."""

    kind: LetterKind
    lane: int
    body: Any


async def come_back(update: Return, context: Talk) -> None:
    """Hand it to whoever waits for it."""
    if context.work.account is not None:
        await (await taker(update, context))(update, context)


async def taker(update: Return, context: Talk) -> Callable[[Return, Talk], Awaitable[Any]]:
    """Who takes this kind of return. Looked up when needed, because the talks themselves speak of returns."""
    from handlers import completing, registering
    from handlers.following import helping, status
    from handlers.reception import doors

    if update.kind is LetterKind.FILE:
        parcel = await context.session.get(Parcel, update.body["parcel"])
        is_for_staff = parcel is not None and parcel.purpose is Purpose.FOR_STAFF
        return helping.returned_file if is_for_staff else completing.returned_file
    if update.kind is LetterKind.UNDELIVERED:
        return doors.undelivered
    if update.body["kind"] in NOT_SPOKEN_OF:
        return nothing
    return status.promise_passed if update.body["kind"] == DueKind.PROMISE else registering.draft_timer


async def nothing(update: Return, context: Talk) -> None:
    """A link ends by its own date, whether or not anybody is told."""
