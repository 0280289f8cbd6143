"""A kind of data that is kept for some days after its end: what would go, when the next goes, and its removal.

    ended ──the days of the office──▶ past ──a few at a time──▶ gone          still open: held, however old

Rows past their days are found in a read-only session, and checked again where they are removed: a row that was reopened
meanwhile, or is locked, stays.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.database import Database, advisory_lock
from models.office_file import Retention

BATCH = 1_000
"""Found by one look through a table."""
PER_TRANSACTION = 100
"""Removed in one transaction, so that updates hardly wait."""
Conditions = Sequence[Any]


@dataclass(frozen=True)
class Policy:
    """`setting`: whose days in the office's file; `what`: what goes, for operators.

    `key`, `since` and `ended` say which rows, and from when their days count; `remove` takes keys. `called`: the number
    by which an office knows one, where there is one that tells nothing about a person. `held`: what has not ended.
    """

    setting: str
    what: str
    key: Any
    since: Any
    remove: Callable[[AsyncSession, Sequence[Any], datetime], Awaitable[None]]
    ended: Callable[[Retention], Conditions] = lambda days: ()
    called: Any = None
    held: Conditions | None = None
    at_once: int = PER_TRANSACTION

    def days(self, retention: Retention) -> int:
        return int(getattr(retention, self.setting))

    def then(self, retention: Retention, now: datetime) -> datetime:
        """Return the moment before which a row must have ended to be past its days."""
        return now - timedelta(days=self.days(retention))

    def past(self, retention: Retention, now: datetime, *asked: Any) -> Any:
        """Build the SELECT of rows past their days; `asked`: its columns."""
        conditions = (self.since <= self.then(retention, now), *self.ended(retention))
        return select(*(asked or (self.key,))).where(*conditions)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a look at one kind found; `called`: the first of those that would go, by the office's own numbers."""

    kind: Policy
    days: int
    past: int
    called: list[str]
    held: int
    next: datetime | None


async def preview(session: AsyncSession, kind: Policy, retention: Retention, now: datetime, most: int = 5) -> Preview:
    """Return what would be removed now, and when the next is due. Nothing is changed."""
    count = (await session.exec(kind.past(retention, now, func.count()))).one()
    named = kind.past(retention, now, kind.called).order_by(kind.since, kind.key).limit(most)
    called = list(await session.exec(named)) if kind.called is not None and count else []
    held = 0
    if kind.held is not None:
        question: Any = select(func.count()).where(kind.since <= kind.then(retention, now), *kind.held)
        held = int((await session.exec(question)).one())
    later: Any = select(func.min(kind.since)).where(kind.since > kind.then(retention, now), *kind.ended(retention))
    since = (await session.exec(later)).one()
    days = kind.days(retention)
    return Preview(kind, days, count, [str(one) for one in called], held, since and since + timedelta(days=days))


async def remove_some(store: Database, kind: Policy, retention: Retention, now: datetime) -> int:
    """Find rows past their days, and remove them a few in each transaction; returns how many are gone."""
    async with store.read_only() as session:
        found = list(await session.exec(kind.past(retention, now).order_by(kind.since, kind.key).limit(BATCH)))
    gone = 0
    for start in range(0, len(found), kind.at_once):
        async with store.transaction() as session:
            gone += await remove(session, kind, found[start : start + kind.at_once], retention, now)
    return gone


async def remove(session: AsyncSession, kind: Policy, keys: Sequence[Any], retention: Retention, now: datetime) -> int:
    """Remove those of these that are still past their days and not locked (`SKIP LOCKED`); returns how many."""
    await advisory_lock(session, "retention")
    question = kind.past(retention, now).where(kind.key.in_(keys))
    still = list(await session.exec(question.with_for_update(skip_locked=True, of=kind.key.table)))
    if still:
        await kind.remove(session, sorted(still), now)
    return len(still)
