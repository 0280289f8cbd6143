"""Under 18: a guardian with proof, and the youth's own yes; at 18 the guardian's power ends by itself.

    registered ─▶ what is missing: a guardian · proof seen by staff · the youth's own yes ─▶ nothing
    18th birthday, midnight where the person lives ─▶ the guardian's link is over; the young person is asked

Sources: UU 23/2002 with UU 35/2014, article 1 (a child is under 18); PRODUCT "Who may see and do what".
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from models import scheduled
from models.audit import record
from models.people.born import ADULT_AT, Born
from models.people.link import WARNED_BEFORE, Link
from models.people.person import Person
from models.places import gazetteer
from models.scheduled import EventSpec, ScheduledKind


class Lacking(StrEnum):
    """What a file of a person under 18 still lacks."""

    GUARDIAN = "guardian"
    PROOF = "proof"
    OWN_YES = "own_yes"


def is_minor(person: Person, now: datetime) -> bool:
    """May the person be under 18 today, where they live? Consent goes by today, eligibility by the programme's own
    date.

    A person who may be a child is protected like one, until more is known about an estimated birth.
    """
    youngest, _oldest = person.born.ages_on(gazetteer().day_in(person.regency, now))
    return youngest < ADULT_AT


def zone_of(person: Person) -> ZoneInfo:
    return ZoneInfo(gazetteer().zone(person.regency).name)


def eighteenth(born: Born) -> date:
    """Return the day on which a person is 18 for certain; born on 29 February, it is 1 March (as `age_on` counts)."""
    day = born.latest
    try:
        return day.replace(year=day.year + ADULT_AT)
    except ValueError:
        return date(day.year + ADULT_AT, 3, 1)


def grown_up_at(person: Person) -> datetime:
    """Return the first moment of the 18th birthday on the clocks where the person lives."""
    return datetime.combine(eighteenth(person.born), time(0), zone_of(person)).astimezone(ZoneInfo("UTC"))


def end_of(person: Person, usual: datetime, now: datetime) -> datetime:
    """Return when a caregiver's link ends: as usual, or at 18 if that is still to come and sooner."""
    adult_at = grown_up_at(person)
    return min(usual, adult_at) if now < adult_at else usual


def lacking(person: Person, links: Sequence[Link], now: datetime) -> list[Lacking]:
    """Return what is missing for a person under 18, of the links in force with them; nothing for an adult."""
    if not is_minor(person, now):
        return []
    guardians = [link for link in links if not link.is_self]
    missing = []
    if not guardians:
        missing.append(Lacking.GUARDIAN)
    elif not any(link.guardian_proven_at for link in guardians):
        missing.append(Lacking.PROOF)
    if not any(link.agreed_at for link in links):
        missing.append(Lacking.OWN_YES)
    return missing


def came_of_age_here(link: Link, person: Person, now: datetime) -> bool:
    """Is it an own account's link from before the 18th birthday? Its holder now decides alone, and is asked."""
    return link.is_self and link.holds(now) and not is_minor(person, now) and link.made_at < grown_up_at(person)


async def schedule_reminders(session: AsyncSession, link: Link, person: Person, chat_id: int, now: datetime) -> None:
    """Remember when a caregiver's link ends, some days before; and the 18th birthday, if it is still to come."""
    if link.expires_at is not None:
        soon = max(now, link.expires_at - WARNED_BEFORE)
        await scheduled.schedule(session, EventSpec(ScheduledKind.LINK_ENDS, chat_id, link.id or 0, soon))
    if now < (adult_at := grown_up_at(person)):
        await scheduled.schedule(session, EventSpec(ScheduledKind.TURNS_ADULT, chat_id, link.id or 0, adult_at))


async def record_proof(session: AsyncSession, link: Link, *, by: int, now: datetime) -> None:
    """Record that an officer (`by`) has seen the proof of relation, such as a family card or birth certificate."""
    if link.is_self:
        raise ValueError("nobody is their own guardian")
    if by == link.account_id:
        raise ValueError("nobody checks their own proof")
    link.guardian_proven_at = now
    session.add(link)
    await record(session, at=now, by=by, act="guardian_proven", entity="link", entity_id=link.id)


class NotByASocialWorker(Exception):
    """Only a social worker may note that a person cannot decide alone for now."""


class NoReason(Exception):
    """A capacity note needs a reason in sentences about this person; a kind of disability is none."""


MIN_REASON_WORDS = 6


async def note_capacity(
    session: AsyncSession, person: Person, reason: str, *, by: int, is_social_worker: bool, now: datetime
) -> None:
    """Record why a person cannot decide alone for now. It reads no kind of disability, and changes none.

    `is_social_worker` comes from the staff row, never from a chat. The note stands in the audit log, encrypted; it
    grants nothing by itself (UU 8/2016, article 9: legal capacity is equal).
    """
    if not is_social_worker:
        raise NotByASocialWorker
    if len(reason.split()) < MIN_REASON_WORDS:
        raise NoReason
    note = {"reason": reason}
    await record(session, at=now, by=by, act="capacity_note", entity="person", entity_id=person.id, note=note)
