"""An update's transaction writes everything or nothing, and one bad item never costs the others anything."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import select
from structlog.testing import capture_logs
from telegram.ext import Application, TypeHandler

import handlers
from bot.update_processor import UpdateProcessor, strip_callback_message
from bot.update_receiver import chat_id_of
from handlers.conversation.context import Context, ReferenceData
from models.applications.draft import Draft
from models.database import Database
from models.intact import ALL, not_intact
from models.messaging import inbox
from models.messaging.file_download import DownloadPurpose, FileDownload, request_download
from models.messaging.inbox import InboxItem, InboxKind, InboxState
from models.messaging.outbox import Call
from models.people.account import Account
from tests.pipeline.conftest import Clock
from tests.stores import NOW, SECRET

ProcessorOf = Callable[[Callable[..., Any]], UpdateProcessor]
SORRY = "Maaf"


def message(update_id: int, chat_id: int, text: str = "halo") -> dict[str, Any]:
    person = {"id": chat_id, "is_bot": False, "first_name": "Sari", "language_code": "id"}
    chat = {"id": chat_id, "type": "private", "first_name": "Sari"}
    return {
        "update_id": update_id,
        "message": {"message_id": update_id, "date": 1, "chat": chat, "from": person, "text": text},
    }


async def post(store: Database, *updates: dict[str, Any]) -> None:
    async with store.transaction() as session:
        rows = [
            {"update_id": u.get("update_id"), "chat_id": chat_id_of(u), "kind": InboxKind.TELEGRAM} for u in updates
        ]
        full = [row | {"body": body, "came_at": NOW} for row, body in zip(rows, updates, strict=True)]
        await inbox.store_items(session, full)


async def states(store: Database) -> dict[int | None, InboxState]:
    async with store.read_only() as session:
        return {item.update_id: item.state for item in await session.exec(select(InboxItem))}


async def said(store: Database) -> list[tuple[int, str]]:
    async with store.read_only() as session:
        calls = await session.exec(select(Call).order_by(Call.id))  # type: ignore[arg-type]
        return [(call.chat_id, call.body["text"]) for call in calls]


async def echo(update: Any, context: Context) -> None:
    context.send(f"heard {update.message.text}")
    context.work.remember("last", update.message.text)
    if update.message.text == "bad":
        raise ValueError("our own mistake")


async def test_a_batch_serves_the_oldest_item_of_every_chat(store: Database, processor_of: ProcessorOf) -> None:
    processor = processor_of(echo)
    await post(store, message(1, 7, "a"), message(2, 7, "b"), message(3, 8, "c"))
    assert [await processor.process_batch(), await processor.process_batch(), await processor.process_batch()] == [
        2,
        1,
        0,
    ]
    assert await said(store) == [(7, "heard a"), (8, "heard c"), (7, "heard b")]


async def test_an_item_that_fails_is_set_aside_after_three_attempts_and_the_person_is_told(
    store: Database, processor_of: ProcessorOf
) -> None:
    processor = processor_of(echo)
    await post(store, message(1, 7, "bad"))
    await processor.process_batch()
    assert await states(store) == {1: InboxState.DEAD}
    assert [(chat, text[:4]) for chat, text in await said(store)] == [(7, SORRY)]


async def test_the_others_of_a_batch_are_served_once_when_one_fails(store: Database, processor_of: ProcessorOf) -> None:
    processor = processor_of(echo)
    await post(store, message(1, 6, "a"), message(2, 7, "bad"), message(3, 8, "c"), message(4, 7, "later"))
    while await processor.process_batch():
        pass
    spoken = await said(store)
    assert sorted(text for chat, text in spoken if chat != 7) == ["heard a", "heard c"]
    assert [text[:5] for chat, text in spoken if chat == 7] == [f"{SORRY},", "heard"]
    assert (await states(store))[2] is InboxState.DEAD


async def test_an_update_the_library_cannot_read_is_set_aside(store: Database, processor_of: ProcessorOf) -> None:
    processor = processor_of(echo)
    unreadable = {"update_id": 1, "message": {"message_id": "?", "chat": 5, "date": {"no": "date"}}}
    await post(store, unreadable, message(2, 8, "c"))
    while await processor.process_batch():
        pass
    assert await states(store) == {1: InboxState.DEAD, 2: InboxState.DONE}


async def test_trouble_of_the_database_is_no_try_and_rolls_everything_back(
    store: Database, processor_of: ProcessorOf
) -> None:
    async def troubled(update: Any, context: Context) -> None:
        context.send("never heard")
        raise OperationalError("SELECT", {}, Exception("database is locked"))

    processor = processor_of(troubled)
    await post(store, message(1, 7))
    with pytest.raises(OperationalError):
        await processor.process_batch()
    async with store.read_only() as session:
        item = (await session.exec(select(InboxItem))).one()
    assert (item.state, item.tries, await said(store)) == (InboxState.NEW, 0, [])


async def test_a_newcomer_has_an_account_after_the_first_word_and_only_one(
    store: Database, processor_of: ProcessorOf
) -> None:
    processor = processor_of(echo)
    await post(store, message(1, 7), message(2, 7))
    while await processor.process_batch():
        pass
    async with store.read_only() as session:
        assert [account.telegram_id for account in await session.exec(select(Account))] == [7]


async def test_what_is_done_keeps_no_content(store: Database, processor_of: ProcessorOf) -> None:
    processor = processor_of(echo)
    await post(store, message(1, 7))
    await processor.process_batch()
    async with store.read_only() as session:
        assert (await session.exec(select(InboxItem))).one().body is None


@pytest.mark.parametrize(
    ("update", "chat_id"),
    [
        (message(1, 7), 7),
        ({"update_id": 1, "callback_query": {"from": {"id": 3}, "message": {"chat": {"id": 7}}}}, 7),
        ({"update_id": 1, "callback_query": {"from": {"id": 3}}}, 3),
        ({"update_id": 1, "my_chat_member": {"chat": {"id": -5}, "from": {"id": 3}}}, -5),
        ({"update_id": 1, "message": "nonsense"}, 0),
        ({"update_id": 1, "message": {"chat": {"id": "seven"}}}, 0),
        ({"update_id": 1, "message": {"chat": {"id": 2**64}, "from": {"id": 7}}}, 7),
        ({}, 0),
    ],
)
def test_every_update_has_a_chat_id_in_any_form_of_update(update: dict[str, Any], chat_id: int) -> None:
    assert chat_id_of(update) == chat_id


async def test_what_only_the_commit_brings_to_light_is_the_fault_of_its_own_item(
    store: Database, processor_of: ProcessorOf
) -> None:
    async def twice(update: Any, context: Context) -> None:
        context.send(f"heard {update.message.text}")
        if update.message.text == "bad":
            context.session.add(Account(telegram_id=context.work.chat_id, created_at=NOW))

    processor = processor_of(twice)
    await post(store, message(1, 6, "a"), message(2, 7, "bad"), message(3, 8, "c"))
    while await processor.process_batch():
        pass
    assert await states(store) == {1: InboxState.DONE, 2: InboxState.DEAD, 3: InboxState.DONE}
    spoken = await said(store)
    assert sorted(text for chat, text in spoken if chat != 7) == ["heard a", "heard c"]
    assert [text[:4] for chat, text in spoken if chat == 7] == [SORRY]


async def test_an_item_whose_chat_cannot_be_loaded_is_set_aside_and_the_others_are_served(
    store: Database, processor_of: ProcessorOf
) -> None:
    processor = processor_of(echo)
    await post(store, message(1, 7, "a"), message(2, 8, "b"))
    async with store.transaction() as session:
        unreadable = {"chat_id": 7, "state": b"\x01\x00\x00\x00\x01" + bytes(40), "now": NOW, "version": bytes(8)}
        insert = "INSERT INTO conversation_state VALUES (:version, :chat_id, :state, :now)"
        connection = await session.connection()
        await connection.execute(text(insert), unreadable)
    while await processor.process_batch():
        pass
    assert await states(store) == {1: InboxState.DEAD, 2: InboxState.DONE}


async def test_trouble_stays_trouble_whatever_fails_after_it(
    store: Database, processor_of: ProcessorOf, application: Application[Any, Any, Any, Any, Any, Any]
) -> None:
    async def troubled(update: Any, context: Context) -> None:
        raise OperationalError("SELECT", {}, Exception("the server closed the connection"))

    async def stumbles(update: Any, context: Context) -> None:
        raise ValueError("because of what failed before")

    processor = processor_of(troubled)
    application.add_handler(TypeHandler(object, stumbles), group=1)
    await post(store, message(1, 7))
    with pytest.raises(OperationalError):
        await processor.process_batch()


async def test_an_update_without_a_chat_gets_no_answer(store: Database, processor_of: ProcessorOf) -> None:
    async def answers(update: Any, context: Context) -> None:
        context.send("to whom?")

    processor = processor_of(answers)
    await post(store, {"update_id": 1, "something_new": {}})
    await processor.process_batch()
    assert (await states(store), await said(store)) == ({1: InboxState.DONE}, [])


def test_of_a_message_that_a_press_carries_only_which_one_it_was_is_read() -> None:
    which = {"message_id": 5, "date": 1_790_000_000, "chat": {"id": 7, "type": "private"}}
    press = {"id": "1", "from": {"id": 7}, "data": "start:MODE:plain", "message": which | {"text": "Halo", "from": {}}}
    read = strip_callback_message({"update_id": 1, "callback_query": press})
    assert read == {"update_id": 1, "callback_query": press | {"message": which}}


@pytest.mark.parametrize(
    "odd", [{}, [], None, {"callback_query": 3}, {"callback_query": {"message": []}}, {"message": {"text": "Halo"}}]
)
def test_what_carries_no_message_is_left_as_it_came(odd: Any) -> None:
    assert strip_callback_message(odd) == odd


async def test_the_downloader_is_told_of_a_file_after_the_commit_and_of_nothing_else(
    store: Database, desk: ReferenceData, application: Application[Any, Any, Any, Any, Any, Any], clock: Clock
) -> None:
    async def take(update: Any, context: Context) -> None:
        if update.message.text == "photo":
            request_download(
                context.session, FileDownload(chat_id=7, purpose=DownloadPurpose.PAPER, source={}, made_at=NOW)
            )

    heard: list[None] = []
    application.add_handler(TypeHandler(object, take))
    processor = UpdateProcessor(
        store, desk, application, clock, lambda: heard.append(None), registry=handlers.registry()
    )
    await post(store, message(1, 7), message(2, 7, "photo"), message(3, 7))
    assert [(await processor.process_batch(), len(heard)) for _ in range(3)] == [(1, 0), (1, 1), (1, 1)]
    async with store.read_only() as session:
        assert len(list(await session.exec(select(FileDownload)))) == 1


async def rows_of_a_chat(store: Database, processor: UpdateProcessor) -> None:
    """Chat 7 with a state, an account that has a name, and a draft."""
    await post(store, message(1, 7, "a"))
    await processor.process_batch()
    async with store.transaction() as session:
        account = (await session.exec(select(Account))).one()
        account.called = "Sari"
        session.add(account)
        session.add(Draft(account_id=account.id or 0, form="register", version=1, answers={"x": 1}, changed_at=NOW))


@pytest.mark.parametrize("table", ["conversation_state", "account", "draft"])
async def test_whose_own_rows_are_not_intact_hears_of_it_and_goes_on_afterwards(
    store: Database, processor_of: ProcessorOf, table: str
) -> None:
    processor = processor_of(echo)
    await rows_of_a_chat(store, processor)
    async with store.transaction() as session:
        spoil = text(f"UPDATE {table} SET row_version = :other")
        await (await session.connection()).execute(spoil, {"other": b"tampered"})
    await post(store, message(2, 7, "b"), message(3, 8, "c"), message(4, 7, "d"))
    with capture_logs() as logs:
        while await processor.process_batch():
            pass
    assert await states(store) == {
        1: InboxState.DONE, 2: InboxState.DEAD, 3: InboxState.DONE, 4: InboxState.DONE,
    }  # fmt: skip
    assert [one[:7] for chat, one in await said(store) if chat == 7] == ["heard a", f"{SORRY}, a", "heard d"]
    (given_up,) = [line["problem"] for line in logs if "damaged" in line["event"]]
    assert given_up.startswith(table)
    assert "7" not in given_up, "no number of a chat"
    assert [problem async for problem in not_intact(store, ALL)] == []


async def rounds(processor: UpdateProcessor, most: int = 60) -> None:
    """As the bot does it: trouble of the database is waited out, and tried again."""
    for _ in range(most):
        with suppress(OSError, OperationalError):
            if not await processor.process_batch():
                return


BREAKING = {
    "a file": PermissionError(13, "Permission denied"),
    "a statement": OperationalError("SELECT", {}, Exception("too many SQL variables")),
    "a version": StaleDataError("UPDATE statement on table 'account' expected to update 1 row(s)"),
}


@pytest.mark.parametrize("error", BREAKING.values(), ids=list(BREAKING))
async def test_an_item_that_always_meets_trouble_on_a_database_that_is_well_is_set_aside(
    store: Database, processor_of: ProcessorOf, error: Exception
) -> None:
    async def breaks(update: Any, context: Context) -> None:
        if update.message.text == "bad":
            raise error
        await echo(update, context)

    processor = processor_of(breaks)
    await post(store, message(1, 6, "a"), message(2, 7, "bad"), message(3, 8, "c"), message(4, 7, "later"))
    await rounds(processor)
    assert await states(store) == {
        1: InboxState.DONE,
        2: InboxState.DEAD,
        3: InboxState.DONE,
        4: InboxState.DONE,
    }
    assert sorted(text[:5] for _, text in await said(store)) == [f"{SORRY},", "heard", "heard", "heard"]


async def test_a_full_disk_is_no_fault_of_an_item_however_long_it_lasts(
    store: Database, processor_of: ProcessorOf
) -> None:
    async def full(update: Any, context: Context) -> None:
        raise OSError(28, "No space left on device")

    processor = processor_of(full)
    await post(store, message(1, 7))
    await rounds(processor)
    async with store.read_only() as session:
        item = (await session.exec(select(InboxItem))).one()
    assert (item.state, item.tries) == (InboxState.NEW, 0)


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
async def test_two_writers_of_one_row_meet_and_the_item_is_served_again_from_the_start(
    store: Database, processor_of: ProcessorOf
) -> None:
    other = Database.at(store.engine.url.render_as_string(hide_password=False))
    await other.load_keys(SECRET, NOW)
    async with store.transaction() as session:
        session.add(Account(telegram_id=70, called="0", created_at=NOW))
    met = []

    async def call_them(update: Any, context: Context) -> None:
        account = (await context.session.exec(select(Account).where(Account.telegram_id == 70))).one()
        if not met:
            met.append(1)
            async with other.transaction() as theirs:
                (await theirs.exec(select(Account).where(Account.telegram_id == 70))).one().called = "theirs"
        account.called += " and ours"

    processor = processor_of(call_them)
    await post(store, message(1, 7))
    await processor.process_batch()
    await other.close()
    async with store.read_only() as session:
        account = (await session.exec(select(Account).where(Account.telegram_id == 70))).one()
        item = (await session.exec(select(InboxItem))).one()
    assert (account.called, item.state, item.tries) == ("theirs and ours", InboxState.DONE, 0)
