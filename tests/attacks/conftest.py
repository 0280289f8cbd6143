"""The town under attack: Siti and her daughter Rina are served, Danu works in the office, Maling has no links."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.attacks.town import at_home, office_open
from tests.chat import Play, playing
from tests.transcript import read


@pytest_asyncio.fixture
async def town(tmp_path: Path) -> AsyncIterator[Play]:
    async with playing(read(""), tmp_path) as play:
        await at_home(play)
        await office_open(play)
        yield play
