"""Downloads of files from Telegram: recorded with the update, fetched outside it, the result queued to the chat.

wanted ──fetched and rebuilt──▶ kept (an encrypted file of our own making, an inbox item of kind `file`)
   └──refused, or twenty failures over some hours──▶ lost (the inbox item says why)
with_telegram: sound and film, never fetched; officers get them as the messages that they are
"""

from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import BigInteger, Index, LargeBinary, text
from sqlmodel import Field, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.applications.document_checks import FileCheck, RebuiltFile
from models.columns import enum_column
from models.encrypted import PINNED, EncryptedRow, encrypted

MAX_TRIES = 20
LONGEST_WAIT = 600
GIVEN_UP = "not_there"
NO_SPACE = "no_space"
"""Remark of a download that waits because the disk is nearly full; its chat was told."""

WANTED = text("state = 'wanted'")


class DownloadState(StrEnum):
    WANTED = "wanted"
    KEPT = "kept"
    LOST = "lost"
    WITH_TELEGRAM = "with_telegram"


class DownloadPurpose(StrEnum):
    """What a file is for: a document of an application, or something sent to staff (a photo, a voice message)."""

    PAPER = "paper"
    FOR_STAFF = "for_staff"


class FileDownload(EncryptedRow, table=True):
    """A file sent by a Telegram user. `purpose` says what the conversation wants it for, `subject` for which row."""

    __tablename__ = "file_download"
    __table_args__ = (
        Index("ix_file_download_wanted", "id", sqlite_where=WANTED, postgresql_where=WANTED),
        Index("ix_file_download_made_at", "made_at", "chat_id", "sent_size"),
    )

    id: int | None = Field(default=None, primary_key=True)
    chat_id: int = Field(sa_type=BigInteger, index=True, sa_column_kwargs=PINNED)
    message_id: int | None = Field(default=None, sa_type=BigInteger)
    purpose: DownloadPurpose = enum_column(DownloadPurpose)
    subject: int | None = Field(default=None, index=True)
    state: DownloadState = enum_column(DownloadState, DownloadState.WANTED)
    tries: int = 0
    retry_at: datetime | None = None
    source: Any = encrypted("file_download.source", raises=False)
    stored_as: str | None = Field(default=None, sa_column_kwargs=PINNED)
    sent_size: int | None = None
    """Bytes, as Telegram stated them before it was fetched."""
    size: int | None = None
    """Bytes of the clean file."""
    media_type: str | None = None
    digest: bytes | None = Field(default=None, sa_type=LargeBinary)
    remark: str | None = None
    made_at: datetime
    settled_at: datetime | None = None

    def mark_stored(self, name: str, made: RebuiltFile, now: datetime) -> None:
        """Mark the clean file as stored under a name."""
        self.state, self.stored_as, self.settled_at, self.remark = DownloadState.KEPT, name, now, None
        self.media_type, self.size, self.digest = made.media_type, len(made.content), sha256(made.content).digest()

    def leave_with_telegram(self, now: datetime) -> None:
        """Mark it as left with Telegram: only its file_id in `source` is kept."""
        self.state, self.settled_at = DownloadState.WITH_TELEGRAM, now

    def mark_refused(self, look: FileCheck, now: datetime) -> None:
        """Mark a file that is no document at all as lost; nothing of it is kept."""
        self.state, self.media_type, self.settled_at, self.remark = DownloadState.LOST, look.media_type, now, None

    def mark_lost(self, remark: str, now: datetime) -> None:
        self.state, self.remark, self.settled_at = DownloadState.LOST, remark, now

    def retry_later(self, now: datetime) -> None:
        """Telegram could not be asked: try again later, and give up only after hours."""
        self.tries += 1
        if self.tries >= MAX_TRIES:
            self.mark_lost(GIVEN_UP, now)
        self.retry_at = now + timedelta(seconds=min(2**self.tries, LONGEST_WAIT))


NEW_REQUESTS = "newly wanted downloads"


def request_download(session: AsyncSession, download: FileDownload) -> None:
    """Request a download; the process that ends the transaction asks `is_any_requested`."""
    session.add(download)
    session.info[NEW_REQUESTS] = True


def is_any_requested(session: AsyncSession) -> bool:
    """Was a file asked for in this session?"""
    return NEW_REQUESTS in session.info


async def lock_requested(session: AsyncSession, download_id: int) -> FileDownload | None:
    """Lock and return the download (`SELECT … FOR UPDATE`), unless it is settled already."""
    question = select(FileDownload).where(FileDownload.id == download_id, FileDownload.state == DownloadState.WANTED)
    return (await session.exec(question.with_for_update())).first()
