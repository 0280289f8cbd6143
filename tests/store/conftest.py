"""Every test here runs twice: on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from models.database import Database
from tests.stores import KINDS, furnished, open_store


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with furnished(request.param, tmp_path) as database:
        yield database


@pytest.fixture
async def store(url: str) -> AsyncIterator[Database]:
    async with open_store(url) as opened:
        yield opened
