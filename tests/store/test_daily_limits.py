"""What may be uploaded in a day: by one account, by all together; and who sends little is not shut out."""

from datetime import datetime, timedelta

import pytest

from models import daily_limits
from models.daily_limits import MEGABYTE, SMALL_SHARE, UPLOADS_OF_ALL, UPLOADS_OF_ONE, Share, uploads_left
from models.database import Database
from models.messaging.file_download import DownloadPurpose, FileDownload
from tests.stores import NOW

ONE, OTHER, NEW = 7, 8, 9


async def sent(
    store: Database, chat_id: int, size: int, at: datetime = NOW, purpose: DownloadPurpose = DownloadPurpose.PAPER
) -> None:
    async with store.transaction() as session:
        session.add(FileDownload(chat_id=chat_id, purpose=purpose, source={}, made_at=at, sent_size=size))


async def left(store: Database, chat_id: int, size: int = MEGABYTE) -> Share | None:
    async with store.read_only() as session:
        return await uploads_left(session, chat_id, size, NOW)


@pytest.mark.parametrize("purpose", DownloadPurpose)
async def test_an_account_may_send_so_much_in_a_day_and_more_the_next(
    store: Database, purpose: DownloadPurpose
) -> None:
    await sent(store, ONE, UPLOADS_OF_ONE - MEGABYTE, NOW - timedelta(hours=23), purpose)
    assert await left(store, ONE, MEGABYTE) is None
    assert await left(store, ONE, MEGABYTE + 1) is Share.OWN
    assert await left(store, OTHER, MEGABYTE + 1) is None


async def test_what_was_sent_a_day_ago_does_not_count(store: Database) -> None:
    await sent(store, ONE, UPLOADS_OF_ONE, NOW - timedelta(hours=24))
    assert await left(store, ONE) is None


async def test_many_small_files_count_by_their_number(store: Database) -> None:
    for _ in range(daily_limits.LIMITS[daily_limits.LimitedAction.PAPERS].most):
        await sent(store, ONE, 1)
    assert await left(store, ONE, 1) is Share.OWN


async def test_a_flood_of_many_accounts_leaves_everybody_a_small_share(store: Database) -> None:
    for chat_id in range(100, 100 + UPLOADS_OF_ALL // 2 // UPLOADS_OF_ONE + 1):
        await sent(store, chat_id, UPLOADS_OF_ONE)
    await sent(store, ONE, SMALL_SHARE)
    assert await left(store, ONE) is Share.ALL
    assert await left(store, NEW, SMALL_SHARE) is None


async def test_all_together_have_a_measure_too(store: Database) -> None:
    for chat_id in range(100, 100 + UPLOADS_OF_ALL // UPLOADS_OF_ONE + 1):
        await sent(store, chat_id, UPLOADS_OF_ONE)
    assert await left(store, NEW, 1) is Share.ALL
