"""The page at ``/`` and the files it is made of."""

from pathlib import Path

from aiohttp import web

FOLDER = Path(__file__).parent / "page"
POLICY = "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; frame-ancestors 'none'"


def page_routes() -> list[web.AbstractRouteDef]:
    """Where the page is."""
    return [web.get("/", _index), web.static("/page", FOLDER)]


async def _index(request: web.Request) -> web.StreamResponse:
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
    return web.FileResponse(FOLDER / "index.html", headers=headers)
