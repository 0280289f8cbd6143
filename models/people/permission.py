"""Permission to help somebody: asked by a caregiver, answered by the person themself, kept as a consent.

                 ┌─ a code or link, opened by the person on their own account; the birth date must fit
    asked ───────┼─ the person's own account is asked, if there is one; found by the link or by a receipt number
    (a row)      └─ staff give a code to somebody who lost their phone: it makes a new own account, and ends the old
      └──▶ given: the link is agreed      └──▶ refused      └──▶ over: too late, or too many wrong answers

On the same phone, or in front of staff, nothing waits: the answer is kept at once. A code is stored only as a keyed
hash, serves once, and every failure is the same failure. Wrong tries are counted (models/tries.py).
"""

import secrets
from collections.abc import Callable
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import LargeBinary, update
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import due, measures, tries
from models.applications import receipt
from models.applications.application import Application
from models.audit import write_down
from models.columns import word
from models.due import DueKind, Occasion
from models.measures import Asked
from models.people.account import Account
from models.people.born import Born
from models.people.consent import Answer
from models.people.link import Link, Relation, Scope, own_accounts
from models.people.person import Person
from models.secrets import keyring_of

CODE_LASTS = timedelta(days=3)
"""A mother may be seen only at the week's end; longer, and a lost message would stay a key."""
ASKED_LASTS = timedelta(days=14)
WRONG_ANSWERS = 5
A_LEAP_DAY = 1
"""An age is as many days as a year, of which some have one more."""
PAYLOAD = "k-"
"""How the payload of the link begins (t.me/<bot>?start=k-<code>)."""


class Permission(SQLModel, table=True):
    """One permission asked for. Without a person: a number that fits nobody; it is never said which."""

    id: int | None = Field(default=None, primary_key=True)
    account_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
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


class NoWay(StrEnum):
    """Why a code or a number leads nowhere now."""

    NO = "no"
    TOO_MANY = "too_many"


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


async def ask_own_account(session: AsyncSession, link: Link, scope: Scope, own: Account, *, now: datetime) -> None:
    """The person has an account of their own: the question goes there."""
    asked = await _ask(
        session,
        account_id=link.account_id,
        person_id=link.person_id,
        relation=link.relation,
        scope=scope,
        now=now,
        lasts=ASKED_LASTS,
    )
    await due.remember(session, Occasion(DueKind.PERMISSION_ASKED, own.telegram_id, asked.id or 0, now))


async def is_asked_much(session: AsyncSession, link: Link, now: datetime) -> bool:
    """Has this account asked many today, or this person been asked often?"""
    of_many = await measures.is_full(session, Asked.PERMISSIONS, link.account_id, now)
    return of_many or await measures.is_full(session, Asked.PERMISSIONS_OF_ONE, link.person_id, now)


async def ask_by_number(
    session: AsyncSession, account: Account, number: str, *, relation: Relation, scope: Scope, now: datetime
) -> bool:
    """Ask the own account of the person whose file has this number. False: asked too often today.

    For a number of nobody, or of somebody without an account, the same statements run and the same rows are written.
    Every asking counts as a try: who asks cannot know whether it fitted.
    """
    number_hash = keyring_of(session.get_bind().dialect).find_by("receipt", number)
    tried = await tries.tried(session, account.id or 0, number_hash, now)
    file = (
        await session.exec(select(Application.id, Application.person_id).where(Application.number == number))
    ).first()
    application_id, person_id = file or (None, None)
    own = next(iter(await own_accounts(session, person_id or 0, now)), None)
    is_asked_much = await measures.is_full(session, Asked.PERMISSIONS_OF_ONE, person_id or 0, now)
    if tried.must_wait():
        await tries.turn_away(session, account.id or 0, now)
        return False
    await tries.note(session, account.id or 0, number_hash, now, application_id)
    is_somebody_else = own is not None and own.id != account.id and not is_asked_much
    asked = await _ask(
        session,
        account_id=account.id,
        person_id=person_id if is_somebody_else else None,
        relation=relation,
        scope=scope,
        now=now,
        lasts=ASKED_LASTS,
    )
    lane = own.telegram_id if own and is_somebody_else else account.telegram_id
    await due.remember(session, Occasion(DueKind.PERMISSION_ASKED, lane, asked.id or 0, now))
    await write_down(session, at=now, by=account.id, act="ask_by_number", thing="permission", thing_id=asked.id)
    return True


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


async def by_code(
    session: AsyncSession, account: Account, code: str, born: Born | date, now: datetime
) -> "Permission | NoWay":
    """The permission that a code and a birth date open together; every failure is the same NO.

    The same statements run whether or not there is such a code.
    """
    code_hash = _hash(session, code)
    tried = await tries.tried(session, account.id or 0, code_hash, now)
    # Only the birth date is read: opening the rows would take time that tells that there are any.
    named = select(Permission.id, Permission.person_id).where(Permission.code_hash == code_hash)
    found, person_id = (await session.exec(named)).first() or (0, 0)
    theirs = (await session.exec(select(col(Person.birth_date)).where(Person.id == person_id))).first()
    if tried.must_wait(fits_a_secret=bool(found)):
        await tries.turn_away(session, account.id or 0, now)
        return NoWay.TOO_MANY
    if theirs is not None and _fits(Born.of(theirs), Born.of(born)):
        asked = await session.get_one(Permission, found)
        if asked.is_open(now) and asked.account_id != account.id:
            return asked
    await tries.note(session, account.id or 0, code_hash, now)
    once_more = update(Permission).where(col(Permission.code_hash) == code_hash)
    count = {"wrong_answers": col(Permission.wrong_answers) + 1}
    await (await session.connection()).execute(once_more.values(count))
    return NoWay.NO


def _fits(stored: Born, typed: Born) -> bool:
    """The same day; of an estimated birth a day or an estimate within it, for nobody knows it better."""
    return stored.may_be(typed) and typed.days <= stored.days + A_LEAP_DAY


async def asked_of(session: AsyncSession, permission_id: int, account: Account, now: datetime) -> Permission | None:
    """A permission that the own account of a person was asked for and has not answered."""
    asked = await session.get(Permission, permission_id)
    if asked is None or not asked.is_open(now) or asked.person_id is None or asked.account_id == account.id:
        return None
    own = await own_accounts(session, asked.person_id, now)
    return asked if any(one.id == account.id for one in own) else None
