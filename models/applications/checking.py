"""Looking up a file by its receipt number and kode cek: for whoever holds both, on any phone, a few times a day.

    number + kode cek ──too many tries──▶ not now          ──both fit──▶ the file          ──else──▶ no

Whether the number exists, the code is wrong, or neither, the same three statements run and the same word comes back.
What went wrong is counted (models/tries.py); what fitted is not.
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
from models.post.letter import take_back_code

NOBODYS = b"\0" * 32
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
    too_many = await tries.are_too_many(session, account_id, number_hash, now)
    # Only the hash is read: opening what the file holds would take time that tells that there is one.
    question = select(Application.id, Application.kode_cek_hash).where(Application.number == number)
    found, its_hash = (await session.exec(question)).first() or (None, NOBODYS)
    fits = hmac.compare_digest(its_hash, hash_of_kode_cek(keys, number, kode_cek))
    if too_many:
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
