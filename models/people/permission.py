"""Permission to help somebody: asked by a caregiver, answered by the person themself, kept as a consent.

                 ┌─ a code or link, opened by the person on their own account; the birth date must fit
    asked ───────┼─ a receipt number: the person's own account is asked, if there is one
    (a row)      └─ staff give a code to somebody who lost their phone: it makes a new own account
      └──▶ given: the link is agreed      └──▶ refused      └──▶ over: too late, or too many wrong answers

On the same phone, or in front of staff, nothing waits: the answer is kept at once. A code is stored only as a keyed
hash, serves once, and every failure is the same failure.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import due
from models.applications import receipt
from models.audit import write_down
from models.columns import word
from models.due import DueKind, Occasion
from models.people import guardianship
from models.people.account import Account
from models.people.consent import Answer, Consent, Purpose
from models.people.consent import keep as keep_consent
from models.people.link import LASTS, WARNED_BEFORE, Link, Relation, Scope
from models.people.person import Person
from models.secrets import keyring_of

CODE_LASTS = timedelta(days=3)
"""A mother may be seen only at the week's end; longer, and a lost message would stay a key."""
ASKED_LASTS = timedelta(days=14)
WRONG_ANSWERS = 5
TRIED, ASKED_BY_NUMBER = "permission_tried", "permission_by_number"


class Permission(SQLModel, table=True):
    """One permission asked for. Without a person: a number that fits nobody; it is never said which."""

    id: int | None = Field(default=None, primary_key=True)
    account_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    relation: Relation = word(Relation)
    scope: Scope = word(Scope)
    code_hash: bytes | None = Field(default=None, sa_type=LargeBinary, unique=True)
    wrong_answers: int = 0
    made_at: datetime
    ends_at: datetime
    answered_at: datetime | None = None
    answer: Answer | None = word(Answer, None, nullable=True)

    def is_open(self, now: datetime) -> bool:
        return self.answered_at is None and now < self.ends_at and self.wrong_answers < WRONG_ANSWERS


@dataclass(frozen=True)
class Said:
    """How an answer was given: the exact words shown, and who helped to read them."""

    shown: str
    language: str
    mode: str
    version: str = "1"
    assisted_by: str | None = None


def _hash(session: AsyncSession, code: str) -> bytes:
    return keyring_of(session.get_bind().dialect).find_by("permission", code)


async def ask_by_code(
    session: AsyncSession,
    link: Link,
    scope: Scope,
    *,
    now: datetime,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> str:
    """A code for the person of this link, known only here; an earlier one that is open serves no more."""
    open_ones = select(Permission).where(
        Permission.account_id == link.account_id,
        Permission.person_id == link.person_id,
        col(Permission.code_hash).is_not(None),
        col(Permission.answered_at).is_(None),
    )
    for earlier in await session.exec(open_ones):
        earlier.ends_at = now
    code = receipt.new_kode_cek(random_bytes)
    await _ask(
        session,
        account_id=link.account_id,
        person_id=link.person_id,
        relation=link.relation,
        scope=scope,
        now=now,
        lasts=CODE_LASTS,
        code_hash=_hash(session, code),
    )
    return code


async def code_for_new_phone(
    session: AsyncSession,
    person_id: int,
    *,
    by: int,
    now: datetime,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> str:
    """Staff have seen the card of somebody who lost their phone: this code makes their next account their own."""
    code = receipt.new_kode_cek(random_bytes)
    asked = await _ask(
        session,
        account_id=None,
        person_id=person_id,
        relation=Relation.SELF,
        scope=Scope.ACT,
        now=now,
        lasts=CODE_LASTS,
        code_hash=_hash(session, code),
    )
    await write_down(session, at=now, by=by, act="new_phone", thing="permission", thing_id=asked.id)
    return code


async def ask_by_number(
    session: AsyncSession,
    account: Account,
    *,
    person_id: int | None,
    own: Account | None,
    relation: Relation,
    scope: Scope,
    now: datetime,
) -> None:
    """Ask the own account of a person found by receipt number. For a number of nobody the same rows are written."""
    asked = await _ask(
        session,
        account_id=account.id,
        person_id=person_id if own else None,
        relation=relation,
        scope=scope,
        now=now,
        lasts=ASKED_LASTS,
    )
    lane = own.telegram_id if own else account.telegram_id
    await due.remember(session, Occasion(DueKind.PERMISSION_ASKED, lane, asked.id or 0, now))
    await write_down(session, at=now, by=account.id, act=ASKED_BY_NUMBER, thing="permission", thing_id=asked.id)


async def _ask(
    session: AsyncSession,
    *,
    account_id: int | None,
    person_id: int | None,
    relation: Relation,
    scope: Scope,
    now: datetime,
    lasts: timedelta,
    code_hash: bytes | None = None,
) -> Permission:
    asked = Permission(
        account_id=account_id,
        person_id=person_id,
        relation=relation,
        scope=scope,
        code_hash=code_hash,
        made_at=now,
        ends_at=now + lasts,
    )
    session.add(asked)
    await session.flush()
    return asked


async def by_code(session: AsyncSession, account: Account, code: str, born: Any, now: datetime) -> Permission | None:
    """The permission that a code and a birth date open together; None for every failure alike."""
    await write_down(session, at=now, by=account.id, act=TRIED, thing="permission", thing_id=None)
    asked = (await session.exec(select(Permission).where(Permission.code_hash == _hash(session, code)))).first()
    person = await session.get(Person, (asked and asked.person_id) or 0)
    if asked is None or person is None or not asked.is_open(now) or asked.account_id == account.id:
        return None
    if person.born != born:
        asked.wrong_answers += 1
        session.add(asked)
        return None
    return asked


async def still_open(session: AsyncSession, permission_id: int, account: Account, now: datetime) -> Permission | None:
    """A permission that this account was asked for and has not answered: by code, or as the person's own account."""
    asked = await session.get(Permission, permission_id)
    if asked is None or not asked.is_open(now) or asked.person_id is None or asked.account_id == account.id:
        return None
    return asked


async def settle(
    session: AsyncSession,
    asked: Permission,
    account: Account,
    person: Person,
    *,
    answer: Answer,
    said: Said,
    now: datetime,
) -> Link | None:
    """The person answered on their own account. A yes makes that account their own; returns the caregiver's link."""
    asked.answer, asked.answered_at = answer, now
    session.add(asked)
    await _keep(session, account.id or 0, person, answer=answer, said=said, now=now)
    await write_down(session, at=now, by=account.id, act=f"permission_{answer}", thing="person", thing_id=person.id)
    if answer is not Answer.GIVEN:
        return None
    await _become_own(session, account, person, now)
    if asked.account_id is None:
        return None
    link = await _link_of(session, asked.account_id, person, asked.relation, now)
    await agree(session, link, person, asked.scope, by=account.id, now=now)
    return link


async def _keep(
    session: AsyncSession, account_id: int, person: Person, *, answer: Answer, said: Said, now: datetime
) -> None:
    consent = Consent(
        account_id=account_id,
        person_id=person.id,
        purpose=Purpose.ON_BEHALF,
        answer=answer,
        version=said.version,
        shown=said.shown,
        language=said.language,
        mode=said.mode,
        assisted_by=said.assisted_by,
        at=now,
    )
    await keep_consent(session, consent)


async def _link_of(session: AsyncSession, account_id: int, person: Person, relation: Relation, now: datetime) -> Link:
    question = select(Link).where(Link.account_id == account_id, Link.person_id == person.id)
    link = (await session.exec(question)).first()
    if link is None:
        link = Link(
            account_id=account_id, person_id=person.id or 0, relation=relation, scope=Scope.TYPED_ONLY, made_at=now
        )
        session.add(link)
        await session.flush()
    return link


async def _become_own(session: AsyncSession, account: Account, person: Person, now: datetime) -> None:
    """This account is the person's own from now on."""
    link = await _link_of(session, account.id or 0, person, Relation.SELF, now)
    if link.is_self and link.holds(now) and link.agreed_at:
        return
    link.relation, link.scope, link.agreed_at = Relation.SELF, Scope.ACT, now
    link.expires_at, link.revoked_at = None, None
    session.add(link)
    await write_down(session, at=now, by=account.id, act="own_account", thing="link", thing_id=link.id)
    await guardianship.watch(session, link, person, account.telegram_id, now)


async def agree(
    session: AsyncSession, link: Link, person: Person, scope: Scope, *, by: int | None, now: datetime
) -> None:
    """The person said yes: the link reaches so far, for a year, or to the 18th birthday if that comes first."""
    was, link.scope, link.agreed_at, link.revoked_at = link.scope, scope, now, None
    link.expires_at = guardianship.end_of(person, now + LASTS, now)
    session.add(link)
    await write_down(session, at=now, by=by, act="agree", thing="link", thing_id=link.id, was=was, became=scope)
    caregiver = await session.get(Account, link.account_id)
    lane = caregiver.telegram_id if caregiver else 0
    await due.remember(session, Occasion(DueKind.LINK_ENDS, lane, link.id or 0, link.expires_at - WARNED_BEFORE))
    await guardianship.watch(session, link, person, lane, now)


async def agree_on_same_phone(
    session: AsyncSession, link: Link, person: Person, scope: Scope, *, answer: Answer, said: Said, now: datetime
) -> None:
    """The phone was handed over, and the person answered; `said.assisted_by` tells who read it out.

    Whoever has an own account is asked there instead: see `handlers/family/asking.py`.
    """
    if said.assisted_by is None:
        raise ValueError("an answer on somebody else's phone is always assisted")
    await _keep(session, link.account_id, person, answer=answer, said=said, now=now)
    if answer is Answer.GIVEN:
        await agree(session, link, person, scope, by=link.account_id, now=now)


async def agree_in_front_of_staff(
    session: AsyncSession, link: Link, scope: Scope, said: Said, *, by: Account, now: datetime
) -> None:
    """The person stands before an officer (`by`), who read the question to them and heard their yes."""
    person = await session.get(Person, link.person_id)
    if person is None:
        raise LookupError(f"the person of link {link.id} is gone")
    if by.id == link.account_id:
        raise ValueError("whoever asks to help cannot be the officer who hears the yes")
    await _keep(session, by.id or 0, person, answer=Answer.GIVEN, said=said, now=now)
    await agree(session, link, person, scope, by=by.id, now=now)
