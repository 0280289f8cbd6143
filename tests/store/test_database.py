"""The store: keys, transactions, migrations, the same on both databases."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy.exc import TimeoutError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import select

from models.database import Database, is_infrastructure_error
from models.keyring import WrongKey
from models.migrate import migrate, revisions
from models.offices.running_number import next_number
from models.people.account import Account
from tests.stores import NOW, SECRET, new_url, open_store


async def names(store: Database) -> list[str]:
    async with store.read_only() as session:
        return [account.called for account in await session.exec(select(Account))]


async def test_what_was_written_is_read_again_with_the_same_secret(store: Database, url: str) -> None:
    async with store.transaction() as session:
        session.add(Account(telegram_id=7, called="Sari", created_at=NOW))
    again = Database.at(url)
    await again.load_keys(SECRET, NOW)
    assert await names(again) == ["Sari"]
    await again.close()


async def test_another_secret_does_not_open_the_store(store: Database, url: str) -> None:
    again = Database.at(url)
    with pytest.raises(WrongKey):
        await again.load_keys("another secret, of forty characters too!", NOW)
    await again.close()


async def test_nothing_is_written_when_the_block_fails(store: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with store.transaction() as session:
            session.add(Account(telegram_id=7, called="Sari", created_at=NOW))
            await session.flush()
            raise ZeroDivisionError
    assert await names(store) == []


@pytest.mark.parametrize("after", [0, 1, 2, 3, 5, 8, 13, 21, 34, 55])
async def test_a_block_that_is_cut_off_leaves_nothing_open(store: Database, after: int) -> None:
    """Cancelled after so many steps of the loop, in the middle of a statement too; the connection goes back whole."""

    async def write() -> None:
        async with store.transaction() as session:
            for number in range(100):
                session.add(Account(telegram_id=number, called=str(number), created_at=NOW))
                await session.flush()

    writing = asyncio.create_task(write())
    for _ in range(after):
        await asyncio.sleep(0)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert await names(store) == []
    async with store.transaction() as session:
        session.add(Account(telegram_id=7, called="Sari", created_at=NOW))
    assert await names(store) == ["Sari"]


async def test_writers_side_by_side_lose_nothing(store: Database) -> None:
    async with store.transaction() as session:
        session.add(Account(telegram_id=7, called="0", created_at=NOW))

    async def count_up() -> None:
        for _ in range(10):
            async with store.transaction() as session:
                account = (await session.exec(select(Account).with_for_update())).one()
                account.called = str(int(account.called) + 1)

    await asyncio.gather(*(count_up() for _ in range(4)))
    assert await names(store) == ["40"]


async def test_migrating_again_and_side_by_side_does_no_harm(store: Database) -> None:
    await asyncio.gather(migrate(store), migrate(store))
    have, want = await revisions(store)
    assert have == want


async def test_numbers_of_two_series_taken_crosswise_never_wait_in_a_circle(store: Database) -> None:
    async def take(*series: str) -> list[int]:
        async with store.transaction() as session:
            return [await next_number(session, one, 2026) for one in series]

    async with store.transaction() as session:
        ours = [await next_number(session, "receipt", 2026)]
        crosswise = asyncio.create_task(take("help", "receipt"))
        await asyncio.wait([crosswise], timeout=0.3)
        ours.append(await next_number(session, "help", 2026))
    assert [sorted(pair) for pair in zip(ours, reversed(await crosswise), strict=True)] == [[1, 2], [1, 2]]


async def test_on_postgresql_a_transaction_that_has_drawn_a_number_keeps_no_other_waiting(tmp_path: Path) -> None:
    async with (
        open_store(new_url("postgresql", tmp_path)) as store,
        store.transaction() as one,
        store.transaction() as two,
    ):
        async with asyncio.timeout(5):
            assert [await next_number(session, "receipt", 2026) for session in (one, two, one)] == [1, 2, 3]


async def test_a_pool_with_no_connection_left_is_trouble_and_not_our_mistake(store: Database) -> None:
    narrow = create_async_engine(store.engine.url, pool_size=1, max_overflow=0, pool_timeout=0.01)
    async with narrow.connect():
        with pytest.raises(TimeoutError) as refused:
            await narrow.connect()
    await narrow.dispose()
    assert is_infrastructure_error(refused.value)
