"""Reads one call of a method as the bot sent it, whether in the address, as a form, in parts or as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson
from aiohttp import web
from aiohttp.multipart import BodyPartReader, MultipartReader

from bot.sandbox.errors import TOO_LARGE, ApiError, bad_request

MOST_UPLOAD = 50 * 1024 * 1024
"""Bytes of one uploaded file (Bot API, Sending files)."""


@dataclass(frozen=True)
class Upload:
    """A file that came inside the call."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True)
class Call:
    """A method's name in lower case, its parameters and its files."""

    method: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    uploads: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A string; empty where the parameter is missing."""
        value = self.fields.get(name)
        return "" if value is None else value if isinstance(value, str) else orjson.dumps(value).decode()

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number; ``default`` where it is missing or no number, as Telegram reads it."""
        try:
            return int(self.text(name))
        except ValueError:
            return default

    def flag(self, name: str) -> bool:
        """Whether a Boolean parameter is set."""
        return self.text(name).strip().lower() in {"true", "yes", "1"}

    def json(self, name: str) -> Any:
        """An object or list, itself or as serialised text; None where it is missing."""
        value = self.fields.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None


async def read_call(request: web.Request, method: str) -> Call:
    """The whole call; parameters in the body win over those in the address.

    Raises 413 for a file over 50 MB and 400 for a body that is no JSON object.
    """
    fields: dict[str, Any] = dict(request.query)
    uploads: dict[str, Upload] = {}
    if request.content_type == "application/json":
        fields |= _json_object(await request.read())
    elif request.content_type == "multipart/form-data":
        await _read_parts(await request.multipart(), fields, uploads)
    elif request.content_type == "application/x-www-form-urlencoded":
        fields |= dict(parse_qsl((await request.read()).decode(), keep_blank_values=True))
    return Call(method.lower(), fields, uploads)


def _json_object(body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        value = None
    if not isinstance(value, dict):
        raise bad_request("object expected as JSON body")
    return value


async def _read_parts(parts: MultipartReader, fields: dict[str, Any], uploads: dict[str, Upload]) -> None:
    async for part in parts:
        if not isinstance(part, BodyPartReader) or part.name is None:
            continue
        content = await _part_bytes(part)
        if part.filename is None:
            fields[part.name] = content.decode()
        else:
            mime = part.headers.get("Content-Type", "application/octet-stream")
            uploads[part.name] = Upload(part.filename, mime, content)


async def _part_bytes(part: BodyPartReader) -> bytes:
    content = bytearray()
    while chunk := await part.read_chunk(1 << 16):
        content += chunk
        if len(content) > MOST_UPLOAD:
            raise ApiError(*TOO_LARGE)
    return bytes(content)
