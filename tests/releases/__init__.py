"""Databases that releases leave behind, with open conversations and drafts: the next release goes on with them.

begun.chat ──played by the release, once──▶ sapa.db.gz ──a copy, migrated──▶ goes_on.chat, by the code of today

    python -m tests.releases.keep 0001      keeps the database of a release; not again once the release is out
"""

import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from models.database import Database
from models.migrate import migrate
from tests.chat import SECRET, Play, at_once, moment, playing, quick, story_of

FOLDER = Path(__file__).parent
BEGUN, GOES_ON, KEPT = "begun.chat", "goes_on.chat", "sapa.db.gz"
LATER = 200_000
"""Numbers of updates and messages go on from here, so that none stands for an older one."""


def all_releases() -> list[str]:
    """The folders of releases, by the newest migration that their database had."""
    return sorted(path.parent.name for path in FOLDER.glob(f"*/{GOES_ON}"))


async def keep(release: str, folder: Path) -> None:
    """Play what was begun, and keep the database as it is then."""
    story = story_of(FOLDER / release / BEGUN)
    async with playing(story, folder) as play:
        for beat in story.beats:
            await play.perform(beat)
    kept = FOLDER / release / KEPT
    kept.write_bytes(gzip.compress((folder / "sapa.db").read_bytes(), mtime=0))


@asynccontextmanager
async def upgraded(release: str, folder: Path) -> AsyncIterator[Play]:
    """A play on the database of a release, after its migration; the people of its story come in their order."""
    path = folder / "sapa.db"
    path.write_bytes(gzip.decompress((FOLDER / release / KEPT).read_bytes()))
    story = story_of(FOLDER / release / GOES_ON)
    store = at_once(quick(Database.at(f"sqlite:///{path}")))
    await migrate(store)
    await store.load_keys(SECRET, moment(story.header["now"]))
    play = Play(store, folder, **story.header)
    play.telegram.meet(people_of(release), first_number=LATER)
    await play.begin()
    try:
        yield play
    finally:
        await play.end()
        await store.close()


def people_of(release: str) -> list[str]:
    """Who appears in what was begun, in order: Telegram's numbers of accounts follow from it."""
    names: list[str] = []
    for beat in story_of(FOLDER / release / BEGUN).beats:
        name = beat.who or beat.what.split()[0]
        if name not in names:
            names.append(name)
    return names
