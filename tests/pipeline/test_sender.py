"""Every class of answer in bot/delivery_result.py leads to what its table says."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from bot.delivery_result import Outcome, classify
from bot.sender import Sender
from bot.telegram_client import AnswerLost, ApiResponse, CannotBeMade, FileUpload, NotSent
from models.database import Database
from models.messaging import inbox, outbox
from models.messaging.attachment import Attachment, AttachmentKind
from models.messaging.inbox import InboxKind
from models.messaging.outbox import Call, CallState, Priority
from tests.pipeline.conftest import Clock, ScriptedClient, enqueue, sender_of


def refused(status: int, description: str, **parameters: Any) -> ApiResponse:
    return ApiResponse(status, {"ok": False, "description": description, "parameters": parameters})


SLOW = refused(429, "Too Many Requests: retry after 3", retry_after=3)
BLOCKED = refused(403, "Forbidden: bot was blocked by the user")
TABLE = [
    (ApiResponse(200, {"ok": True, "result": {"message_id": 5}}), CallState.SENT, Outcome.SENT),
    (SLOW, CallState.QUEUED, Outcome.SLOW_DOWN),
    (BLOCKED, CallState.FAILED, Outcome.UNREACHABLE),
    (refused(403, "Forbidden: user is deactivated"), CallState.FAILED, Outcome.UNREACHABLE),
    (refused(400, "Bad Request: chat not found"), CallState.FAILED, Outcome.UNREACHABLE),
    (refused(400, "Bad Request: message is not modified: same content"), CallState.SENT, Outcome.ALREADY_SO),
    (refused(400, "Bad Request: message to delete not found"), CallState.SENT, Outcome.ALREADY_SO),
    (refused(400, "Bad Request: message can't be deleted for everyone"), CallState.FAILED, Outcome.TOO_LATE),
    (refused(400, "Bad Request: message is too long"), CallState.FAILED, Outcome.OUR_MISTAKE),
    (refused(413, "Request Entity Too Large"), CallState.FAILED, Outcome.OUR_MISTAKE),
    (refused(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-100), CallState.QUEUED, Outcome.MOVED),
    (refused(401, "Unauthorized"), CallState.QUEUED, Outcome.BAD_TOKEN),
    (refused(404, "Not Found"), CallState.QUEUED, Outcome.BAD_TOKEN),
    (refused(409, "Conflict: terminated by other getUpdates request"), CallState.QUEUED, Outcome.TROUBLE),
    (refused(500, "Internal Server Error"), CallState.QUEUED, Outcome.TROUBLE),
    (refused(502, "Bad Gateway"), CallState.QUEUED, Outcome.TROUBLE),
    (NotSent("ClientConnectorError"), CallState.QUEUED, Outcome.NOT_SENT),
    (AnswerLost("ServerTimeoutError"), CallState.QUEUED, Outcome.ANSWER_LOST),
    (CannotBeMade("TypstError"), CallState.QUEUED, Outcome.CANNOT_BE_MADE),
]


async def rows(store: Database) -> list[Call]:
    async with store.read_only() as session:
        return list(await session.exec(select(Call).order_by(Call.id)))  # type: ignore[arg-type]


@pytest.mark.parametrize(("answer", "state", "outcome"), TABLE, ids=[f"{row[2]}-{n}" for n, row in enumerate(TABLE)])
async def test_each_answer_leads_where_the_table_says(
    store: Database, sender: Sender, client: ScriptedClient, answer: Any, state: CallState, outcome: Outcome
) -> None:
    await enqueue(store, "hello")
    client.script = [answer]
    await sender.once()
    assert [row.state for row in await rows(store)] == [state]
    assert sender.deliveries.counts == {outcome: 1}


def test_the_table_above_has_every_outcome_of_an_answer() -> None:
    made_here = {Outcome.CUT_OFF, Outcome.NOT_ATTEMPTED, Outcome.ATTACHMENT_GONE}
    made_here |= {Outcome.UNREADABLE, Outcome.GIVEN_UP}  # tests/pipeline/test_retry_budget.py
    assert {outcome for _, _, outcome in TABLE} == set(Outcome) - made_here


def test_a_message_id_is_kept_for_later_edits() -> None:
    assert classify(TABLE[0][0]).message_id == 5  # type: ignore[arg-type]


async def test_a_refused_chat_waits_as_long_as_telegram_said_and_keeps_its_order(
    store: Database, sender: Sender, client: ScriptedClient, clock: Clock
) -> None:
    await enqueue(store, "first", "second")
    client.script = [SLOW]
    await sender.once()
    clock.pass_by(seconds=2.9)
    await sender.once()
    assert len(client.calls) == 1
    clock.pass_by(seconds=1.2)
    await sender.once()
    await sender.once()
    assert [body["text"] for _, body in client.calls] == ["first", "first", "second"]


async def test_messages_of_one_update_go_out_without_a_commit_between(
    store: Database, sender: Sender, client: ScriptedClient
) -> None:
    await enqueue(store, "receipt", "kode cek", "question")
    assert await sender.once() == 3
    assert [body["text"] for _, body in client.calls] == ["receipt", "kode cek", "question"]


@pytest.mark.parametrize("trouble", [SLOW, refused(500, "Internal Server Error"), AnswerLost("reset"), NotSent("no")])
async def test_what_follows_a_message_that_did_not_arrive_stays_behind_and_keeps_its_order(
    store: Database, sender: Sender, client: ScriptedClient, clock: Clock, trouble: Any
) -> None:
    await enqueue(store, "first", "second", "third")
    client.script = [trouble]
    await sender.once()
    assert [row.state for row in await rows(store)] == [CallState.QUEUED] * 3
    assert [row.tries for row in await rows(store)][1:] == [0, 0]
    clock.pass_by(minutes=1)
    while await sender.once():
        pass
    assert [body["text"] for _, body in client.calls] == ["first", "first", "second", "third"]
    assert sum(row.lost_answers for row in await rows(store)) == isinstance(trouble, AnswerLost)


async def test_a_sender_that_is_told_to_stop_leaves_the_rest_of_a_batch(
    store: Database, sender: Sender, client: ScriptedClient, clock: Clock
) -> None:
    gate = asyncio.Event()
    client.held = [gate]
    await enqueue(store, "first", "second")
    running = asyncio.create_task(sender.run())
    async with asyncio.timeout(5):
        while not client.calls:
            await asyncio.sleep(0)
        running.cancel()
        while not sender.is_ending:
            await asyncio.sleep(0)
    gate.set()
    await asyncio.wait([running])
    assert [row.state for row in await rows(store)] == [CallState.SENT, CallState.QUEUED]


async def test_a_wait_that_telegram_asked_for_is_no_failed_try(
    store: Database, sender: Sender, client: ScriptedClient
) -> None:
    await enqueue(store, "first")
    client.script = [SLOW]
    await sender.once()
    assert (await rows(store))[0].tries == 0


async def test_a_personal_message_whose_answer_was_lost_is_sent_again_and_counted(
    store: Database, sender: Sender, client: ScriptedClient, clock: Clock
) -> None:
    await enqueue(store, "your decision")
    client.script = [AnswerLost("reset")]
    await sender.once()
    clock.pass_by(seconds=2)
    await sender.once()
    row = (await rows(store))[0]
    assert (row.state, row.lost_answers, len(client.calls)) == (CallState.SENT, 1, 2)


async def test_bulk_whose_answer_was_lost_is_uncertain_and_not_sent_again(
    store: Database, sender: Sender, client: ScriptedClient, clock: Clock
) -> None:
    await enqueue(store, "news", priority=Priority.BULK)
    client.script = [AnswerLost("reset")]
    await sender.once()
    clock.pass_by(hours=1)
    await sender.once()
    assert ((await rows(store))[0].state, len(client.calls)) == (CallState.UNCERTAIN, 1)


async def test_a_group_that_was_upgraded_hears_us_in_its_new_chat(
    store: Database, sender: Sender, client: ScriptedClient, clock: Clock
) -> None:
    await enqueue(store, "hello", chat=-7)
    client.script = [refused(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-100)]
    await sender.once()
    clock.pass_by(seconds=1)
    await sender.once()
    assert client.calls[-1][1] == {"text": "hello", "chat_id": -100}


async def test_a_bad_token_silences_the_sender_and_fails_nobody(
    store: Database, sender: Sender, client: ScriptedClient
) -> None:
    await enqueue(store, "one", chat=1)
    client.script = [refused(401, "Unauthorized")]
    await sender.once()
    await enqueue(store, "two", chat=2)
    await sender.once()
    assert [row.state for row in await rows(store)] == [CallState.QUEUED, CallState.QUEUED]
    assert len(client.calls) == 1


async def test_a_chat_that_cannot_be_reached_gets_an_item_in_its_own_inbox(
    store: Database, sender: Sender, client: ScriptedClient
) -> None:
    await enqueue(store, "hello")
    client.script = [BLOCKED]
    await sender.once()
    async with store.transaction() as session:
        (item,) = await inbox.claim_heads(session, 10)
    assert (item.chat_id, item.kind) == (7, InboxKind.UNDELIVERED)
    assert item.body["reason"] == "Forbidden: bot was blocked by the user"


async def test_what_was_under_way_at_a_kill_is_sent_again_and_counted(
    store: Database, sender: Sender, client: ScriptedClient, clock: Clock
) -> None:
    await enqueue(store, "hello")
    async with store.transaction() as session:
        await outbox.claim(session, clock(), 1)
    await sender.recover()
    await sender.once()
    row = (await rows(store))[0]
    assert (row.state, row.lost_answers, len(client.calls)) == (CallState.SENT, 1, 1)


async def test_an_answer_that_comes_after_another_sender_took_over_settles_nothing(
    store: Database, client: ScriptedClient, clock: Clock, tmp_path: Path
) -> None:
    """The second attempt is under way when the first one's answer arrives: only its own may settle it."""
    first, second = (sender_of(store, client, clock, tmp_path) for _ in range(2))
    one, two = asyncio.Event(), asyncio.Event()
    client.held = [one, two]
    await enqueue(store, "hello")
    await first.cycle()
    await second.recover()
    clock.pass_by(seconds=2)
    await second.cycle()
    one.set()
    await first.once()
    assert (await rows(store))[0].state is CallState.SENDING
    two.set()
    await second.once()
    assert ((await rows(store))[0].state, len(client.calls)) == (CallState.SENT, 2)


async def test_a_call_that_fails_in_a_way_nobody_thought_of_does_not_silence_its_chat(
    store: Database, sender: Sender, client: ScriptedClient, clock: Clock
) -> None:
    await enqueue(store, "first", "second")
    client.script = [RuntimeError("nobody thought of this")]
    await sender.once()
    clock.pass_by(seconds=2)
    await sender.once()
    await sender.once()
    assert [row.state for row in await rows(store)] == [CallState.SENT, CallState.SENT]


@pytest.mark.parametrize("content", [{}, {"ok": False}])
def test_an_answer_that_is_not_telegrams_yes_settles_nothing(content: dict[str, Any]) -> None:
    """A proxy may answer 200 with a page of its own."""
    assert classify(ApiResponse(200, content)).outcome is Outcome.TROUBLE


DAY = timedelta(days=1)


async def say(store: Database, clock: Clock, body: dict[str, Any], *, method: str = "sendMessage", **how: Any) -> None:
    row = {"chat_id": 7, "priority": 0, "method": method, "body": body, "reference": None, "not_before": None}
    async with store.transaction() as session:
        await outbox.enqueue(session, [row | {"made_at": clock()} | how])


async def test_a_message_that_does_not_last_leaves_the_chat_and_the_table_keeps_nothing_of_it(
    store: Database, sender: Sender, client: ScriptedClient, clock: Clock
) -> None:
    await say(store, clock, {"chat_id": 7, "text": "NIK"}, delete_after=int(DAY.total_seconds()))
    client.script = [ApiResponse(200, {"ok": True, "result": {"message_id": 41}})]
    while await sender.once():
        pass
    assert [(row.method, row.state) for row in await rows(store)] == [
        ("sendMessage", CallState.SENT),
        ("deleteMessage", CallState.QUEUED),
    ]
    assert (await rows(store))[0].body is None
    clock.pass_by(hours=23)
    assert await sender.once() == 0
    clock.pass_by(hours=1)
    await sender.once()
    assert client.calls[-1] == ("deleteMessage", {"chat_id": 7, "message_id": 41})


async def test_a_message_that_was_not_delivered_is_not_deleted_either(
    store: Database, sender: Sender, client: ScriptedClient, clock: Clock
) -> None:
    await say(store, clock, {"chat_id": 7, "text": "NIK"}, delete_after=60)
    client.script = [BLOCKED]
    await sender.once()
    assert [(row.method, row.state, row.body) for row in await rows(store)] == [("sendMessage", CallState.FAILED, None)]


async def test_words_of_somebody_erased_meanwhile_go_once_they_are_sent_and_not_before(
    store: Database, sender: Sender, client: ScriptedClient, clock: Clock
) -> None:
    await say(store, clock, {"chat_id": 7, "text": "Sari"}, delete_after=0)
    client.script = [SLOW]
    await sender.once()
    assert (await rows(store))[0].body == {"chat_id": 7, "text": "Sari"}
    clock.pass_by(minutes=1)
    await sender.once()
    assert [(row.state, row.body) for row in await rows(store)] == [(CallState.SENT, None)]


async def test_a_deletion_that_comes_too_late_is_an_item_in_the_inbox_of_its_chat(
    store: Database, sender: Sender, client: ScriptedClient, clock: Clock
) -> None:
    await say(store, clock, {"chat_id": 7, "message_id": 3}, method="deleteMessage")
    client.script = [refused(400, "Bad Request: message can't be deleted for everyone")]
    await sender.once()
    await sender.once()
    async with store.read_only() as session:
        (item,) = await inbox.claim_heads(session, 5)
    assert (item.kind, item.chat_id) == (InboxKind.STILL_THERE, 7)


async def test_a_deletion_that_fails_is_tried_again(
    store: Database, sender: Sender, client: ScriptedClient, clock: Clock
) -> None:
    await say(store, clock, {"chat_id": 7, "message_id": 3}, method="deleteMessage")
    client.script = [refused(500, "Internal Server Error"), NotSent("away")]
    for _ in range(3):
        await sender.once()
        clock.pass_by(minutes=1)
    assert [row.state for row in await rows(store)] == [CallState.SENT]
    assert len(client.calls) == 3


async def test_a_paper_that_was_erased_before_it_was_sent_is_not_sent(
    store: Database, sender: Sender, client: ScriptedClient, clock: Clock
) -> None:
    gone = Attachment(AttachmentKind.PAPER, "ktp.jpg", "no-such-file", "image/jpeg")
    await say(store, clock, {"chat_id": 7, "caption": "KTP", "attachment": gone.row()}, method=gone.method)
    await sender.once()
    assert client.calls == []
    assert [row.state for row in await rows(store)] == [CallState.FAILED]


async def test_an_attachment_is_made_when_it_is_sent_and_is_no_part_of_the_parameters(
    store: Database, sender: Sender, client: ScriptedClient, clock: Clock
) -> None:
    text = Attachment(AttachmentKind.TEXT, "data.json", '{"a": 1}', "application/json")
    await say(store, clock, {"chat_id": 7, "caption": "c", "attachment": text.row()}, method=text.method)
    await sender.once()
    assert client.calls == [("sendDocument", {"chat_id": 7, "caption": "c"})]
    assert client.files == [FileUpload("document", "data.json", b'{"a": 1}', "application/json")]


async def test_an_answer_that_cannot_be_written_down_ends_no_sender_and_costs_no_other_chat(
    store: Database, sender: Sender, client: ScriptedClient
) -> None:
    """A number of a message that fits no column: the message arrived, and is not sent again."""
    for chat in (7, 8, 9):
        await enqueue(store, "hello", chat=chat)
    client.script = [ApiResponse(200, {"ok": True, "result": {"message_id": number}}) for number in (1, 2**70, 3)]
    await sender.once()
    assert [(call.state, call.message_id) for call in await rows(store)] == [
        (CallState.SENT, 1),
        (CallState.SENT, None),
        (CallState.SENT, 3),
    ]
    await sender.once()
    assert len(client.calls) == 3


async def test_a_refusal_that_cannot_be_written_down_is_set_aside(
    store: Database, sender: Sender, client: ScriptedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def change_chat_id(*_: Any) -> None:
        raise ZeroDivisionError

    await enqueue(store, "hello")
    monkeypatch.setattr(outbox, "change_chat_id", change_chat_id)
    client.script = [refused(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-100)]
    await sender.once()
    (call,) = await rows(store)
    assert (call.state, call.fault) == (CallState.FAILED, str(Outcome.OUR_MISTAKE))
    assert (call.reason or "").startswith("ZeroDivisionError at test_sender.py")
