"""Erases a person: what identifies or describes them goes; what is left is a number, a stage and dates.

    erase ─┬─ at once: name, birth date, address, phone, NIK, disability, answers, papers, drafts, what was said
           │           and written
           ├─ stays without a name: number, programme, stage, dates, kabupaten or kota; consent; the audit log
           └─ open files are withdrawn, nothing more comes due, links end

A person who took part is kept until the end of the office's retention (UU 27/2022, articles 43 and 44: unless another
law keeps it); models/mydata/retention_facts.py says until when. Erasing is idempotent.
"""

import os
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, or_, update
from sqlmodel import Field, SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import scheduled
from models.applications import departure
from models.applications.application import MOVES, Application, Stage
from models.applications.document import Document
from models.applications.draft import Draft
from models.audit import record
from models.audit_seal import clear_notes
from models.encrypted import not_raising
from models.grants.grants import VoidReason
from models.grants.voiding import void
from models.help_request import HelpRequest
from models.messaging.conversation_state import ConversationState
from models.messaging.file_download import DownloadPurpose, FileDownload
from models.messaging.outbox import OPEN, OVER, Call, CallState
from models.messaging.printed_letter import erase_words_statement
from models.mydata import data_request
from models.people.account import Account
from models.people.link import Link
from models.people.person import ERASED_NAME, NameWord, Person
from models.scheduled import ScheduledKind

ERASED_BIRTH_DATE = "0001-01-01"
"""The birth date of an erased person."""


class Erasure(SQLModel, table=True):
    """An erased person: a number and a day, so that a restored backup can be put right."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(index=True)
    at: datetime
    by: int | None = None


class Shred(SQLModel, table=True):
    """A paper file that no row names any more: it is destroyed after the transaction that let it go."""

    name: str = Field(primary_key=True)


async def erase(session: AsyncSession, person_id: int, *, by: int | None, now: datetime) -> Erasure:
    """Erase one person. `by` is an account; None: a rule of retention, or a backup that is put right.

    What is not intact is emptied like the rest.
    """
    with not_raising():
        return await _erase(session, person_id, by=by, now=now)


async def _erase(session: AsyncSession, person_id: int, *, by: int | None, now: datetime) -> Erasure:
    person = (await session.exec(select(Person).where(Person.id == person_id).with_for_update())).first()
    applications = list(await session.exec(select(Application).where(Application.person_id == person_id)))
    links = list(await session.exec(select(Link).where(Link.person_id == person_id)))
    await _shred_papers(session, [one.id or 0 for one in applications])
    await _withdraw_applications(session, applications, now)
    await departure.erase_responses(session, [one.id or 0 for one in applications], now)
    if person is not None:
        _clear_person(person, now)
        await _run(session, delete(NameWord).where(col(NameWord.person_id) == person_id))
    await void(session, VoidReason.ERASED, now, person_id=person_id)
    await data_request.erase_requests(session, person_id, now)
    await _run(session, erase_words_statement(person_id))
    await _end_links(session, links, now)
    await clear_notes(session, "person", [person_id])
    await clear_notes(session, "application", [one.id or 0 for one in applications])
    erasure = Erasure(person_id=person_id, at=now, by=by)
    session.add(erasure)
    await session.flush()
    await record(session, at=now, by=by, act="erase", entity="person", entity_id=person_id)
    return erasure


async def _run(session: AsyncSession, statement: Any) -> None:
    await (await session.connection()).execute(statement)


async def _shred_papers(session: AsyncSession, applications: Collection[int]) -> None:
    """Delete the rows at once, the files soon after: a file deleted before the commit could be missing after a
    rollback."""
    named = select(Document.stored_as, Document.download_id).where(col(Document.application_id).in_(applications))
    papers = (await session.exec(named)).all()
    await shred(session, [name for name, _ in papers])
    await _run(session, delete(Document).where(col(Document.application_id).in_(applications)))
    filed = [download for _, download in papers if download]
    theirs = and_(col(FileDownload.purpose) == DownloadPurpose.PAPER, col(FileDownload.subject).in_(applications))
    of_them = or_(col(FileDownload.id).in_(filed), theirs)  # also what came into no file: a better picture was sent
    stored = await session.exec(select(FileDownload.stored_as).where(of_them))
    await shred(session, [name for name in stored if name])
    await _run(session, delete(FileDownload).where(of_them))
    await _run(session, delete(Draft).where(col(Draft.subject).in_(applications)))


async def shred(session: AsyncSession, names: Collection[str]) -> None:
    """Let paper files go: they are destroyed after this transaction."""
    known = set(await session.exec(select(Shred.name).where(col(Shred.name).in_(names))))
    session.add_all([Shred(name=name) for name in dict.fromkeys(names) if name not in known])


async def _withdraw_applications(session: AsyncSession, applications: Sequence[Application], now: datetime) -> None:
    for one in applications:
        if Stage.WITHDRAWN in MOVES[one.stage]:
            one.withdraw(now)
        one.answers, one.kode_cek_hash = {}, os.urandom(32)
        session.add(one)
        await scheduled.cancel(session, [ScheduledKind.PROMISE], one.id or 0, now)
    numbers = [one.number for one in applications]
    waiting = update(Call).where(OPEN, col(Call.reference).in_(numbers), col(Call.state) == CallState.QUEUED)
    await _run(session, waiting.values(state=CallState.CANCELLED, reason="erased", settled_at=now, body=None))


def _clear_person(person: Person, now: datetime) -> None:
    person.name, person.birth_date, person.changed_at = ERASED_NAME, ERASED_BIRTH_DATE, now
    person.district = person.village = person.village_text = None
    person.phone = person.phone_hash = person.needs = None
    person.alike_hash = None
    person.nik = person.nik_hash = person.nik_findings = person.no_nik = None
    person.disabilities = person.card_seen_at = person.unsorted_since = None


async def _end_links(session: AsyncSession, links: Sequence[Link], now: datetime) -> None:
    """End the links, empty the messages of their chats, and clear the name of an account that has no person left."""
    for link in links:
        link.revoked_at = link.revoked_at or now
    session.add_all(links)
    await session.flush()
    for account_id in {link.account_id for link in links}:
        account = await session.get_one(Account, account_id)
        await _clear_messages(session, account.telegram_id)
        serving = select(Link.id).where(Link.account_id == account_id, col(Link.revoked_at).is_(None))
        if (await session.exec(serving)).first() is None:
            await void(session, VoidReason.GIVER_ERASED, now, account_id=account_id)
            await _clear_account(session, account)


async def _clear_messages(session: AsyncSession, chat_id: int) -> None:
    """Empty the messages of a chat, which name its people: at once if sent, else on sending; clear its conversation."""
    of_chat = update(Call).where(col(Call.chat_id) == chat_id)
    await _run(session, of_chat.where(OVER).values(body=None))
    await _run(session, of_chat.where(OPEN).values(delete_after=func.coalesce(col(Call.delete_after), 0)))
    await _run(session, delete(ConversationState).where(col(ConversationState.chat_id) == chat_id))


async def _clear_account(session: AsyncSession, account: Account) -> None:
    account.called = account.organisation = None
    session.add(account)
    requests = list(await session.exec(select(HelpRequest).where(HelpRequest.account_id == account.id)))
    downloads = [one.download_id for one in requests if one.download_id]
    for one in requests:
        one.words, one.download_id = None, None
    session.add_all(requests)
    await session.flush()
    kept = await session.exec(select(FileDownload.stored_as).where(col(FileDownload.id).in_(downloads)))
    await shred(session, [name for name in kept if name])
    await _run(session, delete(FileDownload).where(col(FileDownload.id).in_(downloads)))
    await _run(session, delete(Draft).where(col(Draft.account_id) == account.id))


async def names_to_shred(session: AsyncSession, limit: int = 20) -> list[str]:
    """Names of files to destroy."""
    return list(await session.exec(select(Shred.name).order_by(col(Shred.name)).limit(limit)))


async def forget_shredded(session: AsyncSession, names: Collection[str]) -> None:
    """Forget the names of files that are deleted."""
    await _run(session, delete(Shred).where(col(Shred.name).in_(names)))
