"""A new data key, on both databases: everything can be read all the time, and in the end nothing carries the old."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import LargeBinary, type_coerce
from sqlalchemy import select as raw_select
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from handlers.conversation.context import ReferenceData
from models import rotation
from models.applications.encrypted_files import EncryptedFiles
from models.database import Database
from models.encrypted import Encrypted
from models.keyring import HEAD, DataKey, KeyUse, WrongKey, key_of
from models.messaging.file_download import DownloadPurpose, DownloadState, FileDownload
from models.people.account import Account
from models.people.person import Person
from models.rotation import HEADSTART, NotYet, begin, reseal_papers, reseal_rows, retire, rewrap
from models.tables import METADATA
from tests.store.test_submission import CHILD, SELF, an_account, filed
from tests.stores import NOW, SECRET, open_store

THEN = NOW + HEADSTART


async def key_numbers(store: Database, papers: EncryptedFiles, folder: Path) -> set[int]:
    """The keys that any value of any table, or any paper, carries."""
    found = {key_of((folder / name).read_bytes()) for name in papers.names()}
    async with store.read_only() as session:
        for table in METADATA.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, Encrypted):
                    rows = await (await session.connection()).execute(select(type_coerce(column, LargeBinary)))
                    found |= {key_of(value) for (value,) in rows if value is not None}
    return found


async def told(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        account = await an_account(session)
        await filed(session, desk, SELF, account)
        await filed(session, desk, CHILD, account)


async def rotated(store: Database, papers: EncryptedFiles) -> int:
    """All of it, as the command does it."""
    await store.learn_keys(SECRET, THEN)
    count = sum([values async for _, values in reseal_rows(store)])
    return count + await reseal_papers(store, papers)


@asynccontextmanager
async def opened_beside(url: str) -> AsyncIterator[Database]:
    """The same database in another process."""
    other = Database.at(url)
    try:
        await other.load_keys(SECRET, NOW)
        yield other
    finally:
        await other.close()


async def begun(store: Database) -> DataKey:
    async with store.transaction() as session:
        return await begin(session, SECRET, NOW)


async def names(store: Database) -> list[Any]:
    async with store.read_only() as session:
        return list(await session.exec(select(Person.name).order_by(col(Person.id))))


async def test_everything_can_be_read_before_during_and_after(
    store: Database, desk: ReferenceData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 1)
    papers = EncryptedFiles(tmp_path / "papers")
    await told(store, desk)
    kept = papers.keep(store.keyring, b"a paper")
    async with store.transaction() as session:
        how: dict[str, Any] = {"source": {}, "stored_as": kept, "made_at": NOW}
        session.add(FileDownload(chat_id=7, purpose=DownloadPurpose.PAPER, state=DownloadState.KEPT, **how))
    old = await key_numbers(store, papers, tmp_path / "papers")
    key = await begun(store)
    await store.learn_keys(SECRET, THEN)
    async for _ in reseal_rows(store):
        assert await names(store) == [SELF.name, CHILD.name]
    assert await reseal_papers(store, papers) == 1
    assert await key_numbers(store, papers, tmp_path / "papers") == {key.id}
    assert key.id not in old
    assert await rotated(store, papers) == 0
    assert await retire(store, papers, key.id or 0, THEN) == len(old)
    await store.learn_keys(SECRET, THEN)
    assert await names(store) == [SELF.name, CHILD.name]
    assert papers.read(store.keyring, kept) == b"a paper"


async def test_a_new_key_is_known_to_all_processes_before_one_encrypts_with_it(
    store: Database, desk: ReferenceData
) -> None:
    key = await begun(store)
    await store.learn_keys(SECRET, THEN - timedelta(seconds=1))
    assert key_of(store.keyring.seal(b"x", b"y")) != key.id
    await store.learn_keys(SECRET, THEN)
    assert key_of(store.keyring.seal(b"x", b"y")) == key.id


async def test_beginning_again_goes_on_with_the_key_that_was_announced(store: Database) -> None:
    assert (await begun(store)).id == (await begun(store)).id


async def test_what_an_update_wrote_meanwhile_is_not_overwritten(
    store: Database, desk: ReferenceData, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    await told(store, desk)
    await begun(store)
    await store.learn_keys(SECRET, THEN)
    table = METADATA.tables["person"]
    async with store.transaction() as session:
        person = (await session.exec(select(Person).where(Person.id == 1))).one()
        raw = type_coerce(table.c.name, LargeBinary).label("name")
        question = raw_select(table.c.id, table.c.row_version, raw).where(table.c.id == 1)
        as_read = (await (await session.connection()).execute(question)).mappings().one()
        person.name = "Written Meanwhile"
        session.add(person)
        await session.flush()
        await rotation._reseal(session, table, as_read, table.c.name)
    assert (await names(store))[0] == "Written Meanwhile"


async def test_a_paper_that_was_destroyed_meanwhile_does_not_come_back(
    store: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is put back by a rotation that read it a moment before; no row names it any more."""
    papers = EncryptedFiles(tmp_path / "papers")
    erased, not_named_yet = papers.keep(store.keyring, b"erased"), papers.keep(store.keyring, b"just came")
    answers = [{erased}, set[str]()]

    async def named(session: AsyncSession) -> set[str]:
        return answers.pop(0)

    monkeypatch.setattr(rotation, "referenced_files", named)
    await begun(store)
    await store.learn_keys(SECRET, THEN)
    assert await reseal_papers(store, papers) == 1
    assert papers.names() == [not_named_yet]
    assert papers.reseal(store.keyring, "gone") is False


async def rotated_to_the_end(store: Database, papers: EncryptedFiles, key: int) -> int:
    """Until the older keys are gone, as the command does it."""
    await rotated(store, papers)
    return await retire(store, papers, key, THEN)


async def test_no_key_goes_while_another_process_may_seal_with_it(store: Database, url: str, tmp_path: Path) -> None:
    """However long it sleeps: it is stopped for as long as the whole rotation takes."""
    papers = EncryptedFiles(tmp_path / "papers")
    async with opened_beside(url) as other:
        async with other.transaction() as session:
            await an_account(session, 7)
        key = (await begun(store)).id or 0
        with pytest.raises(NotYet) as refused:
            await rotated_to_the_end(store, papers, key)
        assert not refused.value.left
        await other.learn_keys(SECRET, THEN)
        assert await rotated_to_the_end(store, papers, key) == 1


async def test_what_is_sealed_and_not_committed_keeps_its_key(url: str, tmp_path: Path) -> None:
    """PostgreSQL only has writers side by side; on SQLite nobody rotates before the writer is through."""
    papers = EncryptedFiles(tmp_path / "papers")
    async with open_store(url) as store, opened_beside(url) as other:
        if store.is_sqlite:
            return
        key = (await begun(store)).id or 0
        writing = other.transaction()
        session = await writing.__aenter__()
        session.add(Account(telegram_id=7, called="Sari", created_at=NOW))
        await session.flush()
        await other.learn_keys(SECRET, THEN)
        with pytest.raises(NotYet):
            await rotated_to_the_end(store, papers, key)
        await writing.__aexit__(None, None, None)
        await other.learn_keys(SECRET, THEN)
        with pytest.raises(NotYet) as refused:
            await retire(store, papers, key, THEN)
        assert list(map(str, refused.value.left)) == ["account.called of row 1"]
        assert await rotated_to_the_end(store, papers, key) == 1
        async with other.read_only() as reading:
            assert (await reading.exec(select(Account.called))).one() == "Sari"


async def test_a_process_that_wakes_up_with_a_deleted_key_encrypts_with_another(
    store: Database, url: str, tmp_path: Path
) -> None:
    papers = EncryptedFiles(tmp_path / "papers")
    async with opened_beside(url) as other:
        if other._key_file:
            other._key_file.release()  # as if it had been stopped between its start and its first lock
        key = (await begun(store)).id or 0
        assert await rotated_to_the_end(store, papers, key) == 1
        async with other.transaction() as session:
            session.add(Account(telegram_id=7, called="Sari", created_at=NOW))
        assert await key_numbers(store, papers, tmp_path / "papers") == {key}
        async with store.read_only() as session:
            assert (await session.exec(select(Account.called))).one() == "Sari"


async def test_a_process_that_meets_an_unknown_key_looks_for_it(store: Database, url: str, desk: ReferenceData) -> None:
    async with opened_beside(url) as other:
        await told(store, desk)
        await begun(store)
        await store.learn_keys(SECRET, THEN)
        async for _ in reseal_rows(store):
            pass
        assert await names(other) == [SELF.name, CHILD.name]


@pytest.mark.parametrize("damage", ["unknown key", "changed", "short"])
async def test_an_unreadable_value_is_named_and_keeps_every_key(
    store: Database, desk: ReferenceData, tmp_path: Path, damage: str
) -> None:
    papers = EncryptedFiles(tmp_path / "papers")
    await told(store, desk)
    table = METADATA.tables["person"]
    async with store.transaction() as session:
        connection = await session.connection()
        value = (await connection.execute(select(type_coerce(table.c.name, LargeBinary)))).scalars().first() or b""
        spoiled = {"unknown key": HEAD.pack(1, 99) + value[5:], "changed": value[:-1] + b"?", "short": b"\1\0"}[damage]
        change = table.update().where(table.c.id == 2).values(name=type_coerce(spoiled, LargeBinary))
        await connection.execute(change)
    key = (await begun(store)).id or 0
    with pytest.raises(NotYet) as refused:
        await rotated_to_the_end(store, papers, key)
    assert list(map(str, refused.value.left)) == ["person.name of row 2"]
    async with store.read_only() as session:
        assert len(list(await session.exec(select(DataKey)))) == len(KeyUse) + 1


async def test_a_paper_that_is_not_where_the_command_looks_keeps_every_key(
    store: Database, desk: ReferenceData, tmp_path: Path
) -> None:
    """As with another SAPA_DATA_DIR: the papers that nobody finds still carry the older key."""
    async with store.transaction() as session:
        how: dict[str, Any] = {"source": {}, "stored_as": "elsewhere", "made_at": NOW}
        session.add(FileDownload(chat_id=7, purpose=DownloadPurpose.PAPER, state=DownloadState.KEPT, **how))
    key = (await begun(store)).id or 0
    with pytest.raises(NotYet) as refused:
        await rotated_to_the_end(store, EncryptedFiles(tmp_path / "papers"), key)
    assert list(map(str, refused.value.left)) == ["paper elsewhere, which is not there"]


async def test_another_secret_fits_and_the_one_before_no_longer(store: Database, desk: ReferenceData) -> None:
    await told(store, desk)
    new = "another secret, as long as one has to be"
    async with store.transaction() as session:
        assert await rewrap(session, SECRET, new, NOW) == len(KeyUse)
    assert await names(store) == [SELF.name, CHILD.name], "a running process goes on with the keys it has"
    with pytest.raises(WrongKey):
        await store.learn_keys(SECRET, NOW)
    await store.learn_keys(new, NOW)
    assert await names(store) == [SELF.name, CHILD.name]
