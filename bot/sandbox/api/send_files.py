"""Implements the methods that send files, and getFile."""

from collections.abc import Callable
from typing import Any

from bot.sandbox.api.send_messages import deliver
from bot.sandbox.api.text_fields import read_caption
from bot.sandbox.calls import Call, Upload
from bot.sandbox.errors import TOO_LARGE, ApiError, bad_request
from bot.sandbox.files import Files, StoredFile, document_json, photo_json, voice_json
from bot.sandbox.store import Json
from bot.sandbox.world import World

MOST_PHOTO = 10 * 1024 * 1024
MOST_DOWNLOAD = 20 * 1024 * 1024
"""Bytes (Bot API, Sending files and getFile)."""


def send_photo(world: World, call: Call) -> Json:
    """Send a picture: uploaded, or by the id of one."""
    return _send(world, call, "photo", _photo)


def send_document(world: World, call: Call) -> Json:
    """Send a file as it is."""
    return _send(world, call, "document", _document)


def send_voice(world: World, call: Call) -> Json:
    """Send a voice note."""
    return _send(world, call, "voice", _voice)


def _send(world: World, call: Call, kind: str, form: Callable[[Files, Call, Upload | StoredFile], Json]) -> Json:
    chat = world.writable_chat(call.text("chat_id"))
    caption = read_caption(call)
    return deliver(world, call, chat, form(world.files, call, _source(world, call, kind)) | caption)


def _source(world: World, call: Call, kind: str) -> Upload | StoredFile:
    """Resolve the parameter: a part of this call, or a file that Telegram has."""
    given = call.text(kind)
    upload = call.uploads.get(given.removeprefix("attach://") if given else kind)
    if upload is not None:
        if not upload.content:
            raise bad_request("file must be non-empty")
        return upload
    if not given:
        raise bad_request(f"there is no {kind} in the request")
    file = world.files.find(given)
    if file is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if file.kind != kind:
        raise bad_request(f"can't use file of type {file.kind.title()} as {kind.title()}")
    return file


def _photo(files: Files, call: Call, source: Upload | StoredFile) -> Json:
    if isinstance(source, StoredFile):
        return {"photo": photo_json(files.sizes(source))}
    if len(source.content) > MOST_PHOTO:
        raise ApiError(*TOO_LARGE)
    return {"photo": photo_json(files.add_photo(source.content))}


def _document(files: Files, call: Call, source: Upload | StoredFile) -> Json:
    return {"document": document_json(_kept(files, "document", source))}


def _voice(files: Files, call: Call, source: Upload | StoredFile) -> Json:
    return {"voice": voice_json(_kept(files, "voice", source), call.integer("duration"))}


def _kept(files: Files, kind: str, source: Upload | StoredFile) -> StoredFile:
    if isinstance(source, StoredFile):
        return source
    return files.add(kind, source.name, source.mime, source.content)


def get_file(world: World, call: Call) -> Json:
    """Return the path of a file, valid for an hour; 400 over 20 MB."""
    file = world.files.find(call.text("file_id"))
    if file is None:
        raise bad_request("invalid file_id")
    if file.size > MOST_DOWNLOAD:
        raise bad_request("file is too big")
    return {**file.json(), "file_path": file.path}


METHODS: dict[str, Any] = {
    "sendphoto": send_photo,
    "senddocument": send_document,
    "sendvoice": send_voice,
    "getfile": get_file,
}
