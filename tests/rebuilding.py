"""What the decoding process makes of a file, without the process: for tests of thousands of files."""

from bot.decoding import Decoder
from models.applications.document_checks import Look, Rebuilt
from models.applications.document_rebuild import rebuilt, rebuilt_by_tree


def remade(content: bytes) -> Rebuilt:
    """The same two runs as in bot/decoding.py."""
    made = rebuilt(content)
    return rebuilt_by_tree(content) if made.look.may_have_pages else made


def look_at(content: bytes) -> Look:
    return remade(content).look


class InProcess(Decoder):
    """Without the process: for tests of what happens around the decoding."""

    async def rebuilt(self, content: bytes) -> Rebuilt:
        return remade(content)
