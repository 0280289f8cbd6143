"""Performs the actions of people over HTTP, as JSON: ``/sandbox/people/<id>/<act>``.

POST /sandbox/people                    {"first_name": "Sari"}
POST /sandbox/people/7000001/send       {"text": "/start"}
POST /sandbox/people/7000001/press      {"message_id": 2, "data": "y"}
POST /sandbox/people/7000001/send_photo (the bytes as part "content" of a form)
"""

from collections.abc import Callable
from typing import Any

from aiohttp import web
from aiohttp.multipart import BodyPartReader

from bot.sandbox.chats import Entry
from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.people.account import BotIsBlockedError
from bot.sandbox.people.person import Person
from bot.sandbox.store import Json
from bot.sandbox.world import World

ACTIONS: dict[str, Callable[..., Any]] = {
    act.__name__: act
    for act in (
        Person.send,
        Person.start,
        Person.edit,
        Person.delete,
        Person.press,
        Person.tap,
        Person.tap_key,
        Person.share_contact,
        Person.send_contact,
        Person.send_location,
        Person.send_poll,
        Person.send_photo,
        Person.send_document,
        Person.send_voice,
        Person.send_sticker,
        Person.send_album,
        Person.forward,
        Person.react,
        Person.block,
        Person.unblock,
        Person.deactivate,
    )
}


def perform(world: World, person_id: int, act: str, given: Json) -> Any:
    """Let a person do something; what comes back is ready for JSON. Raises 400, 404 and 409."""
    person = world.people.get(person_id)
    if person is None or act not in ACTIONS:
        raise ApiError(404, "Not Found: no such person or act")
    try:
        return _shown(ACTIONS[act](person, **_with_chat(world, given)))
    except BotIsBlockedError as refusal:
        raise ApiError(409, f"Conflict: {refusal}") from None
    except (TypeError, ValueError, LookupError) as mistake:
        raise bad_request(f"{act}: {mistake}") from None


def _with_chat(world: World, given: Json) -> Json:
    if "chat_id" not in given:
        return given
    rest = {name: value for name, value in given.items() if name != "chat_id"}
    return rest | {"chat": world.find_chat(given["chat_id"])}


def _shown(result: Any) -> Any:
    if isinstance(result, list):
        return [_shown(each) for each in result]
    return result.row() if isinstance(result, Entry) else result


async def read_given(request: web.Request) -> Json:
    """The arguments of an act: JSON, or a form whose file part is named ``content``."""
    if request.content_type != "multipart/form-data":
        given = await request.json() if request.can_read_body else {}
        if not isinstance(given, dict):
            raise bad_request("object expected as JSON body")
        return given
    given, photos = {}, []
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            continue
        content = bytes(await part.read())
        if part.name == "photos":
            photos.append(content)
        elif part.name == "content":
            given |= {"content": content}
        else:
            given[part.name] = _plain(content.decode())
    return given | ({"photos": photos} if photos else {})


def _plain(text: str) -> Any:
    return int(text) if text.isdecimal() and len(text) < 10 else text
