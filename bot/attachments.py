"""Makes what goes out with a message, when it goes out: the row holds only what it is to be.

    row: sheet · text · paper · code ──▶ printed · as it is · opened · drawn ──▶ the file of one call

So nothing that takes time is done in a turn, and no copy of anybody's data lies about in between. A paper goes out only
as a file of our own making: one that was stored before they were rebuilt is rebuilt now.
"""

import asyncio
from pathlib import Path
from typing import Any

from bot.decoding import Decoder, is_ours
from bot.telegram_client import CannotBeMade, File, failure
from models.applications.papers import Papers
from models.post.enclosure import Enclosure, Kind, read
from models.store import Store

ENCLOSED = "enclosed"
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg"}


class NothingEnclosed(Exception):
    """What was to go with the message is there no more."""


class Enclosures:
    """Opens an outbox row's body: what is left is the call's own, and the file it carries."""

    def __init__(self, store: Store, papers: Papers, decoder: Decoder) -> None:
        self._store, self._papers, self._decoder = store, papers, decoder

    async def of(self, body: dict[str, Any]) -> tuple[dict[str, Any], File | None]:
        """The parameters and the file. Raises NothingEnclosed where a paper was erased meanwhile, else CannotBeMade."""
        if ENCLOSED not in body:
            return body, None
        rest = {name: value for name, value in body.items() if name != ENCLOSED}
        try:
            return rest, await self._file(read(body[ENCLOSED]))
        except (NothingEnclosed, CannotBeMade, asyncio.CancelledError):
            raise
        except BaseException as error:  # a panic of the printer's Rust is no Exception
            raise CannotBeMade(failure(error)) from None

    async def _file(self, enclosed: Enclosure) -> File:
        content = await asyncio.to_thread(self._made, enclosed)
        if enclosed.kind is Kind.PAPER:
            return await self._paper(enclosed.name, content)
        part = "photo" if enclosed.method == "sendPhoto" else "document"
        return File(part, enclosed.name, content, enclosed.media_type)

    async def _paper(self, name: str, content: bytes) -> File:
        """A stored paper, whose ending says what it is now. Raises CannotBeMade where it cannot be rebuilt."""
        media_type = await asyncio.to_thread(is_ours, content)
        if media_type is None:
            made = await self._decoder.rebuilt(content)
            content, media_type = made.content, made.media_type
        if media_type is None:
            raise CannotBeMade("The stored paper is no file that we made, and none can be made of it.")
        return File("document", f"{Path(name).stem}.{ENDINGS[media_type]}", content, media_type)

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
    from bot.pdf_renderer import print_sheet

    return print_sheet(content)


def pictured(content: str) -> bytes:
    from bot.pdf_renderer import picture_of

    return picture_of(content)
