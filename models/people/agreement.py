"""Records a person's consent to a caregiver, and applies it: the link reaches as far as the person said.

on their own account · on the same phone, read out to them · in front of staff ──▶ a consent, kept word for word
  └──yes──▶ the link is agreed, for a year or to the 18th birthday        └──no──▶ nothing changes
"""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from models.audit import record
from models.grants.grants import VoidReason
from models.grants.voiding import void
from models.people import guardianship
from models.people.account import Account
from models.people.consent import Answer, ConsentContext, Purpose, record_consent
from models.people.link import LASTS, Link, Relation, Scope, link_between, links_of, revoke
from models.people.permission import Permission
from models.people.person import Person


async def answer_permission(
    session: AsyncSession,
    asked: Permission,
    account: Account,
    person: Person,
    *,
    said: ConsentContext,
    now: datetime,
) -> Link | None:
    """Record a person's answer on their own account, which a yes makes theirs; returns the caregiver's link."""
    asked.answer, asked.answered_at = said.answer, now
    session.add(asked)
    await record_consent(session, account.id or 0, Purpose.ON_BEHALF, said, person_id=person.id, now=now)
    await record(session, at=now, by=account.id, act=f"permission_{said.answer}", entity="person", entity_id=person.id)
    if said.answer is not Answer.GIVEN:
        return None
    if asked.account_id is None:
        await _revoke_other_accounts(session, account, person, now)
    await _make_own_account(session, account, person, now)
    if asked.account_id is None:
        return None
    link = await _get_or_create_link(session, asked.account_id, person, asked.relation, now)
    await agree(session, link, person, asked.scope, by=account.id, now=now)
    return link


async def _get_or_create_link(
    session: AsyncSession, account_id: int, person: Person, relation: Relation, now: datetime
) -> Link:
    link = await link_between(session, account_id, person.id or 0)
    if link is None:
        link = Link(
            account_id=account_id, person_id=person.id or 0, relation=relation, scope=Scope.TYPED_ONLY, made_at=now
        )
        session.add(link)
        await session.flush()
    return link


async def _make_own_account(session: AsyncSession, account: Account, person: Person, now: datetime) -> None:
    """Make this account the person's own; permissions asked before are void."""
    link = await _get_or_create_link(session, account.id or 0, person, Relation.SELF, now)
    if link.is_self and link.holds(now) and link.agreed_at:
        return
    link.relation, link.scope, link.agreed_at = Relation.SELF, Scope.ACT, now
    link.expires_at, link.revoked_at = None, None
    session.add(link)
    await void(session, VoidReason.OWN_ACCOUNT, now, person_id=person.id)
    await record(session, at=now, by=account.id, act="own_account", entity="link", entity_id=link.id)
    await guardianship.schedule_reminders(session, link, person, account.telegram_id, now)


async def _revoke_other_accounts(session: AsyncSession, account: Account, person: Person, now: datetime) -> None:
    """Revoke the person's other own accounts: the phone was lost, and its holder sees nothing any more."""
    for link, holder in await links_of(session, person.id or 0, now):
        if link.is_self and holder.id != account.id:
            await revoke(session, link, by=account.id or 0, now=now)


async def agree(
    session: AsyncSession, link: Link, person: Person, scope: Scope, *, by: int | None, now: datetime
) -> None:
    """Apply a person's yes: the link gets this scope, for a year, or to the 18th birthday if that comes first."""
    was, link.scope, link.agreed_at, link.revoked_at = link.scope, scope, now, None
    link.expires_at = guardianship.end_of(person, now + LASTS, now)
    session.add(link)
    await void(session, VoidReason.LINK_CHANGED, now, account_id=link.account_id, person_id=link.person_id)
    await record(session, at=now, by=by, act="agree", entity="link", entity_id=link.id, before=was, after=scope)
    caregiver = await session.get(Account, link.account_id)
    chat_id = caregiver.telegram_id if caregiver else 0
    await guardianship.schedule_reminders(session, link, person, chat_id, now)


async def agree_on_same_phone(
    session: AsyncSession,
    link: Link,
    person: Person,
    scope: Scope,
    *,
    said: ConsentContext,
    now: datetime,
) -> None:
    """Record the answer given on the caregiver's phone; `said.assisted_by` tells who read it out.

    A person with an own account is asked there instead (handlers/caregivers/ask_consent.py).
    """
    if said.assisted_by is None:
        raise ValueError("an answer on somebody else's phone is always assisted")
    await record_consent(session, link.account_id, Purpose.ON_BEHALF, said, person_id=person.id, now=now)
    if said.answer is Answer.GIVEN:
        await agree(session, link, person, scope, by=link.account_id, now=now)


async def agree_in_front_of_staff(
    session: AsyncSession, link: Link, scope: Scope, *, said: ConsentContext, by: Account, now: datetime
) -> None:
    """Record the answer of a person at the counter: an officer (`by`) read the question out and witnessed it."""
    person = await session.get(Person, link.person_id)
    if person is None:
        raise LookupError(f"the person of link {link.id} is gone")
    if by.id == link.account_id:
        raise ValueError("whoever asks to help cannot be the officer who hears the yes")
    await record_consent(session, by.id or 0, Purpose.ON_BEHALF, said, person_id=person.id, now=now)
    if said.answer is Answer.GIVEN:
        await agree(session, link, person, scope, by=by.id, now=now)
