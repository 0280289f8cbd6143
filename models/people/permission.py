"""Permission to help a person: asked by a caregiver, answered by the person themself, kept as a consent.

                 ┌─ a code or link, opened by the person on their own account; the birth date must fit
    asked ───────┼─ the person's own account is asked, if there is one; found by the link or by a receipt number
    (a row)      └─ staff give a code to a person who lost their phone: it makes a new own account, and ends the old
      └──▶ given: the link is agreed      └──▶ refused      └──▶ over: too late, or too many wrong answers

On the same phone, or in front of staff, there is no permission: the consent is recorded at once. A code is stored only
as a keyed hash, serves once, and every failure is the same failure. Failed attempts are counted
(models/failed_attempts.py). models/grants/grants.py says what voids it; that is checked again at every use.
"""

import secrets
from collections.abc import Callable
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import LargeBinary, update
from sqlmodel import Field, SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import daily_limits, failed_attempts, scheduled
from models.applications import receipt
from models.applications.application import Application
from models.audit import record
from models.columns import enum_column
from models.daily_limits import LimitedAction
from models.grants import grant_check
from models.grants.grant_check import GrantFacts
from models.grants.grants import GrantKind, VoidReason
from models.grants.voiding import void
from models.keyring import keyring_of
from models.offices.authority import Act
from models.offices.staff import Staff
from models.people.account import Account
from models.people.born import Born
from models.people.consent import Answer
from models.people.link import Link, Relation, Scope, link_between, links_of_account, own_accounts
from models.people.person import Person
from models.scheduled import EventSpec, ScheduledKind

CODE_LASTS = timedelta(days=3)
"""A mother may be seen only at the week's end; longer, and a lost message would stay a key."""
ASKED_LASTS = timedelta(days=14)
WRONG_ANSWERS = 5
A_LEAP_DAY = 1
"""An age is as many days as a year, of which some have one more."""
PAYLOAD = "k-"
"""How the payload of the link begins (t.me/<bot>?start=k-<code>)."""


class Permission(SQLModel, table=True):
    """One permission asked for. Without a person: a number that fits no file; the asker is never told which.

    `link_id`: the link by which it was asked; without one it was asked by a receipt number. `post_id`: the post of the
    officer who gave the code for a new phone.
    """

    id: int | None = Field(default=None, primary_key=True)
    account_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    link_id: int | None = Field(default=None, foreign_key="link.id")
    post_id: int | None = Field(default=None, foreign_key="staff.id")
    relation: Relation = enum_column(Relation)
    scope: Scope = enum_column(Scope)
    code_hash: bytes | None = Field(default=None, sa_type=LargeBinary, unique=True)
    wrong_answers: int = 0
    made_at: datetime
    ends_at: datetime
    answered_at: datetime | None = None
    answer: Answer | None = enum_column(Answer, None, nullable=True)
    voided_at: datetime | None = None
    void_reason: VoidReason | None = enum_column(VoidReason, None, nullable=True)

    @property
    def kind(self) -> GrantKind:
        if self.post_id is not None:
            return GrantKind.NEW_PHONE_CODE
        if self.link_id is None:
            return GrantKind.NUMBER_QUESTION
        return GrantKind.OWN_ACCOUNT_QUESTION if self.code_hash is None else GrantKind.OWN_YES_CODE

    def grant_facts(self, now: datetime) -> GrantFacts:
        """Return the facts that are checked when it is used."""
        return GrantFacts(
            self.kind,
            self.made_at,
            self._over(now),
            account_id=self.account_id,
            person_id=self.person_id,
            link_id=self.link_id,
            post_id=self.post_id,
            act=Act.GIVE_NEW_PHONE if self.post_id is not None else None,
        )

    def _over(self, now: datetime) -> VoidReason | None:
        if self.answered_at is not None:
            return VoidReason.USED
        if self.voided_at is not None:
            return self.void_reason
        if self.wrong_answers >= WRONG_ANSWERS:
            return VoidReason.TRIED_OUT
        return VoidReason.EXPIRED if self.ends_at <= now else None


class CodeRefused(StrEnum):
    """Why a code or a number leads nowhere now."""

    NO = "no"
    TOO_MANY = "too_many"


def _hash(session: AsyncSession, code: str) -> bytes:
    return keyring_of(session.get_bind().dialect).blind_index("permission", code)


async def ask_by_code(
    session: AsyncSession,
    link: Link,
    scope: Scope,
    *,
    now: datetime,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> str:
    """Return a code for the person of this link, known only here; an earlier one that is open serves no more."""
    code = receipt.new_kode_cek(random_bytes)
    asked = Permission(
        **_of_link(link), scope=scope, code_hash=_hash(session, code), made_at=now, ends_at=now + CODE_LASTS
    )
    await _ask(session, asked)
    return code


def _of_link(link: Link) -> dict[str, Any]:
    """Return the columns of a permission that a linked caregiver asks for."""
    about = {"account_id": link.account_id, "person_id": link.person_id, "link_id": link.id}
    return about | {"relation": link.relation}


async def code_for_new_phone(
    session: AsyncSession,
    person_id: int,
    post: Staff,
    *,
    now: datetime,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> str:
    """Make a code for a person who lost their phone, whose card an officer has seen: it makes their next account their
    own.

    It depends on the post of the officer who gave it; one that was given before is void.
    """
    code = receipt.new_kode_cek(random_bytes)
    asked = Permission(
        person_id=person_id,
        post_id=post.id,
        relation=Relation.SELF,
        scope=Scope.ACT,
        code_hash=_hash(session, code),
        made_at=now,
        ends_at=now + CODE_LASTS,
    )
    await _ask(session, asked)
    await record(session, at=now, by=post.account_id, act="new_phone", entity="permission", entity_id=asked.id)
    return code


async def ask_own_account(session: AsyncSession, link: Link, scope: Scope, own: Account, *, now: datetime) -> None:
    """Ask the person's own account for permission."""
    asked = Permission(**_of_link(link), scope=scope, made_at=now, ends_at=now + ASKED_LASTS)
    await _ask(session, asked)
    await scheduled.schedule(session, EventSpec(ScheduledKind.PERMISSION_ASKED, own.telegram_id, asked.id or 0, now))


async def is_asked_much(session: AsyncSession, link: Link, now: datetime) -> bool:
    """Has this account asked many today, or this person often? Only its own requests count, not those of others."""
    if await daily_limits.limit_reached(session, LimitedAction.PERMISSIONS, link.account_id, now):
        return True
    often = select(func.count()).where(
        Permission.account_id == link.account_id,
        Permission.person_id == link.person_id,
        col(Permission.made_at) > now - daily_limits.DAY,
    )
    return (await session.exec(often)).one() >= daily_limits.LIMITS[LimitedAction.PERMISSIONS_OF_ONE].most


async def ask_by_number(
    session: AsyncSession, account: Account, number: str, *, relation: Relation, scope: Scope, now: datetime
) -> bool:
    """Ask the own account of the person whose file has this number. False: asked too often today.

    For an unknown number, or a person without an account, the same statements run and the same rows are written (no
    enumeration). Every request counts as a failed attempt: the asker cannot know whether it fitted. A person gets a few
    messages a day; other requests wait for them in /keluarga, so that many vain ones do not keep the right one away.
    """
    number_hash = keyring_of(session.get_bind().dialect).blind_index("receipt", number)
    tried = await failed_attempts.attempts(session, account.id or 0, number_hash, now)
    file = (
        await session.exec(select(Application.id, Application.person_id).where(Application.number == number))
    ).first()
    application_id, person_id = file or (None, None)
    own = next(iter(await own_accounts(session, person_id or 0, now)), None)
    is_asked_much = await daily_limits.limit_reached(session, LimitedAction.PERMISSIONS_OF_ONE, person_id or 0, now)
    if tried.must_wait():
        await failed_attempts.count_refusal(session, account.id or 0, now)
        return False
    await failed_attempts.record_attempt(session, account.id or 0, number_hash, now, application_id)
    is_somebody_else = own is not None and own.id != account.id
    asked = Permission(
        account_id=account.id,
        person_id=person_id if is_somebody_else else None,
        relation=relation,
        scope=scope,
        made_at=now,
        ends_at=now + ASKED_LASTS,
    )
    await _ask(session, asked)
    is_told = own is not None and is_somebody_else and not is_asked_much
    chat_id = own.telegram_id if own is not None and is_told else account.telegram_id
    await scheduled.schedule(session, EventSpec(ScheduledKind.PERMISSION_ASKED, chat_id, asked.id or 0, now))
    await record(session, at=now, by=account.id, act="ask_by_number", entity="permission", entity_id=asked.id)
    return True


ASKED_BEFORE = frozenset({GrantKind.OWN_YES_CODE, GrantKind.OWN_ACCOUNT_QUESTION, GrantKind.NUMBER_QUESTION})


async def _ask(session: AsyncSession, asked: Permission) -> None:
    """Write it down; what was asked before of the same person by the same account is void."""
    kinds = {GrantKind.NEW_PHONE_CODE} if asked.post_id is not None else ASKED_BEFORE
    whose = {"account_id": asked.account_id, "person_id": asked.person_id}
    await void(session, VoidReason.NEWER, asked.made_at, kinds=kinds, **whose)
    session.add(asked)
    await session.flush()


async def find_by_code(
    session: AsyncSession, account: Account, code: str, born: Born | date, now: datetime
) -> "Permission | CodeRefused":
    """Return the permission that a code and a birth date open together; every failure is the same NO.

    The same statements run whether or not there is such a code.
    """
    code_hash = _hash(session, code)
    tried = await failed_attempts.attempts(session, account.id or 0, code_hash, now)
    # Only the birth date is read: opening the rows would take time that tells that there are any.
    named = select(Permission.id, Permission.person_id).where(Permission.code_hash == code_hash)
    found, person_id = (await session.exec(named)).first() or (0, 0)
    theirs = (await session.exec(select(col(Person.birth_date)).where(Person.id == person_id))).first()
    if tried.must_wait(fits_a_secret=bool(found)):
        await failed_attempts.count_refusal(session, account.id or 0, now)
        return CodeRefused.TOO_MANY
    fits = theirs is not None and _fits(Born.of(theirs), Born.of(born))
    if fits and (asked := await lock_permission(session, found or 0, account, now)) is not None:
        return asked
    await failed_attempts.record_attempt(session, account.id or 0, code_hash, now)
    once_more = update(Permission).where(col(Permission.code_hash) == code_hash)
    count = {"wrong_answers": col(Permission.wrong_answers) + 1}
    await (await session.connection()).execute(once_more.values(count))
    return CodeRefused.NO


def _fits(stored: Born, typed: Born) -> bool:
    """Is it the same day? Of an estimated birth, a day or an estimate within it: no more is known."""
    return stored.may_be(typed) and typed.days <= stored.days + A_LEAP_DAY


async def lock_permission(
    session: AsyncSession, permission_id: int, account: Account, now: datetime
) -> Permission | None:
    """Lock and return a permission (`SELECT … FOR UPDATE`), if it is valid and this account may answer it.

    No account answers what it asked or gave itself; and a caregiver of the person is another user than that person.
    """
    question = select(Permission).where(Permission.id == permission_id).with_for_update()
    asked = (await session.exec(question.execution_options(populate_existing=True))).first()
    if asked is None or asked.person_id is None:
        return None
    given = asked.grant_facts(now)
    if await grant_check.why_void(session, given, now) or await grant_check.is_own(session, given, account.id or 0):
        return None
    link = await link_between(session, account.id or 0, asked.person_id)
    return None if link is not None and not link.is_self and link.holds(now) else asked


async def permission_for(
    session: AsyncSession, permission_id: int, account: Account, now: datetime
) -> Permission | None:
    """Return a permission that the own account of a person was asked for and has not answered."""
    asked = await lock_permission(session, permission_id, account, now)
    if asked is None or asked.code_hash is not None:
        return None
    own = await own_accounts(session, asked.person_id or 0, now)
    return asked if any(one.id == account.id for one in own) else None


AT_ONCE = 3
"""Questions that a person is shown at once; when they are answered, others follow."""


async def open_permissions(session: AsyncSession, account: Account, now: datetime) -> list[Permission]:
    """Return the oldest open questions that this account may answer as the person's own, at most AT_ONCE."""
    served = await links_of_account(session, account.id or 0)
    own = [person.id for link, person in served if link.is_self and link.holds(now)]
    question = select(Permission.id).where(
        col(Permission.person_id).in_(own),
        col(Permission.code_hash).is_(None),
        col(Permission.answered_at).is_(None),
        col(Permission.voided_at).is_(None),
        col(Permission.ends_at) > now,
    )
    found: list[Permission] = []
    for number in await session.exec(question.order_by(col(Permission.id))) if own else ():
        asked = await permission_for(session, number or 0, account, now)
        found += [asked] if asked is not None else []
        if len(found) == AT_ONCE:
            break
    return found
