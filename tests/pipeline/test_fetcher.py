"""A file that somebody sent is fetched once, looked at, kept encrypted, and comes back through its lane."""

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from bot.fetcher import Fetcher
from bot.wire import Answer, AnswerLost, NotSent
from models.applications.papers import Papers
from models.people.erasure import Shred
from models.post import inbox
from models.post.parcel import TRIES, Parcel, ParcelState, Purpose
from models.store import Store
from tests.pipeline.conftest import Clock, ScriptedWire
from tests.stores import NOW

PHOTO = next(Path("tests/data/papers").glob("*.jpg")).read_bytes()
FILE = Answer(200, {"ok": True, "result": {"file_path": "photos/1.jpg"}})


class WireWithFiles(ScriptedWire):
    def __init__(self, content: bytes | Exception) -> None:
        super().__init__()
        self.content = content

    async def download(self, path: str) -> bytes:
        if isinstance(self.content, Exception):
            raise self.content
        return self.content


def fetcher_of(store: Store, clock: Clock, folder: Path, content: bytes | Exception, *answers: Any) -> Fetcher:
    wire = WireWithFiles(content)
    wire.script = list(answers)
    return Fetcher(store, wire, Papers(folder), clock, lambda: None)


async def want(store: Store, purpose: Purpose = Purpose.PAPER) -> None:
    async with store.writing() as session:
        session.add(Parcel(lane=7, purpose=purpose, source={"file_id": "F", "document": "ktp"}, made_at=NOW))


async def parcel(store: Store) -> Parcel:
    async with store.reading() as session:
        return (await session.exec(select(Parcel))).one()


async def letters(store: Store) -> list[Any]:
    async with store.writing() as session:
        return [head.body for head in await inbox.heads(session, 10)]


async def test_a_paper_is_kept_encrypted_and_its_lane_hears_of_it(store: Store, clock: Clock, tmp_path: Path) -> None:
    await want(store)
    await fetcher_of(store, clock, tmp_path / "papers", PHOTO, FILE).round()
    kept = await parcel(store)
    assert (kept.state, kept.media_type) == (ParcelState.KEPT, "image/jpeg")
    assert [letter["parcel"] for letter in await letters(store)] == [kept.id]
    stored = (tmp_path / "papers" / str(kept.stored_as)).read_bytes()
    assert PHOTO[:64] not in stored
    assert Papers(tmp_path / "papers").read(store.keyring, str(kept.stored_as))[:2] == PHOTO[:2]


async def test_what_is_no_paper_is_not_kept(store: Store, clock: Clock, tmp_path: Path) -> None:
    await want(store)
    await fetcher_of(store, clock, tmp_path / "papers", b"MZ\x90 a program", FILE).round()
    assert (await parcel(store)).state is ParcelState.LOST
    assert [letter["advice"] for letter in await letters(store)] == [["wrong_type"]]
    assert not (tmp_path / "papers").exists()


async def test_a_voice_message_for_staff_is_kept_as_it_came(store: Store, clock: Clock, tmp_path: Path) -> None:
    await want(store, Purpose.FOR_STAFF)
    await fetcher_of(store, clock, tmp_path / "papers", b"OggS voice", FILE).round()
    kept = await parcel(store)
    assert Papers(tmp_path / "papers").read(store.keyring, str(kept.stored_as)) == b"OggS voice"


@pytest.mark.parametrize(
    "failure", [NotSent("away"), AnswerLost("cut"), Answer(500, {}), Answer(429, {}), ValueError("odd")]
)
async def test_a_telegram_that_is_away_is_asked_again_later(
    store: Store, clock: Clock, tmp_path: Path, failure: Any
) -> None:
    await want(store)
    fetcher = fetcher_of(store, clock, tmp_path / "papers", PHOTO, failure, FILE)
    assert [await fetcher.round(), await fetcher.round()] == [1, 0]
    clock.pass_by(seconds=10)
    await fetcher.round()
    assert (await parcel(store)).state is ParcelState.KEPT


async def test_a_file_that_telegram_no_longer_has_is_given_up_with_a_word(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    await want(store)
    gone = Answer(400, {"ok": False, "description": "Bad Request: file is too big"})
    await fetcher_of(store, clock, tmp_path / "papers", PHOTO, gone).round()
    assert [letter["remark"] for letter in await letters(store)] == ["too_big"]


async def test_after_hours_of_trying_the_person_is_asked_to_send_it_again(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    await want(store)
    fetcher = fetcher_of(store, clock, tmp_path / "papers", NotSent("away"), *[FILE] * TRIES)
    for _ in range(TRIES):
        await fetcher.round()
        clock.pass_by(minutes=11)
    assert [letter["remark"] for letter in await letters(store)] == ["not_there"]


async def test_two_fetchers_settle_a_parcel_once(store: Store, clock: Clock, tmp_path: Path) -> None:
    await want(store)
    one, two = (fetcher_of(store, clock, tmp_path / "papers", PHOTO, FILE) for _ in range(2))
    wanted = await parcel(store)
    await one._fetch(wanted)
    await two._fetch(wanted)
    assert len(await letters(store)) == 1
    assert len(list((tmp_path / "papers").iterdir())) == 1


async def test_a_file_that_an_erasure_let_go_is_destroyed(store: Store, clock: Clock, tmp_path: Path) -> None:
    papers = Papers(tmp_path / "papers")
    gone, kept = papers.keep(store.keyring, PHOTO), papers.keep(store.keyring, PHOTO)
    async with store.writing() as session:
        session.add_all([Shred(name=gone), Shred(name="was gone before")])
    fetcher = fetcher_of(store, clock, tmp_path / "papers", PHOTO)
    assert [await fetcher.round(), await fetcher.round()] == [2, 0]
    assert [path.name for path in (tmp_path / "papers").iterdir()] == [kept]
