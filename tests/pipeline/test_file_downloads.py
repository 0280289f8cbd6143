"""A file that a person sent is downloaded once, checked, kept encrypted, and comes back through its chat."""

import os
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from structlog.testing import capture_logs

from bot.decoding import Decoder
from bot.disk_space import RESERVE, WARN_BELOW, DiskSpace
from bot.file_downloads import MOST_AT_ONCE, FileDownloader
from bot.telegram_client import AnswerLost, ApiResponse, NotSent
from models.applications.clean_file import media_type_of
from models.applications.encrypted_files import EncryptedFiles
from models.database import Database
from models.messaging import inbox
from models.messaging.file_download import MAX_TRIES, DownloadPurpose, DownloadState, FileDownload
from models.people.erasure import Shred
from tests import attack_files
from tests.pipeline.conftest import Clock, ScriptedClient
from tests.rebuilding import InProcess
from tests.stores import NOW

PHOTO = next(Path("tests/data/papers").glob("*.jpg")).read_bytes()
FILE = ApiResponse(200, {"ok": True, "result": {"file_path": "photos/1.jpg"}})


class WireWithFiles(ScriptedClient):
    def __init__(self, content: bytes | Exception) -> None:
        super().__init__()
        self.content = content

    async def download(self, path: str) -> bytes:
        if isinstance(self.content, Exception):
            raise self.content
        return self.content


def downloader_of(
    store: Database, clock: Clock, folder: Path, content: bytes | Exception, *answers: Any
) -> FileDownloader:
    client = WireWithFiles(content)
    client.script = list(answers)
    return FileDownloader(
        store, client, EncryptedFiles(folder), clock, lambda: None, decoder=InProcess(), disk=DiskSpace(folder)
    )


async def want(store: Database, purpose: DownloadPurpose = DownloadPurpose.PAPER) -> None:
    async with store.transaction() as session:
        session.add(FileDownload(chat_id=7, purpose=purpose, source={"file_id": "F", "document": "ktp"}, made_at=NOW))


async def download(store: Database) -> FileDownload:
    async with store.read_only() as session:
        return (await session.exec(select(FileDownload))).one()


async def items(store: Database) -> list[Any]:
    async with store.transaction() as session:
        return [head.body for head in await inbox.claim_heads(session, 10)]


async def test_a_document_is_kept_encrypted_and_its_chat_gets_an_item(
    store: Database, clock: Clock, tmp_path: Path
) -> None:
    await want(store)
    await downloader_of(store, clock, tmp_path / "papers", PHOTO, FILE).download_batch()
    kept = await download(store)
    assert (kept.state, kept.media_type) == (DownloadState.KEPT, "image/jpeg")
    assert [item["file_download"] for item in await items(store)] == [kept.id]
    stored = (tmp_path / "papers" / str(kept.stored_as)).read_bytes()
    assert PHOTO[:64] not in stored
    assert EncryptedFiles(tmp_path / "papers").read(store.keyring, str(kept.stored_as))[:2] == PHOTO[:2]


async def test_what_is_no_paper_is_not_kept(store: Database, clock: Clock, tmp_path: Path) -> None:
    await want(store)
    await downloader_of(store, clock, tmp_path / "papers", b"MZ\x90 a program", FILE).download_batch()
    assert (await download(store)).state is DownloadState.LOST
    assert [item["advice"] for item in await items(store)] == [["wrong_type"]]
    assert not (tmp_path / "papers").exists()


@pytest.mark.parametrize("purpose", DownloadPurpose)
async def test_what_is_kept_was_made_by_us_whatever_it_is_for(
    store: Database, clock: Clock, tmp_path: Path, purpose: DownloadPurpose
) -> None:
    needle = os.urandom(16)
    for make in (attack_files.jpeg, attack_files.pdf):
        await want(store, purpose)
        downloader = downloader_of(store, clock, tmp_path / "papers", make(needle), FILE)
        downloader.decoder = Decoder()
        await downloader.download_batch()
    papers = EncryptedFiles(tmp_path / "papers")
    kept = [papers.read(store.keyring, name) for name in papers.names()]
    assert sorted(str(media_type_of(content)) for content in kept) == ["application/pdf", "image/jpeg"]
    assert not any(form in content for form in attack_files.forms_of(needle) for content in kept)


async def test_a_file_for_staff_that_is_neither_photo_nor_pdf_is_not_kept(
    store: Database, clock: Clock, tmp_path: Path
) -> None:
    await want(store, DownloadPurpose.FOR_STAFF)
    await downloader_of(store, clock, tmp_path / "papers", b"OggS voice", FILE).download_batch()
    assert (await download(store)).state is DownloadState.LOST
    assert [item["advice"] for item in await items(store)] == [["wrong_type"]]


class Crowd(WireWithFiles):
    """Notes which files are asked for."""

    def __init__(self) -> None:
        super().__init__(PHOTO)
        self.asked: list[str] = []

    async def call(self, method: str, body: dict[str, Any], **_: Any) -> ApiResponse:
        self.asked.append(body["file_id"])
        return FILE


async def test_a_flood_from_a_few_chats_leaves_the_next_batch_to_others(
    store: Database, clock: Clock, tmp_path: Path
) -> None:
    """Counted, not timed: a file behind any flood is downloaded in the next batch with a free place."""
    flooding = range(10, 10 + 2 * MOST_AT_ONCE)
    async with store.transaction() as session:
        for chat_id in [chat_id for chat_id in flooding for _ in range(5)] + [99]:
            source = {"file_id": f"of {chat_id}", "document": "ktp"}
            session.add(FileDownload(chat_id=chat_id, purpose=DownloadPurpose.PAPER, source=source, made_at=NOW))
    crowd = Crowd()
    downloader = downloader_of(store, clock, tmp_path / "papers", PHOTO)
    downloader.client = crowd  # type: ignore[assignment]
    rounds = 1 + len(flooding) // MOST_AT_ONCE
    for _ in range(rounds):
        await downloader.download_batch()
    assert "of 99" in crowd.asked
    assert max(crowd.asked.count(f"of {chat_id}") for chat_id in flooding) <= 2


async def test_a_disk_that_is_nearly_full_makes_files_wait_and_says_so_once(
    store: Database, clock: Clock, tmp_path: Path
) -> None:
    await want(store)
    free = {"bytes": RESERVE - 1}
    downloader = downloader_of(store, clock, tmp_path / "papers", PHOTO, FILE)
    downloader.disk = DiskSpace(tmp_path, lambda _: free["bytes"])
    for _ in range(3):
        await downloader.download_batch()
    assert ((await download(store)).state, (await download(store)).tries) == (DownloadState.WANTED, 0)
    assert [item["remark"] for item in await items(store)] == ["no_space"]
    free["bytes"] = WARN_BELOW
    await downloader.download_batch()
    kept = await download(store)
    assert (kept.state, kept.remark) == (DownloadState.KEPT, None)


def test_the_log_says_once_that_the_disk_is_filling_up_and_that_it_is_full(tmp_path: Path) -> None:
    free = iter([WARN_BELOW, WARN_BELOW - 1, WARN_BELOW - 2, RESERVE - 1, RESERVE - 2, WARN_BELOW + 1])
    disk = DiskSpace(tmp_path, lambda _: next(free))
    with capture_logs() as said:
        enough = [disk.is_enough() for _ in range(6)]
    assert enough == [True, True, True, False, False, True]
    assert [line["log_level"] for line in said] == ["warning", "error", "info"]


def test_free_space_is_found_before_the_folder_is_made(tmp_path: Path) -> None:
    assert DiskSpace(tmp_path / "not" / "yet").is_enough() in {True, False}


@pytest.mark.parametrize(
    "failure", [NotSent("away"), AnswerLost("cut"), ApiResponse(500, {}), ApiResponse(429, {}), ValueError("odd")]
)
async def test_a_telegram_that_is_away_is_asked_again_later(
    store: Database, clock: Clock, tmp_path: Path, failure: Any
) -> None:
    await want(store)
    downloader = downloader_of(store, clock, tmp_path / "papers", PHOTO, failure, FILE)
    assert [await downloader.download_batch(), await downloader.download_batch()] == [1, 0]
    clock.pass_by(seconds=10)
    await downloader.download_batch()
    assert (await download(store)).state is DownloadState.KEPT


async def test_a_file_that_telegram_no_longer_has_is_given_up_with_a_word(
    store: Database, clock: Clock, tmp_path: Path
) -> None:
    await want(store)
    gone = ApiResponse(400, {"ok": False, "description": "Bad Request: file is too big"})
    await downloader_of(store, clock, tmp_path / "papers", PHOTO, gone).download_batch()
    assert [item["remark"] for item in await items(store)] == ["too_big"]


async def test_after_hours_of_trying_the_person_is_asked_to_send_it_again(
    store: Database, clock: Clock, tmp_path: Path
) -> None:
    await want(store)
    downloader = downloader_of(store, clock, tmp_path / "papers", NotSent("away"), *[FILE] * MAX_TRIES)
    for _ in range(MAX_TRIES):
        await downloader.download_batch()
        clock.pass_by(minutes=11)
    assert [item["remark"] for item in await items(store)] == ["not_there"]


async def test_two_downloaders_settle_a_download_once(store: Database, clock: Clock, tmp_path: Path) -> None:
    await want(store)
    one, two = (downloader_of(store, clock, tmp_path / "papers", PHOTO, FILE) for _ in range(2))
    wanted = await download(store)
    await one._fetch(wanted)
    await two._fetch(wanted)
    assert len(await items(store)) == 1
    assert len(list((tmp_path / "papers").iterdir())) == 1


async def test_a_file_that_an_erasure_let_go_is_destroyed(store: Database, clock: Clock, tmp_path: Path) -> None:
    papers = EncryptedFiles(tmp_path / "papers")
    gone, kept = papers.keep(store.keyring, PHOTO), papers.keep(store.keyring, PHOTO)
    async with store.transaction() as session:
        session.add_all([Shred(name=gone), Shred(name="was gone before")])
    downloader = downloader_of(store, clock, tmp_path / "papers", PHOTO)
    assert [await downloader.download_batch(), await downloader.download_batch()] == [2, 0]
    assert [path.name for path in (tmp_path / "papers").iterdir()] == [kept]
