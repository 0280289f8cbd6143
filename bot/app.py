"""Puts the pieces together: store, wire, handlers, turns, sender, fetcher, time and door, for as long as it runs."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any

import structlog
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, ContextTypes, ExtBot

import handlers
from bot.enclosing import Enclosures
from bot.fetcher import Fetcher
from bot.guarding import creating
from bot.inbox import ALLOWED, Mailbox, Poller
from bot.lead import FileLock, leading
from bot.outbox import Sender
from bot.pace import Pace
from bot.patience import patiently
from bot.schedule import Clockwork
from bot.settings import BadSettings, Settings
from bot.turn import Turns
from bot.web import Door
from bot.wire import AnswerLost, LibraryRequest, NotSent, Wire
from handlers.context import Desk, Talk
from models.applications.papers import Papers
from models.backup import ledger
from models.backup.bringing import MARK
from models.migrate import migrate
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


def clock() -> datetime:
    """The one place that reads the clock."""
    return datetime.now(UTC)


class Bot:
    """The whole bot over one store and one wire. `serve` runs it; tests drive its pieces by hand."""

    def __init__(
        self, settings: Settings, store: Store, wire: Wire, desk: Desk, now: Callable[[], datetime] = clock
    ) -> None:
        self.settings, self.store, self.wire, self.desk, self.now = settings, store, wire, desk, now
        self.application = assemble(settings, wire)
        self._letters = asyncio.Event()
        papers = Papers(settings.data_dir / "papers")
        self.sender = Sender(store, wire, Pace(settings.send_rate), now, Enclosures(store, papers))
        self.mailbox = Mailbox(store, wire, now, self._letters.set)
        self.fetcher = Fetcher(store, wire, papers, now, self._letters.set)
        self.turns = Turns(store, desk, self.application, now, self.fetcher.wake)
        erased = settings.data_dir / ledger.NAME
        self.clockwork = Clockwork(store, now, self._letters.set, desk.catalogue.office.retention, erased)

    async def prepare(self) -> None:
        """Write down what the office's files say now, and learn the bot's own name from Telegram."""
        await patiently(self._enter_catalogue, "The catalogue")
        await self._learn_name()

    async def _enter_catalogue(self) -> None:
        async with self.store.writing() as session:
            await edition.enter(session, self.desk.catalogue, self.now())

    async def _learn_name(self) -> None:
        """Patient while Telegram cannot be reached."""
        pause = 0.2
        while True:
            try:
                await self.application.initialize()
                return
            except InvalidToken:
                raise BadSettings("Telegram does not know SAPA_BOT_TOKEN: ask @BotFather for the token.") from None
            except TelegramError as error:
                log.warning("Telegram cannot be reached; trying again.", error=type(error).__name__, wait=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 10)

    async def serve(self) -> None:
        """Run until cancelled: take turns always, lead when it is this process's time to lead."""
        async with AsyncExitStack() as stack:
            await self.prepare()
            stack.push_async_callback(self.application.shutdown)
            if self.settings.listen:
                door = Door(self.mailbox, self.settings.webhook_secret.get_secret_value(), self.figures)
                await stack.enter_async_context(door.open(self.settings.listen))
            async with asyncio.TaskGroup() as tasks:
                for _ in range(1 if self.store.is_sqlite else TAKERS):
                    tasks.create_task(self.take_turns())
                tasks.create_task(self.lead())
                tasks.create_task(self.learn_keys())

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
            await patiently(self._lead_once, "The lead", whole=False)

    async def _lead_once(self) -> None:
        async with leading(self.store) as lost:
            await self._lead_until(lost)

    async def _lead_until(self, lost: asyncio.Event) -> None:
        await self._announce()
        async with running(self.clockwork), asyncio.TaskGroup() as tasks:
            work = [tasks.create_task(self.sender.run()), tasks.create_task(self.fetcher.run())]
            if not self.settings.webhook_url:
                work.append(tasks.create_task(Poller(self.mailbox, self.wire).run()))
            await lost.wait()
            for task in work:
                task.cancel()

    async def _announce(self) -> None:
        """Tell Telegram how updates reach us, and the commands of the menu. A failure is no reason to stop."""
        webhook = self.settings.webhook_url
        calls: list[tuple[str, dict[str, Any]]] = [("deleteWebhook", {})]
        if webhook:
            secret = self.settings.webhook_secret.get_secret_value()
            calls = [("setWebhook", {"url": webhook, "secret_token": secret, "allowed_updates": ALLOWED})]
        calls += handlers.command_menus()
        for method, body in calls:
            try:
                answer = await self.wire.call(method, body)
            except (NotSent, AnswerLost) as error:
                log.warning("Telegram did not take a setting.", method=method, error=str(error))
            else:
                if not answer.ok:
                    log.warning("Telegram refused a setting.", method=method, reason=answer.description)

    def figures(self) -> dict[str, float]:
        """What health and metrics show."""
        counts = {f"sent_{outcome}": float(count) for outcome, count in self.sender.counts.items()}
        return {
            "received": self.mailbox.received,
            "taken": self.turns.taken,
            "dead": self.turns.dead,
            **counts,
        }


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
