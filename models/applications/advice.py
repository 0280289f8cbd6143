"""What the first look at a paper can say of it, for the talks and the post; the look itself is in paper.py."""

from dataclasses import dataclass
from enum import StrEnum


class Advice(StrEnum):
    """What to tell the person; none of it refuses a paper but what stands in `REFUSED`."""

    WRONG_TYPE = "wrong_type"
    HEIC = "heic"
    TOO_LARGE = "too_large"
    DAMAGED = "damaged"
    EMPTY = "empty"
    LOCKED = "locked"
    DARK = "dark"
    BLANK = "blank"
    BLURRED = "blurred"
    GLARE = "glare"
    SMALL = "small"


REFUSED = frozenset(
    {Advice.WRONG_TYPE, Advice.HEIC, Advice.TOO_LARGE, Advice.DAMAGED, Advice.EMPTY, Advice.LOCKED},
)


@dataclass(frozen=True, slots=True)
class Look:
    """What a first look saw. The advice that helps most comes first."""

    media_type: str | None
    advice: tuple[Advice, ...] = ()

    @property
    def is_usable(self) -> bool:
        return not REFUSED.intersection(self.advice)
