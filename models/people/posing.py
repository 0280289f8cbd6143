"""Finds names that pose as the office: with a link, a @username or a command in them, or the office's own name.

A name is shown to other people, in whose chats Telegram makes links of such things; so it is asked for again where it
is typed (handlers/conversation/match.py), and nowhere else.
"""

import re
import unicodedata
from collections.abc import Collection
from functools import cache

DOMAINS = (
    "com|net|org|info|biz|id|me|io|co|xyz|site|online|app|link|click|top|shop|store|live|dev|tk|ml|ga|cf|gq|ly|gg|tv|cc"
)
ADDRESS = re.compile(
    rf"://|\bwww\.|@\w|(?:^|\s)/\w|\b[\w-]+\.[a-z]{{2,}}/|\bt\.me\b|\b[\w-]{{2,}}\.(?:{DOMAINS})\b", re.IGNORECASE
)
"""Two letters before the dot: S.Ag, M.Si and I.G.A. are degrees and initials."""
ALIKE = str.maketrans("0134578авсеіјкмнорѕтухοαενικρτυß", "oieastbabceijkmhopstyxoaevikptub")
"""Digits and letters of other scripts that look like these."""
AUTHORITIES = frozenset({"dinsos", "dinassosial", "kemensos", "kementeriansosial", "pemprov", "pemkab", "pemkot"})
STARTS = tuple(AUTHORITIES)
OFFICIALS = frozenset({"petugas", "admin", "administrator", "official"})
"""Words in no real name, and words that an impostor puts first."""


def is_posing(name: str, reserved: Collection[str] = ()) -> bool:
    """Does this name lead elsewhere, or speak for an office? `reserved`: names of the offices and of the bot."""
    if ADDRESS.search(unicodedata.normalize("NFKC", name)):
        return True
    words = _plain(name)
    if any(word.startswith(STARTS) for word in words) or (words[:1] != [] and words[0] in OFFICIALS):
        return True
    return not _runs(words).isdisjoint(AUTHORITIES | _joined(frozenset(reserved)))


@cache
def _joined(names: frozenset[str]) -> frozenset[str]:
    """Return the names of the offices and of the bot, each written as one word; they are the same all day."""
    return frozenset("".join(_plain(name)) for name in names)


def _plain(name: str) -> list[str]:
    """Small letters without marks, and what looks like one as that."""
    split = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    kept = "".join(mark for mark in split if unicodedata.category(mark) not in ("Mn", "Cf")).translate(ALIKE)
    return re.sub(r"[^\w]|_", " ", kept).split()


def _runs(words: list[str]) -> set[str]:
    """Return every row of words that stand beside each other, written as one: also "D i n s o s"."""
    return {"".join(words[first:last]) for first in range(len(words)) for last in range(first + 1, len(words) + 1)}
