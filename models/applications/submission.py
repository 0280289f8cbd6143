"""Filing: an answered registration becomes a person, a link and an application with its number, exactly once.

Registration ──submit──▶ person · link · words of the name · application · audit · promise
     │              └──▶ Filed: the application, and the kode cek that is shown once and stored hashed
     └──submit_at_counter──▶ the same with a consent and without a link: the file is the person's alone
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, delete, insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import scheduled
from models.applications import receipt
from models.applications.application import UNCHECKED, Application
from models.applications.registration import Registration, WitnessedConsent
from models.audit import record
from models.keyring import Keyring, keyring_of
from models.office_file import OfficeFile
from models.offices.running_number import next_number
from models.offices.staff import Staff
from models.offices.workdays import promise
from models.people import guardianship
from models.people.account import Account
from models.people.born import Born
from models.people.consent import Answer, ConsentContext, Purpose, record_consent
from models.people.duplicates import alike_hash
from models.people.link import LASTS, Link, Relation, Scope, is_in_force, is_spoken_for
from models.people.name import search_words
from models.people.person import NameWord, Person
from models.people.spelling import keys_of
from models.programmes import programme_version
from models.programmes.programme_file import Programme
from models.scheduled import NO_CHAT, EventSpec, ScheduledKind


@dataclass(frozen=True)
class Submitted:
    """What came of it. `kode_cek` is ungrouped and known only here: the database has its hash."""

    application: Application
    person: Person
    kode_cek: str
    is_for_self: bool = False


@dataclass(frozen=True)
class SubmissionSettings:
    """What every filing needs beside the form. `zone`: the office's time zone by name; it dates year and promise."""

    offices: OfficeFile
    zone: str
    now: datetime
    random_bytes: Callable[[int], bytes] = secrets.token_bytes


async def submit(
    session: AsyncSession,
    account: Account,
    form: Registration,
    programme: Programme,
    desk: SubmissionSettings,
) -> Submitted:
    """Submit a complete registration.

    The result does not tell whether the person or the NIK was on file before (no enumeration).
    """
    person = await _person(session, account, form, desk.now)
    application, kode_cek = await _file(session, person, form, programme, desk, account_id=account.id)
    await _audit_and_schedule(session, application, form, by=account.id, chat_id=account.telegram_id)
    return Submitted(application, person, kode_cek, form.is_for_self)


async def submit_at_counter(
    session: AsyncSession,
    post: Staff,
    form: Registration,
    programme: Programme,
    desk: SubmissionSettings,
) -> Submitted:
    """Submit a registration that an officer filled in for an applicant at the counter; it links no account.

    The caller checks that this post may do it. Raises ValueError without the applicant's witnessed consent.
    """
    if form.heard is None:
        raise ValueError("nobody is registered at the counter without their own yes")
    person = await _new_person(session, form, desk.now)
    await _record_consent(session, post, person, form.heard)
    application, kode_cek = await _file(session, person, form, programme, desk, account_id=None)
    await _audit_and_schedule(session, application, form, by=post.account_id, chat_id=NO_CHAT)
    return Submitted(application, person, kode_cek)


async def _file(
    session: AsyncSession,
    person: Person,
    form: Registration,
    programme: Programme,
    desk: SubmissionSettings,
    *,
    account_id: int | None,
) -> tuple[Application, str]:
    """Return the application with its number, and its kode cek."""
    office, now = programme.next_step.office, desk.now
    number = await _number(session, desk.offices.prefix_of(office), now.astimezone(ZoneInfo(desk.zone)).year)
    kode_cek = receipt.new_kode_cek(desk.random_bytes)
    application = Application(
        number=number,
        kode_cek_hash=receipt.hash_of_kode_cek(keyring(session), number, kode_cek),
        code_shown_to=account_id,
        account_id=account_id,
        person_id=person.id or 0,
        programme_version_id=await programme_version.number_of(session, programme),
        programme=programme.key,
        office=office,
        answers=_answers(form, programme),
        submitted_at=now,
        moved_at=now,
        promised_at=promise(now, programme.next_step.working_days, desk.offices.holidays, desk.zone),
    )
    session.add(application)
    await session.flush()
    return application, kode_cek


async def _record_consent(session: AsyncSession, post: Staff, person: Person, heard: WitnessedConsent) -> None:
    """The person's own yes, with the words that were read out and who read them."""
    said = ConsentContext(
        Answer.GIVEN, heard.shown, heard.language, heard.mode, heard.version, assisted_by=str(post.name)
    )
    account_id, register = post.account_id, Purpose.REGISTER
    await record_consent(session, account_id, register, said, person_id=person.id, now=heard.at)


async def _number(session: AsyncSession, prefix: str, year: int) -> str:
    return str(receipt.make(prefix, year, await next_number(session, f"receipt:{prefix}", year)))


async def _audit_and_schedule(
    session: AsyncSession, application: Application, form: Registration, *, by: int | None, chat_id: int
) -> None:
    """Audit a new file, and schedule its promised news in a chat."""
    await record(
        session,
        at=application.submitted_at,
        by=by,
        act="submit",
        entity="application",
        entity_id=application.id,
        after=application.stage,
        note={"for_whom": form.for_whom, **({"at_counter": True} if form.heard else {})},
    )
    await scheduled.schedule(
        session, EventSpec(ScheduledKind.PROMISE, chat_id, application.id or 0, application.promised_at)
    )


def keyring(session: AsyncSession) -> Keyring:
    return keyring_of(session.get_bind().dialect)


def _answers(form: Registration, programme: Programme) -> dict[str, Any]:
    belonging = {question.key for question in form.to_ask(programme)}
    return {
        "questions": {key: said for key, said in form.answers.items() if key in belonging},
        "for_whom": form.for_whom,
        "phone_owner": form.phone_owner,
        "although_not_fitting": form.accepted,
    }


async def _person(session: AsyncSession, account: Account, form: Registration, now: datetime) -> Person:
    """Return the person of this registration: one this account wrote about before, or a new one."""
    relation = form.for_whom or Relation.SELF
    known = _find_known(await _people_of(session, account, relation, now), form)
    if known is None:
        person = await _new_person(session, form, now)
        await _link_account(session, account, person, relation, now)
        return person
    if await is_spoken_for(session, known.id or 0, account.id or 0, now):
        return known
    if await was_checked(session, known):
        _update_contact(known, form, keyring(session), now)
    else:
        _update_person(known, form, keyring(session), now)
    session.add(known)
    await index_name(session, known)
    return known


async def was_checked(session: AsyncSession, person: Person) -> bool:
    """Has an officer built on who this is and where they live? Then only a checked correction changes it."""
    if person.card_seen_at is not None:
        return True
    question = select(Application.id).where(
        Application.person_id == person.id, col(Application.stage).not_in(UNCHECKED)
    )
    return (await session.exec(question.limit(1))).first() is not None


async def _new_person(session: AsyncSession, form: Registration, now: datetime) -> Person:
    person = Person(name=form.name, birth_date="", regency="", created_at=now, changed_at=now)
    _update_person(person, form, keyring(session), now)
    session.add(person)
    await session.flush()
    await index_name(session, person)
    return person


async def _people_of(session: AsyncSession, account: Account, relation: Relation, now: datetime) -> list[Person]:
    connection = await session.connection()
    asked = {"account": account.id, "relation": relation}
    linked = [row.person_id for row in await connection.execute(LINKED_PEOPLE, asked) if is_in_force(row, now)]
    return [person for number in linked if (person := await session.get(Person, number)) is not None]


LINKED_PEOPLE = (
    select(Link.person_id, Link.revoked_at, Link.expires_at)
    .where(
        col(Link.account_id) == bindparam("account"),
        col(Link.relation) == bindparam("relation"),
        col(Link.scope).in_([Scope.TYPED_ONLY, Scope.ACT]),  # a caregiver who may only look changes no person
    )
    .order_by(col(Link.person_id))
)


def _find_known(people: Sequence[Person], form: Registration) -> Person | None:
    """Find the person among those linked: the own one, or the one with this name and birth date."""
    if form.is_for_self:
        return next(iter(people), None)
    return next((one for one in people if is_about(form, one)), None)


def is_about(form: Registration, person: Person) -> bool:
    """Has this person the name of the form, and may both have been born on the same day?"""
    is_same_name = search_words(form.name or "") == search_words(person.name)
    return is_same_name and form.born is not None and Born.of(form.born).may_be(person.born)


def _update_person(person: Person, form: Registration, keys: Keyring, now: datetime) -> None:
    person.name, person.birth_date = form.name, str(form.born)
    person.regency, person.district, person.village = form.regency or "", form.district, form.village
    person.village_text = form.village_text
    person.alike_hash = alike_hash(keys, person)
    _update_contact(person, form, keys, now)


def _update_contact(person: Person, form: Registration, keys: Keyring, now: datetime) -> None:
    """Update phone and needs: no officer checks them, only the person knows."""
    person.changed_at = now
    person.phone = form.phone
    person.phone_hash = keys.blind_index("phone", form.phone) if form.phone else None
    person.needs = {"kinds": list(form.needs), "words": form.needs_text}


DELETE_NAME_WORDS = delete(NameWord).where(col(NameWord.person_id) == bindparam("person"))


INSERT_NAME_WORDS = insert(NameWord)


async def index_name(session: AsyncSession, person: Person) -> None:
    """Find the person by the keys of this name and no earlier one."""
    await (await session.connection()).execute(DELETE_NAME_WORDS, {"person": person.id})
    keys = keyring(session)
    words = [{"person_id": person.id, "word_hash": keys.blind_index("name", key)} for key in keys_of(person.name)]
    if words:
        await (await session.connection()).execute(INSERT_NAME_WORDS, words)


def _link(account: Account, person: Person, relation: Relation, now: datetime) -> Link:
    """Build the link: the own account may act; a caregiver sees only what they typed until the person's own consent."""
    is_self = relation is Relation.SELF
    return Link(
        account_id=account.id or 0,
        person_id=person.id or 0,
        relation=relation,
        scope=Scope.ACT if is_self else Scope.TYPED_ONLY,
        made_at=now,
        agreed_at=now if is_self else None,
        expires_at=None if is_self else guardianship.end_of(person, now + LASTS, now),
    )


async def _link_account(
    session: AsyncSession, account: Account, person: Person, relation: Relation, now: datetime
) -> None:
    """Link account and person; the end of the link and the 18th birthday are remembered."""
    link = _link(account, person, relation, now)
    session.add(link)
    if not link.is_self or guardianship.is_minor(person, now):
        await session.flush()
        await guardianship.schedule_reminders(session, link, person, account.telegram_id, now)
