"""Serves the Bot API over HTTP: ``/bot<token>/<method>`` and ``/file/bot<token>/<path>``.

request ──▶ refuse? ──▶ read ──▶ token ──▶ latency ──▶ fault ──▶ flood ──▶ method ──▶ log ──▶ answer
"""

import asyncio
from typing import Any

import orjson
from aiohttp import web

from bot.sandbox.api import run
from bot.sandbox.call_log import CallLog
from bot.sandbox.calls import Call, read_call
from bot.sandbox.errors import NOT_FOUND, UNAUTHORIZED, ApiError
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.flood import FloodLimits
from bot.sandbox.world import World


class BotApi:
    """Answers the bot's calls out of one world."""

    def __init__(self, world: World, faults: Faults, flood: FloodLimits, log: CallLog) -> None:
        self.world = world
        self.faults = faults
        self.flood = flood
        self.log = log

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.route("*", "/bot{token}/{method}", self.handle),
            web.get("/file/bot{token}/{path:.+}", self.download),
        ]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Handle one call, from the request to its JSON response."""
        name = request.match_info["method"].lower()
        if self.faults.refusing(name):
            self.log.note(Call(name), "refuse")
            return _drop(request)
        call = Call(name)
        try:
            call = await read_call(request, name)
            self._check_token(request.match_info["token"])
            return await self._answer(request, call)
        except ApiError as refusal:
            self.log.note(call, str(refusal.code))
            return _json(refusal.code, refusal.body())

    async def download(self, request: web.Request) -> web.StreamResponse:
        """Return the bytes of a file, by the path from getFile."""
        file = self.world.files.at(request.match_info["path"])
        if request.match_info["token"] != self.world.token or file is None:
            refusal = ApiError(*NOT_FOUND)
            return _json(refusal.code, refusal.body())
        return web.Response(body=self.world.files.content(file), content_type="application/octet-stream")

    async def _answer(self, request: web.Request, call: Call) -> web.StreamResponse:
        if self.faults.latency_ms:
            await asyncio.sleep(self.faults.latency_ms / 1000)
        fault = self.faults.strike(call)
        if fault is not None:
            return await self._suffer(request, call, fault)
        result = await self._run(call)
        self.log.note(call, "200")
        return _json(200, {"ok": True, "result": result})

    async def _suffer(self, request: web.Request, call: Call, fault: Fault) -> web.StreamResponse:
        if fault.kind.isdecimal():
            raise fault.error()
        if fault.kind == "reset_after" or (fault.kind == "hang" and fault.done):
            await self._run_without_answer(call)
        self.log.note(call, fault.kind)
        if fault.kind == "page":
            return web.Response(status=fault.status, text=fault.content, content_type=fault.media_type)
        if fault.kind == "hang":
            await asyncio.sleep(fault.seconds)
        return _drop(request)

    async def _run_without_answer(self, call: Call) -> None:
        """Perform the call and drop its response, a refusal too."""
        try:
            await self._run(call)
        except ApiError:
            return

    async def _run(self, call: Call) -> Any:
        self.flood.check(call)
        return await run(self.world, call)

    def _check_token(self, token: str) -> None:
        if token == self.world.token:
            return
        number, _, secret = token.partition(":")
        raise ApiError(*(UNAUTHORIZED if number.isdecimal() and secret else NOT_FOUND))


def _json(status: int, body: Any) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")


def _drop(request: web.Request) -> web.Response:
    """Abort the connection; the returned response is never sent."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
