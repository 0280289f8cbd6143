"""Checks a grant when it is used: that its giver still has the right, and that its reason still stands.

Every check looks at the rows as they are now, in the transaction that uses the grant; none relies on what was voided
before. `why_void` asks the reasons of its kind in the table of models/grants/grants.py.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.grants.grants import KINDS, GrantKind, VoidReason
from models.offices.authority import Act, Where, refusal
from models.offices.staff import Staff
from models.people import guardianship
from models.people.account import Account
from models.people.link import Link, Relation
from models.people.person import Person


@dataclass(frozen=True)
class GrantFacts:
    """A grant as its row tells it; `over`: the void reason written in the row."""

    kind: GrantKind
    made_at: datetime
    over: VoidReason | None
    account_id: int | None = None
    """Who gave it, or asked."""
    person_id: int | None = None
    link_id: int | None = None
    post_id: int | None = None
    act: Act | None = None
    where: Where | None = None
    """Where it reaches; None: where the person lives."""


async def why_void(session: AsyncSession, given: GrantFacts, now: datetime) -> VoidReason | None:
    """Return why this grant is not honoured; None where it is."""
    if given.over is not None:
        return given.over
    for reason in KINDS[given.kind].voids:
        if (is_so := CHECKS.get(reason)) is not None and await is_so(session, given, now):
            return reason
    return None


async def is_own(session: AsyncSession, given: GrantFacts, account_id: int) -> bool:
    """Is this the account that gave the grant, or another account of the same person?"""
    giver = given.account_id
    if giver is None and given.post_id is not None:
        giver = (await session.exec(select(Staff.account_id).where(Staff.id == given.post_id))).first()
    return giver is not None and (giver == account_id or await _are_one_person(session, giver, account_id))


async def _are_one_person(session: AsyncSession, one: int, other: int) -> bool:
    """Are, or were, both accounts the own account of the same person?"""
    theirs = [{link.person_id for link in await _own_links(session, account_id=account)} for account in (one, other)]
    return bool(theirs[0] & theirs[1])


async def _own_links(session: AsyncSession, **of: int | None) -> list[Link]:
    question = select(Link).filter_by(**of, relation=Relation.SELF)
    return list(await session.exec(_fresh(question)))


def _fresh(question: Any) -> Any:
    """Refresh from the database: an earlier item of this transaction may have read the row before."""
    return question.execution_options(populate_existing=True)


async def is_post_over(session: AsyncSession, given: GrantFacts, now: datetime) -> bool:
    """Is the post no longer held, or may it no longer do this there? A post never changes its role or region."""
    if given.post_id is None or given.act is None:
        return False
    held = select(Staff).where(Staff.id == given.post_id, col(Staff.left_at).is_(None))
    post = (await session.exec(_fresh(held.with_for_update()))).first()
    return refusal(post, given.act, given.where or await _home_of(session, given)) is not None


async def _home_of(session: AsyncSession, given: GrantFacts) -> Where:
    person = await session.get(Person, given.person_id)
    return Where(region=(person.district or person.regency) if person else None)


async def _link_of(session: AsyncSession, given: GrantFacts) -> Link | None:
    question = select(Link).where(Link.account_id == given.account_id, Link.person_id == given.person_id)
    link: Link | None = (await session.exec(_fresh(question.with_for_update()))).first()
    return link


async def is_link_over(session: AsyncSession, given: GrantFacts, now: datetime) -> bool:
    """Was the giver's link cut since, or did it run out? One that had run out before was asked for again."""
    link = await _link_of(session, given)
    if link is None:
        return given.link_id is not None
    was_cut = link.revoked_at is not None and (given.link_id is not None or link.revoked_at > given.made_at)
    ran_out = link.expires_at is not None and given.made_at < link.expires_at <= now
    return was_cut or ran_out


async def is_link_changed(session: AsyncSession, given: GrantFacts, now: datetime) -> bool:
    """Has the person answered meanwhile, at the counter or otherwise, how far the link reaches?"""
    link = await _link_of(session, given)
    return link is not None and link.agreed_at is not None and link.agreed_at > given.made_at


async def has_own_account(session: AsyncSession, given: GrantFacts, now: datetime) -> bool:
    """Has the person got an own account since? A code for one who had none is for the first one only."""
    links = await _own_links(session, person_id=given.person_id)
    is_first = given.kind is GrantKind.OWN_YES_CODE and any(link.holds(now) for link in links)
    return is_first or any(link.agreed_at is not None and link.agreed_at > given.made_at for link in links)


async def came_of_age(session: AsyncSession, given: GrantFacts, now: datetime) -> bool:
    """Was it given about a child who is 18 now, and decides alone?"""
    person = await session.get(Person, given.person_id)
    if person is None or person.is_erased:
        return False
    return guardianship.is_minor(person, given.made_at) and not guardianship.is_minor(person, now)


async def is_erased(session: AsyncSession, given: GrantFacts, now: datetime) -> bool:
    person = (await session.exec(_fresh(select(Person).where(Person.id == given.person_id)))).first()
    return person is None or person.is_erased


async def is_giver_gone(session: AsyncSession, given: GrantFacts, now: datetime) -> bool:
    """Has the account that asked no name any more? One without a name cannot ask, and it goes with its last person."""
    account = (await session.exec(_fresh(select(Account).where(Account.id == given.account_id)))).first()
    if account is None:
        return True
    own = await _own_links(session, account_id=account.id)
    return account.called is None and not any(link.holds(now) for link in own)


CHECKS: dict[VoidReason, Callable[[AsyncSession, GrantFacts, datetime], Awaitable[bool]]] = {
    VoidReason.POST_ENDED: is_post_over,
    VoidReason.LINK_ENDED: is_link_over,
    VoidReason.LINK_CHANGED: is_link_changed,
    VoidReason.OWN_ACCOUNT: has_own_account,
    VoidReason.CAME_OF_AGE: came_of_age,
    VoidReason.ERASED: is_erased,
    VoidReason.GIVER_ERASED: is_giver_gone,
}
"""What is asked of the rows when a grant is used."""
