"""Consent to live away from home for a programme: the applicant's own answer and that of the family.

    not asked ─▶ asked ─┬─▶ given ──▶ withdrawn ─▶ given again
        └──said unasked─┼─▶ refused ─▶ given
                        └─▶ talk first ─▶ given, refused

Empty seats come from families that were never asked (DOMAIN.md, finding 6), so it is a step with a day. An adult
decides alone: the family's answer is stored, and stops nothing. Under 18 the guardian's yes is needed, and the own yes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Index, text, update
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import scheduled
from models.applications.application import Application
from models.audit import record
from models.columns import enum_column
from models.encrypted import PINNED, EncryptedRow, encrypted
from models.help_request import HelpRequest, HelpState
from models.people import guardianship
from models.people.account import Account
from models.people.link import Link, Relation, links_of
from models.people.person import Person
from models.programmes.programme_parts import LeavingHome
from models.scheduled import EventSpec, ScheduledKind

REMIND_AFTER = timedelta(days=5)
"""Long enough to discuss it at the week's end, and early enough that a companion can still visit."""
FAMILY_RELATIONS = frozenset({Relation.CHILD, Relation.FAMILY})
"""Relations of a caregiver who is asked as family; a companion is not."""
WAITING = [ScheduledKind.DEPARTURE_ASKED, ScheduledKind.DEPARTURE_REMINDED, ScheduledKind.DEPARTURE_UNANSWERED]
REQUEST = "leaving_home"
"""The kind of a request to staff about it."""
WITHOUT_LINK, WITH_LINK = text("link_id IS NULL"), text("link_id IS NOT NULL")


class Respondent(StrEnum):
    OWN = "own"
    FAMILY = "family"


class Response(StrEnum):
    NOT_ASKED = "not_asked"
    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"
    TALK = "talk"
    WITHDRAWN = "withdrawn"


ANSWERS = frozenset({Response.GIVEN, Response.REFUSED, Response.TALK})
"""What can be answered; a no after a yes is a yes withdrawn."""
CONCERNS = frozenset({Response.REFUSED, Response.TALK, Response.WITHDRAWN})
"""Answers that staff should know of before a seat is lost."""
MOVES: dict[Response, frozenset[Response]] = {
    Response.NOT_ASKED: frozenset({Response.ASKED, *ANSWERS}),
    Response.ASKED: ANSWERS,
    Response.GIVEN: frozenset({Response.WITHDRAWN, Response.TALK}),
    Response.REFUSED: frozenset({Response.GIVEN, Response.TALK}),
    Response.TALK: frozenset({Response.GIVEN, Response.REFUSED}),
    Response.WITHDRAWN: frozenset({Response.GIVEN, Response.TALK}),
}
PRECEDENCE = (Response.REFUSED, Response.WITHDRAWN, Response.TALK, Response.GIVEN, Response.ASKED)
"""Of several in the family: one who holds back is not overruled by another who does not."""


class Departure(EncryptedRow, table=True):
    """What one of them said about one file. Without a link: the person, or family without an account."""

    __table_args__ = (
        Index(
            "ux_departure_voice",
            "application_id",
            "voice",
            unique=True,
            sqlite_where=WITHOUT_LINK,
            postgresql_where=WITHOUT_LINK,
        ),
        Index(
            "ux_departure_link",
            "application_id",
            "link_id",
            unique=True,
            sqlite_where=WITH_LINK,
            postgresql_where=WITH_LINK,
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    application_id: int = Field(foreign_key="application.id", index=True, sa_column_kwargs=PINNED)
    voice: Respondent = enum_column(Respondent)
    link_id: int | None = Field(default=None, foreign_key="link.id")
    state: Response = enum_column(Response, Response.NOT_ASKED)
    asked_at: datetime | None = None
    answer_by: datetime | None = None
    answered_at: datetime | None = None
    words: Any = encrypted("departure.words", default=None)
    assisted_by: Any = encrypted("departure.assisted_by", default=None)
    heard_by: int | None = Field(default=None, foreign_key="account.id")
    request_id: int | None = Field(default=None, foreign_key="help_request.id")

    def ask(self, *, answer_by: datetime, now: datetime) -> bool:
        """Mark as asked, unless it was asked or answered before. Returns whether it is asked now."""
        if Response.ASKED not in MOVES[self.state]:
            return False
        self.state, self.asked_at, self.answer_by = Response.ASKED, now, answer_by
        return True

    def record_response(
        self, answer: Response, *, now: datetime, assisted_by: str | None = None, heard_by: int | None = None
    ) -> bool:
        """Keep an answer; the same one again changes nothing. `heard_by`: the officer before whom it was said."""
        if answer not in ANSWERS:
            raise ValueError(f"{answer} is no answer")
        becomes = next_state(self.state, answer)
        if becomes is self.state:
            return False
        self.state, self.answered_at, self.words = becomes, now, None
        self.assisted_by, self.heard_by = assisted_by, heard_by
        return True


def next_state(was: Response, answer: Response) -> Response:
    """Return the state after an answer: a no after a yes withdraws the yes."""
    if answer in MOVES[was]:
        return answer
    return Response.WITHDRAWN if was is Response.GIVEN and answer is Response.REFUSED else was


@dataclass(frozen=True, slots=True)
class LeavingStatus:
    """Where the step stands for one file: the person, the family, the day of the answer."""

    own: Response
    family: Response
    is_minor: bool = False
    lacks_proof: bool = False
    """A guardian said yes, and staff have not seen yet that they are the guardian."""
    answer_by: datetime | None = None

    @property
    def is_settled(self) -> bool:
        """May the applicant leave home? An adult decides alone."""
        return self.own is Response.GIVEN and (not self.is_minor or self.family is Response.GIVEN)


def leaving_status(person: Person, said: Sequence[Departure], links: Sequence[Link], now: datetime) -> LeavingStatus:
    """Compute the status from the answers of accounts linked with the person (`links`), or witnessed by an officer."""
    known = {link.id: link for link in links}
    is_minor = guardianship.is_minor(person, now)
    counted = [one for one in said if one.link_id is None or one.link_id in known]
    own = next((one.state for one in counted if one.voice is Respondent.OWN), Response.NOT_ASKED)
    family = [one for one in counted if one.voice is Respondent.FAMILY]
    unproven = [one for one in family if is_minor and not is_proven(one, known)]
    states = {Response.ASKED if one in unproven and one.state is Response.GIVEN else one.state for one in family}
    asked = [one.answer_by for one in counted if one.state is Response.ASKED and one.answer_by is not None]
    return LeavingStatus(
        own=own,
        family=next((one for one in PRECEDENCE if one in states), Response.NOT_ASKED),
        is_minor=is_minor,
        lacks_proof=any(one.state is Response.GIVEN for one in unproven),
        answer_by=min(asked, default=None),
    )


def is_proven(said: Departure, links: dict[int | None, Link]) -> bool:
    """Is it proved that a guardian answered: by the proof of their link, or by the officer who witnessed it?"""
    link = links.get(said.link_id)
    return said.heard_by is not None or (link is not None and link.guardian_proven_at is not None)


def may_speak_as_family(link: Link) -> bool:
    """Is this caregiver asked as family? The caller checks that the link is in force."""
    return not link.is_self and link.relation in FAMILY_RELATIONS


async def responses_of(session: AsyncSession, application_id: int) -> list[Departure]:
    question = select(Departure).where(Departure.application_id == application_id).order_by(col(Departure.id))
    return list(await session.exec(question))


async def load_leaving_status(
    session: AsyncSession, application: Application, person: Person, now: datetime
) -> LeavingStatus:
    """Load the answers and links of one file, and compute its status."""
    links = [link for link, _account in await links_of(session, person.id or 0, now)]
    return leaving_status(person, await responses_of(session, application.id or 0), links, now)


async def get_or_create(session: AsyncSession, application_id: int, voice: Respondent, link: Link | None) -> Departure:
    """Return the row of one respondent, made where there is none yet."""
    link_id = link.id if link is not None and voice is Respondent.FAMILY else None
    for one in await responses_of(session, application_id):
        if (one.voice, one.link_id) == (voice, link_id):
            return one
    row = Departure(application_id=application_id, voice=voice, link_id=link_id)
    session.add(row)
    await session.flush()
    return row


async def ask_everyone(
    session: AsyncSession, application: Application, person: Person, away: LeavingHome, *, by: int | None, now: datetime
) -> bool:
    """Ask the applicant, and every family member who is linked with them; the file is complete.

    Returns whether one could be asked in a chat; an applicant without an account is asked on paper, by the same day.
    """
    linked = await links_of(session, person.id or 0, now)
    own = [account for link, account in linked if link.is_self]
    seeing = [account for link, account in linked if link.sees_all() or application.account_id == link.account_id]
    for account in [*own, *seeing][:1]:  # an applicant without an account is asked in the chat of a caregiver
        await ask(session, application, AskedParty(Respondent.OWN, None, account), away, by=by, now=now)
    for link, account in linked:
        if may_speak_as_family(link) and account in seeing:
            await ask(session, application, AskedParty(Respondent.FAMILY, link, account), away, by=by, now=now)
    if not seeing:
        await ask(session, application, AskedParty(Respondent.OWN, None, None), away, by=by, now=now)
    return bool(seeing)


class AskedParty(NamedTuple):
    """Who is asked, and in whose chat; None: on paper."""

    voice: Respondent
    link: Link | None
    account: Account | None


async def ask(
    session: AsyncSession,
    application: Application,
    asked: AskedParty,
    away: LeavingHome,
    *,
    by: int | None,
    now: datetime,
) -> None:
    """Ask one of them, unless something was said already."""
    row = await get_or_create(session, application.id or 0, asked.voice, asked.link)
    if not row.ask(answer_by=now + timedelta(days=away.answer_days), now=now):
        return
    session.add(row)
    await audit_move(session, application, row, was=Response.NOT_ASKED, by=by, now=now)
    if asked.account is None:
        return
    chat_id, subject = asked.account.telegram_id, row.id or 0
    await scheduled.schedule(
        session,
        EventSpec(ScheduledKind.DEPARTURE_ASKED, chat_id, subject, now),
        EventSpec(ScheduledKind.DEPARTURE_REMINDED, chat_id, subject, now + REMIND_AFTER),
        EventSpec(ScheduledKind.DEPARTURE_UNANSWERED, chat_id, subject, row.answer_by or now),
    )


@dataclass(frozen=True, slots=True)
class RecordedResponse:
    """An answer: who was asked, what they said, who read it out, before which officer."""

    voice: Respondent
    link: Link | None
    answer: Response
    assisted_by: str | None = None
    officer: int | None = None


async def record_response(
    session: AsyncSession, application: Application, heard: RecordedResponse, *, by: int, now: datetime
) -> Departure:
    """Keep an answer, and ask no more; `by` is the account that wrote it."""
    row = await get_or_create(session, application.id or 0, heard.voice, heard.link)
    was = row.state
    if not row.record_response(heard.answer, now=now, assisted_by=heard.assisted_by, heard_by=heard.officer):
        return row
    session.add(row)
    await audit_move(session, application, row, was=was, by=by, now=now)
    await scheduled.cancel(session, WAITING, row.id or 0, now)
    return row


async def audit_move(
    session: AsyncSession, application: Application, row: Departure, *, was: Response, by: int | None, now: datetime
) -> None:
    """Audit each move: who answers, and how. The text that was read follows from the programme's version."""
    about = {"voice": row.voice, "link": row.link_id, "assisted": row.assisted_by is not None}
    move: dict[str, Any] = {"before": was, "after": row.state, "note": about}
    await record(session, at=now, by=by, act="departure", entity="application", entity_id=application.id, **move)


async def open_request(session: AsyncSession, row: Departure) -> HelpRequest | None:
    """Return the open request to staff about this answer, if any; there is one at a time.

    An answered one is emptied: the words stand in the departure row, and are erased with its person.
    """
    request = await session.get(HelpRequest, row.request_id) if row.request_id else None
    if request is None or request.state is HelpState.OPEN:
        return request
    request.words = None
    session.add(request)
    return None


async def erase_responses(session: AsyncSession, applications: Sequence[int], now: datetime) -> None:
    """Erase the words and respondents of an erased person's answers, and cancel the reminders."""
    rows = list(await session.exec(select(Departure).where(col(Departure.application_id).in_(applications))))
    asked = col(HelpRequest.id).in_([row.request_id for row in rows])
    await (await session.connection()).execute(update(HelpRequest).where(asked).values(words=None))
    for row in rows:
        row.words = row.assisted_by = row.link_id = row.heard_by = row.request_id = None
        session.add(row)
        await scheduled.cancel(session, WAITING, row.id or 0, now)
