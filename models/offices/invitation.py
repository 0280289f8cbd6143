"""Invitations to a post in an office, for one person, made by a manager or by the command.

    made ──opened by the account that accepts it──▶ used
      └──24 hours, declined or taken back──▶ void

It depends on the post of the manager who made it, and no account can take up a post that it offered itself
(models/grants/grants.py). One that the command made depends on no post. An invitation is single-use and stored as a
keyed hash: a reader of the table cannot use it.
"""

from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.audit import record
from models.columns import enum_column
from models.grants import grant_check
from models.grants.grant_check import GrantFacts
from models.grants.grants import GrantKind, VoidReason
from models.keyring import keyring_of
from models.offices.authority import Act, Role, Where
from models.offices.staff import Staff, appoint
from models.people.account import Account

VALID_FOR = timedelta(hours=24)
TOKEN_BYTES = 24
PAYLOAD = "s-"
"""How the payload of the link begins (t.me/<bot>?start=s-<token>)."""


class Invitation(SQLModel, table=True):
    """An invitation to a post, for the first account that opens it."""

    id: int | None = Field(default=None, primary_key=True)
    token_hash: bytes = Field(sa_type=LargeBinary, unique=True)
    office: str = Field(foreign_key="office.key")
    role: Role = enum_column(Role)
    region: str
    made_by: int | None = Field(default=None, foreign_key="account.id")
    post_id: int | None = Field(default=None, foreign_key="staff.id")
    made_at: datetime
    ends_at: datetime
    settled_at: datetime | None = None
    voided_at: datetime | None = None
    void_reason: VoidReason | None = enum_column(VoidReason, None, nullable=True)

    def grant_facts(self, now: datetime) -> GrantFacts:
        """Return the facts that are checked when it is used."""
        return GrantFacts(
            GrantKind.INVITATION,
            self.made_at,
            self._over(now),
            account_id=self.made_by,
            post_id=self.post_id,
            act=Act.INVITE_STAFF,
            where=Where(self.office, self.region),
        )

    def _over(self, now: datetime) -> VoidReason | None:
        if self.settled_at is not None:
            return VoidReason.USED
        if self.voided_at is not None:
            return self.void_reason
        return VoidReason.EXPIRED if self.ends_at <= now else None


async def invite(
    session: AsyncSession, *, office: str, role: Role, region: str, by: Staff | None, now: datetime
) -> tuple[Invitation, str]:
    """Make an invitation; its token, which is kept nowhere, beside it. `by` is a manager's post; None: the command."""
    token = token_urlsafe(TOKEN_BYTES)
    invitation = Invitation(
        token_hash=token_hash(session, token),
        office=office,
        role=role,
        region=region,
        made_by=by.account_id if by else None,
        post_id=by.id if by else None,
        made_at=now,
        ends_at=now + VALID_FOR,
    )
    session.add(invitation)
    await session.flush()
    await _note(session, "invite_staff", invitation, by=invitation.made_by, now=now)
    return invitation, token


def token_hash(session: AsyncSession, token: str) -> bytes:
    return keyring_of(session.get_bind().dialect).blind_index("invitation", token)


async def lock_by_token(session: AsyncSession, token: str, account: Account, now: datetime) -> Invitation | None:
    """Lock and return the invitation behind a token (`FOR UPDATE`), if it is valid and not this account's own."""
    found = await _locked(session, Invitation.token_hash == token_hash(session, token))
    if found is None or await grant_check.why_void(session, given := found.grant_facts(now), now):
        return None
    return None if await grant_check.is_own(session, given, account.id or 0) else found


async def lock_invitation(session: AsyncSession, invitation_id: int, now: datetime) -> Invitation | None:
    """Lock and return an open invitation by its number (`SELECT … FOR UPDATE`)."""
    found = await _locked(session, col(Invitation.id) == invitation_id)
    return None if found is None or await grant_check.why_void(session, found.grant_facts(now), now) else found


async def _locked(session: AsyncSession, which: Any) -> Invitation | None:
    question = select(Invitation).where(which).with_for_update()
    return (await session.exec(question.execution_options(populate_existing=True))).first()


async def accept(session: AsyncSession, invitation: Invitation, name: str, *, by: Account, now: datetime) -> Staff:
    """Take up the post under the name by which decisions are signed; a post held before ends with it.

    Raises LastManager, and then nothing is changed.
    """
    office, role, region = invitation.office, invitation.role, invitation.region
    post = await appoint(session, by, name, office=office, role=role, region=region, now=now)
    invitation.settled_at = now
    session.add(invitation)
    await _note(session, "join_office", invitation, by=by.id, now=now)
    return post


async def revoke_invitation(session: AsyncSession, invitation: Invitation, *, by: Account, now: datetime) -> None:
    """Revoke an invitation; an account that opens it now is told that it is not valid."""
    invitation.settled_at = now
    session.add(invitation)
    await _note(session, "take_back_invitation", invitation, by=by.id, now=now)


async def decline(session: AsyncSession, invitation: Invitation, *, by: Account, now: datetime) -> None:
    """Decline the invitation; it cannot be used any more."""
    invitation.settled_at = now
    session.add(invitation)
    await _note(session, "decline_invitation", invitation, by=by.id, now=now)


async def _note(session: AsyncSession, act: str, invitation: Invitation, *, by: int | None, now: datetime) -> None:
    after = f"{invitation.office} {invitation.role} {invitation.region}"
    await record(session, at=now, by=by, act=act, entity="invitation", entity_id=invitation.id, after=after)
