"""Voids what is open, at the moment at which its reason happens: one statement for each kind that the reason ends."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from models.grants.grants import KINDS, GrantKind, VoidReason


async def void(
    session: AsyncSession,
    reason: VoidReason,
    now: datetime,
    *,
    kinds: Collection[GrantKind] = tuple(GrantKind),
    **whose: int | None,
) -> None:
    """Void the open grants that this reason ends; `whose` names the rows by the columns of models/grants/grants.py.

    The same statements run whether or not anything is open. What was done stands in the audit log of the act itself.
    """
    await session.flush()
    connection = await session.connection()
    for kind in kinds:
        columns = KINDS[kind].voids.get(reason)
        if columns is not None and KINDS[kind].is_voidable:
            found = {
                name: whose[name] or 0 for name in columns
            }  # 0 matches no row: the same statement runs in every case
            await connection.execute(_voiding(kind, reason, found).values(voided_at=now, void_reason=reason))


def _voiding(kind: GrantKind, reason: VoidReason, found: dict[str, int]) -> Any:
    """Build the UPDATE that voids these grants; a row that is void keeps its first reason."""
    grant = KINDS[kind]
    table = SQLModel.metadata.tables[grant.table]
    named = [table.c[name] == value for name, value in found.items()]
    return update(table).where(*named, *grant.is_one(table.c), table.c.voided_at.is_(None), *_is_unsettled(table))


def _is_unsettled(table: Any) -> list[Any]:
    """Return conditions that leave answered or used grants as they are."""
    return [table.c[name].is_(None) for name in ("answered_at", "settled_at") if name in table.c]
