"""Looking up a file by its receipt number and kode cek: for whoever holds both, on any phone, a few times a day.

    number + kode cek ──too many tries──▶ not now          ──both fit──▶ the file          ──else──▶ no

Whether the number exists, the code is wrong, or neither, the same four statements run and the same word comes back.
What went wrong is counted (models/tries.py); what fitted is not. An account with a link to the person sees the file in
/status anyway: with the right code it never waits.
"""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import tries
from models.applications.application import Application
from models.applications.filing import hash_of_kode_cek, keyring
from models.applications.receipt import new_kode_cek
from models.audit import write_down
from models.people.link import linked_people
from models.post.letter import take_back_code

NO_FILE: tuple[int | None, bytes, int | None] = (None, b"\0" * 32, None)
"""What is compared where there is no such number."""


class Outcome(StrEnum):
    SHOWN = "shown"
    NO = "no"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Checked:
    """`application` is there where the outcome is SHOWN."""

    outcome: Outcome
    application: Application | None = None


async def check(session: AsyncSession, account_id: int, number: str, kode_cek: str, now: datetime) -> Checked:
    """The file, if both fit. `number` as receipt.Receipt writes it, `kode_cek` ungrouped."""
    keys = keyring(session)
    number_hash = keys.find_by("receipt", number)
    tried = await tries.tried(session, account_id, number_hash, now)
    linked = await linked_people(session, account_id, now)
    # Only the hash is read: opening what the file holds would take time that tells that there is one.
    columns = select(Application.id, Application.kode_cek_hash, Application.person_id)
    found, its_hash, person_id = (await session.exec(columns.where(Application.number == number))).first() or NO_FILE
    fits = hmac.compare_digest(its_hash, hash_of_kode_cek(keys, number, kode_cek))
    if tried.must_wait() and not (fits and person_id in linked):
        await tries.turn_away(session, account_id, now)
        return Checked(Outcome.TOO_MANY)
    if fits:
        return Checked(Outcome.SHOWN, await session.get(Application, found))
    await tries.note(session, account_id, number_hash, now, found)
    return Checked(Outcome.NO)


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
    session.add(application)
    await take_back_code(session, application.person_id, application.number)
    await write_down(session, at=now, by=by, act="new_code", thing="application", thing_id=application.id)
    return code
