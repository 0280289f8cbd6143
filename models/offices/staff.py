"""Staff: an account with a post in an office, a role and a region.

invited (models/offices/invitation.py) ──▶ on duty ──leaves, or is dismissed──▶ left
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Index, bindparam, text
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.audit import write_down
from models.columns import word
from models.offices.authority import Role
from models.people.account import Account
from models.secrets import sealed

ON_DUTY = text("left_at IS NULL")


class Staff(SQLModel, table=True):
    """A post. An account holds at most one; the posts it held before stay as rows."""

    __table_args__ = (
        Index("ux_staff_on_duty", "account_id", unique=True, sqlite_where=ON_DUTY, postgresql_where=ON_DUTY),
    )

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id")
    name: Any = sealed("staff.name")
    office: str = Field(foreign_key="office.key", index=True)
    role: Role = word(Role)
    region: str
    since: datetime
    left_at: datetime | None = None


POST = select(Staff).where(col(Staff.account_id) == bindparam("account"), col(Staff.left_at).is_(None))


async def on_duty(session: AsyncSession, account_id: int) -> Staff | None:
    """The post that an account holds now, ours until this transaction ends; who left a moment ago has none."""
    return (await session.exec(POST.with_for_update(), params={"account": account_id})).first()


async def colleagues(session: AsyncSession, office: str) -> list[tuple[Staff, Account]]:
    """Who is on duty in an office, the longest there first."""
    question = select(Staff, Account).join(Account, col(Account.id) == Staff.account_id)
    rows = await session.exec(
        question.where(Staff.office == office, col(Staff.left_at).is_(None)).order_by(col(Staff.id))
    )
    return [(staff, account) for staff, account in rows]


async def appoint(
    session: AsyncSession, account: Account, name: str, *, office: str, role: Role, region: str, now: datetime
) -> Staff:
    """Put an account on duty."""
    await leave(session, account, now=now, act="change_post")
    staff = Staff(account_id=account.id or 0, name=name, office=office, role=role, region=region, since=now)
    session.add(staff)
    await session.flush()
    return staff


async def leave(session: AsyncSession, account: Account, *, now: datetime, act: str = "leave_office") -> None:
    """An account gives up its post, if it has one; it takes effect with this transaction."""
    staff = await on_duty(session, account.id or 0)
    if staff is not None:
        await dismiss(session, staff, by=account.id, now=now, act=act)


async def dismiss(
    session: AsyncSession, staff: Staff, *, by: int | None, now: datetime, act: str = "dismiss_staff"
) -> None:
    """A post ends. What was done in it stays in the log under the same account."""
    staff.left_at = now
    session.add(staff)
    await session.flush()
    await write_down(
        session,
        at=now,
        by=by,
        act=act,
        thing="staff",
        thing_id=staff.id,
        was=f"{staff.office} {staff.role} {staff.region}",
    )


async def post(session: AsyncSession, staff_id: int) -> Staff | None:
    """A post that is still held, by its number; ours until this transaction ends."""
    question = select(Staff).where(Staff.id == staff_id, col(Staff.left_at).is_(None))
    return (await session.exec(question.with_for_update())).first()


def is_last_manager(staff: Staff, others: Sequence[Staff]) -> bool:
    """Would the office be left with nobody who may invite?"""
    managers = [one for one in others if one.role is Role.MANAGER]
    return staff.role is Role.MANAGER and [one.id for one in managers] == [staff.id]
