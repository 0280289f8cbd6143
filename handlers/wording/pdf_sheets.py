"""Describe printed sheets: a heading, and sections of short lines; rendered when sent (bot/pdf_renderer.py).

    Sheet ─┬─ title                    Tanda terima
           ├─ section: heading, lines  Yang Anda daftarkan / Nomor: KT-2026-0412-G / …
           └─ code                     a QR code with the words under it, or none
    Bundle ── several sheets in one file, each on a page of its own

A line is plain text: the renderer interprets no character of it.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from locales import language
from models.messaging.attachment import Attachment, AttachmentKind

PDF = "application/pdf"


class SheetSection(NamedTuple):
    heading: str
    lines: Sequence[str]


class Code(NamedTuple):
    """A QR code: what it says, and the words under it."""

    content: str
    words: str


class Sheet(NamedTuple):
    """One sheet. `foot`: small at the end of each page, such as the name of the office and the day.

    `large`: in large letters. `instead`: the text of its page in a bundle where it cannot be rendered.
    """

    title: str
    sections: Sequence[SheetSection]
    foot: str = ""
    code: Code | None = None
    large: bool = False
    instead: str = ""

    def attachment(self, name: str) -> Attachment:
        """Make the attachment of a message. `name`: of the file, without its extension."""
        return Attachment(AttachmentKind.SHEET, f"{name}.pdf", {"language": language(), **self.content()}, PDF)

    def content(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "sections": [{"heading": one.heading, "lines": list(one.lines)} for one in self.sections],
            "foot": self.foot,
            "code": self.code._asdict() if self.code else None,
            "large": self.large,
            "instead": self.instead,
        }


class Bundle(NamedTuple):
    """Several sheets in one file. `title`: of the PDF; each sheet begins a page, with its own title."""

    title: str
    sheets: Sequence[Sheet]

    def attachment(self, name: str) -> Attachment:
        """Make the attachment with all sheets."""
        pages = [one.content() for one in self.sheets]
        content = {"language": language(), "title": self.title, "sheets": pages}
        return Attachment(AttachmentKind.SHEET, f"{name}.pdf", content, PDF)
