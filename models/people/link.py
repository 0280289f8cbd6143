"""The link between an account and a person: the own account or a caregiver's, with scope, consent and an end.

typed_only ──the person's yes──▶ status · remind · act ──a year, or the 18th birthday──▶ over
    └────────────── revoked by either side, at once ──────────────┘                 └──a new yes──▶ again
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from sqlalchemy import UniqueConstraint, bindparam
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.audit import record
from models.columns import enum_column
from models.grants.grants import VoidReason
from models.grants.voiding import void
from models.people.account import Account
from models.people.person import Person
from models.places import gazetteer

LASTS = timedelta(days=365)
"""How long a caregiver's link lasts: long enough for a training and its toolkit, and a person is asked every year."""
WARNED_BEFORE = timedelta(days=14)
"""When both sides are told that it ends: time enough to see each other and to renew it."""


class Relation(StrEnum):
    """Who the person is to the account's user."""

    SELF = "self"
    CHILD = "child"
    FAMILY = "family"
    COMPANION = "companion"
    ORGANISATION = "organisation"


class Scope(StrEnum):
    """How far a caregiver may go. Until the person's own yes they see only what they typed themselves."""

    TYPED_ONLY = "typed_only"
    STATUS = "status"
    REMIND = "remind"
    ACT = "act"


class Link(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("account_id", "person_id", name="ux_link_account_person"),)

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    relation: Relation = enum_column(Relation)
    scope: Scope = enum_column(Scope)
    made_at: datetime
    agreed_at: datetime | None = None
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    seen_at: datetime | None = None
    guardian_proven_at: datetime | None = None

    @property
    def is_self(self) -> bool:
        return self.relation is Relation.SELF

    def holds(self, now: datetime) -> bool:
        return is_in_force(self, now)

    def has_run_out(self, now: datetime) -> bool:
        """Did it expire without being revoked? Then it may be asked for again."""
        return self.revoked_at is None and self.expires_at is not None and self.expires_at <= now

    def is_reminded(self) -> bool:
        """Does news that comes by itself reach this account too?"""
        return self.scope in (Scope.REMIND, Scope.ACT)

    def sees_all(self) -> bool:
        """Return every file of the person, also those that others typed."""
        return self.scope is not Scope.TYPED_ONLY

    def may_act_on(self, typed_by: int | None) -> bool:
        """May it complete or withdraw a file that the account `typed_by` typed?

        Once the person has spoken, their word rules: who may only look no longer finishes what they typed before.
        """
        return self.scope is Scope.ACT or (self.scope is Scope.TYPED_ONLY and typed_by == self.account_id)


def is_in_force(link: Any, now: datetime) -> bool:
    """Is a link, or a row with its `revoked_at` and `expires_at`, in force?"""
    return link.revoked_at is None and (link.expires_at is None or now < link.expires_at)


OF_PERSON = (
    select(Link, Account)
    .join(Account, col(Account.id) == Link.account_id)
    .where(col(Link.person_id) == bindparam("person"))
    .order_by(col(Link.id))
)


async def links_of(session: AsyncSession, person_id: int, now: datetime) -> list[tuple[Link, Account]]:
    """Return every account that a person is linked with now, their own ones included."""
    rows = await session.exec(OF_PERSON, params={"person": person_id})
    return [(link, account) for link, account in rows if link.holds(now)]


async def linked_people(session: AsyncSession, account_id: int, now: datetime) -> set[int]:
    """Return the numbers of the people with whom an account has a link in force; always one statement."""
    links = await session.exec(select(Link).where(Link.account_id == account_id))
    return {link.person_id for link in links if link.holds(now)}


async def is_spoken_for(session: AsyncSession, person_id: int, account_id: int, now: datetime) -> bool:
    """Does another account than this one decide what is stored? Then an account that only typed changes nothing."""
    links = [link for link, _account in await links_of(session, person_id, now)]
    speaking = {one.account_id for one in links if one.is_self or one.scope is Scope.ACT}
    return bool(speaking) and account_id not in speaking


async def link_between(session: AsyncSession, account_id: int, person_id: int) -> Link | None:
    """Return the link of this account with this person, in force or not."""
    question = select(Link).where(Link.account_id == account_id, Link.person_id == person_id)
    return (await session.exec(question)).first()


async def own_accounts(session: AsyncSession, person_id: int, now: datetime) -> list[Account]:
    """Return the person's own accounts."""
    return [account for link, account in await links_of(session, person_id, now) if link.is_self]


OF_ACCOUNT = (
    select(Link, Person)
    .join(Person, col(Person.id) == Link.person_id)
    .where(col(Link.account_id) == bindparam("account"))
    .order_by(col(Link.id))
)


async def links_of_account(session: AsyncSession, account_id: int) -> list[tuple[Link, Person]]:
    """Return every person this account was ever linked with; the caller checks `holds`."""
    rows = await session.exec(OF_ACCOUNT, params={"account": account_id})
    return [(link, person) for link, person in rows]


async def helpers_of(
    session: AsyncSession, account_id: int, served: Sequence[tuple[Link, Person]], now: datetime
) -> list[tuple[Link, Account]]:
    """Other accounts that are linked with the person whose own account this is."""
    own = [person.id or 0 for link, person in served if link.is_self and link.holds(now)]
    found = [pair for person in own for pair in await links_of(session, person, now)]
    return [(link, account) for link, account in found if link.account_id != account_id]


async def revocable(session: AsyncSession, account_id: int, link_id: int, now: datetime) -> Link | None:
    """Return a link that this account may end: its own, or one with the person whose own account it is."""
    link = await session.get(Link, link_id)
    if link is None or not link.holds(now):
        return None
    if link.account_id == account_id:
        return link
    linked = await links_of(session, link.person_id, now)
    return link if any(one.is_self and one.account_id == account_id for one, _ in linked) else None


async def revoke(session: AsyncSession, link: Link, *, by: int, now: datetime) -> None:
    """Revoke a link at once, by either side; the permissions asked by it are void."""
    was, link.revoked_at = link.scope, now
    session.add(link)
    await void(session, VoidReason.LINK_ENDED, now, account_id=link.account_id, person_id=link.person_id)
    side = "caregiver" if by == link.account_id else "person"
    await record(
        session, at=now, by=by, act="revoke", entity="link", entity_id=link.id, before=was, note={"side": side}
    )


async def record_look(session: AsyncSession, link: Link, person: Person, now: datetime) -> bool:
    """Record that a caregiver looked: one line in the audit log for each day of the person. True for the first one."""
    day_in = partial(gazetteer().day_in, person.regency)
    if link.is_self or (link.seen_at is not None and day_in(link.seen_at) == day_in(now)):
        return False
    link.seen_at = now
    session.add(link)
    await record(session, at=now, by=link.account_id, act="look", entity="link", entity_id=link.id)
    return True
