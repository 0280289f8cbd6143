"""A request for help: the words somebody left for staff, with a reference they can quote."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger
from sqlmodel import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from models.applications.receipt import make
from models.audit import write_down
from models.columns import word
from models.offices.running_number import next_number
from models.people.account import Account, ReadingMode
from models.post.parcel import Parcel, Purpose, want
from models.sealed import PINNED, SealedRow, sealed

SERIES, LETTERS = "help", "TNY"
"""The running number of references, and the letters that stand before it (tanya)."""


class HelpState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"


class HelpRequest(SealedRow, table=True):
    __tablename__ = "help_request"

    id: int | None = Field(default=None, primary_key=True)
    reference: str = Field(unique=True)
    account_id: int = Field(foreign_key="account.id", index=True, sa_column_kwargs=PINNED)
    chat_id: int = Field(sa_type=BigInteger, sa_column_kwargs=PINNED)
    kind: str = "text"
    words: Any = sealed("help_request.words", default=None)
    parcel_id: int | None = Field(default=None, foreign_key="parcel.id", index=True)
    no_calls: bool = False
    state: HelpState = word(HelpState, HelpState.OPEN, index=True)
    asked_at: datetime
    promised_at: datetime


async def ask_staff(
    session: AsyncSession,
    account: Account,
    *,
    kind: str,
    words: str | None,
    promised_at: datetime,
    zone: str,
    now: datetime,
    file_id: str | None = None,
    message_id: int | None = None,
) -> HelpRequest:
    """Keep a request with its reference; `file_id` names a voice note or a photo that is fetched for it.

    `zone` is the name of the office's time zone, which dates the reference.
    """
    year = now.astimezone(ZoneInfo(zone)).year
    request = HelpRequest(
        reference=str(make(LETTERS, year, await next_number(session, SERIES, year))),
        account_id=account.id or 0,
        chat_id=account.telegram_id,
        kind=kind,
        words=words,
        no_calls=account.mode is ReadingMode.DEAF,
        asked_at=now,
        promised_at=promised_at,
    )
    session.add(request)
    await session.flush()
    if file_id is not None:
        parcel = _parcel(request, file_id, message_id)
        want(session, parcel)
        await session.flush()
        request.parcel_id = parcel.id
    await _write_down(session, request)
    return request


async def _write_down(session: AsyncSession, request: HelpRequest) -> None:
    await write_down(
        session,
        at=request.asked_at,
        by=request.account_id,
        act="ask_help",
        thing="help_request",
        thing_id=request.id,
        became=request.kind,
    )


def _parcel(request: HelpRequest, file_id: str, message_id: int | None) -> Parcel:
    return Parcel(
        lane=request.chat_id,
        message_id=message_id,
        purpose=Purpose.FOR_STAFF,
        subject=request.id,
        source={"file_id": file_id},
        made_at=request.asked_at,
    )
