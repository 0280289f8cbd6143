"""Filing and completing, on both databases: one person, one file, one number; what is found by hash, what is dated."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from handlers.conversation.context import ReferenceData
from models.applications import receipt
from models.applications.application import Application, Stage
from models.applications.completion import (
    ItemState,
    attach_document,
    begin,
    finish,
    kinds_named_before,
    open_applications,
    record_disabilities,
    record_nik,
)
from models.applications.document import Document
from models.applications.receipt import hash_of_kode_cek
from models.applications.registration import Registration
from models.applications.submission import SubmissionSettings, Submitted, submit
from models.audit import Audit
from models.breach import Breach, Reach, declare, notify_batch, reach
from models.database import Database
from models.messaging.file_download import DownloadPurpose, DownloadState, FileDownload
from models.people.account import Account
from models.people.disability import Disability
from models.people.link import Link, Relation, Scope
from models.people.nik import Nik, read_nik
from models.people.person import NameWord, Person
from models.people.spelling import keys_of
from models.programmes import programme_version
from models.programmes.programme_file import Programme
from models.programmes.programme_version import ProgrammeVersion
from models.scheduled import ScheduledEvent, ScheduledKind
from tests.stores import NOW

SELF = Registration(
    for_whom=Relation.SELF,
    name="Hj. Sari Dewi, S.Pd.",
    born=date(1995, 8, 17),
    regency="6472",
    district="647203",
    village_text="Sidodadi",
    phone="+6281234567890",
    needs_said=True,
    programme="uep",
    answers={"usaha": "belum", "usaha-apa": "dulu warung", "paket": ["gorengan"]},
)
CHILD = SELF.model_copy(update={"for_whom": Relation.CHILD, "name": "Andi Saputra", "born": date(2009, 3, 5)})


async def an_account(session: AsyncSession, telegram_id: int = 7) -> Account:
    account = Account(telegram_id=telegram_id, created_at=NOW)
    session.add(account)
    await session.flush()
    return account


async def filed(
    session: AsyncSession, desk: ReferenceData, form: Registration, account: Account, now: datetime = NOW
) -> Submitted:
    await programme_version.enter(session, desk.catalogue, now)
    settings = SubmissionSettings(desk.catalogue.office, "Asia/Makassar", now)
    return await submit(session, account, form, programme_of(desk, form), settings)


def programme_of(desk: ReferenceData, form: Registration) -> Programme:
    return desk.catalogue[form.programme or ""]


async def count(session: AsyncSession, table: type) -> int:
    return (await session.exec(select(func.count()).select_from(table))).one()


async def test_a_registration_becomes_a_person_a_link_and_a_file(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        done = await filed(session, desk, SELF, await an_account(session))
    async with store.read_only() as session:
        file = (await session.exec(select(Application))).one()
        person = (await session.exec(select(Person))).one()
        link = (await session.exec(select(Link))).one()
        audit = (await session.exec(select(Audit))).one()
    assert (file.stage, file.office, file.person_id) == (Stage.SUBMITTED, "dinsos-kaltim", person.id)
    assert (person.name, person.born, person.village_text) == (SELF.name, SELF.born, "Sidodadi")
    assert (link.scope, link.relation, audit.entity_id) == (Scope.ACT, Relation.SELF, done.application.id)


async def test_only_answers_that_still_count_are_filed(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        done = await filed(session, desk, SELF, await an_account(session))
    assert done.application.answers["questions"] == {"usaha": "belum", "paket": ["gorengan"]}


async def test_whoever_writes_for_somebody_else_sees_only_what_they_typed(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        await filed(session, desk, CHILD, await an_account(session))
        link = (await session.exec(select(Link))).one()
    assert (link.scope, link.agreed_at) == (Scope.TYPED_ONLY, None)


async def test_numbers_run_on_within_office_and_year(store: Database, desk: ReferenceData) -> None:
    paser = CHILD.model_copy(update={"programme": "pemuda-paser", "answers": {}, "regency": "6401"})
    new_year = datetime.fromisoformat("2026-12-31T17:00:00+00:00")
    async with store.transaction() as session:
        account = await an_account(session)
        numbers = [(await filed(session, desk, form, account)).application.number for form in (SELF, CHILD, paser)]
        numbers.append((await filed(session, desk, SELF, account, new_year)).application.number)
    assert [number[:12] for number in numbers] == ["KT-2026-0001", "KT-2026-0002", "PS-2026-0001", "KT-2027-0001"]
    assert all(isinstance(receipt.read(number), receipt.Receipt) for number in numbers)


async def test_numbers_are_given_out_once_to_people_at_the_same_time(store: Database, desk: ReferenceData) -> None:
    async def one(telegram_id: int) -> str:
        async with store.transaction() as session:
            return (await filed(session, desk, SELF, await an_account(session, telegram_id))).application.number

    numbers = await asyncio.gather(*map(one, range(1, 9)))
    assert len(set(numbers)) == 8


async def test_a_transaction_that_is_rolled_back_leaves_nothing_but_on_postgresql_a_gap(
    store: Database, desk: ReferenceData
) -> None:
    with pytest.raises(RuntimeError):
        async with store.transaction() as session:
            await filed(session, desk, SELF, await an_account(session))
            raise RuntimeError
    async with store.transaction() as session:
        assert await count(session, Application) + await count(session, Person) == 0
        done = await filed(session, desk, SELF, await an_account(session))
    assert done.application.number.startswith("KT-2026-0001" if store.is_sqlite else "KT-2026-0002")


async def test_the_kode_cek_is_stored_hashed_and_bound_to_its_number(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        account = await an_account(session)
        first, second = await filed(session, desk, SELF, account), await filed(session, desk, CHILD, account)
    keys, code = store.keyring, first.kode_cek
    assert first.application.kode_cek_hash == hash_of_kode_cek(keys, first.application.number, code)
    assert first.application.kode_cek_hash != hash_of_kode_cek(keys, second.application.number, code)
    assert code.encode() not in first.application.kode_cek_hash


async def test_oneself_is_one_person_however_often_one_registers(store: Database, desk: ReferenceData) -> None:
    renamed = SELF.model_copy(update={"name": "Sari Lestari"})
    async with store.transaction() as session:
        account = await an_account(session)
        await filed(session, desk, SELF, account)
        await filed(session, desk, renamed, account)
        assert [await count(session, table) for table in (Person, Link, Application)] == [1, 1, 2]
        words = set(await session.exec(select(NameWord.word_hash)))
    assert words == {store.keyring.blind_index("name", word) for word in keys_of("Sari Lestari")}


async def test_who_registers_again_is_not_asked_anew_for_the_kinds_of_disability(
    store: Database, desk: ReferenceData
) -> None:
    async with store.transaction() as session:
        account = await an_account(session)
        for registration in (SELF, CHILD):
            done = await filed(session, desk, registration, account)
            form = await begin(session, account.id or 0, done.application, done.person)
            kinds = [Disability.SENSORY_SIGHT] if registration is SELF else [Disability.MENTAL]
            await record_disabilities(session, form, kinds, NOW)
        await session.flush()
        assert await kinds_named_before(session, account.id or 0, NOW) == [Disability.SENSORY_SIGHT]


async def test_two_children_are_two_people_and_the_same_child_is_one(store: Database, desk: ReferenceData) -> None:
    sister = CHILD.model_copy(update={"name": "Ayu Saputra", "born": date(2011, 1, 2)})
    async with store.transaction() as session:
        account = await an_account(session)
        for form in (CHILD, sister, CHILD.model_copy(update={"name": "ANDI SAPUTRA"})):
            await filed(session, desk, form, account)
        assert await count(session, Person) == 2


async def test_the_same_name_and_date_in_another_account_is_another_person(
    store: Database, desk: ReferenceData
) -> None:
    async with store.transaction() as session:
        for telegram_id in (7, 8):
            await filed(session, desk, SELF, await an_account(session, telegram_id))
        assert await count(session, Person) == 2


async def test_people_are_found_by_the_words_of_their_name_and_by_phone(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        await filed(session, desk, SELF, await an_account(session))
        words = set(await session.exec(select(NameWord.word_hash)))
        person = (await session.exec(select(Person))).one()
    assert words == {store.keyring.blind_index("name", word) for word in keys_of("Sari Dewi")}
    assert person.phone_hash == store.keyring.blind_index("phone", "+6281234567890")


async def test_an_edition_is_written_once_and_again_when_the_programme_changes(
    store: Database, desk: ReferenceData
) -> None:
    changed = programme_of(desk, SELF).model_copy(update={"version": 2})
    changed.__dict__.pop("canonical", None)
    changed.__dict__.pop("digest", None)
    others = tuple(changed if one.key == changed.key else one for one in desk.catalogue)
    tomorrow = ReferenceData(replace(desk.catalogue, programmes=others), desk.places)
    async with store.transaction() as session:
        account = await an_account(session)
        first = await filed(session, desk, SELF, account)
        again = await filed(session, desk, CHILD, account)
        later = await filed(session, tomorrow, SELF, account, NOW + timedelta(days=1))
        assert await count(session, ProgrammeVersion) == len(desk.catalogue) + 1
    assert (
        first.application.programme_version_id
        == again.application.programme_version_id
        != later.application.programme_version_id
    )


async def test_what_was_promised_comes_due(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        done = await filed(session, desk, SELF, await an_account(session))
        due = (await session.exec(select(ScheduledEvent))).one()
    assert (due.kind, due.subject, due.due_at) == (
        ScheduledKind.PROMISE,
        done.application.id,
        done.application.promised_at,
    )


def a_nik(desk: ReferenceData) -> Nik:
    nik = read_nik("6472055708959001", today=NOW.date(), places=desk.places)
    assert isinstance(nik, Nik)
    return nik


async def a_paper(session: AsyncSession, done: Submitted, kind: str) -> Document | None:
    download = FileDownload(
        chat_id=7,
        purpose=DownloadPurpose.PAPER,
        subject=done.application.id,
        state=DownloadState.KEPT,
        source={"file_id": "x", "document": kind},
        stored_as=f"stored-{kind}",
        size=10,
        media_type="image/jpeg",
        made_at=NOW,
    )
    session.add(download)
    await session.flush()
    return await attach_document(session, download, [], 1, NOW)


async def test_a_file_is_complete_when_the_nik_and_one_paper_of_each_group_are_there(
    store: Database, desk: ReferenceData
) -> None:
    uep = desk.catalogue["uep"]
    async with store.transaction() as session:
        account = await an_account(session)
        done = await filed(session, desk, SELF, account)
        form = await begin(session, account.id or 0, done.application, done.person)
        missing = form.missing(uep)
        assert missing.nik
        assert [[one.key for one in papers] for papers in missing.papers] == [["ktp", "kk"], ["sktm", "surat-dtsen"]]
        await record_nik(session, form, a_nik(desk), account.id or 0, NOW)
        for kind in ("kk", "sktm"):
            assert await a_paper(session, done, kind)
            form.papers[kind] = ItemState.GIVEN
        assert not form.missing(uep)
        again = await begin(session, account.id or 0, done.application, done.person)
    assert (again.nik, again.papers) == (ItemState.GIVEN, {"kk": ItemState.GIVEN, "sktm": ItemState.GIVEN})


async def test_the_turn_is_dated_once(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        account = await an_account(session)
        done = await filed(session, desk, SELF, account)
        form = await begin(session, account.id or 0, done.application, done.person)
        for now in (NOW, NOW + timedelta(days=3)):
            await finish(session, form, account.id or 0, now)
        acts = list(await session.exec(select(Audit.act).order_by(col(Audit.id))))
    assert (done.application.completed_at, acts) == (NOW, ["submit", "complete"])


async def test_a_complete_file_and_the_file_of_a_stranger_are_not_open(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        account, stranger = await an_account(session, 7), await an_account(session, 8)
        done = await filed(session, desk, SELF, account)
        assert [file.id for file, _ in await open_applications(session, account.id or 0, NOW)] == [done.application.id]
        assert await open_applications(session, stranger.id or 0, NOW) == []
        done.application.complete(NOW)
        await session.flush()
        assert await open_applications(session, account.id or 0, NOW) == []


async def test_two_people_may_type_the_same_nik(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        for telegram_id in (7, 8):
            account = await an_account(session, telegram_id)
            done = await filed(session, desk, SELF, account)
            form = await begin(session, account.id or 0, done.application, done.person)
            await record_nik(session, form, a_nik(desk), account.id or 0, NOW)
        hashes = list(await session.exec(select(Person.nik_hash)))
    assert hashes == [store.keyring.blind_index("nik", "6472055708959001")] * 2


async def test_a_breach_reaches_whoever_lives_there_and_tells_each_account_once(
    store: Database, desk: ReferenceData
) -> None:
    async with store.transaction() as session:
        account = await an_account(session)
        await filed(session, desk, SELF, account)
        await filed(session, desk, CHILD, account)
        here = await declare(session, Breach(what="-", done="-", known_at=NOW, region="6472"), NOW)
        elsewhere = await declare(session, Breach(what="-", done="-", known_at=NOW, office="dinsos-bpp"), NOW)
        assert await reach(session, here) == Reach(2, 0, 0, 0, accounts=1, told=0, by_letter=0)
        assert (await reach(session, elsewhere)).people == 0
        assert [await notify_batch(session, here, lambda _: "words", NOW) for _ in range(2)] == [1, 0]
        assert await notify_batch(session, elsewhere, lambda _: "words", NOW) == 0
