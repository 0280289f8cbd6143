"""A sender and an update processor over a real store, with a client that answers what the test says."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from telegram.ext import Application, TypeHandler

import handlers
from bot.app import build_application
from bot.attachments import AttachmentBuilder
from bot.decoding import Decoder
from bot.rate_limiter import RateLimiter
from bot.sender import Sender
from bot.settings import Settings
from bot.telegram_client import ApiResponse, FileUpload, TelegramClient
from bot.update_processor import UpdateProcessor
from handlers.conversation.context import ReferenceData
from models.applications.encrypted_files import EncryptedFiles
from models.database import Database
from models.messaging import outbox
from models.messaging.outbox import Priority
from tests.stores import KINDS, NOW, SECRET, furnished, open_store

ME = b'{"ok":true,"result":{"id":4242,"is_bot":true,"first_name":"Sapa","username":"sapa_bot"}}'


class ScriptedClient(TelegramClient):
    """Answers each call with the next thing of the script, else 200; waits first for the next event in `held`."""

    def __init__(self) -> None:
        super().__init__("http://nowhere.invalid/bot4242:AA")
        self.script: list[ApiResponse | Exception] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.files: list[FileUpload] = []
        self.held: list[asyncio.Event] = []
        self.knows_me = False
        """Whether Telegram answers getMe, independent of the script."""

    async def call(
        self, method: str, body: dict[str, Any], *, wait: float | None = None, file: FileUpload | None = None
    ) -> ApiResponse:
        if method == "getMe":
            return ApiResponse(200, {"ok": True, "result": {}}) if self.knows_me else ApiResponse(401, {"ok": False})
        self.calls.append((method, body))
        self.files += [file] if file else []
        answer = self.script.pop(0) if self.script else ApiResponse(200, {"ok": True, "result": {"message_id": 1}})
        if self.held:
            await self.held.pop(0).wait()
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def exchange(self, *_: Any, **__: Any) -> tuple[int, bytes]:
        return 200, ME


class Clock:
    """A frozen clock that only the test moves."""

    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time

    def pass_by(self, **span: float) -> None:
        self.time += timedelta(**span)


@pytest.fixture(params=KINDS)
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    with furnished(request.param, tmp_path) as url:
        async with open_store(url) as opened:
            yield opened


@pytest.fixture
def client() -> ScriptedClient:
    return ScriptedClient()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sender(store: Database, client: ScriptedClient, clock: Clock, tmp_path: Path) -> Sender:
    return sender_of(store, client, clock, tmp_path)


def sender_of(store: Database, client: TelegramClient, clock: Clock, folder: Path) -> Sender:
    return Sender(
        store, client, RateLimiter(0), clock, AttachmentBuilder(store, EncryptedFiles(folder / "papers"), Decoder())
    )


@pytest.fixture
async def application(client: ScriptedClient) -> AsyncIterator[Application[Any, Any, Any, Any, Any, Any]]:
    settings = Settings(bot_token="4242:AA", secret_key=SECRET, _env_file=None)  # type: ignore[call-arg, arg-type]
    application = build_application(settings, client, handlers.registry())
    application.handlers.clear()
    await application.initialize()
    yield application
    await application.shutdown()


@pytest.fixture
def processor_of(
    store: Database, desk: ReferenceData, application: Application[Any, Any, Any, Any, Any, Any], clock: Clock
) -> Callable[[Callable[..., Any]], UpdateProcessor]:
    """An UpdateProcessor over one handler of the test's own."""

    def make(handler: Callable[..., Any]) -> UpdateProcessor:
        application.add_handler(TypeHandler(object, handler))
        return UpdateProcessor(store, desk, application, clock, registry=handlers.registry())

    return make


async def enqueue(store: Database, *texts: str, chat: int = 7, priority: Priority = Priority.REPLY) -> None:
    row = {"chat_id": chat, "priority": int(priority), "method": "sendMessage", "reference": None, "made_at": NOW}
    async with store.transaction() as session:
        await outbox.enqueue(session, [row | {"body": {"text": text}, "not_before": None} for text in texts])
