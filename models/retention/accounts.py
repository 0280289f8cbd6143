"""Accounts without people: visitors that never registered a person, and those all of whose people were erased.

What is kept of an account is a Telegram number and what it agreed to: that is personal data too. An account stays as
long as any row of any table refers to it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, false, func, or_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.applications.application import Application
from models.breach import BreachNotice
from models.failed_attempts import AttemptLock, FailedAttempt, RefusedAttempts
from models.messaging.conversation_state import ConversationState
from models.office_file import Retention
from models.people.account import Account
from models.people.consent import Consent
from models.people.erasure import Erasure
from models.people.link import Link
from models.retention.orphans import unreferenced

WITH_VISITORS = ("consent", "failed_attempt", "refused_attempts", "attempt_lock")
WITH_FORMER = (*WITH_VISITORS, "link", "application", "breach_notice")
"""Tables whose rows go along with an account, or forget it."""

LAST_ACTIVE: Any = func.coalesce(
    select(ConversationState.changed_at)
    .where(col(ConversationState.chat_id) == col(Account.telegram_id))
    .correlate(Account)
    .scalar_subquery(),
    col(Account.created_at),
)
"""When an account last moved in its chat."""
LAST_ERASED: Any = (
    select(func.max(Erasure.at))
    .join(Link, col(Link.person_id) == col(Erasure.person_id))
    .where(col(Link.account_id) == col(Account.id))
    .correlate(Account)
    .scalar_subquery()
)
LAST_SERVED: Any = case((LAST_ERASED > LAST_ACTIVE, LAST_ERASED), else_=LAST_ACTIVE)


def visitors(_: Retention) -> Sequence[Any]:
    """Return the conditions of accounts that never registered or asked anything."""
    return [*unreferenced(Account, WITH_VISITORS), _witnessed_no_consent()]


def _witnessed_no_consent() -> Any:
    """Return the condition that an account witnessed no consent of a person who is still kept."""
    erased = select(Erasure.id).where(col(Erasure.person_id) == col(Consent.person_id)).correlate(Consent).exists()
    theirs = (col(Consent.account_id) == col(Account.id), col(Consent.person_id).is_not(None), ~erased)
    return ~select(Consent.id).where(*theirs).correlate(Account).exists()


def former(_: Retention) -> Sequence[Any]:
    """Return the conditions of accounts that served people, all of whom were erased."""
    erased = select(Erasure.id).where(col(Erasure.person_id) == col(Link.person_id)).correlate(Link).exists()
    linked = select(Link.id).where(col(Link.account_id) == col(Account.id)).correlate(Account)
    typed = select(Application.id).where(col(Application.account_id) == col(Account.id)).correlate(Account)
    theirs_erased = select(Erasure.id).where(col(Erasure.person_id) == col(Application.person_id))
    return (
        linked.exists(),
        ~linked.where(~erased).exists(),
        ~typed.where(~theirs_erased.correlate(Application).exists()).exists(),
        ~linked.where(or_(*(~one for one in unreferenced(Link)), false())).exists(),
        *unreferenced(Account, WITH_FORMER),
        _witnessed_no_consent(),
    )


async def remove(session: AsyncSession, accounts: Sequence[int], now: datetime) -> None:
    """Delete accounts with their conversations, consents, attempts and ended links; files forget who typed them."""
    connection = await session.connection()
    chat_ids = select(Account.telegram_id).where(col(Account.id).in_(accounts))
    await connection.execute(delete(ConversationState).where(col(ConversationState.chat_id).in_(chat_ids)))
    for table in (Consent, FailedAttempt, RefusedAttempts, AttemptLock, Link, BreachNotice):
        await connection.execute(delete(table).where(col(table.account_id).in_(accounts)))
    typed = update(Application).where(col(Application.account_id).in_(accounts))
    await connection.execute(typed.values(account_id=None))
    await connection.execute(delete(Account).where(col(Account.id).in_(accounts)))
