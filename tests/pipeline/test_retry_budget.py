"""No call is tried for ever: it is set aside, its person is told, and the next one goes out."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

import bot.attachments
from bot import retry_budget
from bot.delivery_result import Outcome
from bot.sender import Sender
from bot.telegram_client import AnswerLost, ApiResponse, NotSent, TelegramClient
from models.database import Database
from models.messaging import inbox, outbox
from models.messaging.attachment import Attachment, AttachmentKind
from models.messaging.inbox import InboxKind, PendingItem
from models.messaging.outbox import APOLOGY, OUTBOX, Call, CallState
from tests.pipeline.conftest import Clock, ScriptedClient, enqueue, sender_of

NAME = "Sri Wahyuningsih"
SHEET = Attachment(AttachmentKind.SHEET, "surat.pdf", {"title": NAME, "sections": []}, "application/pdf")


def refused(status: int, description: str = "", **parameters: Any) -> ApiResponse:
    return ApiResponse(status, {"ok": False, "description": description, "parameters": parameters})


async def put(store: Database, clock: Clock, body: dict[str, Any], **how: Any) -> None:
    row = {"chat_id": 7, "priority": 0, "method": "sendMessage", "body": body, "reference": None, "not_before": None}
    async with store.transaction() as session:
        await outbox.enqueue(session, [row | {"made_at": clock()} | how])


async def rows(store: Database) -> list[Any]:
    async with store.read_only() as session:
        question = select(Call.state, Call.reason, Call.used_up).order_by(Call.id)  # type: ignore[arg-type, call-overload]
        return list(await session.exec(question))


async def told(store: Database) -> list[PendingItem]:
    async with store.transaction() as session:
        return await inbox.claim_heads(session, 10)


async def send_until_quiet(sender: Sender, clock: Clock, client: ScriptedClient, most: int) -> int:
    """Let time pass until nothing is queued any more; returns the calls that were made for it."""
    for _ in range(most):
        await sender.once()
        clock.pass_by(minutes=6)
    return len(client.calls)


class Always(ScriptedClient):
    """Answers a text that says "bad" always in the same way, and all others well."""

    def __init__(self, answer: ApiResponse | Exception) -> None:
        super().__init__()
        self.answer = answer

    async def call(self, method: str, body: dict[str, Any], **how: Any) -> ApiResponse:
        if "bad" in str(body.get("text")) and method != "getMe":
            self.script = [self.answer]
        return await super().call(method, body, **how)


ALONE = [
    refused(500, "Internal Server Error"),
    refused(409, "Conflict"),
    refused(302),
    refused(999),
    ApiResponse(200, {}),
    AnswerLost("ServerTimeoutError"),
    NotSent("ClientConnectorError"),
    refused(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=7),
]


@pytest.mark.parametrize("answer", ALONE, ids=repr)
async def test_what_fails_while_telegram_answers_others_is_given_up_after_ten_tries(
    store: Database, clock: Clock, tmp_path: Path, answer: Any
) -> None:
    client = Always(answer)
    client.knows_me = True
    sender = sender_of(store, client, clock, tmp_path)
    await enqueue(store, "bad", "next")
    made = await send_until_quiet(sender, clock, client, 14)
    assert [row.state for row in await rows(store)] == [CallState.FAILED, CallState.SENT]
    assert made == 1 + retry_budget.PROBE_AFTER_TRIES + retry_budget.BUDGET // retry_budget.COST_OF_ONE_CALL
    assert [item.kind for item in await told(store)] == [InboxKind.UNSENT]


@pytest.mark.parametrize("answer", [*ALONE, refused(429, "Too Many Requests", retry_after=1), refused(401)], ids=repr)
async def test_what_meets_everybody_costs_little_and_yet_has_an_end(
    store: Database, clock: Clock, tmp_path: Path, answer: Any
) -> None:
    client = Always(answer)
    await enqueue(store, "bad")
    for _ in range(3):
        await sender_of(store, client, clock, tmp_path).once()
        clock.pass_by(minutes=6)
    assert [(row.state, row.used_up) for row in await rows(store)] == [
        (CallState.QUEUED, 3 * retry_budget.COST_IN_OUTAGE)
    ]
    async with store.transaction() as session:
        await (await session.connection()).execute(OUTBOX.update().values(used_up=retry_budget.BUDGET - 1))
    await sender_of(store, client, clock, tmp_path).once()
    assert [row.state for row in await rows(store)] == [CallState.FAILED]


async def test_a_message_that_ends_the_process_each_time_is_given_up_after_eight(
    store: Database, sender: Sender, client: ScriptedClient, clock: Clock
) -> None:
    await enqueue(store, "bad", "next")
    for _ in range(retry_budget.BUDGET // retry_budget.COSTS[Outcome.CUT_OFF]):
        async with store.transaction() as session:
            assert await outbox.claim(session, clock(), 1)
        await sender.recover()
        clock.pass_by(minutes=6)
    assert [row.state for row in await rows(store)] == [CallState.FAILED, CallState.QUEUED]
    await sender.once()
    assert [body["text"] for _, body in client.calls] == ["next"]


def fails(error: BaseException) -> Callable[[Any], bytes]:
    def make(_content: Any) -> bytes:
        raise error

    return make


class Panic(BaseException):
    """What the printer's Rust raises: no Exception."""


@pytest.mark.parametrize("error", [ValueError(NAME), MemoryError(), OSError(5, NAME), Panic(NAME)], ids=repr)
async def test_a_sheet_that_cannot_be_made_is_set_aside_after_three_tries_without_a_word_of_it_in_the_log(
    store: Database,
    sender: Sender,
    client: ScriptedClient,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    error: BaseException,
) -> None:
    monkeypatch.setattr(bot.attachments, "sheet_pdf", fails(error))
    await put(store, clock, {"chat_id": 7, "caption": "c", "attachment": SHEET.row()}, method=SHEET.method)
    await enqueue(store, "next")
    with structlog.testing.capture_logs() as log:
        for _ in range(3):
            await sender.once()
            clock.pass_by(minutes=6)
    await sender.once()
    assert [row.state for row in await rows(store)] == [CallState.FAILED, CallState.SENT]
    assert [method for method, _ in client.calls] == ["sendMessage"]
    said = str(log) + str(await rows(store)) + "".join(capfd.readouterr())
    assert not any(word in said for word in NAME.split())
    assert [line["log_level"] for line in log] == ["error"] * 3
    assert [item.kind for item in await told(store)] == [InboxKind.UNSENT]


async def test_a_sheet_that_could_not_be_made_is_not_tried_again_after_a_restart(
    store: Database, client: ScriptedClient, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []
    monkeypatch.setattr(bot.attachments, "sheet_pdf", lambda content: tried.append(1) or fails(ValueError())(content))
    await put(store, clock, {"chat_id": 7, "caption": "c", "attachment": SHEET.row()}, method=SHEET.method)
    for _ in range(6):
        sender = sender_of(store, client, clock, tmp_path)
        await sender.recover()
        await sender.once()
        clock.pass_by(minutes=6)
    assert len(tried) == 3


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb"])
async def test_a_body_that_is_no_json_is_set_aside(
    store: Database, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    """The real client: it makes the bytes before anything is sent."""
    sender = sender_of(store, TelegramClient("http://127.0.0.1:1/bot1:x"), clock, tmp_path)

    async def unsendable(body: dict[str, Any]) -> tuple[dict[str, Any], None]:
        return body | {"text": text}, None

    monkeypatch.setattr(sender._attachments, "build", unsendable)
    await enqueue(store, "bad")
    for _ in range(3):
        await sender.once()
        clock.pass_by(minutes=6)
    assert [row.state for row in await rows(store)] == [CallState.FAILED]


async def test_a_row_that_cannot_be_opened_is_set_aside_alone(
    store: Database, sender: Sender, client: ScriptedClient, clock: Clock
) -> None:
    await enqueue(store, "first", "bad", "third")
    await enqueue(store, "another chat", chat=8)
    await spoil(store, 2)
    for _ in range(3):
        await sender.once()
    states = [row.state for row in await rows(store)]
    assert states == [CallState.SENT, CallState.FAILED, CallState.SENT, CallState.SENT]
    assert sorted(body["text"] for _, body in client.calls) == ["another chat", "first", "third"]
    assert [item.kind for item in await told(store)] == [InboxKind.UNSENT]


async def spoil(store: Database, number: int) -> None:
    async with store.transaction() as session:
        connection = await session.connection()
        await connection.exec_driver_sql(f"UPDATE outbox SET body = {raw(session)} WHERE id = {number}")


def raw(session: AsyncSession) -> str:
    return "x'0102'" if session.get_bind().dialect.name == "sqlite" else "'\\x0102'::bytea"


async def test_a_token_that_is_good_makes_a_404_the_fault_of_one_message(
    store: Database, clock: Clock, tmp_path: Path
) -> None:
    client = Always(refused(404, "Not Found: method not found"))
    client.knows_me = True
    await enqueue(store, "bad", "next")
    sender = sender_of(store, client, clock, tmp_path)
    await sender.once()
    await sender.once()
    assert [row.state for row in await rows(store)] == [CallState.FAILED, CallState.SENT]


async def test_an_apology_that_fails_makes_no_other_apology(
    store: Database, sender: Sender, client: ScriptedClient, clock: Clock
) -> None:
    client.script = [refused(400, "Bad Request: have no rights to send a message")]
    await put(store, clock, {"chat_id": 7, "text": "sorry"}, reference=APOLOGY)
    await sender.once()
    await sender.once()
    assert await told(store) == []


async def test_a_deletion_that_fails_for_good_is_told_as_one_that_came_too_late(
    store: Database, sender: Sender, client: ScriptedClient, clock: Clock
) -> None:
    client.script = [refused(400, "Bad Request: message identifier is not specified")]
    await put(store, clock, {"chat_id": 7, "message_id": 3}, method="deleteMessage")
    await sender.once()
    await sender.once()
    assert [item.kind for item in await told(store)] == [InboxKind.STILL_THERE]


@pytest.mark.parametrize(
    "description",
    [
        'Bad Request: can\'t parse entities: unsupported start tag "Wahyuningsih" at byte offset 5',
        "Bad Request: wrong text «Wahyuningsih»",
        "Bad Request: wrong number 6401014507059001",
        "\x00\x01 Bad Request: \u202e 万",
    ],
)
async def test_what_a_refusal_quotes_stands_neither_in_the_table_nor_in_the_log(
    store: Database, sender: Sender, client: ScriptedClient, clock: Clock, description: str
) -> None:
    client.script = [refused(400, description)]
    await enqueue(store, "hello")
    with structlog.testing.capture_logs() as log:
        await sender.once()
        await sender.once()
    said = str(log) + str(await rows(store))
    assert "Wahyuningsih" not in said
    assert "6401014507059001" not in said
    assert "Bad Request" in said


async def test_an_unforeseen_failure_of_the_client_leaves_no_chat_silent(
    store: Database, sender: Sender, client: ScriptedClient, clock: Clock
) -> None:
    await enqueue(store, "first", "second")
    client.script = [RuntimeError(NAME), KeyError(NAME), RecursionError(NAME)]
    async with asyncio.timeout(10):
        for _ in range(4):
            await sender.once()
            clock.pass_by(minutes=6)
    assert [row.state for row in await rows(store)] == [CallState.FAILED, CallState.SENT]
