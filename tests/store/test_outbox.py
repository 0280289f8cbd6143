"""The outbox: in order within a chat, replies before bulk, nothing sent before its time."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from models.database import Database
from models.messaging import outbox
from models.messaging.outbox import CallState, Priority
from tests.stores import NOW, new_url, open_store

SOON = NOW + timedelta(minutes=10)


def call(
    chat: int, text: str, priority: Priority = Priority.REPLY, not_before: datetime | None = None
) -> dict[str, Any]:
    return {
        "chat_id": chat,
        "priority": int(priority),
        "method": "sendMessage",
        "body": {"text": text},
        "reference": None,
        "made_at": NOW,
        "not_before": not_before,
    }


async def enqueue(store: Database, *calls: dict[str, Any]) -> None:
    async with store.transaction() as session:
        await outbox.enqueue(session, calls)


async def claim(store: Database, now: datetime = NOW, limit: int = 10) -> list[outbox.ClaimedCall]:
    async with store.transaction() as session:
        return await outbox.claim(session, now, limit)


async def settle(store: Database, due: outbox.ClaimedCall, state: CallState, retry_at: datetime | None = None) -> None:
    row = {"b_id": due.id, "state": state, "reason": None, "message_id": 1, "retry_at": retry_at}
    row |= {"settled_at": NOW, "lost_answers": 0, "tries": 1, "used_up": 0, "fault": None, "b_lost": due.lost_answers}
    async with store.transaction() as session:
        await outbox.settle(session, [row])


def texts(calls: list[outbox.ClaimedCall]) -> list[str]:
    return [call.body["text"] for call in calls]


async def test_messages_of_one_transaction_are_claimed_together_and_in_order(store: Database) -> None:
    await enqueue(store, call(7, "first"), call(7, "second"), call(8, "other"), call(7, "of a later turn"))
    first, second, other = await claim(store)
    assert texts([first, second, other]) == ["first", "second", "other"]
    await settle(store, first, CallState.SENT)
    assert await claim(store) == []
    await settle(store, second, CallState.SENT)
    assert texts(await claim(store)) == ["of a later turn"]


async def test_one_chat_never_takes_the_room_of_all(store: Database) -> None:
    await enqueue(store, *(call(7, str(number)) for number in range(50)), call(8, "other"))
    assert len(await claim(store)) == outbox.MAX_BATCH + 1
    assert await claim(store) == []


async def test_never_more_than_asked_for_is_claimed(store: Database) -> None:
    await enqueue(store, call(7, "first"), call(7, "second"), call(8, "other"))
    assert texts(await claim(store, limit=1)) == ["first"]
    assert await claim(store, limit=1) != []


async def test_an_announcement_is_coupled_to_nothing(store: Database) -> None:
    """What stays uncertain must be one message, not all that was to follow it."""
    await enqueue(store, call(7, "bulk", Priority.BULK), call(7, "more bulk", Priority.BULK))
    assert texts(await claim(store)) == ["bulk"]


async def test_what_is_held_for_later_ends_a_batch(store: Database) -> None:
    await enqueue(store, call(7, "first"), call(7, "held", not_before=SOON), call(7, "third"))
    assert texts(await claim(store)) == ["first"]


async def test_replies_go_before_notices_and_notices_before_bulk(store: Database) -> None:
    await enqueue(
        store, call(1, "bulk", Priority.BULK), call(2, "notice", Priority.NOTICE), call(3, "reply", Priority.REPLY)
    )
    assert texts(await claim(store)) == ["reply", "notice", "bulk"]


async def test_a_message_held_for_later_does_not_hold_up_the_chat(store: Database) -> None:
    await enqueue(store, call(7, "decision", Priority.NOTICE, not_before=SOON), call(7, "reply"))
    assert texts(await claim(store)) == ["reply"]
    assert texts(await claim(store, SOON)) == []


async def test_a_held_message_goes_out_when_its_time_has_come(store: Database) -> None:
    await enqueue(store, call(7, "decision", Priority.NOTICE, not_before=SOON))
    assert await claim(store) == []
    assert texts(await claim(store, SOON)) == ["decision"]


async def test_a_message_that_must_be_tried_again_holds_up_its_chat_only(store: Database) -> None:
    await enqueue(store, call(7, "first"), call(7, "second"), call(8, "other"))
    first, second, other = await claim(store)
    await settle(store, first, CallState.QUEUED, retry_at=SOON)
    await settle(store, second, CallState.QUEUED)
    await settle(store, other, CallState.SENT)
    assert await claim(store) == []
    assert texts(await claim(store, SOON)) == ["first", "second"]


async def test_a_reply_does_not_wait_for_an_announcement_that_has_not_gone_out(store: Database) -> None:
    await enqueue(store, call(7, "bulk", Priority.BULK), call(7, "reply"), call(7, "more bulk", Priority.BULK))
    claimed = await claim(store)
    assert texts(claimed) == ["reply"]
    await settle(store, claimed[0], CallState.SENT)
    assert texts(await claim(store)) == ["bulk"]


async def test_two_senders_never_claim_the_same_call(tmp_path: Path) -> None:
    """For a moment after the lead was lost there may be two."""
    async with open_store(new_url("postgresql", tmp_path)) as store:
        await enqueue(store, call(7, "first"), call(8, "other"))
        async with store.transaction() as one, store.transaction() as two:
            assert texts(await outbox.claim(one, NOW, 1)) == ["first"]
            async with asyncio.timeout(5):
                assert texts(await outbox.claim(two, NOW, 9)) == ["other"]


async def test_a_message_put_off_goes_out_when_the_clock_was_set_back(store: Database) -> None:
    await enqueue(store, call(7, "first"))
    await settle(store, (await claim(store))[0], CallState.QUEUED, retry_at=NOW + timedelta(seconds=1))
    assert texts(await claim(store, NOW - timedelta(days=1))) == ["first"]


async def test_what_a_dead_process_was_sending_is_found_again(store: Database) -> None:
    await enqueue(store, call(7, "first"))
    await claim(store)
    async with store.transaction() as session:
        assert texts(await outbox.interrupted_calls(session)) == ["first"]


async def test_a_late_answer_does_not_overwrite_what_was_settled_since(store: Database) -> None:
    await enqueue(store, call(7, "first"))
    claimed = (await claim(store))[0]
    await settle(store, claimed, CallState.SENT)
    await settle(store, claimed, CallState.QUEUED)
    assert await claim(store) == []


async def test_a_message_is_not_readable_in_the_database(store: Database) -> None:
    await enqueue(store, call(7, "Ibu Sari"))
    async with store.engine.connect() as connection:
        raw = await connection.exec_driver_sql("SELECT body FROM outbox")
        assert b"Sari" not in bytes(raw.scalar_one())
