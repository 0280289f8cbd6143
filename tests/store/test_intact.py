"""Rows that are not intact, on both databases: they are erased, left out of a list, named by a restore."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select
from structlog.testing import capture_logs

from handlers.conversation.context import ReferenceData
from models.applications.document import Document, documents_of
from models.applications.encrypted_files import EncryptedFiles
from models.backup.create import create_backup
from models.backup.restore import restore_backup
from models.database import Database
from models.encrypted import NotIntact, intact
from models.intact import ALL, not_intact
from models.messaging.file_download import DownloadPurpose, FileDownload
from models.people import person_search
from models.people.erasure import erase, names_to_shred
from models.people.person import ERASED_NAME, Person
from tests.store.test_backup import LATER, lived_in
from tests.store.test_erasure import sari
from tests.store.test_person_search import post_of
from tests.store.test_submission import SELF, an_account, filed
from tests.stores import NOW, SECRET, new_url

OF_A_PERSON = (
    "person", "application", "account", "document", "file_download", "draft", "conversation_state", "help_request",
)  # fmt: skip


async def spoil(store: Database, table: str, where: str = "true") -> None:
    """Let no value of these rows fit any more."""
    async with store.transaction() as session:
        statement = text(f"UPDATE {table} SET row_version = :other WHERE {where}")
        await (await session.connection()).execute(statement, {"other": b"tampered"})


async def broken(store: Database) -> list[str]:
    return [str(problem) async for problem in not_intact(store, ALL)]


async def test_a_person_whose_rows_are_not_intact_is_erased_all_the_same(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        account, person = await sari(session, desk)
    for table in OF_A_PERSON:
        await spoil(store, table)
    assert len({line.split()[0].rstrip(":") for line in await broken(store)}) == len(OF_A_PERSON)
    async with store.transaction() as session:
        await erase(session, person.id or 0, by=account.id, now=NOW)
    async with store.read_only() as session:
        assert await names_to_shred(session) == ["a", "b"]
        assert (await session.exec(select(Person.name))).one() == ERASED_NAME
    assert await broken(store) == []


async def test_a_list_goes_on_without_a_row_that_is_not_intact(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        first, second = await an_account(session, 7), await an_account(session, 8)
        bad = (await filed(session, desk, SELF, first)).person
        done = await filed(session, desk, SELF, second)
        post, good = await post_of(session, done.application.office, "64"), done.person
    await spoil(store, "person", f"id = {bad.id}")
    async with store.transaction() as session:
        with capture_logs() as logs:
            found = await person_search.find(
                session, person_search.SearchQuery(person_search.SearchKey.NAME, "sari"), post, NOW
            )
        assert [person.id for _, person in found.files] == [good.id]
        with pytest.raises(NotIntact):
            await session.get(Person, bad.id)
    ((count, (problem,)),) = [(line["count"], line["problems"]) for line in logs]
    assert (count, problem.split(":")[0]) == (1, f"person {bad.id}")


async def test_the_file_of_a_paper_cannot_be_exchanged_with_that_of_another(
    store: Database, desk: ReferenceData
) -> None:
    async with store.transaction() as session:
        file = (await filed(session, desk, SELF, await an_account(session))).application
        for name in ("one", "other"):
            session.add(
                FileDownload(
                    chat_id=7, purpose=DownloadPurpose.PAPER, source={"document": "ktp"}, stored_as=name, made_at=NOW
                )
            )
            session.add(
                Document(
                    application_id=file.id or 0, person_id=file.person_id, kind="ktp", stored_as=name,
                    media_type="image/png", size=1, advice=[], given_at=NOW,
                )
            )  # fmt: skip
    assert await broken(store) == []
    async with store.transaction() as session:
        for table in ("document", "file_download"):
            exchanged = f"UPDATE {table} SET stored_as = CASE stored_as WHEN 'one' THEN 'other' ELSE 'one' END"
            await (await session.connection()).execute(text(exchanged))
    async with store.read_only() as session:
        with pytest.raises(NotIntact):
            await documents_of(session, file.id or 0)
        for download in (await session.exec(select(FileDownload))).all():
            with pytest.raises(NotIntact):
                intact(download.source)


async def test_a_download_is_bound_to_its_file_as_soon_as_it_has_one(store: Database) -> None:
    async with store.transaction() as session:
        session.add(FileDownload(chat_id=7, purpose=DownloadPurpose.PAPER, source={"document": "ktp"}, made_at=NOW))
    async with store.transaction() as session:
        download = (await session.exec(select(FileDownload))).one()
        download.stored_as = "one"
        session.add(download)
    assert await broken(store) == []
    async with store.transaction() as session:
        await (await session.connection()).execute(text("UPDATE file_download SET stored_as = NULL"))
    assert await broken(store) == ["file_download 1: source does not fit its row"]


async def test_a_restore_names_what_does_not_fit_its_row(store: Database, desk: ReferenceData, tmp_path: Path) -> None:
    await lived_in(store, desk, tmp_path / "a")
    await spoil(store, "application", "id = 1")
    path, _ = await create_backup(store, tmp_path / "a" / "papers", tmp_path / "kept", SECRET, NOW)
    other = Database.at(new_url("sqlite", tmp_path))
    try:
        done = await restore_backup(other, tmp_path / "b", path, secret=SECRET, erased=[], now=LATER)
        assert done.not_intact == ["application 1: answers does not fit its row"]
        assert EncryptedFiles(tmp_path / "b" / "papers").names()
    finally:
        await other.close()
