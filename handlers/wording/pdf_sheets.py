"""Sheets of paper in words: a heading, and sections of short lines; printed when they are sent (bot/pdf_renderer.py).

    Sheet ─┬─ title                    Tanda terima
           ├─ section: heading, lines  Yang Anda daftarkan / Nomor: KT-2026-0412-G / …
           └─ code                     a QR code with the words under it, or none
    Bundle ── several sheets in one file, each on a page of its own

Whatever stands in a line is only ever text: no character of it means anything to the printer.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from locales import language
from models.messaging.attachment import Attachment, AttachmentKind

PDF = "application/pdf"


class Section(NamedTuple):
    heading: str
    lines: Sequence[str]


class Code(NamedTuple):
    """A QR code: what it says, and the words under it."""

    content: str
    words: str


class Sheet(NamedTuple):
    """`foot` stands small at the end of each page, such as the name of the office and the day.

    `large`: for whoever needs large letters. `instead`: what its page says in a bundle where it cannot be printed.
    """

    title: str
    sections: Sequence[Section]
    foot: str = ""
    code: Code | None = None
    large: bool = False
    instead: str = ""

    def attachment(self, name: str) -> Attachment:
        """The sheet as it goes with a message. `name` is what the file is called, without its ending."""
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
    """`title` is what the file is called by whoever opens it; each sheet begins a page, with its own title on it."""

    title: str
    sheets: Sequence[Sheet]

    def attachment(self, name: str) -> Attachment:
        """All sheets as they go with one message."""
        pages = [one.content() for one in self.sheets]
        content = {"language": language(), "title": self.title, "sheets": pages}
        return Attachment(AttachmentKind.SHEET, f"{name}.pdf", content, PDF)
