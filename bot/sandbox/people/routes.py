"""Serves everything under ``/sandbox/``: people, chats, faults and the log of calls, for the page and chaos tests."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import orjson
from aiohttp import web

from bot.sandbox.chats import Chat
from bot.sandbox.errors import ApiError
from bot.sandbox.people.actions import perform, read_given
from bot.sandbox.people.event_stream import stream_events
from bot.sandbox.store import Json

if TYPE_CHECKING:
    from bot.sandbox.sandbox import Sandbox

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
MOST_ENTRIES = 300
"""Messages of a chat that are shown at once."""


class SandboxRoutes:
    """The routes that move people."""

    def __init__(self, sandbox: "Sandbox") -> None:
        self.sandbox = sandbox
        self.world = sandbox.world

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        table: list[tuple[str, str, Callable[[web.Request], Awaitable[Any]]]] = [
            ("GET", "/sandbox/state", self.state),
            ("GET", "/sandbox/people", self.list_people),
            ("POST", "/sandbox/people", self.add_person),
            ("GET", r"/sandbox/people/{id:\d+}", self.show_person),
            ("POST", r"/sandbox/people/{id:\d+}/{act}", self.act),
            ("POST", "/sandbox/chats", self.add_chat),
            ("GET", r"/sandbox/chats/{id:-?\d+}", self.show_chat),
            ("POST", r"/sandbox/chats/{id:-?\d+}/post", self.post_in_channel),
            ("POST", "/sandbox/updates", self.inject),
            ("GET", "/sandbox/faults", self.list_faults),
            ("POST", "/sandbox/faults", self.add_fault),
            ("DELETE", "/sandbox/faults", self.clear_faults),
            ("POST", "/sandbox/latency", self.set_latency),
            ("GET", "/sandbox/calls", self.list_calls),
            ("GET", "/sandbox/counts", self.count_calls),
            ("DELETE", "/sandbox/calls", self.reset_calls),
        ]
        routes = [web.route(method, path, _as_json(handler)) for method, path, handler in table]
        return [
            *routes,
            web.get("/sandbox/events", self.stream),
            web.get("/sandbox/files/{file_id}", self.file),
        ]

    # -- people and chats ---------------------------------------------------------------------------------

    async def state(self, request: web.Request) -> Json:
        """Return all that the page needs at its start."""
        chats = [self._chat(chat) for chat in self.world.chats.values()]
        profile = self.world.profile
        card = {what: profile.text(what, "") for what in ("description", "short_description")}
        bot = self.world.bot_user() | card
        return {"bot": bot, "people": await self.list_people(request), "chats": chats}

    async def list_people(self, request: web.Request) -> list[Json]:
        """List all people."""
        menu = self.world.profile.menu
        return [p.row() | {"commands": menu(p.id, p.language_code)} for p in self.sandbox.people]

    async def add_person(self, request: web.Request) -> Json:
        """Add a person."""
        try:
            return self.sandbox.add_person(**await read_given(request)).row()
        except TypeError as mistake:
            raise ApiError(400, f"Bad Request: {mistake}") from None

    async def show_person(self, request: web.Request) -> Json:
        """Show one person and their chat."""
        chat = self.world.find_chat(request.match_info["id"])
        if chat.id not in self.world.people:
            raise ApiError(404, "Not Found: no such person")
        return self.world.people[chat.id].row() | {"chat": self._chat(chat)}

    async def act(self, request: web.Request) -> Any:
        """Perform an action of a person."""
        given = await read_given(request)
        return perform(self.world, int(request.match_info["id"]), request.match_info["act"], given)

    async def add_chat(self, request: web.Request) -> Json:
        """Add a group or a channel."""
        given = await read_given(request)
        add = self.sandbox.add_channel if given.pop("type", "") == "channel" else self.sandbox.add_group
        return add(**given).row()

    async def show_chat(self, request: web.Request) -> Json:
        """Show a chat; ``?before=<message id>`` shows earlier messages."""
        chat = self.world.find_chat(request.match_info["id"])
        return self._chat(chat, int(request.query.get("before", chat.next_message_id)))

    async def post_in_channel(self, request: web.Request) -> Json:
        """Post in a channel."""
        given = await read_given(request)
        channel = self.world.find_chat(request.match_info["id"])
        return self.sandbox.post_in_channel(channel, **given).row()

    async def inject(self, request: web.Request) -> Json:
        """Queue an update of any form."""
        return self.sandbox.inject_raw_update(await read_given(request))

    def _chat(self, chat: Chat, before: int | None = None) -> Json:
        entries = [entry for entry in chat.messages if before is None or entry.id < before]
        return chat.row() | {
            "entries": [entry.row() for entry in entries[-MOST_ENTRIES:]],
            "earlier": len(entries) > MOST_ENTRIES,
        }

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Stream all events as they happen."""
        return await stream_events(request, self.world.events)

    async def file(self, request: web.Request) -> web.StreamResponse:
        """Return the bytes of a file for the page; active content is only offered for download."""
        file = self.world.files.find(request.match_info["file_id"])
        if file is None:
            raise web.HTTPNotFound
        shown = file.kind in {"photo", "voice"}
        place = "inline" if shown else f"attachment; filename*=UTF-8''{quote(file.name)}"
        headers = {"Content-Disposition": place, "X-Content-Type-Options": "nosniff"}
        mime = file.mime if shown else "application/octet-stream"
        return web.Response(body=self.world.files.content(file), headers=headers | {"Content-Type": mime})

    # -- faults and calls ---------------------------------------------------------------------------------

    async def list_faults(self, request: web.Request) -> list[Json]:
        """List all rules."""
        return [vars(rule) for rule in self.sandbox.faults.rules]

    async def add_fault(self, request: web.Request) -> Json:
        """Add a rule; ``{"seed": 7}`` beside it seeds the random numbers."""
        given = await read_given(request)
        if "seed" in given:
            self.sandbox.faults.seed(given.pop("seed"))
        try:
            return vars(self.sandbox.faults.add(**given)) if given else {}
        except (TypeError, ValueError) as mistake:
            raise ApiError(400, f"Bad Request: {mistake}") from None

    async def clear_faults(self, request: web.Request) -> bool:
        """Remove all faults and the latency."""
        self.sandbox.faults.clear()
        return True

    async def set_latency(self, request: web.Request) -> bool:
        """Set the latency of each response: ``{"ms": 50}``."""
        self.sandbox.faults.latency_ms = float((await read_given(request))["ms"])
        return True

    async def list_calls(self, request: web.Request) -> list[Json]:
        """List the newest calls; ``?method=sendMessage`` shows those of one method."""
        method = request.query.get("method")
        calls = self.sandbox.calls.of(method) if method else self.sandbox.calls.calls
        return [call.row() for call in calls]

    async def count_calls(self, request: web.Request) -> Json:
        """Count the outcomes of each method, and the length of the queue."""
        return {"calls": dict(self.sandbox.calls.counts), "pending_updates": len(self.world.updates)}

    async def reset_calls(self, request: web.Request) -> bool:
        """Clear the log of calls."""
        self.sandbox.calls.reset()
        return True


def _as_json(handler: Callable[[web.Request], Awaitable[Any]]) -> Handler:
    """Wrap a function that returns plain values as a web handler; refusals keep their code."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            status, body = 200, await handler(request)
        except ApiError as refusal:
            status, body = refusal.code, refusal.body()
        return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")

    return handle
