"""An installation for the doctor to look at, whose parts a test breaks; and what a bot leaves in its database."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.commands.doctor import Finding, examine
from bot.sandbox import Sandbox
from models import heartbeat
from models.audit import COMMAND, record
from models.database import Database
from models.figures import BACKUP
from models.heartbeat import Heartbeat
from tests.commands.terminal import KEY, forget_settings, settings_of
from tests.stores import SECRET, open_store

STORED = ["database", "tables", "key", "values", "papers", "running", "set aside", "backup", "programmes"]
"""The lines about what is stored."""


class Patient:
    """An installation in an empty folder, whose parts a test breaks."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> None:
        self.folder, self._monkeypatch, self.sandbox = folder, monkeypatch, sandbox
        forget_settings(monkeypatch, folder)
        self.set(**settings_of(sandbox, folder))

    def set(self, **given: object) -> None:
        for name, value in given.items():
            self._monkeypatch.setenv(name, str(value))

    async def lay_tables(self, secret: str = KEY) -> None:
        (self.folder / "sapa.db").touch(mode=0o600)
        async with open_store(f"sqlite:///{self.folder}/sapa.db") as store:
            await back_up(store)
        self.set(SAPA_SECRET_KEY=SECRET if secret == KEY else secret)

    async def findings(self, **how: Any) -> dict[str, Finding]:
        return {finding.about: finding async for finding in examine(**how)}

    async def complaint(self, about: str, **how: Any) -> str:
        """What to do about one thing; all the others are well."""
        found = await self.findings(**how)
        assert [finding.about for finding in found.values() if not finding.well] == [about]
        return found[about].says


async def back_up(store: Database, ago: timedelta = timedelta()) -> None:
    """What a backup writes into the audit log."""
    at = datetime.now(UTC) - ago
    async with store.transaction() as session:
        await record(session, at=at, by=COMMAND, act=BACKUP, entity="backup", entity_id=None)


async def serve_once(store: Database, ago: timedelta = timedelta()) -> None:
    """What a bot that leads writes every few seconds."""
    at = datetime.now(UTC) - ago
    async with store.transaction() as session:
        await heartbeat.beat(session, Heartbeat(process="one", release="1", started_at=at, seen_at=at, leads=True))
