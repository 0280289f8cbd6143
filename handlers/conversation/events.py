"""Dispatch internal events: the registry says which conversation takes a file, a timer, a message not delivered."""

from enum import StrEnum

from handlers.conversation.context import Context
from handlers.conversation.internal_event import InternalEvent
from models.messaging.file_download import DownloadPurpose, FileDownload
from models.messaging.inbox import InboxKind
from models.scheduled import NO_CHAT, ScheduledKind


async def dispatch(event: InternalEvent, context: Context) -> None:
    """Hand an event to its conversation; what is due for a person without Telegram comes in nobody's queue."""
    if context.work.account is not None or (event.chat_id == NO_CHAT and event.kind is InboxKind.TIMER):
        await context.registry.on_event(await kind_of(event, context))(event, context)


async def kind_of(event: InternalEvent, context: Context) -> StrEnum:
    """A timer by what is due, a file by its purpose, anything else by its own kind."""
    if event.kind is InboxKind.TIMER:
        return ScheduledKind(event.body["kind"])
    if event.kind is not InboxKind.FILE:
        return event.kind
    download = await context.session.get(FileDownload, event.body["file_download"])
    return download.purpose if download is not None else DownloadPurpose.PAPER
