"""What may be uploaded in a day: by one account, by all together; and who sends little is not shut out."""

from datetime import datetime, timedelta

import pytest

from models import measures
from models.measures import MEGABYTE, SMALL_SHARE, UPLOADS_OF_ALL, UPLOADS_OF_ONE, Share, uploads_left
from models.post.parcel import Parcel, Purpose
from models.store import Store
from tests.stores import NOW

ONE, OTHER, NEW = 7, 8, 9


async def sent(store: Store, lane: int, size: int, at: datetime = NOW, purpose: Purpose = Purpose.PAPER) -> None:
    async with store.writing() as session:
        session.add(Parcel(lane=lane, purpose=purpose, source={}, made_at=at, sent_size=size))


async def left(store: Store, lane: int, size: int = MEGABYTE) -> Share | None:
    async with store.reading() as session:
        return await uploads_left(session, lane, size, NOW)


@pytest.mark.parametrize("purpose", Purpose)
async def test_an_account_may_send_so_much_in_a_day_and_more_the_next(store: Store, purpose: Purpose) -> None:
    await sent(store, ONE, UPLOADS_OF_ONE - MEGABYTE, NOW - timedelta(hours=23), purpose)
    assert await left(store, ONE, MEGABYTE) is None
    assert await left(store, ONE, MEGABYTE + 1) is Share.OWN
    assert await left(store, OTHER, MEGABYTE + 1) is None


async def test_what_was_sent_a_day_ago_does_not_count(store: Store) -> None:
    await sent(store, ONE, UPLOADS_OF_ONE, NOW - timedelta(hours=24))
    assert await left(store, ONE) is None


async def test_many_small_files_count_by_their_number(store: Store) -> None:
    for _ in range(measures.MEASURES[measures.Asked.PAPERS].most):
        await sent(store, ONE, 1)
    assert await left(store, ONE, 1) is Share.OWN


async def test_a_flood_of_many_accounts_leaves_everybody_a_small_share(store: Store) -> None:
    for lane in range(100, 100 + UPLOADS_OF_ALL // 2 // UPLOADS_OF_ONE + 1):
        await sent(store, lane, UPLOADS_OF_ONE)
    await sent(store, ONE, SMALL_SHARE)
    assert await left(store, ONE) is Share.ALL
    assert await left(store, NEW, SMALL_SHARE) is None


async def test_all_together_have_a_measure_too(store: Store) -> None:
    for lane in range(100, 100 + UPLOADS_OF_ALL // UPLOADS_OF_ONE + 1):
        await sent(store, lane, UPLOADS_OF_ONE)
    assert await left(store, NEW, 1) is Share.ALL
