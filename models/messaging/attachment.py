"""What goes out with a message: described in its row, and made at the moment it is sent (bot/attachments.py)."""

from enum import StrEnum
from typing import Any, NamedTuple


class AttachmentKind(StrEnum):
    SHEET = "sheet"
    """A printable sheet (PDF): `content` is what stands on it, as in handlers/wording/pdf_sheets.py."""
    TEXT = "text"
    """A file of plain text, such as JSON: `content` is the text."""
    PAPER = "paper"
    """A stored paper: `content` is the name of its encrypted file."""
    CODE = "code"
    """A QR code as a picture: `content` is what it says."""


METHODS = {AttachmentKind.CODE: "sendPhoto"}
"""How an attachment goes out, where it is not sendDocument."""


class Attachment(NamedTuple):
    """`name` is what the file is called on the phone: never after a person."""

    kind: AttachmentKind
    name: str
    content: Any
    media_type: str

    @property
    def method(self) -> str:
        return METHODS.get(self.kind, "sendDocument")

    def row(self) -> dict[str, Any]:
        return self._asdict() | {"kind": str(self.kind)}


def read(row: dict[str, Any]) -> Attachment:
    return Attachment(AttachmentKind(row["kind"]), row["name"], row["content"], row["media_type"])
