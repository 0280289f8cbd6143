"""Dead letters are listed without anybody's words, tried again or dropped once, and each of these is written down."""

from sqlmodel import select

from models.audit import COMMAND, Audit
from models.database import Database
from models.messaging import dead_letters, inbox, outbox
from models.messaging.inbox import InboxItem, InboxKind, InboxState
from models.messaging.outbox import Call, CallState, Priority
from tests.stores import NOW

WORDS = "rahasia sekali"


async def put_aside(store: Database) -> None:
    """One letter of each queue, both of the same chat."""
    letter = {"update_id": 1, "chat_id": 7, "kind": InboxKind.TELEGRAM, "body": {"text": WORDS}, "came_at": NOW}
    call = {"chat_id": 7, "priority": int(Priority.REPLY), "method": "sendMessage", "reference": None, "made_at": NOW}
    async with store.transaction() as session:
        await inbox.store_items(session, [letter])
        (head,) = await inbox.claim_heads(session, 1)
        await inbox.dead_letter(session, head.seq, NOW, "ValueError at start.py:7")
        await outbox.enqueue(session, [call | {"body": {"text": WORDS}, "not_before": None}])
        (due,) = await outbox.claim(session, NOW, 1)
        row = {"b_id": due.id, "b_lost": 0, "state": CallState.FAILED, "reason": "Bad Request", "message_id": None}
        row |= {
            "retry_at": None,
            "settled_at": NOW,
            "lost_answers": 0,
            "tries": 1,
            "used_up": 9,
            "fault": "our_mistake",
        }
        await outbox.settle(session, [row])


async def listed(store: Database) -> list[dead_letters.DeadLetter]:
    async with store.read_only() as session:
        return await dead_letters.dead_letters(session)


async def acts(store: Database) -> list[tuple[str, str, str]]:
    async with store.read_only() as session:
        return [(row.by, row.act, row.entity) for row in await session.exec(select(Audit))]


async def test_a_dead_letter_is_listed_without_its_words_and_its_chat_only_as_a_mark(store: Database) -> None:
    await put_aside(store)
    found = await listed(store)
    assert [(one.queue, one.what, one.fault) for one in found] == [
        ("inbox", "telegram", "ValueError at start.py:7"),
        ("outbox", "sendMessage", "our_mistake"),
    ]
    assert len({one.chat for one in found}) == 1
    assert WORDS not in repr(found) and "chat='7'" not in repr(found)
    async with store.read_only() as session:
        assert await dead_letters.count_by_queue(session) == {"inbox": 1, "outbox": 1}


async def test_what_is_tried_again_is_as_new_and_only_once(store: Database) -> None:
    await put_aside(store)
    found = await listed(store)
    for expected in (2, 0):
        async with store.transaction() as session:
            assert await dead_letters.retry(session, found, NOW) == expected
    async with store.transaction() as session:
        (head,) = await inbox.claim_heads(session, 9)
        (call,) = await outbox.claim(session, NOW, 9)
    assert (head.tries, head.body) == (0, {"text": WORDS})
    assert (call.tries, call.used_up, call.body) == (0, 0, {"text": WORDS})
    assert await listed(store) == []
    assert await acts(store) == [(COMMAND, "retried_dead_letter", queue) for queue in ("inbox", "outbox")]


async def test_what_is_dropped_is_emptied(store: Database) -> None:
    await put_aside(store)
    async with store.transaction() as session:
        assert await dead_letters.drop(session, await dead_letters.dead_letters(session), NOW) == 2
    async with store.read_only() as session:
        letter, call = (await session.exec(select(InboxItem))).one(), (await session.exec(select(Call))).one()
    assert (letter.state, letter.body, call.state, call.body) == (InboxState.DONE, None, CallState.CANCELLED, None)
    assert await listed(store) == []
    assert {act for _by, act, _thing in await acts(store)} == {"dropped_dead_letter"}
