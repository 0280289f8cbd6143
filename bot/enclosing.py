"""Makes what goes out with a message, when it goes out: the row holds only what it is to be.

    row: sheet · text · paper · code ──▶ printed · as it is · opened · drawn ──▶ the file of one call

So nothing that takes time is done in a turn, and no copy of anybody's data lies about in between.
"""

import asyncio
from typing import Any

from bot.wire import CannotBeMade, File, failure
from models.applications.papers import Papers
from models.post.enclosure import Enclosure, Kind, read
from models.store import Store

ENCLOSED = "enclosed"


class NothingEnclosed(Exception):
    """What was to go with the message is there no more."""


class Enclosures:
    """Opens an outbox row's body: what is left is the call's own, and the file it carries."""

    def __init__(self, store: Store, papers: Papers) -> None:
        self._store, self._papers = store, papers

    async def of(self, body: dict[str, Any]) -> tuple[dict[str, Any], File | None]:
        """The parameters and the file. Raises NothingEnclosed where a paper was erased meanwhile, else CannotBeMade."""
        if ENCLOSED not in body:
            return body, None
        try:
            enclosed = read(body[ENCLOSED])
            content = await asyncio.to_thread(self._made, enclosed)
        except (NothingEnclosed, asyncio.CancelledError):
            raise
        except BaseException as error:  # a panic of the printer's Rust is no Exception
            raise CannotBeMade(failure(error)) from None
        part = "photo" if enclosed.method == "sendPhoto" else "document"
        rest = {name: value for name, value in body.items() if name != ENCLOSED}
        return rest, File(part, enclosed.name, content, enclosed.media_type)

    def _made(self, enclosed: Enclosure) -> bytes:
        match enclosed.kind:
            case Kind.SHEET:
                return printed(enclosed.content)
            case Kind.CODE:
                return pictured(enclosed.content)
            case Kind.PAPER:
                return self._opened(enclosed.content)
        return str(enclosed.content).encode()

    def _opened(self, name: str) -> bytes:
        try:
            return self._papers.read(self._store.keyring, name)
        except FileNotFoundError:
            raise NothingEnclosed("What was to go with the message was erased before.") from None


# The printer is loaded when the first sheet goes out: a start without it is quicker and lighter.


def printed(content: dict[str, Any]) -> bytes:
    from bot.printing import print_sheet

    return print_sheet(content)


def pictured(content: str) -> bytes:
    from bot.printing import picture_of

    return picture_of(content)
