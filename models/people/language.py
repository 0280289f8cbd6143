"""Finds the language that a person reads: never that of the officer who writes, reads out or prints for them.

own account ─▶ the letter written last ─▶ the yes that was read out to them ─▶ Indonesian
"""

from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.messaging.printed_letter import last_letter_to
from models.people.consent import Consent
from models.people.link import own_accounts

USUAL = "id"


async def language_of(session: AsyncSession, person_id: int, now: datetime) -> str:
    """Return the code of a language; Indonesian where the person was never asked."""
    own = await own_accounts(session, person_id, now)
    if own:
        return str(own[0].language)
    letter = await last_letter_to(session, person_id)
    if letter is not None and letter.words:
        return str(letter.words["language"])
    heard = select(Consent.language).where(Consent.person_id == person_id).order_by(col(Consent.id).desc()).limit(1)
    return (await session.exec(heard)).first() or USUAL
