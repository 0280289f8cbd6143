"""Each trouble of docs/guide/monitoring.md is caused here, and says in each place what the page says that it says.

The bot runs in this process, with the waits of an office made short; the page is read, so that neither can drift.
"""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Literal

import aiohttp
import pytest
import structlog
from ruamel.yaml import YAML
from sqlalchemy import event, text, update

from bot import health, heartbeat, maintenance_checks, sender, telegram_errors, telegram_setup, trouble, update_receiver
from bot.app import Bot
from bot.commands import doctor, doctor_storage
from bot.health import TOLERATED
from bot.leader_election import FileLock
from bot.metrics import METRICS
from bot.sandbox import Sandbox
from bot.settings import Settings
from bot.telegram_client import TelegramClient
from bot.trouble import Kind
from models import connection as connections
from models.audit import COMMAND, Audit, record
from models.database import Database
from models.figures import BACKUP
from models.messaging import inbox as letters
from tests import chat
from tests.commands.metrics_table import PAGE, with_metrics
from tests.commands.terminal import NAME, TOKEN, forget_settings
from tests.own_catalogue import OFFICE
from tests.stores import NOW, SECRET, furnished, own_postgres

ALERTS = Path(__file__).parents[2] / "deploy" / "prometheus-alerts.yml"
BEGIN, END = "<!-- troubles: begin -->", "<!-- troubles: end -->"
PLACES = ("health", "metrics", "log", "doctor")
WAIT = 40.0
"""Seconds, on a machine that does much else; what is waited for comes within one."""
Row = dict[str, list[str]]


def rows() -> dict[str, Row]:
    """The table of the page: for each trouble and place, the words that stand there `like this`."""
    table = PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    found: dict[str, Row] = {}
    for line in table.strip().splitlines()[2:]:
        name, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        found[name] = {place: re.findall(r"`([^`]+)`", cell) for place, cell in zip(PLACES, cells, strict=True)}
    return found


@dataclass
class Scene:
    """A bot at work, the Telegram and the database that it stands on, and all that its log says."""

    sandbox: Sandbox
    url: str
    listen: str
    set: Callable[[str, str], None]
    log: list[str] = field(default_factory=list)
    ahead: timedelta = timedelta()
    disk: Literal["full", "emptied"] | None = None
    store: Database = field(init=False)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    async def asked(self, path: str) -> str:
        """Status and body of the listener's answer; nothing while there is none."""
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.get(f"http://{self.listen}/{path}") as answer,
            ):
                return f"{answer.status} {await answer.text()}"
        except aiohttp.ClientError:
            return ""

    async def says(self, place: str) -> str:
        """Everything that one place says now."""
        if place == "log":
            return "\n".join(self.log)
        if place == "doctor":
            return "\n".join([str(finding) async for finding in doctor.examine(now=self.now)])
        return await self.asked(place)

    async def until(self, place: str, words: list[str]) -> None:
        said = ""
        try:
            async with asyncio.timeout(WAIT):
                while [word for word in words if word not in said]:
                    await asyncio.sleep(0.05)
                    said = await self.says(place)
        except TimeoutError:
            raise AssertionError(f"{place} does not say {words}, but:\n{said}\n{self.log[-8:]}") from None


@pytest.fixture
def haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """An office waits longer; nothing else differs."""
    monkeypatch.setattr(heartbeat, "BEAT_SECONDS", 0.1)
    monkeypatch.setattr(maintenance_checks, "CHECK_SECONDS", 0.1)
    monkeypatch.setattr(update_receiver, "LONG_POLL", 1)
    monkeypatch.setattr(sender, "BACK_OFF", (0.1,))
    monkeypatch.setattr(sender, "TOKEN_PAUSE", 0.5)
    monkeypatch.setattr(telegram_setup, "FIRST_PAUSE", 0.3)
    for name in ("TELEGRAM_UNREACHABLE", "NO_BOT_API", "TOKEN", "CONFLICT", "REFUSED"):
        monkeypatch.setattr(telegram_errors, name, getattr(telegram_errors, name)._replace(least=0.1, most=0.2))
    monkeypatch.setattr(health, "TOLERATED", {kind: min(wait, 0.3) for kind, wait in TOLERATED.items()})
    monkeypatch.setattr(connections, "PRAGMAS", (*connections.PRAGMAS, "busy_timeout=100"))


@asynccontextmanager
async def at_work(scene: Scene, folder: Path) -> AsyncIterator[Database]:
    """A bot on the scene's database, as `sapa run` has it."""
    settings = Settings(_env_file=None)  # type: ignore[call-arg]
    store, wire = Database.at(scene.url), TelegramClient(settings.api_root)
    await store.load_keys(SECRET, NOW)
    # Listeners are added before the bot runs: SQLAlchemy may be awaiting one of them while it goes through them.
    event.listen(store.engine.sync_engine, "begin", partial(fill, scene))
    with ExitStack() as stack:
        if store.is_sqlite:
            stack.enter_context(FileLock(settings.lock_file))
        bot = asyncio.create_task(Bot(settings, store, wire, chat.desk(), scene.now).serve())
        try:
            yield store
        finally:
            bot.cancel()
            await asyncio.gather(bot, return_exceptions=True)
            await wire.close()
            await store.close()


async def back_up(store: Database, at: datetime) -> None:
    async with store.transaction() as session:
        await record(session, at=at, by=COMMAND, act=BACKUP, entity="backup", entity_id=None)


@pytest.fixture
def scene(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unused_port: int, haste: None
) -> Iterator[Callable[[str], AbstractAsyncContextManager[Scene]]]:
    forget_settings(monkeypatch, tmp_path)
    sandbox = Sandbox(TOKEN)
    sandbox.world.profile.username = NAME

    @asynccontextmanager
    async def begin(url: str) -> AsyncIterator[Scene]:
        async with sandbox.serve() as root:
            for name, value in {
                "BOT_TOKEN": TOKEN, "SECRET_KEY": SECRET, "TELEGRAM_API": root, "DATA_DIR": str(tmp_path),
                "DATABASE_URL": url, "OFFICE_FILE": str(OFFICE), "SEND_RATE": "0", "LISTEN": f"127.0.0.1:{unused_port}",
            }.items():  # fmt: skip
                monkeypatch.setenv(f"SAPA_{name}", value)
            place = Scene(sandbox, url, f"127.0.0.1:{unused_port}", monkeypatch.setenv)

            def note(_logger: Any, _method: str, said: Any) -> str:
                place.log.append(str(said))
                raise structlog.DropEvent

            structlog.configure(processors=[note])
            yield place

    yield begin
    structlog.reset_defaults()


# -- what causes each of them -----------------------------------------------------------------------------


def failing(method: str, kind: str, **how: object) -> Callable[[Scene], AbstractAsyncContextManager[None]]:
    """Telegram fails in one way, then no more."""

    @asynccontextmanager
    async def cause(scene: Scene) -> AsyncIterator[None]:
        scene.sandbox.faults.add(method, kind, **how)
        scene.sandbox.add_person("Sari").send("/start")
        yield
        scene.sandbox.faults.clear()

    return cause


@asynccontextmanager
async def locked(scene: Scene) -> AsyncIterator[None]:
    """Another program holds the lock. It waits for it beside the loop, in which the bot has to end what it began."""
    file = scene.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(file, timeout=30, isolation_level=None, check_same_thread=False)) as other:
        await asyncio.to_thread(other.execute, "BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


def fill(scene: Scene, connection: Any) -> None:
    """While the scene's disk is full the database may not grow, and what is written is larger than its free pages."""
    if scene.disk is None or connection.get_execution_options().get("sqlite_read_only"):
        return
    connection.exec_driver_sql(f"PRAGMA max_page_count = {1 if scene.disk == 'full' else 2**30}")
    if scene.disk == "full":
        connection.exec_driver_sql("CREATE TABLE filling (x)")
        connection.exec_driver_sql("INSERT INTO filling VALUES (zeroblob(10000000))")


@asynccontextmanager
async def full(scene: Scene) -> AsyncIterator[None]:
    scene.disk = "full"
    yield
    scene.disk = "emptied"


@asynccontextmanager
async def set_aside(scene: Scene) -> AsyncIterator[None]:
    letter = {"update_id": 9001, "chat_id": 7, "kind": letters.InboxKind.TELEGRAM, "body": {}, "came_at": scene.now()}
    async with scene.store.transaction() as session:
        await letters.store_items(session, [letter | {"state": letters.InboxState.DEAD}])
    yield
    async with scene.store.transaction() as session:
        await session.exec(update(letters.INBOX).values(state=letters.InboxState.DONE))


@asynccontextmanager
async def an_hour_ahead(scene: Scene) -> AsyncIterator[None]:
    scene.ahead = timedelta(hours=1)
    yield
    scene.ahead = timedelta()


@asynccontextmanager
async def an_old_backup(scene: Scene) -> AsyncIterator[None]:
    async with scene.store.transaction() as session:
        await session.exec(update(Audit).values(at=scene.now() - timedelta(days=3)))
    yield
    await back_up(scene.store, scene.now())


@asynccontextmanager
async def nothing(_scene: Scene) -> AsyncIterator[None]:
    yield


SENDS = failing("sendMessage", "500")
ON_SQLITE: dict[str, Callable[[Scene], AbstractAsyncContextManager[None]]] = {
    "Telegram away": failing("*", "refuse"),
    "answers that are no Bot API": failing("*", "page"),
    "the token is refused (401)": failing("*", "401"),
    "another program asks for updates (409)": failing("getUpdates", "409"),
    "the database is locked": locked,
    "the disk of the database is full": full,
    "every send fails": SENDS,
    "something is set aside": set_aside,
    "the clock is off by an hour": an_hour_ahead,
    "the backup is old": an_old_backup,
}
AT_THE_START = {"setWebhook refused once", "the username is another bot's"}
ON_POSTGRESQL = {"the database is away", "the database is read-only", "the leader is killed"}


async def is_said(scene: Scene, row: Row) -> None:
    """Every place says what the page says, but for the end of the trouble, which the log says last."""
    for place in ("health", "metrics", "doctor"):
        await scene.until(place, row[place])
    await scene.until("log", row["log"][:1])


async def is_over(scene: Scene, row: Row) -> None:
    await scene.until("log", row["log"])
    await scene.until("health", ["200", '"reason": null'])


def test_every_trouble_of_the_page_is_caused_and_no_other() -> None:
    assert set(rows()) == set(ON_SQLITE) | AT_THE_START | ON_POSTGRESQL


@pytest.mark.parametrize("name", ON_SQLITE)
async def test_a_trouble_is_said_in_every_place_and_so_is_its_end(
    name: str, scene: Callable[[str], AbstractAsyncContextManager[Scene]], tmp_path: Path
) -> None:
    row = rows()[name]
    with furnished("sqlite", tmp_path) as url:
        async with scene(url) as place, at_work(place, tmp_path) as place.store:
            await back_up(place.store, place.now())
            await place.until("health", ["200"])
            async with ON_SQLITE[name](place):
                await is_said(place, row)
            await is_over(place, row)


async def test_a_webhook_that_was_refused_is_set_when_telegram_takes_it(
    scene: Callable[[str], AbstractAsyncContextManager[Scene]], tmp_path: Path
) -> None:
    row = rows()["setWebhook refused once"]
    with furnished("sqlite", tmp_path) as url:
        async with scene(url) as place:
            place.set("SAPA_WEBHOOK_URL", f"http://{place.listen}/telegram")
            place.set("SAPA_WEBHOOK_SECRET", "made-up-secret")
            place.sandbox.faults.add("setWebhook", "500")
            async with at_work(place, tmp_path) as place.store:
                await back_up(place.store, place.now())
                await is_said(place, row)
                place.sandbox.faults.clear()
                await is_over(place, row)
                assert "Telegram brings them to" in await place.says("doctor")


async def test_another_bots_username_is_said(
    scene: Callable[[str], AbstractAsyncContextManager[Scene]], tmp_path: Path
) -> None:
    with furnished("sqlite", tmp_path) as url:
        async with scene(url) as place:
            place.sandbox.world.profile.username = "another_bot"
            async with at_work(place, tmp_path) as place.store:
                await is_said(place, rows()["the username is another bot's"])


async def test_the_troubles_of_a_postgresql(
    scene: Callable[[str], AbstractAsyncContextManager[Scene]], tmp_path: Path
) -> None:
    with own_postgres() as server:
        async with (
            scene(server.url) as place,
            stores_ready(server.url),
            at_work(place, tmp_path) as place.store,
        ):
            await place.until("health", ["200"])
            await a_killed_leader(place)
            server._server.psql("ALTER SYSTEM SET default_transaction_read_only = on")
            server._server.psql("SELECT pg_reload_conf()")
            await is_said(place, rows()["the database is read-only"])
            (Path(server._folder) / "postgresql.auto.conf").write_text("")
            server._server.psql("SELECT pg_reload_conf()")
            await is_over(place, rows()["the database is read-only"])
            server.stop()
            await is_said(place, rows()["the database is away"])
            server.start()
            await is_over(place, rows()["the database is away"])


@asynccontextmanager
async def stores_ready(url: str) -> AsyncIterator[None]:
    """A database with tables, keys and a backup."""
    from tests.stores import open_store

    async with open_store(url) as store:
        await back_up(store, datetime.now(UTC))
    yield


async def a_killed_leader(place: Scene) -> None:
    """The connection with the leader's lock is cut, as when its process is killed; a process leads again."""
    place.log.clear()
    async with place.store.engine.connect() as other:
        lock = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = 7326001"
        await other.execute(text(lock))
    await is_said(place, rows()["the leader is killed"])


# -- the page and the rules -------------------------------------------------------------------------------


def test_the_page_lists_every_metric() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_metrics(page), "run: python -m tests.commands.metrics_table"


def test_every_metric_of_an_alert_exists() -> None:
    rules = [rule for group in YAML(typ="safe").load(ALERTS)["groups"] for rule in group["rules"]]
    named = {name for rule in rules for name in re.findall(r"sapa_\w+", rule["expr"])}
    assert len(rules) > 10 and all({"alert", "expr", "labels", "annotations"} <= set(rule) for rule in rules)
    assert named <= set(METRICS)
    assert {kind for rule in rules for kind in re.findall(r'kind="(\w+)"', rule["expr"])} <= set(Kind)


def test_every_trouble_has_a_word_for_its_end() -> None:
    assert set(trouble.OVER) == set(Kind)
    assert doctor_storage.READ_ONLY.endswith(".")
