"""A breach of personal data: who was affected, who has been told, and the facts that an authority asks for.

    known ──reach──▶ how many people, what is held of them ──tell──▶ a notice for each account, once ──▶ facts

The law gives three times 24 hours from when it is known, for the people and for the authority (DOMAIN.md, 5.1). People
whom no message can reach are told by a printed letter: it is written with the notices, and waits at the office.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select
from sqlmodel import Field, SQLModel, col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.applications.application import Application
from models.applications.document import Document
from models.audit import COMMAND, record
from models.database import advisory_lock
from models.encrypted import EncryptedRow, encrypted, not_raising
from models.messaging import outbox
from models.messaging.outbox import Priority
from models.messaging.printed_letter import LetterDraft, PrintedLetter, store_letter
from models.people.account import Account
from models.people.erasure import Erasure
from models.people.link import Link
from models.people.person import Person

WITHIN = timedelta(hours=72)
LOCK = "breaches"
"""Telling and withdrawing exclude each other, a transaction at a time."""
AT_ONCE = 200
"""Notices written in one transaction, so that updates do not wait for them."""


class Breach(EncryptedRow, table=True):
    """One breach. `what` and `done`: the office's own sentences, as they are sent. The rest says whom it reached:

    people with a file in `office`, living in `region`, known here by `until`; None leaves it open.
    """

    id: int | None = Field(default=None, primary_key=True)
    what: Any = encrypted("breach.what")
    done: Any = encrypted("breach.done")
    known_at: datetime
    office: str | None = None
    region: str | None = None
    until: datetime | None = None
    withdrawn_at: datetime | None = None

    @property
    def deadline(self) -> datetime:
        """Until then people and authority must have been told."""
        return self.known_at + WITHIN


class BreachNotice(SQLModel, table=True):
    """An account that was notified: the row is written with the message, so that none is notified twice."""

    __tablename__ = "breach_notice"

    breach_id: int = Field(foreign_key="breach.id", primary_key=True)
    account_id: int = Field(foreign_key="account.id", primary_key=True)
    told_at: datetime


@dataclass(frozen=True, slots=True)
class Reach:
    """Numbers only: whom a breach reached, and what the office holds of them."""

    people: int
    with_nik: int
    with_disability: int
    with_papers: int
    accounts: int
    told: int
    by_letter: int
    """People of whom no reachable account is linked."""
    letters: int = 0
    """Letters that were written to them."""


def affected(breach: Breach) -> Select[Any]:
    """Select the numbers of the people it reached."""
    people = select(Person.id).where(col(Person.created_at) <= (breach.until or breach.known_at))
    if breach.region:
        lives_there = or_(col(Person.regency).startswith(breach.region), col(Person.district).startswith(breach.region))
        people = people.where(lives_there)
    if breach.office:
        theirs = select(Application.person_id).where(Application.office == breach.office)
        people = people.where(col(Person.id).in_(theirs))
    return people


def _linked(breach: Breach) -> Select[Any]:
    """Return the accounts that serve or are one of them, links that ended included: they typed some of it."""
    return select(Link.account_id).where(col(Link.person_id).in_(affected(breach))).distinct()


def _reachable() -> Select[Any]:
    """Select people with a linked account that gets messages."""
    linked = select(Link.person_id).join(Account, col(Account.id) == Link.account_id)
    return linked.where(col(Account.unreachable).is_(None))


def _about(breach: Breach) -> Any:
    return col(PrintedLetter.occasion).startswith(f"breach:{breach.id}:")


async def reach(session: AsyncSession, breach: Breach) -> Reach:
    """Count how far a breach reached."""
    people = affected(breach).subquery()

    async def count(question: Any) -> int:
        return int((await session.exec(question)).one())

    def of_them(*conditions: Any) -> Any:
        return select(func.count()).select_from(Person).where(col(Person.id).in_(select(people.c.id)), *conditions)

    papers = select(Application.person_id).join(Document, col(Document.application_id) == Application.id)
    told = select(func.count()).select_from(BreachNotice).where(BreachNotice.breach_id == breach.id)
    return Reach(
        people=await count(of_them()),
        with_nik=await count(of_them(col(Person.nik_hash).is_not(None))),
        with_disability=await count(of_them(col(Person.disabilities).is_not(None))),
        with_papers=await count(of_them(col(Person.id).in_(papers))),
        accounts=await count(select(func.count()).select_from(_linked(breach).subquery())),
        told=await count(told),
        by_letter=await count(of_them(col(Person.id).not_in(_reachable()))),
        letters=await count(select(func.count()).select_from(PrintedLetter).where(_about(breach))),
    )


async def declare(session: AsyncSession, breach: Breach, now: datetime) -> Breach:
    """Write a breach down; its clock runs from `known_at`."""
    session.add(breach)
    await session.flush()
    after = f"{breach.office or '*'} {breach.region or '*'}"
    await record(session, at=now, by=COMMAND, act="breach", entity="breach", entity_id=breach.id, after=after)
    return breach


async def withdraw(session: AsyncSession, number: int, now: datetime) -> bool:
    """Withdraw a breach before any account was notified; False after that, or where it is withdrawn already."""
    await advisory_lock(session, LOCK)
    found = await session.get_one(Breach, number)
    far = await reach(session, found)
    if far.told or far.letters or found.withdrawn_at is not None:
        return False
    found.withdrawn_at = now
    session.add(found)
    await record(session, at=now, by=COMMAND, act="breach_withdraw", entity="breach", entity_id=number)
    return True


async def count_pending(session: AsyncSession, breach: Breach) -> tuple[int, int]:
    """Count the accounts that a message would go to now, and the people to be told by letter."""
    accounts = select(func.count()).select_from(_to_tell(breach).subquery())
    people = select(func.count()).select_from(_to_write(breach).subquery())
    return int((await session.exec(accounts)).one()), int((await session.exec(people)).one())


async def record_telling(session: AsyncSession, breach: Breach, accounts: int, people: int, now: datetime) -> None:
    """Write into the log that these are being told; again where a run that was cut short goes on."""
    after = f"{accounts} messages, {people} letters"
    await record(session, at=now, by=COMMAND, act="breach_tell", entity="breach", entity_id=breach.id, after=after)


async def _is_open(session: AsyncSession, breach: Breach) -> bool:
    """Lock the breach against withdrawal in this transaction, and say whether it still stands."""
    await advisory_lock(session, LOCK)
    return (await session.exec(select(Breach.withdrawn_at).where(Breach.id == breach.id))).one() is None


def _to_tell(breach: Breach) -> Any:
    told = select(BreachNotice.account_id).where(BreachNotice.breach_id == breach.id)
    return select(Account).where(
        col(Account.id).in_(_linked(breach)), col(Account.id).not_in(told), col(Account.unreachable).is_(None)
    )


def _to_write(breach: Breach) -> Any:
    written = select(PrintedLetter.person_id).where(_about(breach))
    return (
        select(Person.id, func.max(Application.office))
        .join(Application, col(Application.person_id) == Person.id)
        .where(col(Person.id).in_(affected(breach)), col(Person.id).not_in(_reachable()))
        .where(col(Person.id).not_in(written), ~select(Erasure.id).where(col(Erasure.person_id) == Person.id).exists())
        .group_by(col(Person.id))
    )


async def notify_batch(
    session: AsyncSession, breach: Breach, words: Callable[[str], str], now: datetime, limit: int = AT_ONCE
) -> int:
    """Put the notice to the next accounts into the outbox; returns how many. Told once, however often it is begun.

    `words`: the notice in a language.
    """
    if not await _is_open(session, breach):
        return 0
    with not_raising():  # who is told is told by number and language only
        accounts = list(await session.exec(_to_tell(breach).order_by(col(Account.id)).limit(limit)))
    session.add_all([BreachNotice(breach_id=breach.id or 0, account_id=one.id or 0, told_at=now) for one in accounts])
    await outbox.enqueue(session, [_notice(breach, one, words(one.language), now) for one in accounts])
    return len(accounts)


async def write_letters_batch(
    session: AsyncSession, breach: Breach, words: Callable[[], dict[str, Any]], now: datetime, limit: int = AT_ONCE
) -> int:
    """Write the notice to the next people whom no message reaches; returns how many. One letter each."""
    if not await _is_open(session, breach):
        return 0
    question = _to_write(breach).order_by(col(Person.id)).limit(limit)
    people = [(number or 0, office) for number, office in await session.exec(question)]
    for number, office in people:
        occasion = f"breach:{breach.id}:{number}"
        await store_letter(session, LetterDraft(number, breach.office or office, occasion, words(), now))
    return len(people)


def _notice(breach: Breach, account: Account, words: str, now: datetime) -> dict[str, Any]:
    body = {"chat_id": account.telegram_id, "text": words, "link_preview_options": {"is_disabled": True}}
    return {
        "chat_id": account.telegram_id,
        "priority": int(Priority.NOTICE),
        "method": "sendMessage",
        "body": body,
        "reference": f"breach-{breach.id}",
        "made_at": now,
        "not_before": None,
    }


async def get_breach(session: AsyncSession, breach_id: int) -> Breach | None:
    """Return a breach by its number."""
    return await session.get(Breach, breach_id)
