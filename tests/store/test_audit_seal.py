"""The seals of the audit log, on both databases: whatever is done to a sealed row afterwards is found."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from models import audit_seal
from models.audit import write_down
from models.audit_seal import FINISHED, Verdict, seal_some, verify
from models.store import Store
from tests.stores import NOW

LATER = NOW + FINISHED


async def written(session: AsyncSession, count: int, at: timedelta = timedelta()) -> None:
    for number in range(count):
        how = {"act": "look", "thing": "person", "thing_id": number, "note": {"why": "asked"}}
        await write_down(session, at=NOW + at, by=None, **how)


@pytest.fixture
async def sealed(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Nine rows under three seals, and two that are too young to be sealed."""
    monkeypatch.setattr(audit_seal, "STRETCH", 4)
    async with store.writing() as session:
        await written(session, 9)
        await written(session, 2, timedelta(seconds=1))
    counts = []
    for _ in range(4):
        async with store.writing() as session:
            counts.append(await seal_some(session, LATER))
    assert counts == [4, 4, 1, 0]
    return store


async def looked_at(store: Store) -> Verdict:
    async with store.reading() as session:
        return await verify(session)


async def test_an_untouched_log_fits_its_seals(sealed: Store) -> None:
    found = await looked_at(sealed)
    assert (found.rows, found.seals, found.unsealed, found.broken) == (9, 3, 2, None)


@pytest.mark.parametrize(
    ("does", "at"),
    [
        ("UPDATE audit SET act = 'nothing' WHERE id = 2", 1),
        ("UPDATE audit SET note = NULL WHERE id = 5", 2),
        ("UPDATE audit SET note = (SELECT note FROM audit WHERE id = 1) WHERE id = 5", None),
        ("DELETE FROM audit WHERE id = 6", 2),
        ("DELETE FROM audit WHERE id = 9", 3),
        ("UPDATE audit SET id = 100 WHERE id = 3", 1),
        ("DELETE FROM audit_seal WHERE id = 1", 2),
        ("DELETE FROM audit_seal WHERE id = 2", 3),
        ("UPDATE audit_seal SET digest = (SELECT digest FROM audit_seal WHERE id = 1) WHERE id = 2", 2),
        ("UPDATE audit_seal SET last = 5, count = 5 WHERE id = 1", 1),
    ],
)
async def test_whatever_is_done_to_it_is_found(sealed: Store, does: str, at: int | None) -> None:
    """A note that says the same under another encryption is no change."""
    async with sealed.writing() as session:
        await (await session.connection()).execute(text(does))
    broken = (await looked_at(sealed)).broken
    assert (broken.id if broken else None) == at


async def test_a_row_that_is_put_into_a_sealed_stretch_is_found(sealed: Store) -> None:
    async with sealed.writing() as session:
        await (await session.connection()).execute(text("DELETE FROM audit WHERE id = 11"))
        await (await session.connection()).execute(text("UPDATE audit SET id = -1 WHERE id = 10"))
    assert (await looked_at(sealed)).broken is None, "numbers begin at one: what lies before is never read"
    async with sealed.writing() as session:
        await (await session.connection()).execute(text("UPDATE audit_seal SET last = 10, count = 2 WHERE id = 3"))
        await (await session.connection()).execute(text("UPDATE audit SET id = 10 WHERE id = -1"))
    assert (await looked_at(sealed)).broken is not None


async def test_the_chain_cannot_be_made_anew_without_the_key(sealed: Store) -> None:
    """Sealed again under another secret, the same rows have other digests."""
    first = (await looked_at(sealed)).last
    other = Store(sealed.engine.execution_options())
    assert first is not None
    assert other.keyring.find_by("audit seal", "x") != type(other.keyring)({1: b"k" * 32}, b"f" * 32).find_by(
        "audit seal", "x"
    )
