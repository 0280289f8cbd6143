"""What every test may ask for: an empty unlocked store, and the desk with the catalogue of the tests."""

import os
import socket
import sys
from collections.abc import AsyncIterator
from functools import lru_cache
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import settings

from handlers.conversation.context import ReferenceData
from models import yaml_file
from models.database import Database
from tests import chat, office_guard

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # the processes of the tests would compile every module again
sys.dont_write_bytecode = False
office_guard.keep_watch()
yaml_file.read_yaml = lru_cache(100)(yaml_file.read_yaml)  # half a second for an office's files, which many tests load

settings.register_profile("project", deadline=None)  # no timed tests: a busy machine is no fault of the code
settings.load_profile("project")


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Database]:
    """An empty SQLite store with its tables and keys, copied from a template."""
    async with chat.fresh_store(tmp_path) as fresh:
        yield fresh


@pytest.fixture(scope="session")
def desk() -> ReferenceData:
    return chat.desk()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="chaos in its long form: 100 kills, 3,000 updates")


@pytest.fixture
def long(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--long"))


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Those that mostly wait for processes go first, from two heads of the line: the others fill their pauses.

    Each worker begins with an equal share of the line as it stands, and takes from the ends of others' afterwards.
    """
    places = ("tests/chaos/", "tests/commands/")
    waiting = [item for item in items if item.nodeid.startswith(places)]
    others = [item for item in items if not item.nodeid.startswith(places)]
    share = len(items) // int(getattr(config, "workerinput", {}).get("workercount", 1))
    beside = max(0, share - len(waiting[::2]))
    items[:] = [*waiting[::2], *others[:beside], *waiting[1::2], *others[beside:]]
