"""Assembles the bot from its parts (store, client, processor, sender, downloader, scheduler, server) and runs them."""

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
from bot.attachments import AttachmentBuilder
from bot.bot_username import mismatch_text, same_username
from bot.clock import clock
from bot.decoding import Decoder
from bot.disk_space import DiskSpace
from bot.file_downloads import FileDownloader
from bot.health import Health
from bot.heartbeat import HeartbeatWriter
from bot.installation import create_installation
from bot.leader_election import LEADERSHIP, FileLock, leadership
from bot.library_request import LibraryRequest
from bot.maintenance_checks import MaintenanceChecks, trial_words
from bot.metrics import Counts, Metrics
from bot.rate_limiter import RateLimiter
from bot.release import release
from bot.retry import retry_on_db_error
from bot.scheduler import Scheduler
from bot.sender import Sender
from bot.settings import BadSettings, Settings
from bot.telegram_client import TelegramClient
from bot.telegram_errors import TELEGRAM_UNREACHABLE, TelegramFailure, call_or_failure
from bot.telegram_setup import TelegramSetup
from bot.trouble import TROUBLES, Kind, Troubles, troubles
from bot.update_processor import UpdateProcessor
from bot.update_receiver import Poller, UpdateReceiver
from bot.web_server import WebServer
from handlers.conversation.context import Context, ReferenceData
from handlers.conversation.registry import Registry
from models.applications.encrypted_files import EncryptedFiles
from models.backup import ledger
from models.backup.restore import MARK
from models.database import Database
from models.keyring import WrongKey
from models.migrate import migrate, revisions
from models.places import gazetteer
from models.programmes import programme_version
from models.programmes.catalogue import load_catalogue
from models.rotation import LEARN

log = structlog.get_logger()

IDLE = 0.05
WORKERS = 2
"""Concurrent batches in one process, where the database allows it: one computes while the other waits for I/O."""


class Bot:
    """The whole bot over one store and one client. `serve` runs it; tests drive its parts by hand."""

    def __init__(
        self,
        settings: Settings,
        store: Database,
        client: TelegramClient,
        reference: ReferenceData,
        now: Callable[[], datetime] = clock,
    ) -> None:
        self.settings, self.store, self.client, self.now = settings, store, client, now
        self.reference = reference = replace(reference)  # its username becomes that of this bot's token
        self.registry = registry = handlers.registry()
        self.application = build_application(settings, client, registry)
        self._updates_arrived = asyncio.Event()
        papers = EncryptedFiles(settings.data_dir / "papers")
        decoder = Decoder()
        self.sender = Sender(
            store, client, RateLimiter(settings.send_rate), now, AttachmentBuilder(store, papers, decoder)
        )
        self.receiver = UpdateReceiver(store, client, now, self._updates_arrived.set)
        disk = DiskSpace(settings.data_dir)
        self.downloader = FileDownloader(
            store, client, papers, now, self._updates_arrived.set, decoder=decoder, disk=disk
        )
        self.processor = UpdateProcessor(
            store, reference, self.application, now, self.downloader.wake, registry=registry
        )
        erased = settings.data_dir / ledger.NAME
        self.scheduler = Scheduler(store, now, self._updates_arrived.set, reference.catalogue.office.retention, erased)
        self.health = Health(Troubles(), settings.data_dir, now)
        self.metrics = Metrics(store, self.health, self.counts, now, self.about)
        self.heartbeat = HeartbeatWriter(store, client, self.health, lambda: self.sender.deliveries.last_at)
        self.maintenance = MaintenanceChecks(store, reference.catalogue, now)

    @property
    def about(self) -> tuple[str, str, str]:
        """Return the release, the kind of database, and how updates arrive."""
        mode = "webhook" if self.settings.webhook_url else "polling"
        return release(), self.store.engine.dialect.name, mode

    def counts(self) -> Counts:
        """Return the counters of this process."""
        sends = {str(outcome): count for outcome, count in self.sender.deliveries.counts.items()}
        return Counts(self.receiver.received, self.processor.processed, self.processor.dead_lettered, sends)

    async def prepare(self) -> None:
        """Store the programme versions of the office's files, and ask Telegram for the bot's own name."""
        self.health.stage = "the programmes of the office are entered"
        await retry_on_db_error(self._enter_catalogue, "The catalogue")
        await asyncio.to_thread(self.reference.build_indexes)
        self.health.stage = "Telegram has not said yet who the bot is"
        await self._learn_name()
        await self._log_start()
        self.health.stage = None

    async def _enter_catalogue(self) -> None:
        async with self.store.transaction() as session:
            await programme_version.enter(session, self.reference.catalogue, self.now())
            await programme_version.remember_former(session, self.reference.catalogue)

    async def _learn_name(self) -> None:
        """Ask Telegram, with back-off, who the bot is. Raises BadSettings for a token that Telegram does not know."""
        pause = 0.0
        while isinstance(failure := await call_or_failure(self.client.call("getMe", {}), "name"), TelegramFailure):
            if failure.kind is Kind.TOKEN:
                raise BadSettings("Telegram does not know SAPA_BOT_TOKEN: ask @BotFather for the token.")
            pause = failure.pause(pause)
            await asyncio.sleep(pause)
        await self._initialize()

    async def _initialize(self) -> None:
        """Initialise the library, which calls getMe itself; repeat while Telegram does not answer."""
        pause = 0.5
        while True:
            try:
                return await self.application.initialize()
            except TelegramError as error:
                troubles().begun(Kind.TELEGRAM, TELEGRAM_UNREACHABLE.says, "name", reason=type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 10)

    async def _log_start(self) -> None:
        """Log what serves (release, database, mode), whether as a trial, and whether the username is office.yaml's."""
        _release, database, mode = self.about
        revision, _ = await retry_on_db_error(lambda: revisions(self.store), "The tables")
        name, told = self.application.bot.username, self.reference.catalogue.office.bot.username
        log.info(
            "Serving.",
            release=release(),
            bot=f"@{name}",
            database=database,
            mode=mode,
            tables=revision,
            office=self.reference.catalogue.office.offices[0].key,
        )
        if says := trial_words(self.reference.catalogue):
            log.warning(says)
        if not same_username(name, told):
            self.reference.username = name  # links with a code in them must never lead to another bot
            troubles().begun(Kind.USERNAME, mismatch_text(name, told))

    async def serve(self) -> None:
        """Run until cancelled: listen first, then process updates, and lead when this process is elected."""
        TROUBLES.set(self.health.troubles)
        async with AsyncExitStack() as stack:
            if self.settings.listen:
                secret = self.settings.webhook_secret.get_secret_value()
                server = WebServer(self.receiver, secret, self.health, self.metrics)
                await stack.enter_async_context(server.open(self.settings.listen))
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.heartbeat.run())
                tasks.create_task(self.learn_keys())
                await self.prepare()
                stack.push_async_callback(self.application.shutdown)
                for _ in range(1 if self.store.is_sqlite else WORKERS):
                    tasks.create_task(self.process_updates())
                tasks.create_task(self.lead())

    async def learn_keys(self) -> None:
        """Load data keys that other processes add: a new key is known everywhere before the first value uses it."""
        while True:
            await asyncio.sleep(LEARN.total_seconds())
            try:
                await retry_on_db_error(self._learn_keys, "The keys")
            except WrongKey:
                log.error("SAPA_SECRET_KEY no longer fits the database: restart this process with the new one.")

    async def _learn_keys(self) -> int:
        await self.store.learn_keys(self.settings.secret_key.get_secret_value(), self.now())
        return 0

    async def process_updates(self) -> None:
        """Process batch after batch; a failing database only delays updates and counts no attempt."""
        while True:
            self._updates_arrived.clear()
            if await retry_on_db_error(self.processor.process_batch, "The inbox"):
                self.sender.wake()
            else:
                await self._wait_for_updates()

    async def _wait_for_updates(self) -> None:
        try:
            async with asyncio.timeout(IDLE if not self.store.is_sqlite else 1):
                await self._updates_arrived.wait()
        except TimeoutError:
            pass

    async def lead(self) -> None:
        """Poll, send and schedule while this process is the leader; losing the leadership ends all three."""
        while True:
            await retry_on_db_error(self._lead_once, LEADERSHIP, whole=False)

    async def _lead_once(self) -> None:
        async with leadership(self.store) as lost:
            self.health.set_leading(True)
            try:
                await self._lead_until(lost)
            finally:
                self.health.set_leading(False)

    async def _lead_until(self, lost: asyncio.Event) -> None:
        menus = handlers.command_menus(self.registry)
        setup = TelegramSetup(self.settings, self.client, menus, self.health.heard)
        async with scheduler_running(self.scheduler), asyncio.TaskGroup() as tasks:
            parts = [setup.run(), self.sender.run(), self.downloader.run(), self.maintenance.run()]
            if not self.settings.webhook_url:
                parts.append(self._poll(setup))
            work = [tasks.create_task(part) for part in parts]
            await lost.wait()
            for task in work:
                task.cancel()

    async def _poll(self, setup: TelegramSetup) -> None:
        await setup.has_tried.wait()
        await Poller(self.receiver, self.client, self.health.heard).run()


@asynccontextmanager
async def scheduler_running(scheduler: Scheduler) -> AsyncIterator[None]:
    scheduler.start()
    try:
        yield
    finally:
        scheduler.stop()


def build_application(
    settings: Settings, client: TelegramClient, registry: Registry
) -> Application[Any, Context, Any, Any, Any, Any]:
    """Build the library's application over our client, with every handler; it neither polls nor schedules."""
    bot = ExtBot(
        settings.bot_token.get_secret_value(),
        base_url=f"{settings.telegram_api}/bot",
        base_file_url=f"{settings.telegram_api}/file/bot",
        request=LibraryRequest(client),
        get_updates_request=LibraryRequest(client),
    )
    builder = Application.builder().bot(bot).updater(None).job_queue(None)
    application = builder.context_types(ContextTypes(context=Context)).build()
    handlers.register(application, registry)
    return application


async def open_bot(settings: Settings) -> None:
    """Open the store with its keys and tables, read the office's files, and serve."""
    create_installation(settings, is_first=True)
    if (settings.data_dir / MARK).exists():
        raise BadSettings("A restore was cut short: do it again (sapa restore FILE --yes), then start the bot.")
    catalogue = load_catalogue(settings.office_file.parent)
    store, client = Database.at(settings.database), TelegramClient(settings.api_root)
    alone = FileLock(settings.lock_file) if store.is_sqlite else nullcontext()
    try:
        with alone:
            await migrate(store)
            await store.load_keys(settings.secret_key.get_secret_value(), clock(), may_create=True)
            await Bot(settings, store, client, ReferenceData(catalogue, gazetteer()), clock).serve()
    finally:
        await client.close()
        await store.close()
