"""Calls the Bot API over one aiohttp session, for the library (bot/library_request.py) and for the outbox.

The library's default client costs 11 to 25 ms of CPU a call with a hundred calls under way; this one stays
near 1 ms. What went wrong is told apart where it is known best, here: a call that surely was not sent may be
made again, one whose answer was lost may have been delivered. What is no response of a Bot API at all is decided
here, for the bot, its commands and the doctor (`parse_response`).
"""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

import aiohttp
import orjson

from bot.bounded_read import LARGEST_ANSWER, NoFile, download_whole, read_at_most

JSON = {"Content-Type": "application/json"}
UPLOAD = 60
"""Seconds: a file may go up slowly."""
LONGEST_WAIT = 3600.0
LIMIT = 400  # sends, answers to queries and the long poll under way together never wait for a connection


class NotSent(Exception):
    """The call did not reach Telegram: it may be made again without harm."""


class AnswerLost(Exception):
    """The call may have been delivered, but its answer did not arrive."""


class CannotBeMade(Exception):
    """Our own code could not build the call; nothing was sent. Its text names no person: see `error_summary`."""


class NotBotApi(NotSent):
    """The response is not of a Bot API: a captive portal, a proxy's page, other JSON. The call is made again."""


NOT_BOT_API = "What answers is no Bot API: is a login page or a proxy between, or SAPA_TELEGRAM_API wrong?"


@dataclass(frozen=True, slots=True)
class ApiResponse:
    """Telegram's answer: the HTTP status and the JSON of the Bot API."""

    status: int
    content: dict[str, Any]

    @property
    def ok(self) -> bool:
        """Return Telegram's `ok`, not the HTTP status: a proxy may answer 200 with a page of its own."""
        return self.status == 200 and self.content.get("ok") is True

    @property
    def result(self) -> Any:
        return self.content.get("result")

    @property
    def description(self) -> str:
        """Return Telegram's description, without what it may quote of a message (`unquoted`)."""
        return unquoted(str(self.content.get("description") or "")) or f"HTTP {self.status}"

    @property
    def parameters(self) -> dict[str, Any]:
        return self.content.get("parameters") or {}

    def retry_after(self, otherwise: float) -> float:
        """Return the seconds that Telegram asks to wait, at most an hour; None where it does not ask."""
        asked: Any = self.parameters.get("retry_after")
        return min(float(asked), LONGEST_WAIT) if type(asked) in {int, float} and asked >= 0 else otherwise


class FileUpload(NamedTuple):
    """A file that goes up with a call: the parameter it is for, its name on the phone, its bytes and media type."""

    part: str
    name: str
    content: bytes
    media_type: str


class TelegramClient:
    """Calls to one bot's API root (`…/bot<token>`), files from its file root."""

    def __init__(self, api_root: str, *, timeout: float = 20) -> None:
        self._root = api_root
        server, _, token = api_root.rpartition("/bot")
        self._files = f"{server}/file/bot{token}"
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=timeout)
        self._session: aiohttp.ClientSession | None = None
        self._dated: tuple[str | None, float] = (None, 0)

    def server_time(self) -> datetime | None:
        """Return Telegram's clock, by the Date of the last response; None before the first one."""
        said, at = self._dated
        then = parse_http_date(said)
        return then + timedelta(seconds=time.monotonic() - at) if then else None

    @property
    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=LIMIT, ttl_dns_cache=300, keepalive_timeout=30)
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session

    async def call(
        self, method: str, body: dict[str, Any], *, wait: float | None = None, file: FileUpload | None = None
    ) -> ApiResponse:
        """Make one Bot API call. `wait` is the read time-out in seconds. Raises NotSent or AnswerLost."""
        url = f"{self._root}/{method}"
        if file is None:
            status, payload = await self.exchange("POST", url, to_json(body), wait=wait)
        else:
            status, payload = await self.exchange(
                "POST", url, multipart_form(body, file), headers={}, wait=wait or UPLOAD
            )
        return parse_response(method, status, payload)

    async def download(self, path: str) -> bytes:
        """Download a file's bytes as they are stored. Raises TooBig or NotSent."""
        try:
            return await download_whole(self.session, f"{self._files}/{path}")
        except (NoFile, aiohttp.ClientError, TimeoutError, OSError) as error:
            raise NotSent(f"{type(error).__name__} {error if isinstance(error, NoFile) else ''}".strip()) from error

    async def exchange(
        self,
        verb: str,
        url: str,
        body: Any,
        *,
        headers: dict[str, str] | None = None,
        wait: float | None = None,
    ) -> tuple[int, bytes]:
        timeout = self._timeout if wait is None else aiohttp.ClientTimeout(sock_connect=10, sock_read=wait)
        try:
            async with self.session.request(
                verb,
                url,
                data=body,
                headers=JSON if headers is None else headers,
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                self._dated = response.headers.get("Date"), time.monotonic()
                return response.status, await read_at_most(response, LARGEST_ANSWER)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent(type(error).__name__) from error
        except Exception as error:  # any error: the call may have been delivered
            raise AnswerLost(type(error).__name__) from error

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None


def multipart_form(body: dict[str, Any], file: FileUpload) -> aiohttp.FormData:
    """Build a form of the parameters of a call and its file. Raises CannotBeMade."""
    form = aiohttp.FormData()
    for name, value in body.items():
        text = to_json(value)
        form.add_field(name, value if isinstance(value, str) else text.decode())
    form.add_field(file.part, file.content, filename=file.name, content_type=file.media_type)
    return form


def to_json(value: Any) -> bytes:
    """Serialise a value as JSON; raises CannotBeMade, for example for a lone surrogate in a text."""
    try:
        return orjson.dumps(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise CannotBeMade(error_summary(error)) from None


def error_summary(error: BaseException) -> str:
    """Describe a failure of our own code for operators: its class, file and line.

    Never its text: it may quote what a person wrote.
    """
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" at {trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}" if trace else ""
    return type(error).__name__ + where


QUOTE = re.compile('["`\u2018-\u201f\u00ab\u00bb\\[{<]')
NUMBER, UNUSUAL = re.compile("[0-9]{5,}"), re.compile("[^ -~]+")
LONGEST_REASON = 120


def unquoted(description: str) -> str:
    """Cut a refusal's reason before it quotes, and drop long numbers: it goes to the log and a table."""
    words = QUOTE.split(description, maxsplit=1)[0]
    return NUMBER.sub("…", UNUSUAL.sub(" ", words)).strip()[:LONGEST_REASON]


def is_bot_user(result: Any) -> bool:
    return isinstance(result, dict) and type(result.get("id")) is int and is_text(result.get("username"))


def is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def are_updates(result: Any) -> bool:
    return isinstance(result, list) and all(
        isinstance(update, dict) and type(update.get("update_id")) is int for update in result
    )


RESULTS: dict[str, Callable[[Any], bool]] = {
    "getme": is_bot_user,
    "getupdates": are_updates,
    "getwebhookinfo": lambda result: isinstance(result, dict) and isinstance(result.get("url"), str),
    "getfile": lambda result: isinstance(result, dict),
}
"""What a success of a method must look like where we read it; of every other method it must only be there."""


def parse_response(method: str, status: int, payload: bytes) -> ApiResponse:
    """Parse the Bot API's response to a method. Raises NotBotApi for any other HTTP response.

    Only a page of status 413 counts as an answer: the web server before the Bot API refuses a body in its own words.
    """
    content = json_object(payload)
    if not is_api_response(method, status, content) and status != 413:
        raise NotBotApi(f"{NOT_BOT_API} (HTTP {status})")
    return ApiResponse(status, content)


def is_api_response(method: str, status: int, content: dict[str, Any]) -> bool:
    """Return whether it is a success with a valid result, or a refusal with a reason, as the Bot API defines them."""
    if content.get("ok") is True:
        fits = RESULTS.get(method.lower(), lambda _: True)
        return status == 200 and "result" in content and fits(content["result"])
    parameters = content.get("parameters", {})
    return content.get("ok") is False and is_text(content.get("description")) and isinstance(parameters, dict)


def parse_http_date(header: str | None) -> datetime | None:
    """Parse an HTTP Date header; None where it is missing or malformed."""
    try:
        return parsedate_to_datetime(header).astimezone(UTC) if header else None
    except (ValueError, TypeError):
        return None


def json_object(payload: bytes) -> dict[str, Any]:
    try:
        content = parse_json(payload)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def parse_json(payload: bytes) -> Any:
    """Parse JSON of Telegram; a lone surrogate or a broken byte becomes U+FFFD. Raises ValueError."""
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError:
        return orjson.loads(without_surrogates(payload))


def without_surrogates(payload: bytes) -> str:
    """Return the same JSON without lone surrogates, which orjson and Telegram refuse. Raises ValueError."""
    try:
        text = json.dumps(json.loads(payload.decode(errors="replace")), ensure_ascii=False)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
