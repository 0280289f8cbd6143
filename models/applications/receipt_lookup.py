"""Looks a file up by its receipt number and kode cek: for any account that has both, a few times a day.

    number + kode cek ──too many tries──▶ not now          ──both fit──▶ the file          ──else──▶ no

A code that was shown in a chat opens the file while that account has a link to the person; a caregiver whose link ended
has no access. A new one handed over by an officer at the counter depends on no account.

Whether the number exists, the code is wrong, or neither, the same four statements run and the same answer comes back
(no enumeration). Failed attempts are counted (models/failed_attempts.py), successful ones are not. An account with a
link to the person sees the file in /status anyway: with the right code it never waits.
"""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import failed_attempts
from models.applications.application import Application
from models.applications.receipt import hash_of_kode_cek, new_kode_cek
from models.applications.submission import keyring
from models.audit import record
from models.messaging.printed_letter import remove_kode_cek
from models.people.link import Link, linked_people

NO_FILE: tuple[int | None, bytes, int | None, bool] = (None, b"\0" * 32, None, False)
"""What is compared where there is no such number."""


class LookupOutcome(StrEnum):
    SHOWN = "shown"
    NO = "no"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class LookupResult:
    """`application` is there where the outcome is SHOWN."""

    outcome: LookupOutcome
    application: Application | None = None


async def look_up(session: AsyncSession, account_id: int, number: str, kode_cek: str, now: datetime) -> LookupResult:
    """Return the file, if both fit. `number` as receipt.Receipt writes it, `kode_cek` ungrouped."""
    keys = keyring(session)
    number_hash = keys.blind_index("receipt", number)
    tried = await failed_attempts.attempts(session, account_id, number_hash, now)
    linked = await linked_people(session, account_id, now)
    # Only the hash is read: opening what the file holds would take time that tells that there is one.
    columns = select(Application.id, Application.kode_cek_hash, Application.person_id, is_code_valid(now))
    rows = await session.exec(columns.where(Application.number == number))
    found, its_hash, person_id, honoured = rows.first() or NO_FILE
    fits = hmac.compare_digest(its_hash, hash_of_kode_cek(keys, number, kode_cek)) and honoured
    if tried.must_wait() and not (fits and person_id in linked):
        await failed_attempts.count_refusal(session, account_id, now)
        return LookupResult(LookupOutcome.TOO_MANY)
    if fits:
        return LookupResult(LookupOutcome.SHOWN, await session.get(Application, found))
    await failed_attempts.record_attempt(session, account_id, number_hash, now, found)
    return LookupResult(LookupOutcome.NO)


def is_code_valid(now: datetime) -> ColumnElement[bool]:
    """Was the code of a file handed over by staff, or is the account that saw it in a chat still linked?"""
    is_theirs = and_(col(Link.account_id) == Application.code_shown_to, col(Link.person_id) == Application.person_id)
    is_held = and_(col(Link.revoked_at).is_(None), or_(col(Link.expires_at).is_(None), col(Link.expires_at) > now))
    return or_(col(Application.code_shown_to).is_(None), exists().where(is_theirs, is_held))


async def code_depends_on(session: AsyncSession, link: Link) -> bool:
    """Does the code of any file end with this link? Then both sides are told."""
    theirs = select(Application.id).where(
        Application.person_id == link.person_id, Application.code_shown_to == link.account_id
    )
    return (await session.exec(theirs.limit(1))).first() is not None


async def give_new_code(
    session: AsyncSession,
    application: Application,
    *,
    by: int,
    now: datetime,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> str:
    """Staff have seen the card: a new kode cek, known only here; the old one opens nothing any more."""
    code = new_kode_cek(random_bytes)
    application.kode_cek_hash = hash_of_kode_cek(keyring(session), application.number, code)
    application.code_shown_to = None
    session.add(application)
    await remove_kode_cek(session, application.person_id, application.number)
    await record(session, at=now, by=by, act="new_code", entity="application", entity_id=application.id)
    return code
