"""A draft: answers given so far, typed and versioned, kept through restarts and releases for the office's days."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.encrypted import PINNED, EncryptedRow, encrypted
from models.in_array import in_array

ASSISTED = "_for"
"""The suffix of a form's name when an officer fills it in for an applicant at the counter (assisted)."""
WARN_BEFORE = timedelta(days=3)


class Draft(EncryptedRow, table=True):
    """The answers of one form in one account: `form` is "register" or "complete", `subject` what it is about."""

    __table_args__ = (UniqueConstraint("account_id", "form", name="ux_draft_account_form"),)

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True, sa_column_kwargs=PINNED)
    form: str
    version: int
    subject: int | None = None
    answers: Any = encrypted("draft.answers")
    changed_at: datetime

    @property
    def is_assisted(self) -> bool:
        """Does an officer fill it in for an applicant at the counter?"""
        return self.form.endswith(ASSISTED)


OF_ACCOUNTS = select(Draft).where(in_array(col(Draft.account_id), "account_ids"))


async def load(session: AsyncSession, account_ids: Collection[int]) -> list[Draft]:
    if not account_ids:
        return []
    return list(await session.exec(OF_ACCOUNTS, params={"account_ids": account_ids}))
