"""Staff: an account with a post in an office, a role and a region.

invited (models/offices/invitation.py) ──▶ on duty ──leaves, is dismissed, or takes up another post──▶ left

A post never changes: another role or region is another post. Every post ends in `dismiss`, which voids what was given
by it, and which never leaves a region of an office without a manager.
"""

from datetime import datetime
from typing import Any, TypedDict, Unpack

from sqlalchemy import Index, bindparam, text
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.audit import record
from models.columns import enum_column
from models.encrypted import PINNED, EncryptedRow, encrypted
from models.grants.grants import VoidReason
from models.grants.voiding import void
from models.intact_rows import intact_rows
from models.offices.authority import Act, Post, Role, Where, is_within, refusal
from models.offices.office import Office
from models.people.account import Account

ON_DUTY = text("left_at IS NULL")


class Staff(EncryptedRow, table=True):
    """A post. An account holds at most one; the posts it held before stay as rows."""

    __table_args__ = (
        Index("ux_staff_on_duty", "account_id", unique=True, sqlite_where=ON_DUTY, postgresql_where=ON_DUTY),
    )

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", sa_column_kwargs=PINNED)
    name: Any = encrypted("staff.name")
    office: str = Field(foreign_key="office.key", index=True)
    role: Role = enum_column(Role)
    region: str
    since: datetime
    left_at: datetime | None = None


ACTIVE_POST = select(Staff).where(col(Staff.account_id) == bindparam("account"), col(Staff.left_at).is_(None))


async def active_post(session: AsyncSession, account_id: int) -> Staff | None:
    """Lock and return the post that an account holds now (`SELECT … FOR UPDATE`)."""
    return (await session.exec(ACTIVE_POST.with_for_update(), params={"account": account_id})).first()


async def colleagues(session: AsyncSession, office: str) -> list[tuple[Staff, Account]]:
    """Return the active posts of an office, the oldest first."""
    question = select(Staff, Account).join(Account, col(Account.id) == Staff.account_id)
    question = question.where(Staff.office == office, col(Staff.left_at).is_(None))
    rows = await intact_rows(session, question.order_by(col(Staff.id)))
    return [(staff, account) for staff, account in rows]


async def permitted_colleagues(session: AsyncSession, act: Act, where: Where) -> list[Account]:
    """The accounts of an office that may do this there."""
    active_post = await colleagues(session, where.office) if where.office else []
    return [account for lock_post, account in active_post if refusal(lock_post, act, where) is None]


class Appointment(TypedDict):
    """What an account is appointed to."""

    office: str
    role: Role
    region: str


async def appoint(
    session: AsyncSession, account: Account, name: str, *, now: datetime, **to: Unpack[Appointment]
) -> Staff:
    """Put an account on duty; a post held before ends with it. Raises LastManager."""
    staff = Staff(account_id=account.id or 0, name=name, since=now, **to)
    if (before := await active_post(session, account.id or 0)) is not None:
        await dismiss(session, before, by=account.id, now=now, act="change_post", instead=staff)
    session.add(staff)
    await session.flush()
    return staff


async def leave(session: AsyncSession, account: Account, *, now: datetime) -> None:
    """End the post of an account, if it has one; it takes effect with this transaction. Raises LastManager."""
    staff = await active_post(session, account.id or 0)
    if staff is not None:
        await dismiss(session, staff, by=account.id, now=now, act="leave_office")


class LastManager(Exception):
    """Without this post its office and region would have no manager: the office first needs another one."""


async def dismiss(
    session: AsyncSession,
    staff: Staff,
    *,
    by: int | None,
    now: datetime,
    act: str = "dismiss_staff",
    instead: Post | None = None,
) -> None:
    """End a post; `instead`: the post that its holder takes up. Raises LastManager, before anything is changed.

    Grants given by it are void at once. What was done in it stays in the audit log under the same account.
    """
    if not await is_dispensable(session, staff, instead):
        raise LastManager
    staff.left_at = now
    session.add(staff)
    await void(session, VoidReason.POST_ENDED, now, post_id=staff.id)
    await record(
        session,
        at=now,
        by=by,
        act=act,
        entity="staff",
        entity_id=staff.id,
        before=f"{staff.office} {staff.role} {staff.region}",
    )


async def lock_post(session: AsyncSession, staff_id: int) -> Staff | None:
    """Lock and return a post that is still held, by its number (`SELECT … FOR UPDATE`)."""
    question = select(Staff).where(Staff.id == staff_id, col(Staff.left_at).is_(None))
    return (await session.exec(question.with_for_update())).first()


async def is_dispensable(session: AsyncSession, staff: Staff, instead: Post | None = None) -> bool:
    """Is there another manager of what this post manages? Under a lock: two managers cannot leave at once."""
    if staff.role is not Role.MANAGER or (instead is not None and _manages(instead, staff)):
        return True
    await session.exec(select(Office.key).where(Office.key == staff.office).with_for_update(key_share=True))
    managers = select(Staff).where(Staff.office == staff.office, Staff.role == Role.MANAGER)
    now_there = managers.where(col(Staff.left_at).is_(None)).execution_options(populate_existing=True)
    others = await session.exec(now_there)
    return any(_manages(one, staff) for one in others if one.id != staff.id)


def _manages(other: Post, staff: Staff) -> bool:
    """Is that a manager of the same office whose region holds the region of this post?"""
    return other.role is Role.MANAGER and other.office == staff.office and is_within(staff.region, other.region)
