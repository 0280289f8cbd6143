"""Dispatch internal events: the registry says which conversation takes a file, a timer, a message not delivered."""

from enum import StrEnum

from handlers.conversation.context import Context
from handlers.conversation.internal_event import InternalEvent
from models.messaging.file_download import DownloadPurpose, FileDownload
from models.messaging.inbox import InboxKind
from models.scheduled import NO_CHAT, ScheduledKind


async def dispatch(event: InternalEvent, context: Context) -> None:
    """Pass an event to its conversation; a timer of a person without Telegram comes without a chat."""
    if context.work.account is not None or (event.chat_id == NO_CHAT and event.kind is InboxKind.TIMER):
        await context.registry.on_event(await kind_of(event, context))(event, context)


async def kind_of(event: InternalEvent, context: Context) -> StrEnum:
    """Return the kind: of a timer its occasion, of a file its purpose, of other events their own."""
    if event.kind is InboxKind.TIMER:
        return ScheduledKind(event.body["kind"])
    if event.kind is not InboxKind.FILE:
        return event.kind
    download = await context.session.get(FileDownload, event.body["file_download"])
    return download.purpose if download is not None else DownloadPurpose.PAPER
