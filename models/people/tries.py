"""Tries of a day: how often an account may try a code, or ask for somebody by a receipt number."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.audit import Audit

TRIES_A_DAY = 5
"""Codes that an account may try, and receipt numbers it may ask for, a day."""

TRIES = select(func.count()).where(
    col(Audit.act) == bindparam("act"), col(Audit.by) == bindparam("by"), col(Audit.at) > bindparam("since")
)


async def may_try(session: AsyncSession, account_id: int, act: str, now: datetime) -> bool:
    """Has this account tries left today? They are counted in the log, where staff see patterns."""
    asked = {"act": act, "by": f"account:{account_id}", "since": now - timedelta(days=1)}
    count = (await (await session.connection()).execute(TRIES, asked)).scalar_one()
    return int(count) < TRIES_A_DAY
