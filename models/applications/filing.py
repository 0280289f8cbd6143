"""Filing: an answered registration becomes a person, a link and an application with its number, exactly once.

Registration ──submit──▶ person · link · words of the name · application · audit · promise
                    └──▶ Filed: the application, and the kode cek that is shown once and stored hashed
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import due
from models.applications import receipt
from models.applications.application import Application
from models.applications.registration import Registration
from models.audit import Audit
from models.due import DueKind
from models.office_file import Office as OfficeEntry
from models.office_file import OfficeFile
from models.offices.office import Office, OfficeLevel
from models.offices.running_number import next_number
from models.offices.workdays import promise
from models.people.account import Account
from models.people.link import Link, Relation, Scope
from models.people.name import search_words
from models.people.person import NameWord, Person
from models.programmes.edition import Edition
from models.programmes.programme_file import Programme
from models.secrets import Keyring, keyring_of

LEVELS = {
    "province": OfficeLevel.PROVINCE,
    "city": OfficeLevel.REGENCY,
    "regency": OfficeLevel.REGENCY,
    "unit": OfficeLevel.UPTD,
    "partner": OfficeLevel.PARTNER,
}


@dataclass(frozen=True)
class Filed:
    """What came of it. `kode_cek` is ungrouped and known only here: the database has its hash."""

    application: Application
    person: Person
    kode_cek: str
    is_for_self: bool = False


async def submit(
    session: AsyncSession,
    account: Account,
    form: Registration,
    programme: Programme,
    *,
    offices: OfficeFile,
    zone: str,
    now: datetime,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> Filed:
    """File a complete registration. `zone` is the name of the office's time zone, which dates year and promise.

    Whether the person or the NIK is on file already changes nothing of what comes back.
    """
    person = await _person(session, account, form, now)
    office = offices[programme.next_step.office]
    prefix = offices.prefix_of(office.key)
    year = now.astimezone(ZoneInfo(zone)).year
    number = str(receipt.make(prefix, year, await next_number(session, f"receipt:{prefix}", year)))
    kode_cek = receipt.new_kode_cek(random_bytes)
    await _enter_office(session, office, prefix)
    application = Application(
        number=number,
        kode_cek_hash=hash_of_kode_cek(keyring(session), number, kode_cek),
        account_id=account.id,
        person_id=person.id or 0,
        edition_id=await _edition(session, programme, now),
        programme=programme.key,
        office=office.key,
        answers=_answers(form, programme),
        submitted_at=now,
        moved_at=now,
        promised_at=promise(now, programme.next_step.working_days, offices.holidays, zone),
    )
    session.add(application)
    await session.flush()
    session.add(_audit(account, application, form, now))
    await due.remember(
        session,
        DueKind.PROMISE,
        lane=account.telegram_id,
        subject=application.id or 0,
        due_at=application.promised_at,
    )
    return Filed(application, person, kode_cek, form.is_for_self)


def hash_of_kode_cek(keys: Keyring, number: str, kode_cek: str) -> bytes:
    """How a kode cek is stored; bound to its number, so that it opens no other file."""
    return keys.find_by(f"kode_cek:{number}", kode_cek)


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


def _audit(account: Account, application: Application, form: Registration, now: datetime) -> Audit:
    return Audit(
        at=now,
        by=f"account:{account.id}",
        act="submit",
        thing="application",
        thing_id=application.id,
        became=application.stage,
        note={"for_whom": form.for_whom},
    )


async def _person(session: AsyncSession, account: Account, form: Registration, now: datetime) -> Person:
    """The person of this registration: one this account wrote about before, or a new one."""
    relation = form.for_whom or Relation.SELF
    known = _known(await _people_of(session, account, relation, now), form)
    person = known or Person(name=form.name, birth_date="", regency="", created_at=now, changed_at=now)
    _describe(person, form, keyring(session), now)
    session.add(person)
    await session.flush()
    if known is None:
        session.add(_link(account, person, relation, now))
    else:
        await _forget_name(session, person)
    _index_name(session, person)
    return person


async def _people_of(session: AsyncSession, account: Account, relation: Relation, now: datetime) -> list[Person]:
    question = select(Person, Link).where(
        col(Link.person_id) == Person.id, Link.account_id == account.id, Link.relation == relation
    )
    return [person for person, link in await session.exec(question.order_by(col(Person.id))) if link.holds(now)]


def _known(people: Sequence[Person], form: Registration) -> Person | None:
    """Oneself is one person; of several children it is the one with this name and birth date."""
    if form.is_for_self:
        return next(iter(people), None)
    return next((one for one in people if is_about(form, one)), None)


def is_about(form: Registration, person: Person) -> bool:
    """Has this person the name and the birth date of the form?"""
    return (search_words(form.name or ""), str(form.born)) == (search_words(person.name), person.birth_date)


def _describe(person: Person, form: Registration, keys: Keyring, now: datetime) -> None:
    person.name, person.birth_date, person.changed_at = form.name, str(form.born), now
    person.regency, person.district, person.village = form.regency or "", form.district, form.village
    person.village_text = form.village_text
    person.phone = form.phone
    person.phone_hash = keys.find_by("phone", form.phone) if form.phone else None
    person.needs = {"kinds": list(form.needs), "words": form.needs_text}


async def _forget_name(session: AsyncSession, person: Person) -> None:
    await (await session.connection()).execute(
        delete(NameWord).where(col(NameWord.person_id) == person.id).execution_options(synchronize_session=False)
    )


def _index_name(session: AsyncSession, person: Person) -> None:
    keys = keyring(session)
    session.add_all(
        NameWord(person_id=person.id or 0, word_hash=keys.find_by("name", word)) for word in search_words(person.name)
    )


def _link(account: Account, person: Person, relation: Relation, now: datetime) -> Link:
    """Oneself may act; whoever writes for somebody else sees what they typed until that person's own yes."""
    is_self = relation is Relation.SELF
    return Link(
        account_id=account.id or 0,
        person_id=person.id or 0,
        relation=relation,
        scope=Scope.ACT if is_self else Scope.TYPED_ONLY,
        made_at=now,
        agreed_at=now if is_self else None,
    )


async def _edition(session: AsyncSession, programme: Programme, now: datetime) -> int:
    """The row of the programme as it reads today; written the first time somebody applies under it."""
    question = select(Edition.id).where(Edition.programme == programme.key, Edition.digest == programme.digest)
    if (known := (await session.exec(question)).first()) is not None:
        return known
    row = {
        "programme": programme.key,
        "digest": programme.digest,
        "content": programme.canonical,
        "seen_at": now,
    }
    await _insert_once(session, Edition, row, ["programme", "digest"])
    return (await session.exec(question)).one() or 0


async def _enter_office(session: AsyncSession, office: OfficeEntry, prefix: str) -> None:
    row = {
        "key": office.key,
        "name": office.name.id,
        "level": LEVELS[office.level],
        "region": office.region,
        "receipt_prefix": prefix,
    }
    await _insert_once(session, Office, row, ["key"])


async def _insert_once(session: AsyncSession, table: type[SQLModel], row: dict[str, Any], unique: list[str]) -> None:
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else pg_insert
    await (await session.connection()).execute(
        insert(table).values(**row).on_conflict_do_nothing(index_elements=unique)
    )
