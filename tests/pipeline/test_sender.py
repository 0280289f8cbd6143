"""Every class of answer in bot/outcomes.py leads to what its table says."""

import asyncio
from typing import Any

import pytest
from sqlmodel import select

from bot.outbox import Sender
from bot.outcomes import Outcome, judge
from bot.pace import Pace
from bot.wire import Answer, AnswerLost, NotSent
from models.post import inbox, outbox
from models.post.inbox import LetterKind
from models.post.outbox import Call, CallState, Weight
from models.store import Store
from tests.pipeline.conftest import Clock, ScriptedWire, enqueue


def refused(status: int, description: str, **parameters: Any) -> Answer:
    return Answer(status, {"ok": False, "description": description, "parameters": parameters})


SLOW = refused(429, "Too Many Requests: retry after 3", retry_after=3)
BLOCKED = refused(403, "Forbidden: bot was blocked by the user")
TABLE = [
    (Answer(200, {"ok": True, "result": {"message_id": 5}}), CallState.SENT, Outcome.SENT),
    (SLOW, CallState.QUEUED, Outcome.SLOW_DOWN),
    (BLOCKED, CallState.FAILED, Outcome.UNREACHABLE),
    (refused(403, "Forbidden: user is deactivated"), CallState.FAILED, Outcome.UNREACHABLE),
    (refused(400, "Bad Request: chat not found"), CallState.FAILED, Outcome.UNREACHABLE),
    (refused(400, "Bad Request: message is not modified: same content"), CallState.SENT, Outcome.ALREADY_SO),
    (refused(400, "Bad Request: message to delete not found"), CallState.SENT, Outcome.ALREADY_SO),
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
]


async def rows(store: Store) -> list[Call]:
    async with store.reading() as session:
        return list(await session.exec(select(Call).order_by(Call.id)))  # type: ignore[arg-type]


@pytest.mark.parametrize(("answer", "state", "outcome"), TABLE, ids=[f"{row[2]}-{n}" for n, row in enumerate(TABLE)])
async def test_each_answer_leads_where_the_table_says(
    store: Store, sender: Sender, wire: ScriptedWire, answer: Any, state: CallState, outcome: Outcome
) -> None:
    await enqueue(store, "hello")
    wire.script = [answer]
    await sender.once()
    assert [row.state for row in await rows(store)] == [state]
    assert sender.counts == {outcome: 1}


def test_the_table_above_has_every_outcome_of_an_answer() -> None:
    assert {outcome for _, _, outcome in TABLE} == set(Outcome) - {Outcome.CUT_OFF, Outcome.STAYED_BEHIND}


def test_a_message_id_is_kept_for_later_edits() -> None:
    assert judge(TABLE[0][0]).message_id == 5  # type: ignore[arg-type]


async def test_a_refused_chat_waits_as_long_as_telegram_said_and_keeps_its_order(
    store: Store, sender: Sender, wire: ScriptedWire, clock: Clock
) -> None:
    await enqueue(store, "first", "second")
    wire.script = [SLOW]
    await sender.once()
    clock.pass_by(seconds=2.9)
    await sender.once()
    assert len(wire.calls) == 1
    clock.pass_by(seconds=1.2)
    await sender.once()
    await sender.once()
    assert [body["text"] for _, body in wire.calls] == ["first", "first", "second"]


async def test_what_one_turn_said_goes_out_without_a_commit_between(
    store: Store, sender: Sender, wire: ScriptedWire
) -> None:
    await enqueue(store, "receipt", "kode cek", "question")
    assert await sender.once() == 3
    assert [body["text"] for _, body in wire.calls] == ["receipt", "kode cek", "question"]


@pytest.mark.parametrize("trouble", [SLOW, refused(500, "Internal Server Error"), AnswerLost("reset"), NotSent("no")])
async def test_what_follows_a_message_that_did_not_arrive_stays_behind_and_keeps_its_order(
    store: Store, sender: Sender, wire: ScriptedWire, clock: Clock, trouble: Any
) -> None:
    await enqueue(store, "first", "second", "third")
    wire.script = [trouble]
    await sender.once()
    assert [row.state for row in await rows(store)] == [CallState.QUEUED] * 3
    assert [row.tries for row in await rows(store)][1:] == [0, 0]
    clock.pass_by(minutes=1)
    while await sender.once():
        pass
    assert [body["text"] for _, body in wire.calls] == ["first", "first", "second", "third"]
    assert sum(row.lost_answers for row in await rows(store)) == isinstance(trouble, AnswerLost)


async def test_a_sender_that_is_told_to_stop_leaves_the_rest_of_a_train(
    store: Store, sender: Sender, wire: ScriptedWire, clock: Clock
) -> None:
    gate = asyncio.Event()
    wire.held = [gate]
    await enqueue(store, "first", "second")
    running = asyncio.create_task(sender.run())
    async with asyncio.timeout(5):
        while not wire.calls:
            await asyncio.sleep(0)
        running.cancel()
        while not sender.is_ending:
            await asyncio.sleep(0)
    gate.set()
    await asyncio.wait([running])
    assert [row.state for row in await rows(store)] == [CallState.SENT, CallState.QUEUED]


async def test_a_wait_that_telegram_asked_for_is_no_failed_try(
    store: Store, sender: Sender, wire: ScriptedWire
) -> None:
    await enqueue(store, "first")
    wire.script = [SLOW]
    await sender.once()
    assert (await rows(store))[0].tries == 0


async def test_a_personal_message_whose_answer_was_lost_is_sent_again_and_counted(
    store: Store, sender: Sender, wire: ScriptedWire, clock: Clock
) -> None:
    await enqueue(store, "your decision")
    wire.script = [AnswerLost("reset")]
    await sender.once()
    clock.pass_by(seconds=2)
    await sender.once()
    row = (await rows(store))[0]
    assert (row.state, row.lost_answers, len(wire.calls)) == (CallState.SENT, 1, 2)


async def test_bulk_whose_answer_was_lost_is_uncertain_and_not_sent_again(
    store: Store, sender: Sender, wire: ScriptedWire, clock: Clock
) -> None:
    await enqueue(store, "news", weight=Weight.BULK)
    wire.script = [AnswerLost("reset")]
    await sender.once()
    clock.pass_by(hours=1)
    await sender.once()
    assert ((await rows(store))[0].state, len(wire.calls)) == (CallState.UNCERTAIN, 1)


async def test_a_group_that_was_upgraded_hears_us_in_its_new_chat(
    store: Store, sender: Sender, wire: ScriptedWire, clock: Clock
) -> None:
    await enqueue(store, "hello", chat=-7)
    wire.script = [refused(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-100)]
    await sender.once()
    clock.pass_by(seconds=1)
    await sender.once()
    assert wire.calls[-1][1] == {"text": "hello", "chat_id": -100}


async def test_a_bad_token_silences_the_sender_and_fails_nobody(
    store: Store, sender: Sender, wire: ScriptedWire
) -> None:
    await enqueue(store, "one", chat=1)
    wire.script = [refused(401, "Unauthorized")]
    await sender.once()
    await enqueue(store, "two", chat=2)
    await sender.once()
    assert [row.state for row in await rows(store)] == [CallState.QUEUED, CallState.QUEUED]
    assert len(wire.calls) == 1


async def test_a_chat_that_cannot_be_reached_hears_of_it_in_its_own_lane(
    store: Store, sender: Sender, wire: ScriptedWire
) -> None:
    await enqueue(store, "hello")
    wire.script = [BLOCKED]
    await sender.once()
    async with store.writing() as session:
        (letter,) = await inbox.heads(session, 10)
    assert (letter.lane, letter.kind) == (7, LetterKind.UNDELIVERED)
    assert letter.body["reason"] == "Forbidden: bot was blocked by the user"


async def test_what_was_under_way_at_a_kill_is_sent_again_and_counted(
    store: Store, sender: Sender, wire: ScriptedWire, clock: Clock
) -> None:
    await enqueue(store, "hello")
    async with store.writing() as session:
        await outbox.claim(session, clock(), 1)
    await sender.recover()
    await sender.once()
    row = (await rows(store))[0]
    assert (row.state, row.lost_answers, len(wire.calls)) == (CallState.SENT, 1, 1)


async def test_an_answer_that_comes_after_another_sender_took_over_settles_nothing(
    store: Store, wire: ScriptedWire, clock: Clock
) -> None:
    """The second attempt is under way when the first one's answer arrives: only its own may settle it."""
    first, second = (Sender(store, wire, Pace(0), clock) for _ in range(2))
    one, two = asyncio.Event(), asyncio.Event()
    wire.held = [one, two]
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
    assert ((await rows(store))[0].state, len(wire.calls)) == (CallState.SENT, 2)


async def test_a_call_that_fails_in_a_way_nobody_thought_of_does_not_silence_its_chat(
    store: Store, sender: Sender, wire: ScriptedWire, clock: Clock
) -> None:
    await enqueue(store, "first", "second")
    wire.script = [RuntimeError("nobody thought of this")]
    await sender.once()
    clock.pass_by(seconds=2)
    await sender.once()
    await sender.once()
    assert [row.state for row in await rows(store)] == [CallState.SENT, CallState.SENT]


@pytest.mark.parametrize("content", [{}, {"ok": False}])
def test_an_answer_that_is_not_telegrams_yes_settles_nothing(content: dict[str, Any]) -> None:
    """A proxy may answer 200 with a page of its own."""
    assert judge(Answer(200, content)).outcome is Outcome.TROUBLE
