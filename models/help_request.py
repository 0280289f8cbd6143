"""A request for help: a message to staff, with a reference that the applicant can quote."""

from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger
from sqlmodel import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from models.applications.receipt import make
from models.audit import record
from models.columns import enum_column
from models.encrypted import PINNED, EncryptedRow, encrypted
from models.messaging.file_download import DownloadPurpose, FileDownload, request_download
from models.offices.running_number import next_number
from models.people.account import Account, ReadingMode

SERIES, REFERENCE_PREFIX = "help", "TNY"
"""The running number of references, and the letters that stand before it (tanya)."""


FETCHED = frozenset({"photo", "document"})


class Sent(NamedTuple):
    """A file in a message: Telegram's name for it, its kind (photo, document, voice, video …) and its bytes."""

    file_id: str
    kind: str
    size: int


class HelpState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"


class HelpRequest(EncryptedRow, table=True):
    __tablename__ = "help_request"

    id: int | None = Field(default=None, primary_key=True)
    reference: str = Field(unique=True)
    account_id: int = Field(foreign_key="account.id", index=True, sa_column_kwargs=PINNED)
    chat_id: int = Field(sa_type=BigInteger, sa_column_kwargs=PINNED)
    kind: str = "text"
    words: Any = encrypted("help_request.words", default=None)
    download_id: int | None = Field(default=None, foreign_key="file_download.id", index=True)
    no_calls: bool = False
    state: HelpState = enum_column(HelpState, HelpState.OPEN, index=True)
    asked_at: datetime
    promised_at: datetime


class HelpMessage(NamedTuple):
    """What was written or sent to staff. `kind`: what it is about; `sent`: the file that came with it."""

    kind: str
    words: str | None = None
    sent: Sent | None = None
    message_id: int | None = None


async def ask_staff(
    session: AsyncSession,
    account: Account,
    message: HelpMessage,
    *,
    promised_at: datetime,
    zone: str,
    now: datetime,
) -> HelpRequest:
    """Keep a request with its reference.

    `zone` is the name of the office's time zone, which dates the reference.
    """
    year = now.astimezone(ZoneInfo(zone)).year
    request = HelpRequest(
        reference=str(make(REFERENCE_PREFIX, year, await next_number(session, SERIES, year))),
        account_id=account.id or 0,
        chat_id=account.telegram_id,
        kind=message.kind,
        words=message.words,
        no_calls=account.mode is ReadingMode.DEAF,
        asked_at=now,
        promised_at=promised_at,
    )
    session.add(request)
    await session.flush()
    if message.sent is not None:
        download = _download_for(request, message.sent, message.message_id)
        request_download(session, download)
        await session.flush()
        request.download_id = download.id
    await _audit(session, request)
    return request


async def _audit(session: AsyncSession, request: HelpRequest) -> None:
    await record(
        session,
        at=request.asked_at,
        by=request.account_id,
        act="ask_help",
        entity="help_request",
        entity_id=request.id,
        after=request.kind,
    )


def _download_for(request: HelpRequest, sent: Sent, message_id: int | None) -> FileDownload:
    """Build the download: a photo or a document is fetched and rebuilt. Sound and film stay with Telegram: no officer
    gets their bytes as a file, they play them in Telegram by their file_id."""
    download = FileDownload(
        chat_id=request.chat_id,
        message_id=message_id,
        purpose=DownloadPurpose.FOR_STAFF,
        subject=request.id,
        sent_size=sent.size if sent.kind in FETCHED else 0,
        source={"file_id": sent.file_id, "kind": sent.kind},
        made_at=request.asked_at,
    )
    if sent.kind not in FETCHED:
        download.leave_with_telegram(request.asked_at)
    return download
