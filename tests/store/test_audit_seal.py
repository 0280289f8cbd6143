"""The seals of the audit log, on both databases: whatever is done to a sealed row afterwards is found."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import audit_seal
from models.audit import Audit, record
from models.audit_seal import FINISHED, AuditSeal, SealVerdict, clear_notes, cut, seal_all, seal_some, verify
from models.database import Database
from tests.stores import NOW

LATER = NOW + FINISHED


async def written(session: AsyncSession, count: int, at: timedelta = timedelta()) -> None:
    for number in range(count):
        how = {"act": "look", "entity": "person", "entity_id": number, "note": {"why": "asked"}}
        await record(session, at=NOW + at, by=None, **how)


@pytest.fixture
async def sealed(store: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Nine rows under three seals, and two that are too young to be sealed."""
    monkeypatch.setattr(audit_seal, "MAX_ROWS", 4)
    async with store.transaction() as session:
        await written(session, 9)
        await written(session, 2, timedelta(seconds=1))
    counts = []
    for _ in range(4):
        async with store.transaction() as session:
            counts.append(await seal_some(session, LATER))
    assert counts == [4, 4, 1, 0]
    return store


async def looked_at(store: Database) -> SealVerdict:
    async with store.read_only() as session:
        return await verify(session)


async def test_an_untouched_log_fits_its_seals(sealed: Database) -> None:
    found = await looked_at(sealed)
    assert (found.rows, found.seals, found.unsealed, found.broken) == (9, 3, 2, None)


@pytest.mark.parametrize(
    ("does", "at"),
    [
        ("UPDATE audit SET act = 'nothing' WHERE id = 2", 1),
        ("UPDATE audit SET note = NULL WHERE id = 5", 2),
        ("UPDATE audit SET note = (SELECT note FROM audit WHERE id = 1) WHERE id = 5", 2),
        ("DELETE FROM audit WHERE id = 6", 2),
        ("DELETE FROM audit WHERE id = 9", 3),
        ("UPDATE audit SET id = 100 WHERE id = 3", 1),
        ("DELETE FROM audit_seal WHERE id = 1", 2),
        ("DELETE FROM audit_seal WHERE id = 2", 3),
        ("UPDATE audit_seal SET digest = (SELECT digest FROM audit_seal WHERE id = 1) WHERE id = 2", 2),
        ("UPDATE audit_seal SET last = 5, count = 5 WHERE id = 1", 1),
    ],
)
async def test_whatever_is_done_to_it_is_found(sealed: Database, does: str, at: int | None) -> None:
    async with sealed.transaction() as session:
        await (await session.connection()).execute(text(does))
    broken = (await looked_at(sealed)).broken
    assert (broken.id if broken else None) == at


async def test_a_row_that_is_put_into_a_sealed_stretch_is_found(sealed: Database) -> None:
    async with sealed.transaction() as session:
        await (await session.connection()).execute(text("DELETE FROM audit WHERE id = 11"))
        await (await session.connection()).execute(text("UPDATE audit SET id = -1 WHERE id = 10"))
    assert (await looked_at(sealed)).broken is None, "numbers begin at one: what lies before is never read"
    async with sealed.transaction() as session:
        await (await session.connection()).execute(text("UPDATE audit_seal SET last = 10, count = 2 WHERE id = 3"))
        await (await session.connection()).execute(text("UPDATE audit SET id = 10 WHERE id = -1"))
    assert (await looked_at(sealed)).broken is not None


async def test_the_chain_cannot_be_rebuilt_without_the_key(sealed: Database) -> None:
    """Sealed again under another secret, the same rows have other digests."""
    first = (await looked_at(sealed)).last
    other = Database(sealed.engine.execution_options())
    assert first is not None
    assert other.keyring.blind_index("audit seal", "x") != type(other.keyring)({1: b"k" * 32}, b"f" * 32).blind_index(
        "audit seal", "x"
    )


async def cut_up_to(store: Database, *seals: int) -> None:
    async with store.transaction() as session:
        await cut(session, seals, LATER)


async def test_a_log_that_was_cut_says_from_where_on_it_can_prove(sealed: Database) -> None:
    last = (await looked_at(sealed)).last
    for upto in (1, 2):
        await cut_up_to(sealed, upto)
        found = await looked_at(sealed)
        assert (found.rows, found.seals, found.unsealed, found.broken) == (9 - 4 * upto, 3 - upto, 2 + upto, None)
        assert found.cut is not None and found.cut.last == 4 * upto
        assert last is not None and found.last is not None and found.last.digest == last.digest


async def test_a_log_that_was_cut_whole_is_sealed_on(sealed: Database) -> None:
    await cut_up_to(sealed, 1, 2, 3)
    async with sealed.transaction() as session:
        assert await seal_some(session, LATER + FINISHED) == 3, "the two that waited, and that the log was cut"
    found = await looked_at(sealed)
    assert (found.rows, found.seals, found.unsealed, found.broken) == (3, 1, 0, None)


@pytest.mark.parametrize("does", [
    "UPDATE audit SET id = 3 WHERE id = 11",
    "UPDATE audit_seal SET cut_at = '2030-01-01 00:00:00.000000+00:00' WHERE id = 1",
    "UPDATE audit_seal SET last = 5 WHERE id = 1",
    "UPDATE audit_seal SET cut_at = NULL WHERE id = 1",
    "DELETE FROM audit_seal WHERE id = 1",
    "DELETE FROM audit WHERE id = 6",
])  # fmt: skip
async def test_whatever_is_done_to_a_log_that_was_cut_is_found(sealed: Database, does: str) -> None:
    await cut_up_to(sealed, 1)
    async with sealed.transaction() as session:
        await (await session.connection()).execute(text(does))
    assert (await looked_at(sealed)).broken is not None


async def test_nobody_cuts_it_without_the_key(sealed: Database) -> None:
    """The row of a seal that was cut elsewhere, or of an earlier one, proves nothing here."""
    await cut_up_to(sealed, 1)
    async with sealed.transaction() as session:
        connection = await session.connection()
        for does in (
            "DELETE FROM audit WHERE id <= 8",
            "UPDATE audit_seal SET cut_at = (SELECT cut_at FROM audit_seal WHERE id = 1),"
            " cut_mark = (SELECT cut_mark FROM audit_seal WHERE id = 1) WHERE id = 2",
            "DELETE FROM audit_seal WHERE id = 1",
        ):
            await connection.execute(text(does))
    assert (await looked_at(sealed)).broken is not None


async def test_a_note_can_be_emptied_and_the_seals_still_fit(sealed: Database) -> None:
    async with sealed.transaction() as session:
        await clear_notes(session, "person", [2])
    async with sealed.read_only() as session:
        rows = list(await session.exec(select(Audit)))
    assert {row.entity_id for row in rows if row.note is None} == {2}
    assert (await looked_at(sealed)).broken is None


async def test_a_note_that_is_emptied_without_the_key_is_found(sealed: Database) -> None:
    """Its mark cannot be made, and that of another row does not fit."""
    async with sealed.transaction() as session:
        await clear_notes(session, "person", [1])
        taken = "(SELECT note_mark FROM audit WHERE id = 2)"
        await (await session.connection()).execute(
            text(f"UPDATE audit SET note = NULL, note_mark = {taken} WHERE id = 3")
        )
    broken = (await looked_at(sealed)).broken
    assert broken is not None and broken.id == 1


async def test_seals_of_before_still_fit_and_their_notes_stay(store: Database) -> None:
    """They were made over the notes themselves, and say so by having no form."""
    async with store.transaction() as session:
        await written(session, 3)
        rows = list(await session.exec(select(Audit)))
        seal = AuditSeal(first=1, last=3, count=3, digest=b"", made_at=LATER)
        seal.digest = audit_seal._digest(session, None, seal, rows)
        session.add(seal)
    async with store.transaction() as session:
        await clear_notes(session, "person", [1])
    found = await looked_at(store)
    assert (found.rows, found.broken) == (3, None)


async def test_what_was_just_written_is_sealed_at_once(store: Database) -> None:
    async with store.transaction() as session:
        await written(session, 3)
    assert await seal_all(store, NOW) == 3
    async with store.transaction() as session:
        await (await session.connection()).execute(text("UPDATE audit SET act = 'nothing' WHERE id = 3"))
    assert (await looked_at(store)).broken is not None


async def test_no_row_is_sealed_beside_one_that_is_not_committed(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its number is lower than those of rows that are committed: a seal now would be broken by it."""
    if store.is_sqlite:
        return  # nobody else writes meanwhile
    monkeypatch.setattr(audit_seal, "WAIT", "100ms")
    async with store.transaction() as slow:
        await written(slow, 1)
        await slow.flush()
        async with store.transaction() as session:
            await written(session, 1)
        assert await seal_all(store, NOW) == 0
    assert await seal_all(store, NOW) == 2
    assert (await looked_at(store)).broken is None
