"""Corrects stored data: which part, which account may, whether it counts at once, and how it is applied.

    no officer has checked it ─▶ counts at once, old and new are kept with the person
    an officer has checked it ─▶ a request: staff see both side by side, and apply it or say why not

Phone and needs always count at once: no officer checks them, and only the person knows.
"""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import scheduled
from models.applications.application import UNCHECKED, Application
from models.applications.overview import PersonOverview
from models.applications.registration import Registration
from models.applications.submission import index_name, keyring
from models.people import guardianship
from models.people.born import ADULT_AT, Born
from models.people.duplicates import alike_hash
from models.people.link import LASTS, Relation, Scope, links_of
from models.people.nik import Nik, read_nik
from models.people.person import Person
from models.places import gazetteer
from models.scheduled import ScheduledKind


class DataPart(StrEnum):
    """What of the data is corrected. ANSWERS are those to the own questions of one file's programme."""

    NAME = "name"
    BIRTH = "birth"
    PLACE = "place"
    PHONE = "phone"
    NEEDS = "needs"
    ANSWERS = "answers"


PLACE = ("regency", "district", "village", "village_text")
AT_ONCE = frozenset({DataPart.PHONE, DataPart.NEEDS})
ON_CARD = frozenset({DataPart.NAME, DataPart.BIRTH})
"""What stands on the card that an officer has seen."""
BY_REGISTERING = (DataPart.NAME, DataPart.BIRTH, DataPart.PLACE)
"""Parts that another registration of a known person no longer changes by itself, once they were checked."""


def subject_of(part: DataPart, application: Application | None = None) -> str:
    """Return the name of the corrected part in a request, without its content."""
    return f"{part}.{application.id}" if application else str(part)


def part_of(what: str) -> tuple[DataPart, int | None]:
    name, _dot, number = what.partition(".")
    return DataPart(name), int(number) if number else None


async def files_of(session: AsyncSession, *people: int) -> list[Application]:
    """Return every file of these people, also those that an account does not see: any of them may have been checked."""
    question = select(Application).where(col(Application.person_id).in_(people)).order_by(col(Application.id))
    return list(await session.exec(question))


def may_correct(standing: PersonOverview, files: Sequence[Application]) -> bool:
    """May this account correct: the own one, one that may act; before the person's own consent, the one that typed all
    files?"""
    link = standing.link
    if link.is_self or link.scope is Scope.ACT:
        return True
    typed_all = all(one.account_id == link.account_id for one in files)
    return link.scope is Scope.TYPED_ONLY and standing.shows_data and typed_all


def counts_at_once(part: DataPart, person: Person, files: Sequence[Application], becomes: Any, today: date) -> bool:
    """Has no officer relied on it yet? `files`: all of the person, or the one whose answers it is about."""
    if part in AT_ONCE:
        return True
    if part in ON_CARD and person.card_seen_at is not None:
        return False
    if part is DataPart.BIRTH and _is_adult(person.born, today) is not _is_adult(Born.of(becomes), today):
        return False  # it decides who may speak for whom
    return all(one.stage in UNCHECKED for one in files)


def _is_adult(born: Born, today: date) -> bool:
    youngest, _oldest = born.ages_on(today)
    return youngest >= ADULT_AT


def corrections_in(form: Registration, person: Person, files: Sequence[Application]) -> list[tuple[DataPart, Any]]:
    """Return the parts in which another registration differs from the stored and checked data."""
    told = [(part, value_in_form(part, form)) for part in BY_REGISTERING]
    return [(part, becomes) for part, becomes in told if becomes != stored_value(part, person, files)]


def stored_value(part: DataPart, person: Person, files: Sequence[Application]) -> Any:
    """Return the stored value of a part, in the shape in which it is corrected. `files` as for `apply_correction`."""
    answers = (files[-1].answers or {}) if files else {}
    match part:
        case DataPart.NAME:
            return person.name
        case DataPart.BIRTH:
            return person.birth_date
        case DataPart.PLACE:
            return {name: getattr(person, name) for name in PLACE}
        case DataPart.PHONE:
            return {"phone": person.phone, "owner": answers.get("phone_owner")}
        case DataPart.NEEDS:
            needs = person.needs or {}
            return {"kinds": list(needs.get("kinds", [])), "words": needs.get("words")}
        case DataPart.ANSWERS:
            return dict(answers.get("questions", {}))


def form_for(part: DataPart, person: Person, relation: Relation, files: Sequence[Application]) -> Registration:
    """Return the form of registering as it would stand for this person, with this part still to be asked."""
    needs, phone = stored_value(DataPart.NEEDS, person, files), stored_value(DataPart.PHONE, person, files)
    form = Registration(
        for_whom=relation,
        name=person.name,
        born=person.born,
        phone=person.phone,
        no_phone=person.phone is None,
        phone_owner=phone["owner"],
        needs=needs["kinds"],
        needs_text=needs["words"],
        needs_said=True,
        **stored_value(DataPart.PLACE, person, files),
    )
    if part is DataPart.ANSWERS:
        form.programme, form.answers = files[-1].programme, stored_value(part, person, files)
    blank = Registration()
    for name in ASKED_BY[part]:
        setattr(form, name, getattr(blank, name))
    return form


ASKED_BY: dict[DataPart, tuple[str, ...]] = {
    DataPart.NAME: ("name",),
    DataPart.BIRTH: ("born",),
    DataPart.PLACE: PLACE,
    DataPart.PHONE: ("phone", "no_phone", "phone_owner"),
    DataPart.NEEDS: ("needs", "needs_text", "needs_said"),
    DataPart.ANSWERS: (),
}
"""Fields of the form that are asked again for each part; for answers the caller chooses."""


def value_in_form(part: DataPart, form: Registration) -> Any:
    """Return the value of a part in the form, in the shape of `stored_value`."""
    match part:
        case DataPart.NAME:
            return form.name
        case DataPart.BIRTH:
            return str(form.born)
        case DataPart.PLACE:
            return {name: getattr(form, name) for name in PLACE}
        case DataPart.PHONE:
            return {"phone": form.phone, "owner": form.phone_owner}
        case DataPart.NEEDS:
            return {"kinds": [str(kind) for kind in form.needs], "words": form.needs_text}
        case DataPart.ANSWERS:
            return dict(form.answers)


async def apply_correction(
    session: AsyncSession, part: DataPart, person: Person, becomes: Any, *, files: Sequence[Application], now: datetime
) -> bool:
    """Apply a correction. `files`: the person's, or the one whose answers it is about. False: they were erased
    meanwhile.

    The caller records who decided it, with the request.
    """
    await session.refresh(person, with_for_update=True)
    if person.is_erased:
        return False
    for one in files:
        one.answers = _answers(part, one.answers or {}, becomes)
        session.add(one)
    if part is DataPart.ANSWERS:
        return True
    _describe(person, part, becomes, session)
    person.changed_at = now
    person.alike_hash = alike_hash(keyring(session), person)
    session.add(person)
    await session.flush()
    if part is DataPart.NAME:
        await index_name(session, person)
    if part is DataPart.BIRTH:
        await _update_birth_dependents(session, person, now)
    return True


def _answers(part: DataPart, answers: dict[str, Any], becomes: Any) -> dict[str, Any]:
    """Return what the files themselves hold of it: the answers to their questions, and whose number the phone is."""
    if part is DataPart.ANSWERS:
        return {**answers, "questions": becomes}
    return {**answers, "phone_owner": becomes["owner"]} if part is DataPart.PHONE else answers


def _describe(person: Person, part: DataPart, becomes: Any, session: AsyncSession) -> None:
    match part:
        case DataPart.NAME:
            person.name = becomes
        case DataPart.BIRTH:
            person.birth_date = becomes
        case DataPart.PLACE:
            for name in PLACE:
                setattr(person, name, becomes[name])
        case DataPart.PHONE:
            phone = person.phone = becomes["phone"]
            person.phone_hash = keyring(session).blind_index("phone", phone) if phone else None
        case DataPart.NEEDS:
            person.needs = becomes


async def _update_birth_dependents(session: AsyncSession, person: Person, now: datetime) -> None:
    """Update what depends on a birth date: ends of links, the 18th birthday, and the findings of the NIK."""
    for link, account in await links_of(session, person.id or 0, now):
        if not link.is_self and link.expires_at is not None:
            link.expires_at = guardianship.end_of(person, (link.agreed_at or link.made_at) + LASTS, now)
            session.add(link)
        await scheduled.cancel(session, [ScheduledKind.TURNS_ADULT, ScheduledKind.LINK_ENDS], link.id or 0, now)
        await guardianship.schedule_reminders(session, link, person, account.telegram_id, now)
    if person.nik:
        reading = read_nik(person.nik, today=gazetteer().latest_day(now), places=gazetteer(), born=person.born)
        nik = reading if isinstance(reading, Nik) else reading.nik
        person.nik_findings = sorted(nik.findings) if nik else person.nik_findings
        session.add(person)
