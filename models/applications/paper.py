"""The first look at a paper somebody sent: what it really is, and advice on whether it can be read.

Advice only: an officer decides. What a file is called counts for nothing, its content does.
"""

from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO


class Advice(StrEnum):
    """What to tell the person; none of it refuses a paper but WRONG_TYPE, DAMAGED and EMPTY."""

    WRONG_TYPE = "wrong_type"
    DAMAGED = "damaged"
    EMPTY = "empty"
    LOCKED = "locked"
    DARK = "dark"
    BLURRED = "blurred"
    SMALL = "small"


REFUSED = frozenset({Advice.WRONG_TYPE, Advice.DAMAGED, Advice.EMPTY, Advice.LOCKED})


@dataclass(frozen=True, slots=True)
class Look:
    """What a first look saw."""

    media_type: str | None
    advice: tuple[Advice, ...] = ()

    @property
    def is_usable(self) -> bool:
        return not REFUSED.intersection(self.advice)


def look_at(content: bytes) -> Look:
    """Look at the bytes of a paper: image or PDF, whole, and legible as far as a machine can tell."""
    raise NotImplementedError(BytesIO(content))
