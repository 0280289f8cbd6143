"""Puts the pieces together: store, wire, handlers, turns, sender, fetcher, time and door, for as long as it runs."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from telegram.error import TelegramError
from telegram.ext import Application, ContextTypes, ExtBot

import handlers
from bot.attachments import Enclosures
from bot.bot_username import another, is_same
from bot.clock import clock
from bot.decoding import Decoder
from bot.disk_space import DiskSpace
from bot.file_downloads import Fetcher
from bot.health import Health
from bot.heartbeat import Heart
from bot.installation import creating
from bot.leader_election import THE_LEAD, FileLock, leading
from bot.library_request import LibraryRequest
from bot.maintenance_checks import Watch
from bot.metrics import Counts, Metrics
from bot.rate_limiter import Pace
from bot.release import release
from bot.retry import patiently
from bot.scheduler import Clockwork
from bot.sender import Sender
from bot.settings import BadSettings, Settings
from bot.telegram_client import Wire
from bot.telegram_errors import AWAY, Setback, asked
from bot.telegram_setup import Announcer
from bot.trouble import TROUBLES, Kind, Troubles, troubles
from bot.update_processor import Turns
from bot.update_receiver import Mailbox, Poller
from bot.web_server import Door
from handlers.context import Desk, Talk
from models.applications.papers import Papers
from models.backup import ledger
from models.backup.bringing import MARK
from models.migrate import migrate, revisions
from models.places import gazetteer
from models.programmes import edition
from models.programmes.catalogue import load_catalogue
from models.rotation import LEARN
from models.secrets import WrongKey
from models.store import Store

log = structlog.get_logger()

IDLE = 0.05
TAKERS = 2
"""Rounds side by side in one process, where the database allows it: one computes while the other waits for it."""


class Bot:
    """The whole bot over one store and one wire. `serve` runs it; tests drive its pieces by hand."""

    def __init__(
        self, settings: Settings, store: Store, wire: Wire, desk: Desk, now: Callable[[], datetime] = clock
    ) -> None:
        self.settings, self.store, self.wire, self.now = settings, store, wire, now
        self.desk = desk = replace(desk)  # its username becomes that of this bot's token
        self.application = assemble(settings, wire)
        self._letters = asyncio.Event()
        papers = Papers(settings.data_dir / "papers")
        decoder = Decoder()
        self.sender = Sender(store, wire, Pace(settings.send_rate), now, Enclosures(store, papers, decoder))
        self.mailbox = Mailbox(store, wire, now, self._letters.set)
        disk = DiskSpace(settings.data_dir)
        self.fetcher = Fetcher(store, wire, papers, now, self._letters.set, decoder=decoder, disk=disk)
        self.turns = Turns(store, desk, self.application, now, self.fetcher.wake)
        erased = settings.data_dir / ledger.NAME
        self.clockwork = Clockwork(store, now, self._letters.set, desk.catalogue.office.retention, erased)
        self.health = Health(Troubles(), settings.data_dir, now)
        self.metrics = Metrics(store, self.health, self.counts, now, self.about)
        self.heart = Heart(store, wire, self.health, lambda: self.sender.arrivals.last_at)
        self.watch = Watch(store, desk.catalogue, now)

    @property
    def about(self) -> tuple[str, str, str]:
        """The release, the kind of database, and how updates come."""
        mode = "webhook" if self.settings.webhook_url else "polling"
        return release(), self.store.engine.dialect.name, mode

    def counts(self) -> Counts:
        """What this process has counted."""
        sends = {str(outcome): count for outcome, count in self.sender.arrivals.counts.items()}
        return Counts(self.mailbox.received, self.turns.taken, self.turns.dead, sends)

    async def prepare(self) -> None:
        """Write down what the office's files say now, and learn the bot's own name from Telegram."""
        self.health.stage = "the programmes of the office are entered"
        await patiently(self._enter_catalogue, "The catalogue")
        self.health.stage = "Telegram has not said yet who the bot is"
        await self._learn_name()
        await self._say_what_runs()
        self.health.stage = None

    async def _enter_catalogue(self) -> None:
        async with self.store.writing() as session:
            await edition.enter(session, self.desk.catalogue, self.now())
            await edition.remember_former(session, self.desk.catalogue)

    async def _learn_name(self) -> None:
        """Patient while Telegram cannot be reached, or something else answers for it."""
        pause = 0.0
        while isinstance(setback := await asked(self.wire.call("getMe", {}), "name"), Setback):
            if setback.kind is Kind.TOKEN:
                raise BadSettings("Telegram does not know SAPA_BOT_TOKEN: ask @BotFather for the token.")
            pause = setback.pause(pause)
            await asyncio.sleep(pause)
        await self._initialize()

    async def _initialize(self) -> None:
        """The library asks once more, by itself."""
        pause = 0.5
        while True:
            try:
                return await self.application.initialize()
            except TelegramError as error:
                troubles().begun(Kind.TELEGRAM, AWAY.says, "name", reason=type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 10)

    async def _say_what_runs(self) -> None:
        """The one line by which a log tells what it is a log of; and whether people are told to trust this bot."""
        _release, database, mode = self.about
        revision, _ = await patiently(lambda: revisions(self.store), "The tables")
        name, told = self.application.bot.username, self.desk.catalogue.office.bot.username
        log.info(
            "Serving.",
            release=release(),
            bot=f"@{name}",
            database=database,
            mode=mode,
            tables=revision,
            office=self.desk.catalogue.office.offices[0].key,
        )
        if not is_same(name, told):
            self.desk.username = name  # links with a code in them must never lead to somebody else's bot
            troubles().begun(Kind.USERNAME, another(name, told))

    async def serve(self) -> None:
        """Run until cancelled: listen first, then take turns always, and lead when it is this process's time."""
        TROUBLES.set(self.health.troubles)
        async with AsyncExitStack() as stack:
            if self.settings.listen:
                secret = self.settings.webhook_secret.get_secret_value()
                door = Door(self.mailbox, secret, self.health, self.metrics)
                await stack.enter_async_context(door.open(self.settings.listen))
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.heart.run())
                tasks.create_task(self.learn_keys())
                await self.prepare()
                stack.push_async_callback(self.application.shutdown)
                for _ in range(1 if self.store.is_sqlite else TAKERS):
                    tasks.create_task(self.take_turns())
                tasks.create_task(self.lead())

    async def learn_keys(self) -> None:
        """A key that is being rotated in is known here before anybody seals with it."""
        while True:
            await asyncio.sleep(LEARN.total_seconds())
            try:
                await patiently(self._learn_keys, "The keys")
            except WrongKey:
                log.error("SAPA_SECRET_KEY no longer fits the database: restart this process with the new one.")

    async def _learn_keys(self) -> int:
        await self.store.learn_keys(self.settings.secret_key.get_secret_value(), self.now())
        return 0

    async def take_turns(self) -> None:
        """Round after round while letters wait; a database in trouble makes the lanes wait, and costs no try."""
        while True:
            self._letters.clear()
            if await patiently(self.turns.round, "The inbox"):
                self.sender.wake()
            else:
                await self._until_letters()

    async def _until_letters(self) -> None:
        try:
            async with asyncio.timeout(IDLE if not self.store.is_sqlite else 1):
                await self._letters.wait()
        except TimeoutError:
            pass

    async def lead(self) -> None:
        """While this process leads: fetch, send, watch the time. Losing the lead ends all three."""
        while True:
            await patiently(self._lead_once, THE_LEAD, whole=False)

    async def _lead_once(self) -> None:
        async with leading(self.store) as lost:
            self.health.lead(True)
            try:
                await self._lead_until(lost)
            finally:
                self.health.lead(False)

    async def _lead_until(self, lost: asyncio.Event) -> None:
        announcer = Announcer(self.settings, self.wire, self.health.heard)
        async with running(self.clockwork), asyncio.TaskGroup() as tasks:
            parts = [announcer.run(), self.sender.run(), self.fetcher.run(), self.watch.run()]
            if not self.settings.webhook_url:
                parts.append(self._poll(announcer))
            work = [tasks.create_task(part) for part in parts]
            await lost.wait()
            for task in work:
                task.cancel()

    async def _poll(self, announcer: Announcer) -> None:
        await announcer.has_tried.wait()
        await Poller(self.mailbox, self.wire, self.health.heard).run()


@asynccontextmanager
async def running(clockwork: Clockwork) -> AsyncIterator[None]:
    clockwork.start()
    try:
        yield
    finally:
        clockwork.stop()


def assemble(settings: Settings, wire: Wire) -> Application[Any, Talk, Any, Any, Any, Any]:
    """The library's application over our wire, with every handler; it neither polls nor schedules."""
    bot = ExtBot(
        settings.bot_token.get_secret_value(),
        base_url=f"{settings.telegram_api}/bot",
        base_file_url=f"{settings.telegram_api}/file/bot",
        request=LibraryRequest(wire),
        get_updates_request=LibraryRequest(wire),
    )
    builder = Application.builder().bot(bot).updater(None).job_queue(None)
    application = builder.context_types(ContextTypes(context=Talk)).build()
    handlers.register(application)
    return application


async def open_bot(settings: Settings) -> None:
    """Open the store with its keys and tables, read the office's files, and serve."""
    creating(settings, is_first=True)
    if (settings.data_dir / MARK).exists():
        raise BadSettings("A restore was cut short: do it again (sapa restore FILE --yes), then start the bot.")
    catalogue = load_catalogue(settings.office_file.parent)
    store, wire = Store.at(settings.database), Wire(settings.api_root)
    alone = FileLock(settings.lock_file) if store.is_sqlite else nullcontext()
    try:
        with alone:
            await migrate(store)
            await store.unlock(settings.secret_key.get_secret_value(), clock(), may_create=True)
            await Bot(settings, store, wire, Desk(catalogue, gazetteer()), clock).serve()
    finally:
        await wire.close()
        await store.close()
