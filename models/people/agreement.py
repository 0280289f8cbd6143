"""What a person answers to somebody who wants to help them, and what follows: the link reaches as far as they said.

on their own account · on the same phone, read out to them · in front of staff ──▶ a consent, kept word for word
  └──yes──▶ the link is agreed, for a year or to the 18th birthday        └──no──▶ nothing changes
"""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from models.audit import record
from models.grants.grants import Reason
from models.grants.voiding import void
from models.people import guardianship
from models.people.account import Account
from models.people.consent import Answer, Purpose, Said, record_consent
from models.people.link import LASTS, Link, Relation, Scope, link_between, links_of, revoke
from models.people.permission import Permission
from models.people.person import Person


async def settle(
    session: AsyncSession,
    asked: Permission,
    account: Account,
    person: Person,
    *,
    said: Said,
    now: datetime,
) -> Link | None:
    """The person answered on their own account. A yes makes that account their own; returns the caregiver's link."""
    asked.answer, asked.answered_at = said.answer, now
    session.add(asked)
    await record_consent(session, account.id or 0, Purpose.ON_BEHALF, said, person_id=person.id, now=now)
    await record(session, at=now, by=account.id, act=f"permission_{said.answer}", entity="person", entity_id=person.id)
    if said.answer is not Answer.GIVEN:
        return None
    if asked.account_id is None:
        await _end_other_phones(session, account, person, now)
    await _become_own(session, account, person, now)
    if asked.account_id is None:
        return None
    link = await _link_of(session, asked.account_id, person, asked.relation, now)
    await agree(session, link, person, asked.scope, by=account.id, now=now)
    return link


async def _link_of(session: AsyncSession, account_id: int, person: Person, relation: Relation, now: datetime) -> Link:
    link = await link_between(session, account_id, person.id or 0)
    if link is None:
        link = Link(
            account_id=account_id, person_id=person.id or 0, relation=relation, scope=Scope.TYPED_ONLY, made_at=now
        )
        session.add(link)
        await session.flush()
    return link


async def _become_own(session: AsyncSession, account: Account, person: Person, now: datetime) -> None:
    """This account is the person's own from now on; what was asked before is void."""
    link = await _link_of(session, account.id or 0, person, Relation.SELF, now)
    if link.is_self and link.holds(now) and link.agreed_at:
        return
    link.relation, link.scope, link.agreed_at = Relation.SELF, Scope.ACT, now
    link.expires_at, link.revoked_at = None, None
    session.add(link)
    await void(session, Reason.OWN_ACCOUNT, now, person_id=person.id)
    await record(session, at=now, by=account.id, act="own_account", entity="link", entity_id=link.id)
    await guardianship.watch(session, link, person, account.telegram_id, now)


async def _end_other_phones(session: AsyncSession, account: Account, person: Person, now: datetime) -> None:
    """The phone was lost: whoever holds it now sees nothing any more."""
    for link, holder in await links_of(session, person.id or 0, now):
        if link.is_self and holder.id != account.id:
            await revoke(session, link, by=account.id or 0, now=now)


async def agree(
    session: AsyncSession, link: Link, person: Person, scope: Scope, *, by: int | None, now: datetime
) -> None:
    """The person said yes: the link reaches so far, for a year, or to the 18th birthday if that comes first."""
    was, link.scope, link.agreed_at, link.revoked_at = link.scope, scope, now, None
    link.expires_at = guardianship.end_of(person, now + LASTS, now)
    session.add(link)
    await void(session, Reason.LINK_CHANGED, now, account_id=link.account_id, person_id=link.person_id)
    await record(session, at=now, by=by, act="agree", entity="link", entity_id=link.id, was=was, became=scope)
    caregiver = await session.get(Account, link.account_id)
    chat_id = caregiver.telegram_id if caregiver else 0
    await guardianship.watch(session, link, person, chat_id, now)


async def agree_on_same_phone(
    session: AsyncSession, link: Link, person: Person, scope: Scope, *, said: Said, now: datetime
) -> None:
    """The phone was handed over, and the person answered; `said.assisted_by` tells who read it out.

    Whoever has an own account is asked there instead (handlers/caregivers/ask_consent.py).
    """
    if said.assisted_by is None:
        raise ValueError("an answer on somebody else's phone is always assisted")
    await record_consent(session, link.account_id, Purpose.ON_BEHALF, said, person_id=person.id, now=now)
    if said.answer is Answer.GIVEN:
        await agree(session, link, person, scope, by=link.account_id, now=now)


async def agree_in_front_of_staff(
    session: AsyncSession, link: Link, scope: Scope, *, said: Said, by: Account, now: datetime
) -> None:
    """The person stands before an officer (`by`), who read the question to them and heard their answer."""
    person = await session.get(Person, link.person_id)
    if person is None:
        raise LookupError(f"the person of link {link.id} is gone")
    if by.id == link.account_id:
        raise ValueError("whoever asks to help cannot be the officer who hears the yes")
    await record_consent(session, by.id or 0, Purpose.ON_BEHALF, said, person_id=person.id, now=now)
    if said.answer is Answer.GIVEN:
        await agree(session, link, person, scope, by=by.id, now=now)
