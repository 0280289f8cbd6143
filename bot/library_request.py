"""Connects python-telegram-bot to the TelegramClient, through the library's request seam (`BaseRequest`)."""

from typing import Any

import aiohttp
import orjson
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.telegram_client import AnswerLost, NotSent, TelegramClient, parse_response


class LibraryRequest(BaseRequest):
    """Sends the library's requests over the TelegramClient."""

    def __init__(self, client: TelegramClient) -> None:
        self._client = client

    @property
    def read_timeout(self) -> float | None:
        return 20

    async def initialize(self) -> None:
        """Do nothing: the client opens its session at its first call."""

    async def shutdown(self) -> None:
        """Do nothing: the client belongs to the bot, not to the library."""

    async def do_request(  # noqa: PLR0913, PLR0917, the library's own signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = None,
        write_timeout: Any = None,
        connect_timeout: Any = None,
        pool_timeout: Any = None,
    ) -> tuple[int, bytes]:
        body: Any = None
        headers: dict[str, str] | None = None
        if request_data is not None and request_data.contains_files:
            body, headers = as_form(request_data), {}
        elif request_data is not None:
            body = orjson.dumps(request_data.parameters)
        try:
            status, payload = await self._client.exchange(method, url, body, headers=headers)
            parse_response(url.rpartition("/")[2], status, payload)
        except NotSent as error:
            raise NetworkError(f"Not sent: {error}") from error
        except AnswerLost as error:
            raise TimedOut(f"Answer lost: {error}") from error
        return status, payload


def as_form(data: RequestData) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, media_type) in (data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=media_type)
    return form
