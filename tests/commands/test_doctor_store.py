"""`sapa doctor`: what it says of the database, and of the values and papers that are stored."""

import os
import secrets
import socket
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from bot.commands import doctor, doctor_storage
from bot.leader_election import leadership
from handlers.conversation.context import ReferenceData
from models import intact
from models.applications.document import Document
from models.applications.encrypted_files import EncryptedFiles
from models.breach import Breach
from models.database import Database
from models.intact import papers_looked_at
from models.messaging.file_download import DownloadPurpose, DownloadState, FileDownload
from tests.commands.patient import STORED, Patient, back_up, serve_once
from tests.commands.terminal import Terminal
from tests.store.test_submission import SELF, an_account, filed
from tests.stores import KINDS, NOW, SECRET, furnished, new_url, open_store


async def test_a_value_that_cannot_be_read_is_named_by_its_table_and_row(patient: Patient) -> None:
    await patient.lay_tables()
    async with open_store(f"sqlite:///{patient.folder}/sapa.db") as store, store.transaction() as session:
        session.add(Breach(what="Ada.", done="Ada.", known_at=NOW))
        await session.flush()
        await session.exec(text("UPDATE breach SET done = substr(done, 1, 20)"))  # type: ignore[call-overload]
    before = sorted(path.name for path in patient.folder.iterdir())
    assert "breach 1: done does not fit its row" in await patient.complaint("values")
    assert sorted(path.name for path in patient.folder.iterdir()) == before


# -- the database -----------------------------------------------------------------------------------------


async def test_a_postgresql_that_is_not_there(patient: Patient) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        patient.set(SAPA_DATABASE_URL=f"postgresql://sari:swordfish@127.0.0.1:{holder.getsockname()[1]}/sapa")
        found = await patient.findings()
    assert "The database cannot be used (connection failed" in found["database"].says
    assert "swordfish" not in "".join(map(str, found.values()))
    assert {about for about in found if not found[about].well} == set(STORED)
    assert found["key"].says == "not looked at: first mend the database."


async def test_a_postgresql_that_never_answers(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "TIMEOUT", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        patient.set(SAPA_DATABASE_URL=f"postgresql://sari@127.0.0.1:{silent.getsockname()[1]}/sapa")
        found = await patient.findings()
    assert "does not answer within" in found["database"].says


FIT = "SELECT 17, current_setting('server_encoding'), 'on', 'on'"
"""The server of the tests need not survive a power cut."""


async def test_a_postgresql_with_tables_is_well_and_is_seen_to_be_led(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor_storage, "FIT", FIT)
    url = new_url("postgresql", patient.folder)
    async with open_store(url) as store:
        await back_up(store)
        patient.set(SAPA_DATABASE_URL=url, SAPA_SECRET_KEY=SECRET)
        before = await patient.findings()
        async with leadership(store):
            await serve_once(store)
            after = await patient.findings()
    assert [str(finding) for finding in (*before.values(), *after.values()) if not finding.well] == []
    assert "no bot is running" in before["running"].says
    assert "a bot is running" in after["running"].says


async def test_a_database_that_is_another_kind_of_file(patient: Patient) -> None:
    (patient.folder / "sapa.db").write_text("a letter to the office\n" * 100)
    found = await patient.findings()
    assert "file is not a database" in found["database"].says


def set_revision(file: Path, revision: str) -> None:
    database = sqlite3.connect(file)
    database.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    database.commit()
    database.close()


async def test_tables_of_a_newer_release(patient: Patient) -> None:
    await patient.lay_tables()
    set_revision(patient.folder / "sapa.db", "9999")
    assert "newer release" in await patient.complaint("tables")


async def test_tables_that_were_never_made(patient: Patient) -> None:
    (patient.folder / "sapa.db").touch(mode=0o600)
    assert "they are at revision none" in await patient.complaint("tables")


async def test_a_key_that_the_database_was_not_made_with(patient: Patient) -> None:
    await patient.lay_tables(secret="another key of the tests, long enough too")
    found = await patient.findings()
    assert "put back the one it was made with" in found["key"].says
    assert {about for about in found if not found[about].well} == {"key", "values", "papers"}


async def test_a_bot_that_writes_is_neither_waited_for_nor_disturbed(patient: Patient) -> None:
    await patient.lay_tables()
    writer = sqlite3.connect(patient.folder / "sapa.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    found = await patient.findings()
    writer.execute("ROLLBACK")
    writer.close()
    assert [str(finding) for finding in found.values() if not finding.well] == []


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ((13, "UTF8", "on", "on"), "PostgreSQL 13 is too old"),
        ((17, "SQL_ASCII", "on", "on"), "has the encoding SQL_ASCII"),
        ((17, "UTF8", "off", "on"), "fsync"),
        ((17, "UTF8", "on", "off"), "full_page_writes"),
    ],
)
async def test_a_server_that_no_session_can_mend(
    patient: Patient, monkeypatch: pytest.MonkeyPatch, row: tuple[Any, ...], told: str
) -> None:
    url = new_url("postgresql", patient.folder)
    async with open_store(url) as store:
        await back_up(store)
    patient.set(SAPA_DATABASE_URL=url, SAPA_SECRET_KEY=SECRET)
    values = ", ".join(f"'{value}'" if isinstance(value, str) else str(value) for value in row)
    monkeypatch.setattr(doctor_storage, "FIT", f"SELECT {values}")
    assert told in await patient.complaint("database")


# -- papers -----------------------------------------------------------------------------------------------


@pytest.fixture
def own_files() -> Iterator[None]:
    """What a test makes is for its user alone, as what a command makes."""
    before = os.umask(0o077)
    yield
    os.umask(before)


@pytest.fixture(params=KINDS)
async def store(
    request: pytest.FixtureRequest, patient: Patient, monkeypatch: pytest.MonkeyPatch, own_files: None
) -> AsyncIterator[Database]:
    """The database of the installation, in good order."""
    monkeypatch.setattr(doctor_storage, "FIT", FIT)
    with furnished(request.param, patient.folder) as url:
        patient.set(SAPA_DATABASE_URL=url, SAPA_SECRET_KEY=SECRET)
        async with open_store(url) as opened:
            await back_up(opened)
            yield opened


@pytest.fixture
def papers(patient: Patient) -> EncryptedFiles:
    return EncryptedFiles(patient.folder / "papers")


@pytest.fixture
async def names(store: Database, desk: ReferenceData, papers: EncryptedFiles) -> list[str]:
    """The papers of documents 1 to 3, each with its download, and that of download 4, which is in no file yet."""
    kept = [papers.keep(store.keyring, f"paper {number}".encode()) for number in range(1, 5)]
    async with store.transaction() as session:
        file = (await filed(session, desk, SELF, await an_account(session))).application
        for name in kept:
            how: dict[str, Any] = {"source": {}, "stored_as": name, "made_at": NOW}
            session.add(
                download := FileDownload(chat_id=7, purpose=DownloadPurpose.PAPER, state=DownloadState.KEPT, **how)
            )
            await session.flush()
            how = {"media_type": "image/png", "size": 1, "advice": [], "given_at": NOW, "stored_as": name}
            if name != kept[-1]:
                of = {"application_id": file.id or 0, "person_id": file.person_id, "download_id": download.id}
                session.add(Document(kind="ktp", **of, **how))
                await session.flush()
        session.add(
            FileDownload(
                chat_id=7, purpose=DownloadPurpose.FOR_STAFF, state=DownloadState.WITH_TELEGRAM, source={}, made_at=NOW
            )
        )
    return kept


async def test_papers_that_are_there_and_open_are_counted_once(patient: Patient, names: list[str]) -> None:
    found = await patient.findings(deep=True)
    assert [str(finding) for finding in found.values() if not finding.well] == []
    assert found["papers"].says == "every paper is there and opens (4)."


def delete(folder: Path, names: list[str]) -> None:
    (folder / names[2]).unlink()


def overwrite(folder: Path, names: list[str]) -> None:
    (folder / names[2]).write_bytes(secrets.token_bytes(200))


def cut(folder: Path, names: list[str]) -> None:
    (folder / names[2]).write_bytes(b"")


def swap(folder: Path, names: list[str]) -> None:
    (folder / names[1]).rename(folder / "aside")
    (folder / names[2]).rename(folder / names[1])
    (folder / "aside").rename(folder / names[2])


def make_unreadable(folder: Path, names: list[str]) -> None:
    (folder / names[2]).unlink()
    (folder / names[2]).mkdir()


def delete_both(folder: Path, names: list[str]) -> None:
    (folder / names[2]).unlink()
    (folder / names[3]).unlink()


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (delete, "1 (missing 1): document 3 missing."),
        (overwrite, "1 (not opening 1): document 3 not opening."),
        (cut, "1 (not opening 1): document 3 not opening."),
        (swap, "2 (not opening 2): document 3 not opening; document 2 not opening."),
        (make_unreadable, "1 (unreadable 1): document 3 unreadable."),
        (delete_both, "2 (missing 2): document 3 missing; file_download 4 missing."),
    ],
)
async def test_a_paper_that_cannot_be_had_is_named_by_its_row(
    patient: Patient, names: list[str], spoil: Callable[[Path, list[str]], None], told: str
) -> None:
    spoil(patient.folder / "papers", names)
    said = await patient.complaint("papers")
    assert said == f"papers that cannot be had: {told} {doctor_storage.LOST_PAPERS}"
    assert not any(name in said for name in names)


async def test_a_folder_of_papers_that_is_another_one(patient: Patient, names: list[str]) -> None:
    (patient.folder / "papers").rename(patient.folder / "papers of before")
    said = await patient.complaint("papers", deep=True)
    assert "4 (missing 4): document 3 missing; document 2 missing; document 1 missing; file_download 4 missing." in said
    assert "Is SAPA_DATA_DIR the folder that it was?" in said


async def test_an_old_paper_is_looked_at_by_the_deep_look_only(
    patient: Patient, names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "NEWEST", 2)
    monkeypatch.setattr(intact, "BATCH", 1)
    (patient.folder / "papers" / names[0]).unlink()
    assert (await patient.findings())["papers"].says == (
        "every paper of the newest 2 rows of each table (--deep: of all) is there and opens (3)."
    )
    assert "1 (missing 1): document 1 missing." in await patient.complaint("papers", deep=True)


async def test_a_paper_that_is_erased_while_it_is_looked_for_is_not_missed(
    store: Database, papers: EncryptedFiles, names: list[str]
) -> None:
    seen = []
    async for paper in papers_looked_at(store, papers):
        seen.append((paper.row, paper.fault))
        if paper.row == "document 3":
            async with store.transaction() as session:
                await session.delete(await session.get_one(Document, 2))
                await session.flush()
                await session.delete(await session.get_one(FileDownload, 2))
            papers.discard(names[1])
    assert seen == [("document 3", None), ("document 1", None), ("file_download 4", None)]


async def test_a_quick_look_that_takes_too_long_ends(
    patient: Patient, names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor_storage, "READING", 0)
    found = await patient.findings()
    assert [about for about in found if not found[about].well] == ["values", "papers"]
    assert found["papers"].says == "Not all could be looked at in 0 seconds."
    assert all(finding.well for finding in (await patient.findings(deep=True)).values())


# -- values -----------------------------------------------------------------------------------------------


async def spoil_breaches(store: Database, count: int, spoiled: str) -> None:
    async with store.transaction() as session:
        session.add_all([Breach(what="Ada.", done="Ada.", known_at=NOW) for _ in range(count)])
        await session.flush()
        await (await session.connection()).execute(text(spoiled))


async def test_values_that_do_not_fit_are_counted_by_table_and_column(patient: Patient, store: Database) -> None:
    await spoil_breaches(store, 9, "UPDATE breach SET done = what, what = CASE id WHEN 3 THEN done ELSE what END")
    said = await patient.complaint("values")
    assert said.startswith("values that do not fit their rows: 10 (breach.done 9, breach.what 1): breach 9: done ")
    assert said.count("does not fit its row") == doctor_storage.NAMED


async def test_of_many_values_that_do_not_fit_the_first_are_named(patient: Patient, store: Database) -> None:
    await spoil_breaches(store, 15, "UPDATE breach SET done = what")
    said = await patient.complaint("values")
    assert said.count("does not fit its row") == doctor_storage.NAMED
    assert said.endswith("breach 6: done does not fit its row; and 5 more. Compare with a backup from before.")


async def test_an_old_value_is_looked_at_by_the_deep_look_only(
    patient: Patient, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "NEWEST", 2)
    monkeypatch.setattr(intact, "BATCH", 1)
    await spoil_breaches(store, 3, "UPDATE breach SET done = what WHERE id = 1")
    assert "of the newest 2 rows of each table (--deep: of all)" in (await patient.findings())["values"].says
    assert "1 (breach.done 1): breach 1: done does not fit its row." in await patient.complaint("values", deep=True)


def test_the_command_takes_the_deep_look_when_asked_to(terminal: Terminal) -> None:
    terminal.set(SAPA_SECRET_KEY=SECRET)
    terminal.found()
    quick, deep = terminal.type("doctor").out, terminal.type("doctor", "--deep").out
    assert quick.count("of the newest 200 rows of each table (--deep: of all)") == 2
    assert "every encrypted value can be read in its row." in deep
    assert "every paper is there and opens (0)." in deep


# -- where the tables of a PostgreSQL lie -----------------------------------------------------------------


def database_of(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


@pytest.fixture
async def url(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """A PostgreSQL with tables, for an installation in good order."""
    monkeypatch.setattr(doctor_storage, "FIT", FIT)
    with furnished("postgresql", patient.folder) as made:
        async with open_store(made) as store:
            await back_up(store)
        patient.set(SAPA_DATABASE_URL=made, SAPA_SECRET_KEY=SECRET)
        yield made


def run(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


async def test_a_search_path_that_was_changed_hides_no_tables(patient: Patient, url: str) -> None:
    role = f"ALTER ROLE postgres IN DATABASE {database_of(url)} SET search_path = elsewhere"
    run(url, "CREATE SCHEMA elsewhere", role)
    found = await patient.findings()
    assert [str(finding) for finding in found.values() if not finding.well] == []
    assert "up to date" in found["tables"].says


async def test_tables_in_two_schemas(patient: Patient, url: str) -> None:
    role = f"ALTER ROLE postgres IN DATABASE {database_of(url)} SET search_path = elsewhere"
    like = [f"CREATE TABLE elsewhere.{name} (LIKE public.{name})" for name in ("alembic_version", "data_key")]
    run(url, "CREATE SCHEMA elsewhere", *like)
    lie = "tables of this bot lie in the schemas elsewhere and public, and search_path leads to"
    assert f"{lie} public: let it lead" in await patient.complaint("tables")
    run(url, role)
    assert f"{lie} elsewhere: let it lead" in (await patient.findings())["tables"].says


async def test_tables_that_the_user_may_not_use(patient: Patient, url: str) -> None:
    user = f"guest_of_{database_of(url)}"
    run(url, f"CREATE ROLE {user} LOGIN", "REVOKE ALL ON SCHEMA public FROM public")
    patient.set(SAPA_DATABASE_URL=url.replace("postgres:@", f"{user}@"))
    said = (await patient.findings())["tables"].says
    assert said == f"they lie in the schema public, which the user {user} may not use: give it the right USAGE."
