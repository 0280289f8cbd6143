"""`sapa doctor`: what it says of the database and of the values in it."""

import socket
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot import doctor, standing
from bot.lead import leading
from models.breach import Breach
from tests.commands.patient import STORED, Patient, back_up, serve_once
from tests.stores import NOW, SECRET, new_url, open_store


async def test_a_value_that_cannot_be_read_is_named_by_its_table_and_row(patient: Patient) -> None:
    await patient.lay_tables()
    async with open_store(f"sqlite:///{patient.folder}/sapa.db") as store, store.writing() as session:
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
    monkeypatch.setattr(doctor, "PATIENCE", 0.2)
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
    monkeypatch.setattr(standing, "FIT", FIT)
    url = new_url("postgresql", patient.folder)
    async with open_store(url) as store:
        await back_up(store)
        patient.set(SAPA_DATABASE_URL=url, SAPA_SECRET_KEY=SECRET)
        before = await patient.findings()
        async with leading(store):
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
    assert {about for about in found if not found[about].well} == {"key", "values"}


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
    monkeypatch.setattr(standing, "FIT", f"SELECT {values}")
    assert told in await patient.complaint("database")
