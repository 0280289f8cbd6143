"""The wire to Telegram: one aiohttp session for the library's own calls and for the outbox.

The library's default client costs 11 to 25 ms of CPU a call with a hundred calls under way; this one stays
near 1 ms. What went wrong is told apart where it is known best, here: a call that surely was not sent may be
made again, one whose answer was lost may have been delivered.
"""

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

import aiohttp
import orjson
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

JSON = {"Content-Type": "application/json"}
UPLOAD = 60
"""Seconds: a file may go up slowly."""
LIMIT = 400  # sends, spinners and the long poll under way together never wait for a connection


class NotSent(Exception):
    """The call did not reach Telegram: it may be made again without harm."""


class AnswerLost(Exception):
    """The call may have been delivered, but its answer did not arrive."""


class CannotBeMade(Exception):
    """Our own code could not make what was to be sent; nothing was sent. Its text names no person: see `failure`."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Telegram's answer: the HTTP status and the JSON of the Bot API."""

    status: int
    content: dict[str, Any]

    @property
    def ok(self) -> bool:
        """Telegram's own yes; a proxy between may answer 200 with a page that says something else."""
        return self.status == 200 and self.content.get("ok") is True

    @property
    def result(self) -> Any:
        return self.content.get("result")

    @property
    def description(self) -> str:
        """The reason in Telegram's words, without what it may quote of a message (`unquoted`)."""
        return unquoted(str(self.content.get("description") or "")) or f"HTTP {self.status}"

    @property
    def parameters(self) -> dict[str, Any]:
        return self.content.get("parameters") or {}


class File(NamedTuple):
    """A file that goes up with a call: the parameter it is for, its name on the phone, its bytes and media type."""

    part: str
    name: str
    content: bytes
    media_type: str


class Wire:
    """Calls to one bot's API root (`…/bot<token>`), files from its file root."""

    def __init__(self, api_root: str, *, timeout: float = 20) -> None:
        self._root = api_root
        server, _, token = api_root.rpartition("/bot")
        self._files = f"{server}/file/bot{token}"
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=timeout)
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=LIMIT, ttl_dns_cache=300, keepalive_timeout=30)
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session

    async def call(
        self, method: str, body: dict[str, Any], *, wait: float | None = None, file: File | None = None
    ) -> Answer:
        """One Bot API call. `wait` is the read time-out in seconds. Raises NotSent or AnswerLost."""
        url = f"{self._root}/{method}"
        if file is None:
            status, payload = await self.exchange("POST", url, serialized(body), wait=wait)
        else:
            status, payload = await self.exchange("POST", url, in_parts(body, file), headers={}, wait=wait or UPLOAD)
        return Answer(status, as_json(payload))

    async def download(self, path: str) -> bytes:
        status, payload = await self.exchange("GET", f"{self._files}/{path}", None, wait=60)
        if status != 200:
            raise NotSent(f"The file server answered {status}.")
        return payload

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
                return response.status, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent(type(error).__name__) from error
        except Exception as error:  # whatever it is: the call may have been delivered
            raise AnswerLost(type(error).__name__) from error

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None


def in_parts(body: dict[str, Any], file: File) -> aiohttp.FormData:
    """The parameters of a call and its file, as parts of one form. Raises CannotBeMade."""
    form = aiohttp.FormData()
    for name, value in body.items():
        text = serialized(value)
        form.add_field(name, value if isinstance(value, str) else text.decode())
    form.add_field(file.part, file.content, filename=file.name, content_type=file.media_type)
    return form


def serialized(value: Any) -> bytes:
    """A value as JSON; raises CannotBeMade, for example where a lone surrogate stands in a text."""
    try:
        return orjson.dumps(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise CannotBeMade(failure(error)) from None


def failure(error: BaseException) -> str:
    """A failure of our own code in words for operators: its class, file and line.

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
    """The reason of a refusal up to where it begins to quote, without long numbers: it goes to the log and a table."""
    words = QUOTE.split(description, maxsplit=1)[0]
    return NUMBER.sub("…", UNUSUAL.sub(" ", words)).strip()[:LONGEST_REASON]


def as_json(payload: bytes) -> dict[str, Any]:
    try:
        content = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return {}
    return content if isinstance(content, dict) else {}


class LibraryRequest(BaseRequest):
    """The library's request seam, over the same wire."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    @property
    def read_timeout(self) -> float | None:
        return 20

    async def initialize(self) -> None:
        """Nothing to open: the wire opens itself at its first call."""

    async def shutdown(self) -> None:
        """Nothing to close: the wire belongs to the bot, not to the library."""

    async def do_request(  # noqa: PLR0917, the library's own signature
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
            return await self._wire.exchange(method, url, body, headers=headers)
        except NotSent as error:
            raise NetworkError(f"Not sent: {error}") from error
        except AnswerLost as error:
            raise TimedOut(f"Answer lost: {error}") from error


def as_form(data: RequestData) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, media_type) in (data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=media_type)
    return form
