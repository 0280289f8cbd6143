"""Refuses requests that do not come from programs and pages of this machine, such as a web site's."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
HERE = frozenset({"127.0.0.1", "localhost", "::1"})


@web.middleware
async def only_from_here(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a foreign host name or origin: that is how a web site would reach a server on loopback."""
    origin = request.headers.get("Origin")
    if urlsplit(f"//{request.host}").hostname not in HERE:
        raise web.HTTPForbidden(text="This server answers on loopback only.")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise web.HTTPForbidden(text="This server answers its own page only.")
    return await handler(request)
