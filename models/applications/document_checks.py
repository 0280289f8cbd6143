"""Results of the first check of a document, for handlers and the download queue; document_rebuild.py makes them."""

from dataclasses import dataclass
from enum import StrEnum

MOST_PAGES = 20
"""Pages of a PDF: the longest paper asked for has twelve."""


class Advice(StrEnum):
    """What to tell the person; none of it refuses a paper but what stands in `REFUSED`."""

    WRONG_TYPE = "wrong_type"
    HEIC = "heic"
    TOO_LARGE = "too_large"
    DAMAGED = "damaged"
    EMPTY = "empty"
    LOCKED = "locked"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MUCH_WORK = "too_much_work"
    DARK = "dark"
    BLANK = "blank"
    BLURRED = "blurred"
    GLARE = "glare"
    SMALL = "small"


REFUSED = frozenset(
    {
        Advice.WRONG_TYPE,
        Advice.HEIC,
        Advice.TOO_LARGE,
        Advice.DAMAGED,
        Advice.EMPTY,
        Advice.LOCKED,
        Advice.TOO_MANY_PAGES,
        Advice.TOO_MUCH_WORK,
    },
)


@dataclass(frozen=True, slots=True)
class FileCheck:
    """What a first look saw. The advice that helps most comes first."""

    media_type: str | None
    advice: tuple[Advice, ...] = ()

    @property
    def is_usable(self) -> bool:
        return not REFUSED.intersection(self.advice)

    @property
    def may_have_pages(self) -> bool:
        """Is it a PDF without a page, in which another reader might still find one?"""
        return self.media_type == "application/pdf" and not {Advice.DAMAGED, Advice.EMPTY}.isdisjoint(self.advice)


@dataclass(frozen=True, slots=True)
class RebuiltFile:
    """What a first look saw, and the clean file that was made of what was seen; no bytes where it is refused."""

    check: FileCheck
    content: bytes = b""
    media_type: str | None = None
    """Of the clean file: JPEG or PDF, whichever type was sent."""


class Refused(Exception):
    """No clean file can be made of it; the first argument is the Advice that says why."""
