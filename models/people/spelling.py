"""Brings the spellings of a name to one key, by which people are found and probable duplicates noticed.

    Mohammad, Muhamad, Moh. ─▶ muhamad     Soetjipto, Sucipto ─▶ sucipto     Syarif, Sharif, Sarip ─▶ sarip
    "Nur Hayati" is also found as "Nurhayati": neighbouring words are keys together, too (`keys_of`, `readings_of`)

A key is stored only as a keyed hash (name_word, a blind index), or compared in memory.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from models.people.name import search_words

MOST_WORDS = 5
"""Words of a query that are looked for: a sixth one tells no people apart."""
WHOLE = (
    (re.compile(r"m[ou]h[dt]?|m[ou]ch|mhd|md|m[uo](?:h|ch|kh|k)?am+[ae]?[dt]"), "muhamad"),
    (re.compile(r"a[ck]?h+m[ae]d"), "ahmad"),
    (re.compile(r"abd|abdl|abdoel"), "abdul"),
    (re.compile(r"st|sitti"), "siti"),
)
"""Words that stand for another one as a whole: abbreviations, and the most common name of the country."""
CHANGES = tuple(
    (re.compile(old), new)
    for old, new in (
        ("^abd[uo]e?l?(?=[lrnsdtz])", "abdu"),  # Abdul Rahman, Abdurrahman
        ("^ch(?=an[dt])", "c"),  # Chandra
        ("^chr|^khr", "kr"),
        ("tj", "c"), ("dj", "j"), ("nj", "ny"), ("sj", "sy"), ("dz|ts|tz|z", "s"),
        ("ph|v|f", "p"), ("ck|q", "k"), ("x", "ks"), ("kh|ch", "h"),
        ("s[hy]", "s"), ("(?<=[bdgjklrt])h", ""),
        ("oe|ou|oo|w(?=[^aeiouy])", "u"), ("ie|ee", "i"), ("ei", "ai"), ("ae|ay(?![aeiou])", "ai"),
        ("ij|iy(?=[aeiou])|yi", "i"),
        ("j", "y"), ("(?<=[^aeiou])y", "i"), ("^i(?=[aeou])", "y"), ("ya(?=[^aeiou])|ia(?=[^aeiou])", "ia"),
        (r"(.)\1+", r"\1"), ("(?<=[aeiou])h$", ""), ("o(?=m|h)", "u"),
    )
)  # fmt: skip
"""One after another: spellings before 1972, Arabic and European ones, double letters, silent letters."""


def spelling_key(word: str) -> str:
    """Return the key of a plain word (small letters, see name.search_words)."""
    key = expanded(word)
    for old, new in CHANGES:
        key = old.sub(new, key)
    return key or word


def expanded(word: str) -> str:
    """Return what an abbreviation stands for; any other word as it is."""
    return next((stands_for for shape, stands_for in WHOLE if shape.fullmatch(word)), word)


def keys_of(name: str) -> tuple[str, ...]:
    """Return every key that a name is found by: each word, and each two neighbours written as one."""
    words = search_words(name)
    joined = (expanded(first) + expanded(second) for first, second in pairwise(words))
    return tuple(dict.fromkeys(spelling_key(word) for word in (*words, *joined)))


def whole_key(name: str) -> str:
    """Return one key for the whole name, however its words are cut: equal keys may mean the same person."""
    return spelling_key("".join(map(expanded, _spoken(search_words(name)))))


def readings_of(words: Sequence[str]) -> list[frozenset[str]]:
    """Return the sets of keys that a name must have, any of which will do: as it was written, and with neighbours
    joined."""
    spoken = _spoken(words)[:MOST_WORDS]
    return list(dict.fromkeys(frozenset(map(spelling_key, reading)) for reading in _joinings(spoken)))


def _spoken(words: Sequence[str]) -> list[str]:
    """Drop initials, which may stand for any name, as long as something else is left."""
    return [word for word in words if len(word) > 1] or list(words)


def _joinings(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    if not words:
        yield ()
        return
    for rest in _joinings(words[1:]):
        yield (words[0], *rest)
    if len(words) > 1:
        for rest in _joinings(words[2:]):
            yield (expanded(words[0]) + expanded(words[1]), *rest)
