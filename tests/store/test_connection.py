"""What the store relies on it sets for each connection, whatever a database or its role was given as its settings."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlmodel import select

from models import connection
from models.breach import Breach
from models.connection import UnfitDatabase
from models.database import Database
from models.messaging import outbox
from models.messaging.outbox import Priority
from models.migrate import revisions
from models.people.account import Account
from tests.stores import NOW, SECRET, furnished, new_url, open_store, postgres

WORDS = "Ꮳ ᬲᬸᬓ ja 🙂 \\ '"
OTHER = {
    "DateStyle": "'German, DMY'",
    "TimeZone": "'Asia/Makassar'",
    "client_encoding": "'LATIN1'",
    "IntervalStyle": "'sql_standard'",
    "standard_conforming_strings": "off",
    "bytea_output": "'escape'",
    "extra_float_digits": "'-15'",
    "default_transaction_isolation": "'serializable'",
    "default_transaction_deferrable": "on",
    "statement_timeout": "'80ms'",
    "lock_timeout": "'1ms'",
    "idle_in_transaction_session_timeout": "'50ms'",
    "synchronous_commit": "off",
    "transform_null_equals": "on",
}


@pytest.fixture(params=OTHER)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def url(name: str, tmp_path: Path) -> Iterator[str]:
    with furnished("postgresql", tmp_path) as made:
        database = made.partition("?")[0].rsplit("/", 1)[-1]
        postgres().psql(f"ALTER DATABASE {database} SET {name} = {OTHER[name]}")
        yield made


@pytest.fixture
async def store(url: str) -> AsyncIterator[Database]:
    async with open_store(url) as opened:
        yield opened


async def shown(store: Database, name: str) -> str:
    async with store.read_only() as session:
        return str((await (await session.connection()).execute(text(f"SHOW {name}"))).scalar_one())


async def test_a_setting_of_the_database_is_not_the_one_of_our_connections(store: Database, name: str) -> None:
    wanted = (connection.SET | {"synchronous_commit": "on"})[name]
    assert await shown(store, name) == wanted
    async with store.transaction() as session:  # and stays so when a transaction is rolled back
        await session.rollback()
    assert await shown(store, name) == wanted


async def test_a_store_keeps_its_times_its_words_and_its_queue(store: Database) -> None:
    at = datetime(2026, 2, 3, 23, 30, 1, 250_000, tzinfo=UTC)
    async with store.transaction() as session:
        session.add(Breach(what=WORDS, done=WORDS, known_at=at))
        session.add(Account(telegram_id=7, called=WORDS, created_at=at))
        await session.flush()
        await (await session.connection()).execute(text("SELECT pg_sleep(0.1)"))
    async with store.transaction() as session:
        row = {"chat_id": 7, "priority": int(Priority.REPLY), "method": "sendMessage", "reference": None, "made_at": at}
        await outbox.enqueue(session, [row | {"body": {"text": WORDS}, "not_before": at}])
    async with store.transaction() as session:
        assert await outbox.claim(session, at - timedelta(seconds=1), 5) == []
        (due,) = await outbox.claim(session, at, 5)
    assert due.body == {"text": WORDS}
    async with store.read_only() as session:
        (breach,) = await session.exec(select(Breach))
    assert (breach.known_at, breach.what) == (at, WORDS)


async def test_keys_that_are_looked_for_at_once_are_found(store: Database) -> None:
    assert store._look_at_once().current == store.keyring.current


# -- where the tables lie ---------------------------------------------------------------------------------


def run(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as session:
        for statement in statements:
            session.execute(statement)


def schemas(url: str) -> set[str]:
    """Those with tables of the bot."""
    with psycopg.connect(url) as session:
        rows = session.execute("SELECT DISTINCT schemaname FROM pg_tables WHERE tablename IN ('person', 'data_key')")
        return {name for (name,) in rows}


@pytest.mark.parametrize("whose", ["DATABASE {}", "ROLE postgres IN DATABASE {}"])
@pytest.mark.parametrize("path", ["elsewhere", "elsewhere, public", "nowhere"])
async def test_a_search_path_that_was_changed_leads_to_no_other_tables(tmp_path: Path, whose: str, path: str) -> None:
    with furnished("postgresql", tmp_path) as url:
        async with open_store(url) as store, store.transaction() as session:
            session.add(Breach(what=WORDS, done=WORDS, known_at=NOW))
        whose = whose.format(url.partition("?")[0].rpartition("/")[2])
        run(url, "CREATE SCHEMA elsewhere", f"ALTER {whose} SET search_path = {path}")
        async with open_store(url) as store:
            async with store.read_only() as session:
                assert [breach.what for breach in await session.exec(select(Breach))] == [WORDS]
            have, wanted = await revisions(store)
            assert (have, await shown(store, "search_path")) == (wanted, "public")
            assert store._look_at_once().current == store.keyring.current
        assert schemas(url) == {"public"}


async def test_a_new_database_gets_its_tables_where_its_search_path_says(tmp_path: Path) -> None:
    url = new_url("postgresql", tmp_path)
    whose = f"DATABASE {url.partition('?')[0].rpartition('/')[2]}"
    other = '"The Office"'
    run(url, f"CREATE SCHEMA {other}", f"ALTER {whose} SET search_path = {other}, public")
    async with open_store(url):
        pass
    run(url, f"ALTER {whose} RESET search_path")
    async with open_store(url) as store:
        assert await shown(store, "search_path") == other
    assert schemas(url) == {"The Office"}


async def test_tables_of_another_program_are_not_taken_for_ours(tmp_path: Path) -> None:
    url = new_url("postgresql", tmp_path)
    run(url, "CREATE SCHEMA other", "CREATE TABLE other.alembic_version (version_num text)")
    async with open_store(url):
        pass
    assert schemas(url) == {"public"}


# -- SQLite -----------------------------------------------------------------------------------------------


async def test_an_sqlite_that_keeps_no_write_ahead_log_is_refused(tmp_path: Path) -> None:
    """As on a network file system: without shared memory there is none."""
    store = Database.at(f"sqlite:///file:{tmp_path}/test.db?vfs=unix-none&uri=true")
    with pytest.raises(UnfitDatabase, match="local disk"):
        await store.load_keys(SECRET, NOW)
    await store.close()


async def test_too_old_an_sqlite_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "OLDEST_SQLITE", (99, 0, 0))
    store = Database.at(new_url("sqlite", tmp_path))
    with pytest.raises(UnfitDatabase, match="too old"):
        await store.load_keys(SECRET, NOW)
    await store.close()
