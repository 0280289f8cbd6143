"""Where everything stands: what one account may know of each of its people, in two questions to the database.

account ─▶ links in force ─▶ people ─▶ lines (an application; training and toolkit become lines of their own)
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import scheduled
from models.applications.application import MOVES, OVER, Application, Stage
from models.applications.document import Document
from models.audit import record
from models.people import guardianship
from models.people.account import Account
from models.people.guardianship import Lacking
from models.people.link import Link, Scope, links_of
from models.people.person import Person
from models.programmes.programme_file import Programme
from models.programmes.programme_parts import RequiredDocument as Paper
from models.programmes.programme_parts import missing_papers
from models.scheduled import EventSpec, ScheduledKind

TO_SEND = frozenset({Stage.SUBMITTED, Stage.NEEDS_FIX})


@dataclass(frozen=True, slots=True)
class ApplicationLine:
    """An application with the kinds of paper that have come in."""

    application: Application
    papers: frozenset[str] = frozenset()
    may_act: bool = True

    @property
    def is_over(self) -> bool:
        return self.application.stage in OVER

    @property
    def can_be_withdrawn(self) -> bool:
        return self.may_act and Stage.WITHDRAWN in MOVES[self.application.stage]

    def is_late(self, now: datetime) -> bool:
        """Has the day of the promised message passed without one?"""
        return not self.is_over and self.application.promised_at <= now

    def missing(self, programme: Programme) -> list[list[Paper]]:
        """Papers that the person can still send: each entry lists the papers of which one is enough."""
        return missing_papers(programme.documents, self.papers)

    def wants_papers(self, programme: Programme | None) -> bool:
        """Is the applicant to act: is a document missing, or was the file never marked as complete?"""
        if self.application.stage not in TO_SEND:
            return False
        return self.application.completed_at is None or bool(programme and self.missing(programme))


Line = ApplicationLine
"""What a person can be told the standing of. Training and toolkit join here when they exist."""


@dataclass(frozen=True, slots=True)
class PersonOverview:
    """One person as one account may see them."""

    person: Person
    link: Link
    lines: list[Line] = field(default_factory=list)
    lacking: list[Lacking] = field(default_factory=list)
    shows_data: bool = True
    """May this account see what is stored about the person? Not what others typed, without the person's yes to act."""


async def overviews_for(session: AsyncSession, account: Account, now: datetime) -> list[PersonOverview]:
    """Return every person of this account with what it may see: a caregiver who typed a file sees what they typed."""
    linked = await session.exec(LINKED, params={"account": account.id})
    rows = [row for row in linked if row[0].holds(now)]
    papers = await document_kinds_of(session, [application.id or 0 for _, _, application in rows if application])
    found: dict[int, PersonOverview] = {}
    for link, person, application in rows:
        standing = found.setdefault(person.id or 0, PersonOverview(person, link))
        if application is not None and may_see(link, application):
            may_act = link.may_act_on(application.account_id)
            standing.lines.append(ApplicationLine(application, papers.get(application.id or 0, frozenset()), may_act))
    return [await with_other_accounts(session, standing, now) for standing in found.values()]


async def with_other_accounts(session: AsyncSession, standing: PersonOverview, now: datetime) -> PersonOverview:
    """Apply the effects of the person's other accounts; most people have none, and cost no query."""
    link, person = standing.link, standing.person
    is_young = guardianship.is_minor(person, now)
    if not is_young and (link.is_self or link.scope is Scope.ACT):
        return standing
    links = [one for one, _ in await links_of(session, person.id or 0, now)]
    others_write = any(one.id != link.id and (one.is_self or one.scope is Scope.ACT) for one in links)
    return replace(
        standing,
        lacking=guardianship.lacking(person, links, now),
        shows_data=link.is_self or link.scope is Scope.ACT or not others_write,
    )


LINKED = (
    select(Link, Person, Application)
    .join(Person, col(Person.id) == Link.person_id)
    .outerjoin(Application, col(Application.person_id) == Link.person_id)
    .where(col(Link.account_id) == bindparam("account"))
    .order_by(col(Link.id), col(Application.id))
)


def may_see(link: Link, application: Application) -> bool:
    return link.sees_all() or application.account_id == link.account_id


async def document_kinds_of(session: AsyncSession, applications: Collection[int]) -> dict[int, frozenset[str]]:
    """Return the kinds of paper in each of these files."""
    if not applications:
        return {}
    question = select(Document.application_id, Document.kind).where(col(Document.application_id).in_(applications))
    found: dict[int, set[str]] = {}
    for application, kind in await session.exec(question):
        found.setdefault(application, set()).add(kind)
    return {application: frozenset(kinds) for application, kinds in found.items()}


def find_line(found: Sequence[PersonOverview], application_id: int) -> tuple[PersonOverview, ApplicationLine] | None:
    """Find an application among what this account may see; None for any other."""
    return next(
        (
            (standing, line)
            for standing in found
            for line in standing.lines
            if isinstance(line, ApplicationLine) and line.application.id == application_id
        ),
        None,
    )


async def find_by_number(session: AsyncSession, number: str) -> tuple[Application, Person] | None:
    """Return the file with a receipt number and whose it is; whether it may be seen is for the caller to ask."""
    question = select(Application, Person).join(Person).where(Application.number == number)
    return (await session.exec(question)).first()


async def withdraw(session: AsyncSession, account: Account, application: Application, now: datetime) -> None:
    """Withdraw an application for its applicant, and cancel the promised news."""
    was = application.stage
    application.withdraw(now)
    session.add(application)
    await record(
        session,
        at=now,
        by=account.id,
        act="withdraw",
        entity="application",
        entity_id=application.id,
        before=was,
        after=application.stage,
    )
    await scheduled.cancel(session, [ScheduledKind.PROMISE], application.id or 0, now)


async def notification_recipients(session: AsyncSession, application: Application, now: datetime) -> list[Account]:
    """Return the accounts that get news of a file: the person's own first, then caregivers as far as their scope goes.

    Only reachable ones. If none is left, the caller writes a printed letter (handlers/wording/printed_letters.py).
    """
    linked = await links_of(session, application.person_id, now)
    typed = [one for one in linked if one[0].scope is Scope.TYPED_ONLY and one[1].id == application.account_id]
    own = [one for one in linked if one[0].is_self]
    helping = [one for one in linked if not one[0].is_self and one[0].is_reminded()]
    return [account for _link, account in [*own, *helping, *typed] if account.unreachable is None]


async def newest_file(session: AsyncSession, person_id: int) -> Application | None:
    """Load the newest file of a person; it names the office that writes to them."""
    newest = select(Application).where(Application.person_id == person_id).order_by(col(Application.id).desc())
    return (await session.exec(newest.limit(1))).first()


async def mark_promise_broken(
    session: AsyncSession, application: Application, *, chat_id: int, next_promise: datetime, now: datetime
) -> None:
    """Count and audit a promised date that passed without news, and schedule the next one."""
    was = application.promised_at
    application.break_promise(next_promise)
    session.add(application)
    await record(
        session,
        at=now,
        by=None,
        act="promise_broken",
        entity="application",
        entity_id=application.id,
        before=was.isoformat(),
        after=next_promise.isoformat(),
    )
    await scheduled.schedule(session, EventSpec(ScheduledKind.PROMISE, chat_id, application.id or 0, next_promise))
