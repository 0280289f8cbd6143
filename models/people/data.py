"""What somebody may ask about their own data: which consents they gave, and on which days staff looked."""

from datetime import date

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.audit import Audit
from models.people.consent import Consent

REVEAL, PERSON = "reveal", "person"
"""How the audit log calls it when a member of staff opens what is otherwise masked."""


async def consents_of(session: AsyncSession, account_id: int) -> list[Consent]:
    """Every yes and no of an account, oldest first."""
    question = select(Consent).where(Consent.account_id == account_id).order_by(col(Consent.id))
    return list(await session.exec(question))


async def reveals_of(session: AsyncSession, person_id: int) -> list[date]:
    """The days (UTC) on which staff opened this person's masked data."""
    question = select(Audit.at).where(Audit.act == REVEAL, Audit.thing == PERSON, Audit.thing_id == person_id)
    return sorted({at.date() for at in await session.exec(question)})
