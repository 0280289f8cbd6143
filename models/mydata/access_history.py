"""Returns what a person may ask about their own data: consents given; when, why and for which office staff looked."""

from datetime import datetime
from typing import NamedTuple

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.audit import Audit, record
from models.encrypted import intact
from models.people.consent import Consent, Purpose

REVEAL, PERSON = "reveal", "person"
"""How the audit log calls it when a member of staff opens what is otherwise masked."""


async def consents_of(session: AsyncSession, account_id: int) -> list[Consent]:
    """Return every yes and no of an account, oldest first; not those that an officer witnessed at the counter."""
    own = or_(Consent.purpose != Purpose.REGISTER, col(Consent.person_id).is_(None))
    question = select(Consent).where(Consent.account_id == account_id, own).order_by(col(Consent.id))
    return list(await session.exec(question))


class DataAccess(NamedTuple):
    """A member of staff has seen a person's data in full, or one of their papers."""

    at: datetime
    role: str
    office: str
    reason: str
    """A key of the reasons that are offered, or the officer's own words."""
    what: str
    """ "data", or the kind of paper."""


async def record_access(session: AsyncSession, person_id: int, looked: DataAccess, *, by: int) -> None:
    """Written down before anything is shown. `by` is the officer's account, which the person is not told."""
    note = {"role": looked.role, "office": looked.office, "reason": looked.reason, "what": looked.what}
    await record(session, at=looked.at, by=by, act=REVEAL, entity=PERSON, entity_id=person_id, note=note)


async def accesses_to(session: AsyncSession, person_id: int) -> list[DataAccess]:
    """Return when staff saw this person's data in full, the first time first."""
    question = select(Audit).where(Audit.act == REVEAL, Audit.entity == PERSON, Audit.entity_id == person_id)
    return [DataAccess(row.at, **intact(row.note)) for row in await session.exec(question.order_by(col(Audit.id)))]
