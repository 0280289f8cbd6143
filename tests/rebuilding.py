"""What the decoding process makes of a file, without the process: for tests of thousands of files."""

from bot.decoding import Decoder
from models.applications.document_checks import FileCheck, RebuiltFile
from models.applications.document_rebuild import rebuild, rebuild_by_page_tree


def remade(content: bytes) -> RebuiltFile:
    """The same two runs as in bot/decoding.py."""
    made = rebuild(content)
    return rebuild_by_page_tree(content) if made.check.may_have_pages else made


def look_at(content: bytes) -> FileCheck:
    return remade(content).check


class InProcess(Decoder):
    """Without the process: for tests of what happens around the decoding."""

    async def rebuilt(self, content: bytes) -> RebuiltFile:
        return remade(content)
