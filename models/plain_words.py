"""Bring typed words to one spelling: no case, no punctuation, "gak" as "tidak"; buttons and matters compare them."""

import re
from collections.abc import Iterable

from rapidfuzz.distance import OSA

EVERYDAY = {
    **dict.fromkeys(("gak", "ga", "nggak", "ngga", "enggak", "engga", "tdk", "tak"), "tidak"),
    **dict.fromkeys(("iya", "iyah", "y"), "ya"),
    **dict.fromkeys(("udah", "udh", "sdh"), "sudah"),
    **dict.fromkeys(("aku", "sy"), "saya"),
    **dict.fromkeys(("bu", "ibuk"), "ibu"),
    **dict.fromkeys(("pak", "bpk"), "bapak"),
    "blm": "belum",
    "yg": "yang",
}
"""Colloquial spellings, and the word of our buttons that each means."""


def plain(text: str) -> str:
    """Normalise typed words: no case, no punctuation, single spaces, "gak" as "tidak"."""
    words = re.sub(r"[^\w\s]", " ", text.casefold()).split()
    return " ".join(EVERYDAY.get(word, word) for word in words)


EMPTY = frozenset({"apa", "saja", "yang", "ini", "itu", "ya"})
"""Words that name nothing."""
SHORTEST_TYPED_WRONGLY, LEAST_SHARED = 4, 0.5


def near(said: str, forms: Iterable[str]) -> float:
    """Return the share (0 to 1) of the words of `said` that stand in one of the forms, typing errors forgiven.

    Both are plain words. Less than half of them is nothing.
    """
    words = said.split()
    named = [word for word in words if word not in EMPTY]
    shares = (sum(_stands_in(word, form.split()) for word in named) / len(words) for form in forms if words)
    best = max(shares, default=0.0)
    return best if best >= LEAST_SHARED else 0.0


def _stands_in(word: str, words: list[str]) -> bool:
    is_long = len(word) >= SHORTEST_TYPED_WRONGLY and word.isalpha()
    return word in words or (is_long and any(one[0] == word[0] and OSA.distance(word, one) <= 1 for one in words))
