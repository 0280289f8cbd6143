"""Consent, one row for each yes or no: purpose, version, the exact text shown, language and reading mode.

The law asks for proof (UU 27/2022, articles 22 and 24), so a row is never changed: a withdrawal is a new row.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import bindparam, insert
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.columns import enum_column
from models.encrypted import PINNED, EncryptedRow, encrypted
from models.people.account import Account


class Purpose(StrEnum):
    REGISTER = "register"
    ANNOUNCE = "announce"
    EMPLOYERS = "employers"
    ON_BEHALF = "on_behalf"
    OF_AGE = "of_age"


class Answer(StrEnum):
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class ConsentContext:
    """An answer, and how it was given: the exact words shown, and who helped to read them."""

    answer: Answer
    shown: str
    language: str
    mode: str
    version: str = "1"
    assisted_by: str | None = None

    @classmethod
    def on(cls, account: Account, answer: Answer, shown: str, version: str) -> "ConsentContext":
        """On the account's own phone, read in its language and reading mode."""
        return cls(answer, shown, account.language, account.mode, version)


class Consent(EncryptedRow, table=True):
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True, sa_column_kwargs=PINNED)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    purpose: Purpose = enum_column(Purpose)
    answer: Answer = enum_column(Answer)
    version: str
    shown: str = encrypted("consent.shown")
    language: str
    mode: str
    assisted_by: str | None = encrypted("consent.assisted_by", default=None)
    at: datetime


class LatestConsent(NamedTuple):
    """What an account said last on a purpose for itself, and to which text."""

    answer: Answer
    version: str


LATEST = (
    select(Consent.answer, Consent.version)
    .where(
        col(Consent.account_id) == bindparam("account"),
        col(Consent.purpose) == bindparam("purpose"),
        col(Consent.person_id).is_(
            None
        ),  # else it is the consent of an applicant at the counter, witnessed by this account
    )
    .order_by(col(Consent.id).desc())
    .limit(1)
)
INSERT = insert(Consent)


async def record_consent(
    session: AsyncSession,
    account_id: int,
    purpose: Purpose,
    said: ConsentContext,
    *,
    person_id: int | None = None,
    now: datetime,
) -> None:
    """Write down a yes or a no, before anything is done with it. Without a person it is the account's own word."""
    consent = Consent(account_id=account_id, person_id=person_id, purpose=purpose, at=now, **asdict(said))
    await (await session.connection()).execute(INSERT, consent.model_dump(exclude={"id"}))


async def latest(session: AsyncSession, account_id: int, purpose: Purpose) -> LatestConsent | None:
    """Return the latest answer of an account on a purpose."""
    asked = {"account": account_id, "purpose": purpose}
    row = (await (await session.connection()).execute(LATEST, asked)).first()
    return None if row is None else LatestConsent(Answer(row.answer), row.version)
