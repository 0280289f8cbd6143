"""A breach of personal data: whom it reached, and that each of them is told once, in their own language."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest_asyncio
from sqlmodel import select

from handlers.wording.breach_notice import notice, on_paper
from models.breach import Breach, Reach, declare, notify_batch, reach, write_letters_batch
from models.messaging.printed_letter import PrintedLetter
from tests.chat import Play, playing
from tests.transcript import read

TOWN = """
(Sari sudah mulai: Ibu, Biasa)
(Rina sudah mulai: Ibu, Biasa, English)
(Danu sudah mulai: Bapak, Biasa)
(Sari sudah mendaftarkan Sari Wulandari, self, lahir 1995-08-17: keterampilan)
(Rina sudah mendaftarkan Dewi Lestari, child, lahir 2001-02-01: uep)
(Rina sudah mendaftarkan Rina Hartati, self, lahir 1975-02-01: uep)
"""


@pytest_asyncio.fixture
async def play(tmp_path: Path) -> AsyncIterator[Play]:
    """Sari and Rina registered three people; Danu only said hello."""
    async with playing(read(""), tmp_path) as one:
        for beat in read(TOWN).beats:
            await one.perform(beat)
        yield one


def breach_of(play: Play, **more: object) -> Breach:
    what, done = "Sebuah salinan data hilang.", "Kami mengganti semua kunci."
    return Breach(**{"what": what, "done": done, "known_at": play.now, **more})


async def declared(play: Play, breach: Breach) -> Reach:
    async with play.store.transaction() as session:
        await declare(session, breach, play.now)
        return await reach(session, breach)


async def told(play: Play, breach: Breach) -> dict[str, str]:
    """Tell all people, two at a time; what each phone got."""
    play.telegram.heard = []
    while True:
        async with play.store.transaction() as session:
            count = await notify_batch(
                session, breach, lambda language: notice(breach, play.reference, language), play.now, limit=1
            )
        if not count:
            break
    await play.settle()
    return {heard.head: "\n".join(heard.lines) for heard in play.telegram.heard}


async def test_it_counts_whom_it_reached_and_what_is_held_of_them(play: Play) -> None:
    everybody = Reach(people=3, with_nik=0, with_disability=0, with_papers=0, accounts=2, told=0, by_letter=0)
    assert await declared(play, breach_of(play)) == everybody
    assert await declared(play, breach_of(play, region="1371")) == Reach(0, 0, 0, 0, 0, 0, 0)
    assert (await declared(play, breach_of(play, region="647203"))).people == 3
    before = play.now - timedelta(days=1)
    assert (await declared(play, breach_of(play, until=before))).people == 0
    assert (await declared(play, breach_of(play, office="dinsos-bpp"))).people == 0


async def test_whoever_cannot_be_reached_is_to_be_told_by_letter(play: Play) -> None:
    await play.act("Rina", "(blokir)")
    found = breach_of(play)
    assert await declared(play, found) == replace(await declared(play, breach_of(play)), by_letter=2)
    assert len(await told(play, found)) == 1


async def test_whoever_cannot_be_reached_gets_one_letter(play: Play) -> None:
    await play.act("Rina", "(blokir)")
    found = breach_of(play)
    await declared(play, found)
    counts = []
    for _time in range(3):
        async with play.store.transaction() as session:
            counts.append(
                await write_letters_batch(session, found, lambda: on_paper(found, play.reference, play.now), play.now)
            )
    assert counts == [2, 0, 0]
    async with play.store.read_only() as session:
        letters = list(await session.exec(select(PrintedLetter)))
        assert (await reach(session, found)).letters == 2
    assert all("Sebuah salinan data hilang." in str(one.words) for one in letters)


async def test_everybody_is_told_once_in_their_language(play: Play) -> None:
    found = breach_of(play)
    await declared(play, found)
    messages = await told(play, found)
    assert len(messages) == 2
    indonesian, english = sorted(messages.values(), key=lambda words: words.startswith("There"))
    assert indonesian.startswith("Ada masalah keamanan pada data Anda")
    assert all("Sebuah salinan data hilang." in words for words in (indonesian, english))
    assert not any(name in words for words in messages.values() for name in ("Dewi", "Lestari", "Wulandari"))
    assert await told(play, found) == {}
    async with play.store.read_only() as session:
        assert (await reach(session, found)).told == 2
