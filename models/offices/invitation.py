"""Invitations: the way into an office, for one person, made by a manager or by the command.

    made ──opened by the account that accepts it──▶ used
      └──24 hours, declined or taken back──▶ void

An invitation is single-use and stored as a keyed hash: who reads the table cannot use it.
"""

from datetime import datetime, timedelta
from secrets import token_urlsafe

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.audit import write_down
from models.columns import word
from models.offices.authority import Role
from models.offices.staff import Staff, appoint
from models.people.account import Account
from models.secrets import keyring_of

VALID_FOR = timedelta(hours=24)
TOKEN_BYTES = 24
PAYLOAD = "s-"
"""How the payload of the link begins (t.me/<bot>?start=s-<token>)."""


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


async def _note(session: AsyncSession, act: str, invitation: Invitation, *, by: int | None, now: datetime) -> None:
    became = f"{invitation.office} {invitation.role} {invitation.region}"
    await write_down(session, at=now, by=by, act=act, thing="invitation", thing_id=invitation.id, became=became)
