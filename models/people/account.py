"""An account: a Telegram user as the bot speaks with them. It is not a person; links tie it to people."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.columns import enum_column
from models.encrypted import PINNED, EncryptedRow, encrypted
from models.in_array import in_array


class ReadingMode(StrEnum):
    """How the account's user likes to read. One renderer serves them all."""

    PLAIN = "plain"
    SIMPLE = "simple"
    SCREEN_READER = "screen_reader"
    DEAF = "deaf"


class Address(StrEnum):
    """The form of address a person chose; it is asked, never guessed."""

    BAPAK = "bapak"
    IBU = "ibu"
    KAK = "kak"
    NAME = "name"


class Account(EncryptedRow, table=True):
    """One Telegram user: language, reading mode, form of address, and whether messages still arrive."""

    id: int | None = Field(default=None, primary_key=True)
    telegram_id: int = Field(sa_type=BigInteger, unique=True, sa_column_kwargs=PINNED)
    language: str = "id"
    mode: ReadingMode = enum_column(ReadingMode, ReadingMode.PLAIN)
    address: Address | None = enum_column(Address, None, nullable=True)
    called: Any = encrypted("account.called", default=None)
    organisation: Any = encrypted("account.organisation", default=None)
    came_by: str | None = None
    greeted_at: datetime | None = None
    unreachable: str | None = None
    created_at: datetime


BY_TELEGRAM_ID = select(Account).where(in_array(col(Account.telegram_id), "telegram_ids"))


async def load(session: AsyncSession, telegram_ids: Collection[int]) -> dict[int, Account]:
    rows = await session.exec(BY_TELEGRAM_ID, params={"telegram_ids": telegram_ids})
    return {account.telegram_id: account for account in rows}


def new_account(telegram_id: int, language_code: str, now: datetime) -> Account:
    """Return the account of a person who writes for the first time, in the language of their Telegram where we speak
    it."""
    return Account(telegram_id=telegram_id, language="en" if language_code.startswith("en") else "id", created_at=now)
