"""The audit log: who did what to which thing, when and why. Rows are only ever added.

Two things are removed again: the notes about a person who is erased, and whole stretches past the office's days. Of a
note its mark stays, so that the seals of the log still fit (models/audit_seal.py).
"""

from datetime import datetime
from typing import Any, TypedDict, Unpack

from sqlalchemy import LargeBinary, insert
from sqlmodel import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from models.encrypted import EncryptedRow, encrypted


class Audit(EncryptedRow, table=True):
    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    by: str
    act: str = Field(index=True)
    entity: str
    entity_id: int | None = Field(default=None, index=True)
    before: str | None = None
    after: str | None = None
    note: Any = encrypted("audit.note", default=None, raises=False)
    note_mark: bytes | None = Field(default=None, sa_type=LargeBinary)
    """Of a note that was emptied: its keyed hash, with the number of its row."""


INSERT = insert(Audit)
COMMAND = "command"
"""The actor of a command on the server: which of its users ran it is not recorded."""


class Change(TypedDict, total=False):
    """What it was before and after, in words of the code, and what else belongs to it."""

    before: str | None
    after: str | None
    note: Any


NO_CHANGE: Change = {"before": None, "after": None, "note": None}


async def record(
    session: AsyncSession,
    *,
    at: datetime,
    by: int | str | None,
    act: str,
    entity: str,
    entity_id: int | None,
    **change: Unpack[Change],
) -> None:
    """Add a line to the log, in the transaction of what it tells. `by`: an account's number, COMMAND, None: the bot."""
    who = by if isinstance(by, str) else "bot" if by is None else f"account:{by}"
    row = {"at": at, "by": who, "act": act, "entity": entity, "entity_id": entity_id, **NO_CHANGE, **change}
    await (await session.connection()).execute(INSERT, row)
