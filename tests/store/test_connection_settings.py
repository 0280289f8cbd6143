"""What the store relies on it sets for each connection, whatever a database or its role was given as its settings."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from models import connection
from models.breach import Breach
from models.connection import UnfitDatabase
from models.people.account import Account
from models.post import outbox
from models.post.outbox import Weight
from models.store import Store
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
async def store(url: str) -> AsyncIterator[Store]:
    async with open_store(url) as opened:
        yield opened


async def shown(store: Store, name: str) -> str:
    async with store.reading() as session:
        return str((await (await session.connection()).execute(text(f"SHOW {name}"))).scalar_one())


async def test_a_setting_of_the_database_is_not_the_one_of_our_connections(store: Store, name: str) -> None:
    wanted = (connection.SET | {"synchronous_commit": "on"})[name]
    assert await shown(store, name) == wanted
    async with store.writing() as session:  # and stays so when a transaction is rolled back
        await session.rollback()
    assert await shown(store, name) == wanted


async def test_a_store_keeps_its_times_its_words_and_its_queue(store: Store) -> None:
    at = datetime(2026, 2, 3, 23, 30, 1, 250_000, tzinfo=UTC)
    async with store.writing() as session:
        session.add(Breach(what=WORDS, done=WORDS, known_at=at))
        session.add(Account(telegram_id=7, called=WORDS, created_at=at))
        await session.flush()
        await (await session.connection()).execute(text("SELECT pg_sleep(0.1)"))
    async with store.writing() as session:
        row = {"chat_id": 7, "weight": int(Weight.REPLY), "method": "sendMessage", "reference": None, "made_at": at}
        await outbox.enqueue(session, [row | {"body": {"text": WORDS}, "not_before": at}])
    async with store.writing() as session:
        assert await outbox.claim(session, at - timedelta(seconds=1), 5) == []
        (due,) = await outbox.claim(session, at, 5)
    assert due.body == {"text": WORDS}
    async with store.reading() as session:
        (breach,) = await session.exec(select(Breach))
    assert (breach.known_at, breach.what) == (at, WORDS)


async def test_keys_that_are_looked_for_at_once_are_found(store: Store) -> None:
    assert store._look_at_once().current == store.keyring.current


async def test_an_sqlite_that_keeps_no_write_ahead_log_is_refused(tmp_path: Path) -> None:
    """As on a network file system: without shared memory there is none."""
    store = Store.at(f"sqlite:///file:{tmp_path}/test.db?vfs=unix-none&uri=true")
    with pytest.raises(UnfitDatabase, match="local disk"):
        await store.unlock(SECRET, NOW)
    await store.close()


async def test_too_old_an_sqlite_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "OLDEST_SQLITE", (99, 0, 0))
    store = Store.at(new_url("sqlite", tmp_path))
    with pytest.raises(UnfitDatabase, match="too old"):
        await store.unlock(SECRET, NOW)
    await store.close()
