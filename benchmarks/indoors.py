"""Our bot inside this process, without HTTP: what the bot says goes straight to the people, as Telegram's queue does.

people (people.py) ──updates──▶ UpdateReceiver ──▶ UpdateProcessor ──▶ Sender ──▶ ShortWire ──▶ people
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

import orjson
from pydantic import SecretStr

from benchmarks.bots import OFFICE, SECRET, TOKEN
from benchmarks.journey import journey
from benchmarks.people import Crowd
from benchmarks.standin import ME, said_in
from bot.app import Bot
from bot.settings import Settings
from bot.telegram_client import ApiResponse, TelegramClient
from handlers.conversation.context import ReferenceData
from models.database import Database
from models.migrate import migrate
from models.places import gazetteer
from models.programmes.catalogue import load_catalogue


class ShortWire(TelegramClient):
    """Answers every call at once. `spent` is the time that the people took, which is not the bot's."""

    def __init__(self, name: str) -> None:
        super().__init__(f"http://nowhere.invalid/bot{TOKEN}")
        self.crowd = Crowd(journey(name), self._tell)
        self.waiting: list[dict[str, Any]] = []
        self.spent = 0.0
        self._update_id = self._message_id = 0

    def _tell(self, update: dict[str, Any]) -> None:
        self._update_id += 1
        self.waiting.append(orjson.loads(orjson.dumps({"update_id": self._update_id, **update})))

    async def call(self, method: str, body: dict[str, Any], **_: Any) -> ApiResponse:
        if method != "sendMessage":
            return ApiResponse(200, {"ok": True, "result": True})
        began = perf_counter()
        self._message_id += 1
        self.crowd.hear(int(body["chat_id"]), said_in(body, self._message_id))
        self.spent += perf_counter() - began
        return ApiResponse(200, {"ok": True, "result": {"message_id": self._message_id}})

    async def exchange(self, *_: Any, **__: Any) -> tuple[int, bytes]:
        return 200, orjson.dumps({"ok": True, "result": ME})

    async def close(self) -> None:
        """Nothing is open."""


class Indoors:
    """A bot whose pieces are driven by hand."""

    def __init__(self, bot: Bot, wire: ShortWire) -> None:
        self.bot, self.wire = bot, wire

    async def walk(self, people: int, journeys: int) -> int:
        """Let people walk the journey until all have ended; returns how many updates were taken."""
        over: list[bool] = []
        crowd, taken = self.wire.crowd, self.bot.processor.processed
        crowd.expect(journeys, lambda: over.append(True))
        for _ in range(people):
            crowd.begin()
        while not over:
            updates, self.wire.waiting = self.wire.waiting, []
            await self.bot.receiver.store(updates)
            while await self.bot.processor.process_batch():
                pass
            while await self.bot.sender.once():
                pass
            if not self.wire.waiting and not over:
                raise RuntimeError(f"Nobody goes on; they wait at {crowd.stuck()}.")
        return self.bot.processor.processed - taken


@asynccontextmanager
async def indoors(url: str, folder: Path, name: str = "register") -> AsyncIterator[Indoors]:
    """The bot on a store at this URL, which gets its tables and keys."""
    store, wire = Database.at(url), ShortWire(name)
    settings = Settings(  # type: ignore[call-arg]
        _env_file=None, bot_token=SecretStr(TOKEN), secret_key=SecretStr(SECRET), data_dir=folder, send_rate=0
    )
    try:
        await migrate(store)
        bot = Bot(settings, store, wire, ReferenceData(load_catalogue(OFFICE.parent), gazetteer()))
        await store.load_keys(SECRET, bot.now(), may_create=True)
        await bot.prepare()
        try:
            yield Indoors(bot, wire)
        finally:
            await bot.application.shutdown()
    finally:
        await store.close()
