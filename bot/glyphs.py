"""Replaces each character that the bundled fonts cannot show by a visible sign, before a sheet is typeset.

    text ─▶ NFC ─▶ covered: kept · of no width: dropped · anything else: □ ─▶ stacks of marks and long words cut

The one place that decides this. The fonts and their coverage lie in bot/fonts/ (see its README); a test compares both.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

FONTS = Path(__file__).parent / "fonts"
COVERAGE = FONTS / "coverage.txt"
SUBSTITUTE = "□"
SPACES = frozenset("\t\v\f\x85\u2028\u2029")
DROPPED = frozenset(map(chr, [0xAD, 0x200E, 0x200F, 0x61C, *range(0x2060, 0x2065), 0xFEFF, *range(0xE0000, 0xE1000)]))
"""Of no width, and nothing is lost without them: marks of direction, joiners of words, selectors, tags."""
SELECTORS = range(0xFE00, 0xFE10)
BIDI = frozenset(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]))
"""They would reverse other text on the same line."""
MOST_MARKS = 4
"""Combining marks on one character: a higher stack would cover the lines around it."""
LONG_WORD = re.compile(r"(\S{60})(?=\w)")
PLAIN = frozenset(map(chr, [*range(0x20, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x180), *range(0x2018, 0x201E)])) | {
    "\n",
    SUBSTITUTE,
}
"""What certainly can be printed; everything else is replaced where the typesetter refused a sheet."""


@cache
def covered() -> frozenset[str]:
    """Return all characters that some bundled font has a glyph for."""
    ranges = (line.split("-") for line in COVERAGE.read_text().split())
    return frozenset(chr(one) for first, last in ranges for one in range(int(first, 16), int(last, 16) + 1))


class Printable(dict[int, str]):
    """A table for str.translate, filled as characters are met."""

    def __missing__(self, number: int) -> str:
        self[number] = printed_as(chr(number))
        return self[number]


def printed_as(sign: str) -> str:
    if sign in SPACES:
        return " "
    if sign in DROPPED or (ord(sign) in SELECTORS and sign not in covered()):
        return ""
    return sign if sign == "\n" or (sign in covered() and sign not in BIDI) else SUBSTITUTE


TABLE = Printable()


def printable(text: str) -> str:
    """Return the text as it is typeset: without any character that has no glyph."""
    if text.isascii() and text.isprintable() and not text.isspace():
        return breakable(text)
    made = breakable(unstacked(unicodedata.normalize("NFC", text).translate(TABLE)))
    return made if made.strip() or not text else SUBSTITUTE


def plain(text: str) -> str:
    """Return the text with a visible sign for everything that is not Latin."""
    return "".join(sign if sign in PLAIN else SUBSTITUTE for sign in printable(text))


def unstacked(text: str) -> str:
    stacks = (list(run) for _, run in groupby(text, key=lambda sign: unicodedata.combining(sign) > 0))
    return "".join("".join(run[:MOST_MARKS] if unicodedata.combining(run[0]) else run) for run in stacks)


def breakable(text: str) -> str:
    """Let a word that is longer than a line be broken: else its end would stand beyond the edge of the page."""
    return LONG_WORD.sub("\\1\u200b", text)


def throughout(change: Callable[[str], str], content: Any) -> Any:
    """Return the same structure with every text changed; the content of QR codes stays."""
    if isinstance(content, str):
        return change(content)
    if isinstance(content, dict):
        return {name: one if name == "content" else throughout(change, one) for name, one in content.items()}
    return [throughout(change, one) for one in content] if isinstance(content, list | tuple) else content
