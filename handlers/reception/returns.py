"""What comes back through a lane though nobody wrote it: a file, a timer, a message that failed to arrive or to go."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from handlers.context import Talk
from models.due import NOBODYS_LANE, DueKind
from models.post.inbox import LetterKind
from models.post.parcel import Parcel, Purpose


@dataclass(frozen=True, slots=True)
class Return:
    """A letter of our own, handed to the handlers like an update of Telegram."""

    kind: LetterKind
    lane: int
    body: Any


async def come_back(update: Return, context: Talk) -> None:
    """Hand it to whoever waits for it; what is due for somebody without Telegram comes in nobody's lane."""
    if context.work.account is not None or (update.lane == NOBODYS_LANE and update.kind is LetterKind.TIMER):
        await (await taker(update, context))(update, context)


async def taker(update: Return, context: Talk) -> Callable[[Return, Talk], Awaitable[Any]]:
    """Who takes this kind of return. Looked up when needed, because the talks themselves speak of returns."""
    from handlers import completing, registering
    from handlers.departing import telling as leaving
    from handlers.family import telling
    from handlers.following import helping, promises
    from handlers.mydata import clock
    from handlers.reception import doors
    from handlers.staff import alarming

    if update.kind is LetterKind.FILE:
        parcel = await context.session.get(Parcel, update.body["parcel"])
        is_for_staff = parcel is not None and parcel.purpose is Purpose.FOR_STAFF
        return helping.returned_file if is_for_staff else completing.returned_file
    if update.kind is LetterKind.UNDELIVERED:
        return doors.undelivered
    if update.kind is LetterKind.STILL_THERE:
        return doors.still_there
    if update.kind is LetterKind.UNSENT:
        return doors.unsent
    timers = {
        DueKind.PROMISE: promises.promise_passed,
        DueKind.PERMISSION_ASKED: telling.permission_asked,
        DueKind.LINK_ENDS: telling.link_ends,
        DueKind.TURNS_ADULT: telling.turns_adult,
        DueKind.OWN_DATA_SOON: clock.soon,
        DueKind.OWN_DATA_LATE: clock.late,
        DueKind.ALARM: alarming.alarmed,
        DueKind.DEPARTURE_ASKED: leaving.asked,
        DueKind.DEPARTURE_REMINDED: leaving.reminded,
        DueKind.DEPARTURE_UNANSWERED: leaving.unanswered,
    }
    return timers.get(update.body["kind"], registering.draft_timer)
