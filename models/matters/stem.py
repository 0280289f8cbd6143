"""Reduce an Indonesian word to a stem, so that "mendaftar", "pendaftaran" and "daftarnya" are one word.

The stem need not be a word of the language: it is only compared with the stems of other words.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

SHORTEST = 4
"""Letters that must be left: a shorter rest is shared by too many words."""
PARTICLES = re.compile(r"(?:nya|kah|lah|pun|ku|mu)$")
PREFIXES = re.compile(r"^(?:meng|meny|men|mem|me|ber|di|ter|peng|peny|pen|pem|per|pe|ke|se|nge)")
SUFFIXES = re.compile(r"(?:kan|an|in|i)$")


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """Return the stem of a plain word: without particle, prefixes and suffix, as long as four letters are left."""
    word = re.sub(r"(.)\1{2,}", r"\1", word)  # "haloooo"
    if re.fullmatch(r"\D+2", word):  # "program2"
        word = word[:-1]
    for affix in (PARTICLES, PREFIXES, PREFIXES, SUFFIXES):
        shorter = affix.sub("", word, count=1)
        if len(shorter) >= SHORTEST:
            word = shorter
    return word


STARTS = ("di", "ke", "ter", "ber", "be", "nge", "ng", "n", "m", "ny", "meng", "men", "mem", "me", "pe", "se")
"""Prefixes of everyday speech."""
NASAL = (("meny", "s"), ("ny", "s"), ("meng", "k"), ("ng", "k"), ("mem", "p"), ("m", "p"), ("men", "t"), ("n", "t"))
"""A prefix that swallowed the first letter of a word, and that letter: menyimpan, simpan."""


def spoken_forms(word: str) -> Iterator[str]:
    """Yield words that a word of everyday speech may come from: "ngulang", "kekecilan", "nyimpen", "dibenerin"."""
    bare = [word.removesuffix(end) for end in ("", "nya", "in", "kan", "an", "i") if word.endswith(end)]
    for form in bare:
        yield form
        yield from (form.removeprefix(start) for start in STARTS if form.startswith(start))
        yield from (letter + form.removeprefix(start) for start, letter in NASAL if form.startswith(start))
