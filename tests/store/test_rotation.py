"""A new data key, on both databases: everything can be read all the time, and in the end nothing carries the old."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import LargeBinary, type_coerce
from sqlmodel import col, select

from handlers.context import Desk
from models import rotation
from models.applications.papers import Papers
from models.people.person import Person
from models.post.parcel import Parcel, ParcelState, Purpose
from models.rotation import HEADSTART, begin, reseal_papers, reseal_rows, retire, rewrap
from models.secrets import DataKey, KeyUse, Sealed, WrongKey, key_of
from models.store import Store
from models.tables import METADATA
from tests.store.test_filing import CHILD, SELF, an_account, filed
from tests.stores import NOW, SECRET

THEN = NOW + HEADSTART


async def key_numbers(store: Store, papers: Papers, folder: Path) -> set[int]:
    """The keys that any value of any table, or any paper, carries."""
    found = {key_of((folder / name).read_bytes()) for name in papers.names()}
    async with store.reading() as session:
        for table in METADATA.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, Sealed):
                    rows = await (await session.connection()).execute(select(type_coerce(column, LargeBinary)))
                    found |= {key_of(value) for (value,) in rows if value is not None}
    return found


async def told(store: Store, desk: Desk) -> None:
    async with store.writing() as session:
        account = await an_account(session)
        await filed(session, desk, SELF, account)
        await filed(session, desk, CHILD, account)


async def rotated(store: Store, papers: Papers) -> int:
    """All of it, as the command does it."""
    await store.learn_keys(SECRET, THEN)
    count = sum([values async for _, values in reseal_rows(store)])
    return count + await reseal_papers(store, papers)


async def begun(store: Store) -> DataKey:
    async with store.writing() as session:
        return await begin(session, SECRET, NOW)


async def names(store: Store) -> list[Any]:
    async with store.reading() as session:
        return list(await session.exec(select(Person.name).order_by(col(Person.id))))


async def test_everything_can_be_read_before_during_and_after(
    store: Store, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 1)
    papers = Papers(tmp_path / "papers")
    await told(store, desk)
    kept = papers.keep(store.keyring, b"a paper")
    async with store.writing() as session:
        how: dict[str, Any] = {"source": {}, "stored_as": kept, "made_at": NOW}
        session.add(Parcel(lane=7, purpose=Purpose.PAPER, state=ParcelState.KEPT, **how))
    old = await key_numbers(store, papers, tmp_path / "papers")
    key = await begun(store)
    await store.learn_keys(SECRET, THEN)
    async for _ in reseal_rows(store):
        assert await names(store) == [SELF.name, CHILD.name]
    assert await reseal_papers(store, papers) == 1
    assert await key_numbers(store, papers, tmp_path / "papers") == {key.id}
    assert key.id not in old
    assert await rotated(store, papers) == 0
    async with store.writing() as session:
        assert await retire(session, key.id or 0) == len(old)
    await store.learn_keys(SECRET, THEN)
    assert await names(store) == [SELF.name, CHILD.name]
    assert papers.read(store.keyring, kept) == b"a paper"


async def test_a_new_key_is_known_to_all_before_anybody_seals_with_it(store: Store, desk: Desk) -> None:
    key = await begun(store)
    await store.learn_keys(SECRET, THEN - timedelta(seconds=1))
    assert key_of(store.keyring.seal(b"x", b"y")) != key.id
    await store.learn_keys(SECRET, THEN)
    assert key_of(store.keyring.seal(b"x", b"y")) == key.id


async def test_beginning_again_goes_on_with_the_key_that_was_announced(store: Store) -> None:
    assert (await begun(store)).id == (await begun(store)).id


async def test_what_a_turn_wrote_meanwhile_is_not_overwritten(
    store: Store, desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    await told(store, desk)
    await begun(store)
    await store.learn_keys(SECRET, THEN)
    keys = store.keyring
    stale = keys.seal(b'"as it was read"', b"person.name")
    async with store.writing() as session:
        person = (await session.exec(select(Person).where(Person.id == 1))).one()
        column = METADATA.tables["person"].c.name
        await rotation._reseal(session, METADATA.tables["person"], METADATA.tables["person"].c.id == 1, column, stale)
        assert person.name == SELF.name
    assert (await names(store))[0] == SELF.name


async def test_a_paper_that_was_destroyed_meanwhile_does_not_come_back(store: Store, tmp_path: Path) -> None:
    """It is put back by a rotation that read it a moment before; no row names it."""
    papers = Papers(tmp_path / "papers")
    papers.keep(store.keyring, b"erased")
    await begun(store)
    await store.learn_keys(SECRET, THEN)
    assert await reseal_papers(store, papers) == 1
    assert papers.names() == []
    assert papers.reseal(store.keyring, "gone") is False


async def test_another_secret_fits_and_the_one_before_no_longer(store: Store, desk: Desk) -> None:
    await told(store, desk)
    new = "another secret, as long as one has to be"
    async with store.writing() as session:
        assert await rewrap(session, SECRET, new) == len(KeyUse)
    assert await names(store) == [SELF.name, CHILD.name], "a running process goes on with the keys it has"
    with pytest.raises(WrongKey):
        await store.learn_keys(SECRET, NOW)
    await store.learn_keys(new, NOW)
    assert await names(store) == [SELF.name, CHILD.name]
