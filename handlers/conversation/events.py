"""Dispatch internal events: the registry says which conversation takes a file, a timer, a message not delivered."""

from enum import StrEnum

from handlers.conversation.context import Context
from handlers.conversation.internal_event import InternalEvent
from models.due import NOBODYS_LANE, DueKind
from models.post.inbox import LetterKind
from models.post.parcel import Parcel, Purpose


async def dispatch(event: InternalEvent, context: Context) -> None:
    """Hand an event to its conversation; what is due for a person without Telegram comes in nobody's queue."""
    if context.work.account is not None or (event.lane == NOBODYS_LANE and event.kind is LetterKind.TIMER):
        await context.registry.on_event(await kind_of(event, context))(event, context)


async def kind_of(event: InternalEvent, context: Context) -> StrEnum:
    """A timer by what is due, a file by its purpose, anything else by its own kind."""
    if event.kind is LetterKind.TIMER:
        return DueKind(event.body["kind"])
    if event.kind is not LetterKind.FILE:
        return event.kind
    parcel = await context.session.get(Parcel, event.body["parcel"])
    return parcel.purpose if parcel is not None else Purpose.PAPER
