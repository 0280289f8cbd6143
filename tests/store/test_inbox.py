"""The inbox: stored once, served in order within a chat, set aside only for our own mistakes."""

from typing import Any

from models.database import Database
from models.messaging import inbox
from models.messaging.inbox import InboxKind
from tests.stores import NOW, new_url, open_store


def letter(update_id: int, chat_id: int) -> dict[str, Any]:
    body = {"update_id": update_id}
    return {"update_id": update_id, "chat_id": chat_id, "kind": InboxKind.TELEGRAM, "body": body, "came_at": NOW}


async def post(store: Database, *pairs: tuple[int, int]) -> None:
    async with store.transaction() as session:
        await inbox.store_items(session, [letter(update_id, chat_id) for update_id, chat_id in pairs])


async def heads(store: Database, limit: int = 10) -> list[int | None]:
    async with store.transaction() as session:
        return [head.update_id for head in await inbox.claim_heads(session, limit)]


async def finish(store: Database, limit: int = 10) -> list[int | None]:
    async with store.transaction() as session:
        served = await inbox.claim_heads(session, limit)
        await inbox.mark_done(session, [head.seq for head in served], NOW)
        return [head.update_id for head in served]


async def test_an_update_brought_twice_is_stored_once(store: Database) -> None:
    await post(store, (1, 7), (2, 7))
    await post(store, (2, 7), (3, 7))
    assert [await finish(store), await finish(store), await finish(store), await finish(store)] == [[1], [2], [3], []]


async def test_an_update_that_was_done_is_still_known(store: Database) -> None:
    await post(store, (1, 7))
    await finish(store)
    await post(store, (1, 7))
    assert await heads(store) == []


async def test_only_the_oldest_item_of_each_chat_is_served(store: Database) -> None:
    await post(store, (1, 7), (2, 7), (3, 8), (4, 9), (5, 8))
    assert await heads(store) == [1, 3, 4]
    assert await heads(store, limit=2) == [1, 3]


async def test_the_order_of_a_chat_does_not_depend_on_update_ids(store: Database) -> None:
    await post(store, (900, 7))
    await post(store, (5, 7))
    assert await finish(store) == [900]
    assert await finish(store) == [5]


async def test_items_of_our_own_need_no_update_id(store: Database) -> None:
    ours = letter(0, 7) | {"update_id": None, "kind": InboxKind.TIMER}
    async with store.transaction() as session:
        await inbox.store_items(session, [ours, ours])
    assert await finish(store) == [None]
    assert await finish(store) == [None]


async def test_a_transaction_that_is_rolled_back_leaves_its_item_waiting(store: Database) -> None:
    await post(store, (1, 7))
    session = store.session()
    await session.begin()
    await inbox.mark_done(session, [head.seq for head in await inbox.claim_heads(session, 1)], NOW)
    await session.rollback()
    await session.close()
    assert await heads(store) == [1]


async def test_failures_are_counted_and_a_dead_letter_frees_its_chat(store: Database) -> None:
    await post(store, (1, 7), (2, 7))
    async with store.transaction() as session:
        head = (await inbox.claim_heads(session, 1))[0]
        assert [await inbox.count_failure(session, head.seq) for _ in range(3)] == [1, 2, 3]
        await inbox.dead_letter(session, head.seq, NOW, "ValueError")
    assert await heads(store) == [2]


async def test_an_item_that_was_not_counted_as_waiting_any_more_has_no_failure(store: Database) -> None:
    await post(store, (1, 7))
    await finish(store)
    async with store.transaction() as session:
        assert await inbox.count_failure(session, 1) == 0


async def test_a_chat_that_is_being_served_is_locked_when_an_older_item_appears_late(tmp_path: Any) -> None:
    """Numbers are given out before the commit: what was posted first may be seen last."""
    async with open_store(new_url("postgresql", tmp_path)) as store:
        slow = store.session()
        await inbox.store_items(slow, [letter(1, 7)])
        await post(store, (2, 7))
        async with store.transaction() as first:
            assert [head.update_id for head in await inbox.claim_heads(first, 9)] == [2]
            await slow.commit()
            await slow.close()
            assert await heads(store) == []
            await inbox.mark_done(first, [2], NOW)
        assert await heads(store) == [1]


async def test_two_processes_never_serve_the_same_chat(tmp_path: Any) -> None:
    async with open_store(new_url("postgresql", tmp_path)) as store:
        await post(store, (1, 7), (2, 7), (3, 8))
        async with store.transaction() as first, store.transaction() as second:
            assert [head.update_id for head in await inbox.claim_heads(first, 1)] == [1]
            assert [head.update_id for head in await inbox.claim_heads(second, 9)] == [3]
