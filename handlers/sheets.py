"""Sheets of paper in words: a heading, and sections of short lines; printed when they are sent (bot/printing.py).

    Sheet ─┬─ title                    Tanda terima
           ├─ section: heading, lines  Yang Anda daftarkan / Nomor: KT-2026-0412-G / …
           └─ code                     a QR code with the words under it, or none

Whatever stands in a line is only ever text: no character of it means anything to the printer.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from locales import language
from models.post.enclosure import Enclosure, Kind

PDF = "application/pdf"


class Section(NamedTuple):
    heading: str
    lines: Sequence[str]


class Code(NamedTuple):
    """A QR code: what it says, and the words under it."""

    content: str
    words: str


class Sheet(NamedTuple):
    """`foot` stands small at the end of each page, such as the name of the office and the day."""

    title: str
    sections: Sequence[Section]
    foot: str = ""
    code: Code | None = None

    def enclosed(self, name: str) -> Enclosure:
        """The sheet as it goes with a message. `name` is what the file is called, without its ending."""
        content: dict[str, Any] = {
            "language": language(),
            "title": self.title,
            "sections": [{"heading": one.heading, "lines": list(one.lines)} for one in self.sections],
            "foot": self.foot,
            "code": self.code._asdict() if self.code else None,
        }
        return Enclosure(Kind.SHEET, f"{name}.pdf", content, PDF)
