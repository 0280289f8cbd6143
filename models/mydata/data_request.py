"""A request about own data that staff must answer, and by when (UU 27/2022: 3 x 24 hours).

    open ──staff──▶ done or refused, with a reason; the person is told        ──the person──▶ taken back
      └─ some hours before the end staff are reminded; when it has passed the person is told

A person has at most one open request about one thing; asking again changes its words and not its clock. What counted at
once is a row too (done, without an officer): so old and new can be erased with the person, which the audit log cannot.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Index, text
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import scheduled
from models.applications import receipt
from models.applications.application import OVER, Application
from models.audit import record
from models.columns import enum_column
from models.encrypted import PINNED, EncryptedRow, encrypted
from models.intact_rows import intact_rows
from models.offices.authority import Post, is_within
from models.offices.running_number import next_number
from models.people.account import Account
from models.people.link import Link, Scope, links_of
from models.people.person import Person
from models.scheduled import EventSpec, ScheduledKind

SERIES, LETTERS = "own_data", "DAT"
"""The running number of references, and the letters that stand before it."""
WARNED_BEFORE = timedelta(hours=24)
"""When staff are reminded: a working day is left, as a rule."""
AT_ONCE = 50
"""How many requests an officer is shown at a time."""
IS_OPEN = text("state = 'open'")


class Right(StrEnum):
    """What is asked."""

    CORRECT = "correct"
    ERASE = "erase"
    LOOK = "look"
    """A person looks instead of the bot's sorting."""


class RequestState(StrEnum):
    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


class DataRequest(EncryptedRow, table=True):
    """`about` names the part of the data that is meant: a field, or a question of a programme; never its content."""

    __tablename__ = "data_request"
    __table_args__ = (
        Index(
            "ux_data_request_open",
            "person_id",
            "kind",
            "about",
            unique=True,
            sqlite_where=IS_OPEN,
            postgresql_where=IS_OPEN,
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    reference: str = Field(unique=True)
    account_id: int = Field(foreign_key="account.id", index=True, sa_column_kwargs=PINNED)
    person_id: int = Field(foreign_key="person.id", index=True, sa_column_kwargs=PINNED)
    kind: Right = enum_column(Right)
    about: str = ""
    wish: Any = encrypted("data_request.wish", default=None)
    office: str = Field(foreign_key="office.key", index=True)
    region: str
    state: RequestState = enum_column(RequestState, RequestState.OPEN, index=True)
    asked_at: datetime
    promised_at: datetime
    answered_by: int | None = Field(default=None, foreign_key="account.id")
    answered_at: datetime | None = None
    answer: Any = encrypted("data_request.answer", default=None)

    @property
    def is_open(self) -> bool:
        return self.state is RequestState.OPEN

    def is_late(self, now: datetime) -> bool:
        return self.is_open and self.promised_at <= now


class ResponsibleOffice(NamedTuple):
    """Which office answers, within how many hours (its file says), and by the clock of which time zone."""

    office: str
    hours: int
    zone: str


class RequestSpec(NamedTuple):
    """What an account wants done with a person's data. `about`: which part; `wish`: the words, or old and new."""

    account: Account
    person: Person
    right: Right
    about: str = ""
    wish: Any = None


async def ask(
    session: AsyncSession, wanted: RequestSpec, answering: ResponsibleOffice, *, now: datetime
) -> DataRequest:
    """Store a request. An open one about the same thing takes the new words and keeps its deadline.

    It belongs to this account from then on: staff read who asks it.
    """
    found = await lock_open_request(session, wanted.person.id or 0, wanted.right, wanted.about)
    if found is not None:
        found.wish, found.account_id = _merge_wish(found.wish, wanted.wish), wanted.account.id or 0
        session.add(found)
        if still := [one for one in _deadline_events(wanted.account, found) if one.due_at > now]:
            await scheduled.schedule(session, *still)
        return found
    request = await _insert(session, wanted, answering, RequestState.OPEN, now)
    await scheduled.schedule(session, *_deadline_events(wanted.account, request))
    return request


def _deadline_events(account: Account, request: DataRequest) -> list[EventSpec]:
    """Return the reminder and the deadline, in the chat of the account that worded the request last."""
    chat_id, number, promised = account.telegram_id, request.id or 0, request.promised_at
    return [
        EventSpec(ScheduledKind.OWN_DATA_SOON, chat_id, number, promised - WARNED_BEFORE),
        EventSpec(ScheduledKind.OWN_DATA_LATE, chat_id, number, promised),
    ]


async def record_done(
    session: AsyncSession, wanted: RequestSpec, answering: ResponsibleOffice, *, now: datetime
) -> DataRequest:
    """Record a change that needed no answer; an open request about the same thing is settled by it."""
    if (found := await lock_open_request(session, wanted.person.id or 0, wanted.right, wanted.about)) is not None:
        await settle(session, found, RequestState.TAKEN_BACK, None, by=wanted.account.id, now=now)
    return await _insert(session, wanted, answering, RequestState.DONE, now)


async def _insert(
    session: AsyncSession, wanted: RequestSpec, answering: ResponsibleOffice, state: RequestState, now: datetime
) -> DataRequest:
    account, person, right, about, wish = wanted
    year = now.astimezone(ZoneInfo(answering.zone)).year
    request = DataRequest(
        reference=str(receipt.make(LETTERS, year, await next_number(session, SERIES, year))),
        account_id=account.id or 0,
        person_id=person.id or 0,
        kind=right,
        about=about,
        wish=wish,
        office=answering.office,
        region=person.district or person.regency,
        state=state,
        asked_at=now,
        promised_at=now + timedelta(hours=answering.hours),
        answered_at=None if state is RequestState.OPEN else now,
    )
    session.add(request)
    await session.flush()
    await _note(session, request, "ask_right" if request.is_open else "right_at_once", account.id, now)
    return request


def _merge_wish(before: Any, wish: Any) -> Any:
    """Return the new wish with the value that was stored when it was asked first."""
    if isinstance(before, dict) and isinstance(wish, dict) and "was" in before:
        return wish | {"was": before["was"]}
    return wish


async def _note(session: AsyncSession, request: DataRequest, act: str, by: int | None, now: datetime) -> None:
    """Audit a request: which right, about which field, and never a stored value."""
    await record(
        session,
        at=now,
        by=by,
        act=act,
        entity="data_request",
        entity_id=request.id,
        before=f"{request.kind} {request.about}".strip(),
        after=request.state,
    )


async def settle(
    session: AsyncSession,
    request: DataRequest,
    state: RequestState,
    answer: str | None,
    *,
    by: int | None,
    now: datetime,
) -> None:
    """Settle a request and cancel its deadlines. The caller does what was asked, in the same transaction."""
    request.state, request.answer, request.answered_by, request.answered_at = state, answer, by, now
    session.add(request)
    await session.flush()
    await scheduled.cancel(session, [ScheduledKind.OWN_DATA_SOON, ScheduledKind.OWN_DATA_LATE], request.id or 0, now)
    await _note(session, request, "settle_right", by, now)


async def lock_open_request(session: AsyncSession, person_id: int, right: Right, about: str = "") -> DataRequest | None:
    """Lock and return the open request of a person about one thing (`SELECT … FOR UPDATE`)."""
    question = select(DataRequest).where(
        DataRequest.person_id == person_id,
        DataRequest.kind == right,
        DataRequest.about == about,
        DataRequest.state == RequestState.OPEN,
    )
    return (await session.exec(question.with_for_update().execution_options(populate_existing=True))).first()


async def requests_of(session: AsyncSession, person_id: int) -> list[DataRequest]:
    """Return everything that was ever asked about a person's data, the first one first."""
    question = select(DataRequest).where(DataRequest.person_id == person_id).order_by(col(DataRequest.id))
    return list(await session.exec(question))


async def requests_for(session: AsyncSession, link: Link) -> list[DataRequest]:
    """Return the requests that one link may read: all with scope to act; else those this account asked itself."""
    found = await requests_of(session, link.person_id)
    return [one for one in found if link.is_self or link.scope is Scope.ACT or one.account_id == link.account_id]


async def hearers(session: AsyncSession, request: DataRequest, now: datetime) -> list[Account]:
    """Who hears what became of it: the person's own accounts, and the one that asked, as long as its link holds."""
    linked = await links_of(session, request.person_id, now)
    concerned = [account for link, account in linked if link.is_self or account.id == request.account_id]
    return [account for account in concerned if account.unreachable is None]


async def open_requests(session: AsyncSession, post: Post) -> list[tuple[DataRequest, Person]]:
    """Return the open requests in the office and region of a post, the earliest deadline first."""
    question = select(DataRequest, Person).join(Person, col(Person.id) == DataRequest.person_id)
    question = question.where(
        DataRequest.office == post.office,
        DataRequest.state == RequestState.OPEN,
        col(DataRequest.region).startswith(post.region),
    )
    rows = await intact_rows(
        session, question.order_by(col(DataRequest.promised_at), col(DataRequest.id)).limit(AT_ONCE)
    )
    return [(request, person) for request, person in rows if is_within(request.region, post.region)]


async def lock_request(session: AsyncSession, request_id: int) -> tuple[DataRequest, Person] | None:
    """Lock and return a request and its person (`SELECT … FOR UPDATE`); the caller checks who may see it."""
    question = select(DataRequest).where(DataRequest.id == request_id).with_for_update()
    # refresh: an earlier item of this transaction may have read it before a colleague answered
    request = (await session.exec(question.execution_options(populate_existing=True))).first()
    person = await session.get(Person, request.person_id) if request else None
    return (request, person) if request and person else None


async def office_of(session: AsyncSession, person_id: int, otherwise: str, about: int | None = None) -> str:
    """Return the office that answers for a person's data: that of the newest file, of an open one first.

    `about`: the only file that is meant; no other office changes its content.
    """
    question = select(Application.office, Application.stage).where(Application.person_id == person_id)
    question = question.where(Application.id == about) if about is not None else question
    files = list(await session.exec(question.order_by(col(Application.id).desc())))
    still_open = [office for office, stage in files if stage not in OVER]
    return next(iter([*still_open, *(office for office, _stage in files)]), otherwise)


async def erase_requests(session: AsyncSession, person_id: int, now: datetime) -> None:
    """Erase the wishes and answers of an erased person, and settle open requests."""
    for request in await requests_of(session, person_id):
        if request.is_open:
            await settle(session, request, RequestState.DONE, None, by=None, now=now)
        request.wish, request.answer = None, None
        session.add(request)
