"""Daily limits (quotas): how much one account may ask of others in a day, so that none overloads an office alone.

The rows that exist already are counted; nothing is written beside them, and so nothing is forgotten by a restart.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import func, select
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

DAY = timedelta(days=1)


class LimitedAction(StrEnum):
    """What is measured."""

    HELP = "help"
    """Words, voice notes and files for staff."""
    FILES = "files"
    """Registrations."""
    PERMISSIONS = "permissions"
    """Questions to others whether one may help them."""
    PERMISSIONS_OF_ONE = "permissions of one"
    """The same, counted for the person who is asked."""
    INVITATIONS = "invitations"
    """Invitations into an office."""
    PAPERS = "papers"
    """Files to fetch, up to 20 MB each; their bytes have measures of their own below."""


class DailyLimit(NamedTuple):
    """At most `most` rows of `table` in a day whose column `whose` names one; `at` says when each was made."""

    most: int
    table: str
    whose: str
    at: str


LIMITS = {
    # An album of ten pictures is ten requests; a person in need writes in many short messages.
    LimitedAction.HELP: DailyLimit(30, "help_request", "account_id", "asked_at"),
    # A companion who registers a hamlet in a day. A whole village is registered by staff, who are not measured here.
    LimitedAction.FILES: DailyLimit(25, "application", "account_id", "submitted_at"),
    LimitedAction.PERMISSIONS: DailyLimit(15, "permission", "account_id", "made_at"),
    # Three of a family, and one who asks twice. What is asked more often waits in /keluarga without a message.
    LimitedAction.PERMISSIONS_OF_ONE: DailyLimit(4, "permission", "person_id", "made_at"),
    # The whole office of a province, on the day it begins.
    LimitedAction.INVITATIONS: DailyLimit(40, "invitation", "made_by", "made_at"),
    # Some six papers for each file, sent twice, for a few people.
    LimitedAction.PAPERS: DailyLimit(60, "file_download", "chat_id", "made_at"),
}


MEGABYTE = 1024 * 1024
UPLOADS_OF_ONE = 100 * MEGABYTE
"""Bytes a day from one account: some twenty photos as files, or five hundred as Telegram sends them."""

UPLOADS_OF_ALL = 4096 * MEGABYTE
"""Bytes a day from all accounts: forty of them at their own measure."""

SCARCE_FROM = UPLOADS_OF_ALL // 2
"""Bytes a day in all from which each account has only its SMALL_SHARE, and managers are told."""

SMALL_SHARE = 10 * MEGABYTE
"""Bytes a day that each account has for itself once SCARCE_FROM is passed: enough for the papers of a
registration, so that a few hands that send without end do not shut out those who send little."""


class Share(StrEnum):
    """Whose measure of uploads is reached."""

    OWN = "own"
    ALL = "all"


async def uploads_left(session: AsyncSession, chat_id: int, size: int, now: datetime) -> Share | None:
    """May this chat send a file of so many bytes? None where it may; else whose measure is reached."""
    if await limit_reached(session, LimitedAction.PAPERS, chat_id, now):
        return Share.OWN
    own = await uploaded(session, now, chat_id) + size
    if own > UPLOADS_OF_ONE:
        return Share.OWN
    every = await uploaded(session, now) + size
    is_scarce = every > SCARCE_FROM and own > SMALL_SHARE
    return Share.ALL if is_scarce or every > UPLOADS_OF_ALL else None


async def uploaded(session: AsyncSession, now: datetime, chat_id: int | None = None) -> int:
    """Bytes that were sent in the last day, from one chat or from all."""
    columns = SQLModel.metadata.tables["file_download"].c
    total = select(func.coalesce(func.sum(columns.sent_size), 0)).where(columns.made_at > now - DAY)
    if chat_id is not None:
        total = total.where(columns.chat_id == chat_id)
    return int((await (await session.connection()).execute(total)).scalar_one())


async def limit_reached(session: AsyncSession, what: LimitedAction, whose: int, now: datetime) -> bool:
    """Has this account, chat or person reached its limit of a day? One statement in every case."""
    measure = LIMITS[what]
    columns = SQLModel.metadata.tables[measure.table].c
    since = columns[measure.at] > now - DAY
    some = select(columns[measure.whose]).where(columns[measure.whose] == whose, since).limit(measure.most).subquery()
    count = await (await session.connection()).execute(select(func.count()).select_from(some))
    return bool(count.scalar_one() >= measure.most)
