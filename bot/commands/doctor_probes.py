"""Asks the database, the listener and Telegram for `sapa doctor`, so that a bot that runs is not disturbed."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.telegram_client import NotBotApi, json_object, parse_http_date, parse_response
from models.keyring import DataKey

TIMEOUT = 10.0
"""Seconds until a database or a Telegram that does not answer counts as out of reach."""


class ToDo(Exception):
    """A check failed; its text says what to do. `refused`: no process listens at the address."""

    refused = False


@dataclass(frozen=True)
class ProbeResponse:
    """An HTTP response: its status, its JSON, the result in that, and the server's clock."""

    status: int
    content: dict[str, Any]
    date: datetime | None

    @property
    def result(self) -> dict[str, Any]:
        found = self.content.get("result")
        return found if isinstance(found, dict) else {}


async def call_api(url: str, body: dict[str, Any], *, seconds: float) -> ProbeResponse:
    """Call the Bot API. Raises ToDo with the reason, also where the response is not one of a Bot API."""
    answer, payload = await fetch(url, body, seconds=seconds)
    try:
        return replace(answer, content=parse_response(url.rpartition("/")[2], answer.status, payload).content)
    except NotBotApi as problem:
        raise ToDo(str(problem)) from None


async def fetch(url: str, body: dict[str, Any] | None = None, *, seconds: float) -> tuple[ProbeResponse, bytes]:
    """POST a body, or GET without one. Raises ToDo with the reason."""
    limit = aiohttp.ClientTimeout(total=seconds)
    verb = "GET" if body is None else "POST"
    try:
        async with aiohttp.ClientSession(timeout=limit) as session, session.request(verb, url, json=body) as answer:
            payload = await answer.read()
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        problem = ToDo(type(error).__name__)
        problem.refused = isinstance(error, aiohttp.ClientConnectorError)
        raise problem from None
    return ProbeResponse(answer.status, json_object(payload), parse_http_date(answer.headers.get("Date"))), payload


async def check_health(listen: str, seconds: float, *, is_running: bool) -> None:
    """Check that the listener answers if the bot runs, and is the bot's. Raises ToDo, with the bot's reason."""
    where = f"SAPA_LISTEN ({listen})"
    host, _, port = listen.rpartition(":")
    here = "127.0.0.1" if host in {"0.0.0.0", "[::]"} else host
    try:
        answer, _payload = await fetch(f"http://{here}:{port}/health", seconds=seconds)
    except ToDo as problem:
        if is_running:
            raise ToDo(f"a bot is running, but nothing answers on {where}.") from None
        if not problem.refused:
            raise ToDo(f"another program holds {where}: choose another port.") from None
        return
    if not is_running or "leads" not in answer.content:
        raise ToDo(f"another program answers on {where}: choose another port.")
    if answer.status != 200:
        raise ToDo(f"a bot is running, but: {answer.content.get('reason')}")


async def revision_of(session: AsyncSession) -> str | None:
    def revision(sync: Connection) -> str | None:
        return MigrationContext.configure(sync).get_current_revision()

    return await (await session.connection()).run_sync(revision)


async def data_keys(session: AsyncSession) -> list[DataKey]:
    connection = await session.connection()
    if not await connection.run_sync(lambda sync: inspect(sync).has_table(DataKey.__tablename__)):
        return []
    return list(await session.exec(select(DataKey)))


def is_exposed(file: Path) -> bool:
    """Return whether other users may read or change it; root's files may be read by the group of the bot's user."""
    told = file.stat()
    return bool(told.st_mode & (0o027 if told.st_uid == 0 else 0o077))


def megabytes(count: int) -> str:
    return f"{count // (1024 * 1024):,} MB"
