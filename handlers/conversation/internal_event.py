"""Define the events that reach a chat through its queue besides updates, and pass each to its conversation.

a file, a timer, a message not delivered ──▶ dispatch ──▶ the conversation that the registry names for its kind
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from handlers.conversation.context import Context
from models.messaging.file_download import DownloadPurpose, FileDownload
from models.messaging.inbox import InboxKind
from models.scheduled import NO_CHAT, ScheduledKind


@dataclass(frozen=True, slots=True)
class InternalEvent:
    """An inbox row of our own, handed to the handlers like an update of Telegram. `chat`: the chat."""

    kind: InboxKind
    chat_id: int
    body: Any


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
