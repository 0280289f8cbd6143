"""Erasing a person, on both databases: nothing that describes them can be opened, and no other person loses a thing."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from handlers.conversation.context import ReferenceData
from models.applications.application import Application, Stage
from models.applications.document import Document
from models.applications.draft import Draft
from models.audit import record
from models.database import Database
from models.encrypted import Encrypted
from models.help_request import HelpMessage, HelpRequest, ask_staff
from models.messaging import outbox
from models.messaging.conversation_state import save
from models.messaging.file_download import DownloadPurpose, DownloadState, FileDownload
from models.messaging.outbox import Call, CallState
from models.mydata.retention_facts import files_to_keep
from models.people.account import Account
from models.people.erasure import Erasure, erase, forget_shredded, names_to_shred
from models.people.link import Link
from models.people.person import NameWord, Person
from models.scheduled import ScheduledEvent, ScheduledState
from models.tables import METADATA
from tests.store.test_submission import CHILD, SELF, an_account, filed
from tests.stores import NOW

NIK = "6472055708959001"
OF_SARI = ("Sari", "Dewi", "1995-08-17", "Sidodadi", "81234567890", NIK, "berhenti", "Sayang", "gorengan", "lupa")


async def said(
    session: AsyncSession, account: Account, text: str, state: CallState, reference: str | None = None
) -> None:
    row = {"chat_id": account.telegram_id, "priority": 0, "method": "sendMessage", "body": {"text": text}}
    await outbox.enqueue(session, [row | {"reference": reference, "made_at": NOW, "not_before": None, "state": state}])


async def sari(session: AsyncSession, desk: ReferenceData) -> tuple[Account, Person]:
    """Sari with everything that can be known of her: a file with a paper, a draft, a request, messages, a talk."""
    account = await an_account(session)
    account.called, account.organisation = "Sayang", "Bina Difabel"
    done = await filed(session, desk, SELF, account)
    done.person.nik, done.person.needs = NIK, {"kinds": [], "words": "sering berhenti"}
    done.person.disabilities = {"kinds": ["sight"]}
    download = FileDownload(
        chat_id=7, purpose=DownloadPurpose.PAPER, state=DownloadState.KEPT, source={}, stored_as="a", made_at=NOW
    )
    better = FileDownload(
        chat_id=7, purpose=DownloadPurpose.PAPER, state=DownloadState.KEPT, source={}, stored_as="b", made_at=NOW
    )
    better.subject = done.application.id
    session.add_all([account, done.person, download, better])
    await session.flush()
    for entity, entity_id in (("person", done.person.id), ("application", done.application.id)):
        why = {"reason": "Sari Dewi lupa"}
        await record(session, at=NOW, by=None, act="reveal", entity=entity, entity_id=entity_id, note=why)
    of_paper: dict[str, Any] = {"kind": "ktp", "stored_as": "a", "media_type": "image/jpeg", "size": 1, "given_at": NOW}
    session.add(
        Document(
            application_id=done.application.id, person_id=done.person.id, download_id=download.id, advice=[], **of_paper
        )
    )
    session.add(
        Draft(
            account_id=account.id,
            form="complete",
            version=1,
            subject=done.application.id,
            answers=["Sari"],
            changed_at=NOW,
        )
    )
    how: dict[str, Any] = {"promised_at": NOW, "zone": "Asia/Makassar", "now": NOW}
    await ask_staff(session, account, HelpMessage("text", "Saya Sari Dewi"), **how)
    await said(session, account, "Nama: Sari Dewi", CallState.SENT)
    await said(session, account, "Sari, kabar", CallState.QUEUED, done.application.number)
    await save(session, {7: {"offered": ["Sari Dewi"]}}, NOW)
    return account, done.person


async def all_that_opens(session: AsyncSession) -> str:
    """Every encrypted value of every table, opened."""
    found = []
    for table in METADATA.sorted_tables:
        if sealed := [column for column in table.columns if isinstance(column.type, Encrypted)]:
            found += [str(row) for row in await (await session.connection()).execute(select(*sealed))]
    return "\n".join(found)


async def test_nothing_that_describes_her_can_be_opened_afterwards(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        account, person = await sari(session, desk)
    async with store.read_only() as session:
        before = await all_that_opens(session)
    assert not [words for words in OF_SARI if words not in before], "else this proves nothing"
    async with store.transaction() as session:
        await erase(session, person.id or 0, by=account.id, now=NOW)
    async with store.read_only() as session:
        after = await all_that_opens(session)
        left = (await session.exec(select(Person))).one()
        assert not [words for words in OF_SARI if words in after]
        assert (left.phone_hash, left.nik_hash, left.village, left.card_seen_at) == (None, None, None, None)
        assert left.regency == SELF.regency, "how many people of a kabupaten applied stays true"
        assert list(await session.exec(select(NameWord))) == []
        assert await names_to_shred(session) == ["a", "b"], "also a picture that came into no file"


async def test_what_is_left_is_a_number_a_stage_and_dates(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        account, person = await sari(session, desk)
        number = (await session.exec(select(Application.number))).one()
        await erase(session, person.id or 0, by=account.id, now=NOW)
    async with store.read_only() as session:
        file = (await session.exec(select(Application))).one()
        assert (file.number, file.stage, file.programme) == (number, Stage.WITHDRAWN, "uep")
        assert {due.state for due in await session.exec(select(ScheduledEvent))} == {ScheduledState.CALLED_OFF}
        assert (await session.exec(select(Link))).one().revoked_at is not None
        states = {call.state: call.body for call in await session.exec(select(Call))}
        assert states == {CallState.SENT: None, CallState.CANCELLED: None}
        assert (await session.exec(select(Erasure))).one().person_id == person.id
        assert (await session.exec(select(HelpRequest))).one().reference.startswith("TNY")


async def test_doing_it_again_changes_nothing(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        account, person = await sari(session, desk)
        for by in (account.id, None):
            await erase(session, person.id or 0, by=by, now=NOW)
        await erase(session, 999, by=None, now=NOW)
        await forget_shredded(session, await names_to_shred(session))
        assert await names_to_shred(session) == []
        assert (await session.exec(select(Application))).one().stage is Stage.WITHDRAWN


async def test_nobody_else_loses_a_thing(store: Database, desk: ReferenceData) -> None:
    """Her child, whom the same account serves, and another person with the same words."""
    async with store.transaction() as session:
        account, person = await sari(session, desk)
        child = await filed(session, desk, CHILD, account)
        other = await filed(session, desk, SELF, await an_account(session, 8))
        await erase(session, person.id or 0, by=account.id, now=NOW)
    async with store.read_only() as session:
        people = {one.id: one.name for one in await session.exec(select(Person))}
        assert people == {person.id: "", child.person.id: CHILD.name, other.person.id: SELF.name}
        kept = await session.exec(select(Application.stage).where(col(Application.person_id) != person.id))
        assert list(kept) == [Stage.SUBMITTED, Stage.SUBMITTED]
        assert (await session.get_one(Account, account.id)).called == "Sayang", "the account still serves her child"


@pytest.mark.parametrize(("stage", "days", "is_kept"), [
    (Stage.APPROVED, 729, True), (Stage.APPROVED, 731, False), (Stage.CLOSED, 1, True), (Stage.REJECTED, 1, False),
])  # fmt: skip
async def test_who_took_part_is_kept_for_a_while(
    store: Database, desk: ReferenceData, stage: Stage, days: int, is_kept: bool
) -> None:
    async with store.transaction() as session:
        done = await filed(session, desk, SELF, await an_account(session))
        done.application.stage = stage
        session.add(done.application)
        retention = desk.catalogue.office.retention
        kept = await files_to_keep(session, done.person.id or 0, retention, NOW + timedelta(days=days))
    assert bool(kept) is is_kept
