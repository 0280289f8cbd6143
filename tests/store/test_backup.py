"""Backups on both databases and from one to the other: everything comes back, nothing is sent twice, nobody returns."""

import asyncio
import fcntl
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from handlers.conversation.context import ReferenceData
from models.applications.application import Application
from models.applications.encrypted_files import EncryptedFiles
from models.audit import Audit, record
from models.backup import ledger
from models.backup.create import ASIDE, SUFFIX, check, create_backup, delete_leftovers, expire, snapshot
from models.backup.encrypted_backup import MAGIC, InvalidBackup, identity_in
from models.backup.identity import identity_of
from models.backup.ledger import LedgerEntry
from models.backup.restore import MARK, NotEmpty, restore_backup
from models.backup.rows import raw_tables
from models.backup.verify import verify_backup
from models.database import Database
from models.messaging import inbox, outbox
from models.messaging.inbox import InboxItem, InboxKind, InboxState
from models.messaging.outbox import Call, CallState
from models.offices.office import RunningNumber
from models.people.account import Account
from models.people.erasure import ERASED_NAME, Erasure, erase
from models.people.person import Person
from models.scheduled import ScheduledEvent, ScheduledState
from tests.store.test_submission import SELF, an_account, filed
from tests.stores import KINDS, NOW, SECRET, new_url, open_store

LATER = NOW + timedelta(days=30)
PAPER = b"a paper of somebody"
RESTED = ("outbox", "inbox", "scheduled_event", "running_number", "audit", "application")
"""Tables in which bringing back changes something on purpose."""


async def lived_in(store: Database, desk: ReferenceData, data: Path) -> tuple[str, str]:
    """An office with two people, a paper, a message that waits, a letter that waits; their names and number."""
    papers = EncryptedFiles(data / "papers")
    name = papers.keep(store.keyring, PAPER)
    async with store.transaction() as session:
        first, second = await an_account(session, 7), await an_account(session, 8)
        application = (await filed(session, desk, SELF, first)).application
        await filed(session, desk, SELF.model_copy(update={"name": "Dewi Lestari"}), second)
        from models.applications.document import Document

        how: dict[str, Any] = {"person_id": application.person_id, "application_id": application.id}
        session.add(
            Document(kind="ktp", stored_as=name, media_type="image/jpeg", size=19, advice=[], given_at=NOW, **how)
        )
        await outbox.enqueue(session, [a_call()])
        letter = {"update_id": 5, "chat_id": 7, "kind": InboxKind.TELEGRAM, "body": {"x": 1}, "came_at": NOW}
        await inbox.store_items(session, [letter])
    return application.number, name


def a_call() -> dict[str, Any]:
    return {
        "chat_id": 7, "priority": 0, "method": "sendMessage", "body": {"chat_id": 7, "text": "Halo"},
        "reference": None, "made_at": NOW, "not_before": None,
    }  # fmt: skip


async def contents(store: Database) -> dict[str, list[Any]]:
    """Every row of every table as plain values."""
    found: dict[str, list[Any]] = {}
    async with snapshot(store) as connection:
        for table in raw_tables():
            rows = await connection.execute(table.select())
            found[table.name] = sorted((tuple(map(plainly, row)) for row in rows), key=repr)
    return found


def plainly(value: Any) -> Any:
    return value.replace(tzinfo=None) if hasattr(value, "tzinfo") else value


async def count(session: AsyncSession, table: type[SQLModel]) -> int:
    return (await session.exec(select(func.count()).select_from(table))).one()


@pytest.mark.parametrize("into", KINDS)
async def test_everything_comes_back_into_either_database(
    store: Database, desk: ReferenceData, tmp_path: Path, into: str
) -> None:
    number, name = await lived_in(store, desk, tmp_path / "a")
    path, held = await create_backup(store, tmp_path / "a" / "papers", tmp_path / "kept", SECRET, NOW)
    assert check(path, SECRET) == held
    assert (held.papers, held.gone) == (1, 0)
    before = await contents(store)
    other = Database.at(new_url(into, tmp_path))
    try:
        done = await restore_backup(other, tmp_path / "b", path, secret=SECRET, erased=[], now=LATER)
        after = await contents(other)
        assert {table: after[table] for table in before if table not in RESTED} == {
            table: before[table] for table in before if table not in RESTED
        }
        assert (done.rows, done.papers, done.made_at) == (held.all_rows(), 1, NOW)
        assert EncryptedFiles(tmp_path / "b" / "papers").read(other.keyring, name) == PAPER
        assert not (tmp_path / "b" / MARK).exists()
        async with other.transaction() as session:
            again = await an_account(session, 9)
            known = (await session.exec(select(Application.number).where(Application.number == number))).one()
            new = (await filed(session, desk, SELF, again)).application.number
        assert int(new.split("-")[2]) > int(known.split("-")[2]) + 90, "numbers given out since are left out"
    finally:
        await other.close()


async def test_nothing_is_sent_twice_by_a_copy(store: Database, desk: ReferenceData, tmp_path: Path) -> None:
    await lived_in(store, desk, tmp_path / "a")
    path, _ = await create_backup(store, tmp_path / "a" / "papers", tmp_path / "kept", SECRET, NOW)
    async with open_store(new_url("sqlite", tmp_path)) as other:
        done = await restore_backup(other, tmp_path / "b", path, secret=SECRET, erased=[], now=LATER)
        async with other.read_only() as session:
            assert set(await session.exec(select(Call.state))) == {CallState.UNCERTAIN}
            assert set(await session.exec(select(InboxItem.state))) == {InboxState.DEAD}
            waiting = list(
                await session.exec(select(ScheduledEvent).where(ScheduledEvent.state == ScheduledState.WAITING))
            )
            assert all(one.due_at > LATER.replace(tzinfo=one.due_at.tzinfo) for one in waiting)
            promised = list(await session.exec(select(Application.promised_at)))
            assert all(one.replace(tzinfo=None) > LATER.replace(tzinfo=None) for one in promised), "news is due again"
        assert (done.given_up, done.set_aside) == (1, 1)
        assert done.missed >= 2


@pytest.mark.parametrize("is_the_same", [True, False])
async def test_whoever_was_erased_stays_so_and_nobody_else_is(
    store: Database, desk: ReferenceData, tmp_path: Path, is_the_same: bool
) -> None:
    _, name = await lived_in(store, desk, tmp_path / "a")
    path, _ = await create_backup(store, tmp_path / "a" / "papers", tmp_path / "kept", SECRET, NOW)
    async with store.transaction() as session:
        await erase(session, 1, by=None, now=NOW)
    async with store.read_only() as session:
        lines, newest = await ledger.erasures_since(session)
    assert ledger.add(tmp_path / ledger.NAME, lines) == 1
    assert ledger.add(tmp_path / ledger.NAME, lines) == 0
    assert newest == 1
    known = ledger.read(tmp_path / ledger.NAME)
    erased = known if is_the_same else [LedgerEntry(1, "2026-11-24T00:00:00+00:00")]
    async with open_store(new_url("sqlite", tmp_path)) as other:
        done = await restore_backup(other, tmp_path / "b", path, secret=SECRET, erased=erased, now=LATER)
        async with other.read_only() as session:
            names = list(await session.exec(select(Person.name).order_by(Person.id)))  # type: ignore[arg-type]
            assert names[1] == "Dewi Lestari"
            assert (names[0] == ERASED_NAME) is is_the_same
            assert await count(session, Erasure) == int(is_the_same)
        assert done.erased == int(is_the_same)
        assert (tmp_path / "b" / "papers" / name).exists() is not is_the_same


async def test_a_ledger_that_a_kill_cut_short_is_still_read(tmp_path: Path) -> None:
    path = tmp_path / ledger.NAME
    ledger.add(path, [LedgerEntry(1, "2026-11-23T02:00:00+00:00")])
    with path.open("a") as file:
        file.write("2 2026-11-")
    assert ledger.read(path) == {LedgerEntry(1, "2026-11-23T02:00:00+00:00")}
    ledger.add(path, [LedgerEntry(3, "2026-11-23T02:00:00+00:00")])
    assert {line.person_id for line in ledger.read(path)} == {1, 3}


async def test_a_backup_is_one_instant_while_others_write(store: Database, desk: ReferenceData, tmp_path: Path) -> None:
    """Each transaction adds one account and one line of the log: in any one instant there are as many of both."""
    await lived_in(store, desk, tmp_path / "a")
    stop = asyncio.Event()

    async def write_on() -> int:
        number = 1_000
        while not stop.is_set():
            async with store.transaction() as session:
                session.add(Account(telegram_id=number, created_at=NOW))
                await session.flush()
                await record(session, at=NOW, by=None, act="pair", entity="account", entity_id=number)
            number += 1
        return number - 1_000

    writing = asyncio.create_task(write_on())
    pairs = []
    for second in range(5):
        await asyncio.sleep(0.05)
        how = (tmp_path / "kept", SECRET, NOW + timedelta(seconds=second))
        path, _ = await create_backup(store, tmp_path / "a" / "papers", *how)
        pairs.append(path)
    stop.set()
    assert await writing > 5
    seen = []
    for path in pairs:
        async with open_store(new_url("sqlite", tmp_path)) as other:
            await restore_backup(other, tmp_path / "b", path, secret=SECRET, erased=[], now=LATER)
            async with other.read_only() as session:
                accounts = (await session.exec(select(func.count()).where(Account.telegram_id >= 1_000))).one()
                lines = (await session.exec(select(func.count()).where(Audit.act == "pair"))).one()
                assert accounts == lines
                seen.append(accounts)
    assert seen == sorted(seen)
    assert seen[-1] > 0


@pytest.mark.parametrize("fault", ["key", "cut", "byte", "longer", "swapped", "other"])
async def test_what_is_not_whole_is_not_brought_back(
    store: Database, desk: ReferenceData, tmp_path: Path, fault: str
) -> None:
    await lived_in(store, desk, tmp_path / "a")
    path, _ = await create_backup(store, tmp_path / "a" / "papers", tmp_path / "kept", SECRET, NOW)
    content = path.read_bytes()
    middle = len(content) // 2
    broken = {
        "key": content,
        "cut": content[:middle],
        "byte": content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
        "longer": content + b"x",
        "swapped": content[:8] + content[9:40] + content[8:9] + content[40:],
        "other": b"PK\x03\x04" + content,
    }
    path.write_bytes(broken[fault])
    secret = "another secret, which is long enough too" if fault == "key" else SECRET
    with pytest.raises(InvalidBackup):
        check(path, secret)
    other = Database.at(new_url("sqlite", tmp_path))
    with pytest.raises(InvalidBackup):
        await restore_backup(other, tmp_path / "b", path, secret=secret, erased=[], now=LATER)
    await other.close()


async def test_a_database_in_use_is_left_alone(store: Database, desk: ReferenceData, tmp_path: Path) -> None:
    await lived_in(store, desk, tmp_path / "a")
    path, _ = await create_backup(store, tmp_path / "a" / "papers", tmp_path / "kept", SECRET, NOW)
    before = await contents(store)
    with pytest.raises(NotEmpty):
        await restore_backup(store, tmp_path / "a", path, secret=SECRET, erased=[], now=LATER)
    assert await contents(store) == before


async def test_a_restore_cut_short_begins_again(store: Database, desk: ReferenceData, tmp_path: Path) -> None:
    await lived_in(store, desk, tmp_path / "a")
    path, held = await create_backup(store, tmp_path / "a" / "papers", tmp_path / "kept", SECRET, NOW)
    this = store.engine.url.render_as_string(hide_password=True)
    (tmp_path / "a" / MARK).write_text(f"{identity_in(path)} {this}")
    done = await restore_backup(store, tmp_path / "a", path, secret=SECRET, erased=[], now=LATER)
    assert done.rows == held.all_rows()
    async with store.read_only() as session:
        assert await count(session, Account) == 2
        assert await count(session, RunningNumber) == 2 or await count(session, RunningNumber) == 1


async def test_nothing_of_a_person_stands_open_in_a_backup(
    store: Database, desk: ReferenceData, tmp_path: Path
) -> None:
    number, _ = await lived_in(store, desk, tmp_path / "a")
    path, _ = await create_backup(store, tmp_path / "a" / "papers", tmp_path / "kept", SECRET, NOW)
    content = path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    assert not any(one in content for one in (b"Dewi", b"Lestari", PAPER, number.encode(), b"telegram_id", b"person"))
    ledger.add(tmp_path / ledger.NAME, [LedgerEntry(1, NOW.isoformat())])
    assert re.fullmatch(r"\d+ [\d:T+-]+\n", (tmp_path / ledger.NAME).read_text())


IDENTITY, ANOTHER = "ab" * 16, "cd" * 16


def a_file(folder: Path, stamp: str, identity: str = IDENTITY, *, size: int = 1_000, suffix: str = "") -> Path:
    """A backup by its name and its start."""
    path = folder / f"sapa-{stamp}-{identity[:8]}{SUFFIX}{suffix}"
    path.write_bytes((MAGIC + b"s" * 32 + identity.encode()).ljust(size, b"."))
    return path


def test_old_backups_go_and_the_newest_stays(tmp_path: Path) -> None:
    old = [a_file(tmp_path, stamp) for stamp in ("20260101T000000Z", "20260901T000000Z")]
    kept = [a_file(tmp_path, stamp) for stamp in ("20261120T000000Z", "20261123T020000Z")]
    found = expire(kept[-1], IDENTITY, timedelta(days=35), NOW)
    assert (found.deleted, found.larger) == (old, [])
    assert sorted(tmp_path.iterdir()) == kept
    assert expire(kept[-1], IDENTITY, timedelta(0), NOW + timedelta(days=900)).deleted == kept[:1]
    assert list(tmp_path.iterdir()) == kept[1:], "the newest stays, however old"


def test_only_backups_of_this_database_go(tmp_path: Path) -> None:
    others = [
        a_file(tmp_path, "20260101T000000Z", ANOTHER),
        tmp_path / f"sapa-20260101T000000Z-{IDENTITY[:8]}{SUFFIX}",
        tmp_path / f"sapa-20260101T000000Z{SUFFIX}",
        tmp_path / f"sapa-notes{SUFFIX}",
        tmp_path / f"sapa-20200101T000000Z-{IDENTITY[:8]}{SUFFIX}.old",
    ]
    for path in others[1:]:
        path.write_bytes(b"of another make")
    away = a_file(tmp_path, "20260102T000000Z")
    link = tmp_path / away.name.replace("0102", "0103")
    away.rename(tmp_path / "elsewhere")
    link.symlink_to(tmp_path / "elsewhere")
    newest = a_file(tmp_path, "20261123T020000Z")
    before = sorted(tmp_path.iterdir())
    assert expire(newest, IDENTITY, timedelta(days=35), NOW).deleted == []
    assert sorted(tmp_path.iterdir()) == before


def test_a_much_smaller_new_backup_costs_no_old_one(tmp_path: Path) -> None:
    large, small = a_file(tmp_path, "20260101T000000Z", size=2_001), a_file(tmp_path, "20260102T000000Z", size=2_000)
    newest = a_file(tmp_path, "20261123T020000Z", size=1_000)
    found = expire(newest, IDENTITY, timedelta(days=35), NOW)
    assert (found.deleted, found.larger) == ([small], [large])
    assert large.exists()


def test_what_a_kill_left_goes_and_nothing_that_is_being_written(tmp_path: Path) -> None:
    left = a_file(tmp_path, "20260101T000000Z", suffix=ASIDE)
    empty = a_file(tmp_path, "20260102T000000Z", suffix=ASIDE)
    empty.write_bytes(b"")
    of_another = a_file(tmp_path, "20260103T000000Z", ANOTHER, suffix=ASIDE)
    under_way = a_file(tmp_path, "20260104T000000Z", suffix=ASIDE)
    whole = a_file(tmp_path, "20260105T000000Z")
    with under_way.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert delete_leftovers(tmp_path, IDENTITY) == [left, empty]
    assert sorted(tmp_path.iterdir()) == sorted([of_another, under_way, whole])


@pytest.mark.parametrize("change", ["identity", "name"])
async def test_a_backup_is_of_one_database_for_good(
    store: Database, desk: ReferenceData, tmp_path: Path, change: str
) -> None:
    await lived_in(store, desk, tmp_path / "a")
    path, _ = await create_backup(store, tmp_path / "a" / "papers", tmp_path / "kept", SECRET, NOW)
    async with store.read_only() as session:
        identity = await identity_of(session)
    assert identity_in(path) == identity
    again, _ = await create_backup(store, tmp_path / "a" / "papers", tmp_path / "kept", SECRET, NOW)
    assert path.exists() and again != path, "one made in the same second takes the place of none"
    if change == "identity":
        path.write_bytes(path.read_bytes().replace(identity.encode(), ANOTHER.encode(), 1))
        with pytest.raises(InvalidBackup):
            check(path, SECRET)
    else:
        other = Database.at(new_url("sqlite", tmp_path))
        await restore_backup(other, tmp_path / "b", path, secret=SECRET, erased=[], now=LATER)
        async with other.read_only() as session:
            assert await identity_of(session) == identity, "what is brought back is the same office"
        await other.close()


async def test_papers_that_are_elsewhere_are_counted(store: Database, desk: ReferenceData, tmp_path: Path) -> None:
    await lived_in(store, desk, tmp_path / "a")
    _, count = await create_backup(store, tmp_path / "nowhere", tmp_path / "kept", SECRET, NOW)
    assert (count.papers, count.gone, count.missing) == (0, 1, 1)


async def test_a_backup_is_proved_by_bringing_it_back(store: Database, desk: ReferenceData, tmp_path: Path) -> None:
    await lived_in(store, desk, tmp_path / "a")
    path, count = await create_backup(store, tmp_path / "a" / "papers", tmp_path / "kept", SECRET, NOW)
    (tmp_path / "proof").mkdir()
    proof = await verify_backup(path, SECRET, tmp_path / "proof", LATER)
    assert (proof.rows, proof.papers, proof.made_at) == (count.all_rows(), 1, NOW)
    assert proof.values > 5


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("value", "A value of person.name cannot be opened"),
        ("paper", r"The paper .* cannot be opened"),
        ("missing", r"The paper .* is named by a row, and not in the backup"),
        ("row", "do not fit each other"),
    ],
)
async def test_a_backup_of_something_broken_is_not_proved(
    store: Database, desk: ReferenceData, tmp_path: Path, damage: str, said: str
) -> None:
    """Each file is whole in itself: what it holds was broken already."""
    _, name = await lived_in(store, desk, tmp_path / "a")
    paper = tmp_path / "a" / "papers" / name
    if damage == "paper":
        paper.write_bytes(paper.read_bytes()[:-1] + b"?")
    if damage == "missing":
        paper.unlink()
    async with store.engine.connect() as connection:
        if damage == "value":
            await connection.execute(text("UPDATE person SET name = substr(name, 1, 20)"))
        if damage == "row" and store.is_sqlite:
            await connection.execute(text("ROLLBACK"))
            await connection.execute(text("PRAGMA foreign_keys = OFF"))
        elif damage == "row":
            await connection.execute(text("SET session_replication_role = replica"))
        if damage == "row":
            await connection.execute(text("DELETE FROM account WHERE id = 1"))
        await connection.commit()
    path, _ = await create_backup(store, tmp_path / "a" / "papers", tmp_path / "kept", SECRET, NOW)
    (tmp_path / "proof").mkdir()
    with pytest.raises(InvalidBackup, match=said):
        await verify_backup(path, SECRET, tmp_path / "proof", LATER)


@pytest.mark.parametrize("table", ["account", "audit", "inbox"])
async def test_a_database_that_holds_anything_is_no_place_to_restore(
    store: Database, desk: ReferenceData, tmp_path: Path, table: str
) -> None:
    await lived_in(store, desk, tmp_path / "a")
    path, _ = await create_backup(store, tmp_path / "a" / "papers", tmp_path / "kept", SECRET, NOW)
    async with open_store(new_url("sqlite", tmp_path)) as other:
        async with other.transaction() as session:
            connection = await session.connection()
            row = {
                "account": {"telegram_id": 7, "language": "id", "mode": "plain", "created_at": "2026-11-23"},
                "audit": {"at": "2026-11-23", "by": "bot", "act": "x", "entity": "x"},
                "inbox": {"chat_id": 7, "kind": "telegram", "state": "new", "came_at": "2026-11-23", "tries": 0},
            }[table] | {"row_version": b""}
            names = ", ".join(f":{name}" for name in row)
            inserted = text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({names})")
            await connection.execute(inserted, row)
        with pytest.raises(NotEmpty):
            await restore_backup(other, tmp_path / "b", path, secret=SECRET, erased=[], now=LATER)


async def test_a_mark_opens_only_the_database_that_it_was_made_for(
    store: Database, desk: ReferenceData, tmp_path: Path
) -> None:
    """The mark of a practice that was cut short lies there; the settings now name the database in use."""
    await lived_in(store, desk, tmp_path / "a")
    path, _ = await create_backup(store, tmp_path / "a" / "papers", tmp_path / "kept", SECRET, NOW)
    for said in ("", f"{identity_in(path)} sqlite:///elsewhere.db", f"{ANOTHER} {store.engine.url}"):
        (tmp_path / "a" / MARK).write_text(said)
        before = await contents(store)
        with pytest.raises(NotEmpty):
            await restore_backup(store, tmp_path / "a", path, secret=SECRET, erased=[], now=LATER)
        assert await contents(store) == before
