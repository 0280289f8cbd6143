"""The store: keys, transactions, migrations, the same on both databases."""

import asyncio

import pytest
from sqlmodel import select

from models.migrate import migrate, revisions
from models.people.account import Account
from models.secrets import WrongKey
from models.store import Store
from tests.stores import NOW, SECRET


async def names(store: Store) -> list[str]:
    async with store.reading() as session:
        return [account.called for account in await session.exec(select(Account))]


async def test_what_was_written_is_read_again_with_the_same_secret(store: Store, url: str) -> None:
    async with store.writing() as session:
        session.add(Account(telegram_id=7, called="Sari", created_at=NOW))
    again = Store.at(url)
    await again.unlock(SECRET, NOW)
    assert await names(again) == ["Sari"]
    await again.close()


async def test_another_secret_does_not_open_the_store(store: Store, url: str) -> None:
    again = Store.at(url)
    with pytest.raises(WrongKey):
        await again.unlock("another secret, of forty characters too!", NOW)
    await again.close()


async def test_nothing_is_written_when_the_block_fails(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        async with store.writing() as session:
            session.add(Account(telegram_id=7, called="Sari", created_at=NOW))
            await session.flush()
            raise ZeroDivisionError
    assert await names(store) == []


async def test_writers_side_by_side_lose_nothing(store: Store) -> None:
    async with store.writing() as session:
        session.add(Account(telegram_id=7, called="0", created_at=NOW))

    async def count_up() -> None:
        for _ in range(10):
            async with store.writing() as session:
                account = (await session.exec(select(Account).with_for_update())).one()
                account.called = str(int(account.called) + 1)

    await asyncio.gather(*(count_up() for _ in range(4)))
    assert await names(store) == ["40"]


async def test_migrating_again_and_side_by_side_does_no_harm(store: Store) -> None:
    await asyncio.gather(migrate(store), migrate(store))
    have, want = await revisions(store)
    assert have == want
