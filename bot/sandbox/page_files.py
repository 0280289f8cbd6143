"""Serves the page at ``/`` and the files it is made of."""

from pathlib import Path

from aiohttp import web

FOLDER = Path(__file__).parent / "page"
POLICY = "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; frame-ancestors 'none'"
HEADERS = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}


def page_routes() -> list[web.AbstractRouteDef]:
    """Return the routes of the page."""
    return [web.get("/", _file), web.get("/page/{name}", _file), web.get("/favicon.ico", _icon)]


async def _file(request: web.Request) -> web.StreamResponse:
    name = request.match_info.get("name", "index.html")
    if name not in {path.name for path in FOLDER.iterdir()}:
        raise web.HTTPNotFound
    return web.FileResponse(FOLDER / name, headers=HEADERS)


async def _icon(request: web.Request) -> web.StreamResponse:
    return web.FileResponse(FOLDER / "icon.svg", headers=HEADERS | {"Content-Type": "image/svg+xml"})
