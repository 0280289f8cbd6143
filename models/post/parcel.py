"""Parcels: files to fetch from Telegram. Recorded in the turn, fetched outside it, the result re-enters the lane.

wanted ──fetched──▶ kept (an encrypted file, a letter of kind `file`)
   └──refused, or five failures──▶ lost (the letter says why)
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from models.columns import word
from models.secrets import sealed

TRIES = 5
WANTED = text("state = 'wanted'")


class ParcelState(StrEnum):
    WANTED = "wanted"
    KEPT = "kept"
    LOST = "lost"


class Parcel(SQLModel, table=True):
    """A file that somebody sent. `purpose` says what the conversation wants it for, `subject` for which row."""

    __table_args__ = (Index("ix_parcel_wanted", "id", sqlite_where=WANTED, postgresql_where=WANTED),)

    id: int | None = Field(default=None, primary_key=True)
    lane: int = Field(sa_type=BigInteger)
    message_id: int | None = Field(default=None, sa_type=BigInteger)
    purpose: str
    subject: int | None = None
    state: ParcelState = word(ParcelState, ParcelState.WANTED)
    tries: int = 0
    retry_at: datetime | None = None
    source: Any = sealed("parcel.source")
    stored_as: str | None = None
    size: int | None = None
    media_type: str | None = None
    digest: bytes | None = Field(default=None, sa_type=LargeBinary)
    remark: str | None = None
    made_at: datetime
    settled_at: datetime | None = None
