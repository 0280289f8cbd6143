"""Staff: an account with a post in an office, a role and a region; and the invitations by which they come.

    invited ──opened by the account that accepts it──▶ on duty ──leaves, or is dismissed──▶ left
       └──24 hours, declined or taken back──▶ void

An invitation is single-use and stored as a keyed hash: who reads the table cannot use it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import Index, LargeBinary, bindparam, text
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.audit import write_down
from models.columns import word
from models.offices.authority import Role
from models.people.account import Account
from models.secrets import keyring_of, sealed

VALID_FOR = timedelta(hours=24)
TOKEN_BYTES = 24
PAYLOAD = "s-"
"""How the payload of the link begins (t.me/<bot>?start=s-<token>)."""
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


class Invitation(SQLModel, table=True):
    """A way into an office, for whoever opens it first."""

    id: int | None = Field(default=None, primary_key=True)
    token_hash: bytes = Field(sa_type=LargeBinary, unique=True)
    office: str = Field(foreign_key="office.key")
    role: Role = word(Role)
    region: str
    made_by: int | None = Field(default=None, foreign_key="account.id")
    made_at: datetime
    ends_at: datetime
    settled_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        return self.settled_at is None and now < self.ends_at


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


async def invite(
    session: AsyncSession, *, office: str, role: Role, region: str, by: int | None, now: datetime
) -> tuple[Invitation, str]:
    """Make an invitation; its token, which is kept nowhere, beside it. `by` is an account; None: the command."""
    token = token_urlsafe(TOKEN_BYTES)
    invitation = Invitation(
        token_hash=hashed(session, token),
        office=office,
        role=role,
        region=region,
        made_by=by,
        made_at=now,
        ends_at=now + VALID_FOR,
    )
    session.add(invitation)
    await session.flush()
    await _note(session, "invite_staff", invitation, by=by, now=now)
    return invitation, token


def hashed(session: AsyncSession, token: str) -> bytes:
    return keyring_of(session.get_bind().dialect).find_by("invitation", token)


async def opened(session: AsyncSession, token: str, now: datetime) -> Invitation | None:
    """The invitation behind a token, while it is open; ours until this transaction ends."""
    question = select(Invitation).where(Invitation.token_hash == hashed(session, token))
    found = (await session.exec(question.with_for_update())).first()
    return found if found is not None and found.is_open(now) else None


async def invitation(session: AsyncSession, invitation_id: int, now: datetime) -> Invitation | None:
    """An open invitation by its number; ours until this transaction ends."""
    found = (await session.exec(select(Invitation).where(Invitation.id == invitation_id).with_for_update())).first()
    return found if found is not None and found.is_open(now) else None


async def accept(session: AsyncSession, invitation: Invitation, name: str, *, by: Account, now: datetime) -> Staff:
    """Take up the post under the name by which decisions are signed; a post held before ends with it."""
    invitation.settled_at = now
    session.add(invitation)
    await _note(session, "join_office", invitation, by=by.id, now=now)
    office, role, region = invitation.office, invitation.role, invitation.region
    return await appoint(session, by, name, office=office, role=role, region=region, now=now)


async def appoint(
    session: AsyncSession, account: Account, name: str, *, office: str, role: Role, region: str, now: datetime
) -> Staff:
    """Put an account on duty."""
    await leave(session, account, now=now, act="change_post")
    staff = Staff(account_id=account.id or 0, name=name, office=office, role=role, region=region, since=now)
    session.add(staff)
    await session.flush()
    return staff


async def take_back(session: AsyncSession, invitation: Invitation, *, by: Account, now: datetime) -> None:
    """The office no longer wants it; who opens it now is told that it is not valid."""
    invitation.settled_at = now
    session.add(invitation)
    await _note(session, "take_back_invitation", invitation, by=by.id, now=now)


async def decline(session: AsyncSession, invitation: Invitation, *, by: Account, now: datetime) -> None:
    """Nobody else can use it any more."""
    invitation.settled_at = now
    session.add(invitation)
    await _note(session, "decline_invitation", invitation, by=by.id, now=now)


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


async def _note(session: AsyncSession, act: str, invitation: Invitation, *, by: int | None, now: datetime) -> None:
    became = f"{invitation.office} {invitation.role} {invitation.region}"
    await write_down(session, at=now, by=by, act=act, thing="invitation", thing_id=invitation.id, became=became)


def is_last_manager(staff: Staff, others: Sequence[Staff]) -> bool:
    """Would the office be left with nobody who may invite?"""
    managers = [one for one in others if one.role is Role.MANAGER]
    return staff.role is Role.MANAGER and [one.id for one in managers] == [staff.id]
