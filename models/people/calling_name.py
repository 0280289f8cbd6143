"""Finds the name that a person is called by: the first word of a name that is no title, particle or initial.

    I Ketut Sudarma ─▶ Ketut     Drs. H. Moh. Anwar, M.Si. ─▶ Anwar     Ida Bagus Putra ─▶ Putra     A. M. ─▶ A. M.

Where several people are named side by side (`told_apart`), each gets the fewest words that no other has.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence

LONGEST = 30
"""Characters of a name within a sentence."""
FORMS_OF_ADDRESS = frozenset({
    "bapak", "bpk", "pak", "ibu", "bu", "kak", "kakak", "mas", "mbak", "mba", "bang", "abang", "sdr", "sdri",
    "saudara", "saudari", "tn", "ny", "nn", "tuan", "nyonya", "nona", "mr", "mrs", "ms", "nek", "kek", "mbah",
})  # fmt: skip
TITLES = frozenset({
    "h", "hj", "haji", "hajjah", "kh", "kyai", "ust", "ustad", "ustadz", "ustadzah", "habib", "alm", "almh",
    "almarhum", "almarhumah", "prof", "dr", "drs", "dra", "drg", "drh", "ir", "ing", "hc", "letkol", "kol", "kapt",
    "serka", "aiptu", "bripka", "pdt", "pendeta", "pastor", "romo", "suster",
})  # fmt: skip
PARTICLES = frozenset({
    # Bali
    "i", "ni",
    # Java, Banten; Aceh and Melayu; Sasak; Bugis and Makassar
    "raden", "rd", "rr", "roro", "ra", "rm", "rp", "kanjeng", "kgph", "krt", "tb", "tubagus",
    "teuku", "tgk", "tengku", "lalu", "baiq", "daeng", "dg", "puang",
    # Abbreviated first names, which no person is called by
    "moh", "muh", "mohd", "muhd", "moch", "mhd", "md", "abd", "st", "fx",
})  # fmt: skip
PHRASES = (
    ("i", "gusti", "agung"), ("i", "gusti"), ("ni", "gusti"), ("ida", "bagus"), ("ida", "ayu"), ("anak", "agung"),
    ("i", "dewa"), ("ida", "i", "dewa"), ("desak",), ("cokorda", "istri"), ("tjokorda", "istri"), ("cokorda",),
    ("tjokorda",), ("raden", "mas"), ("raden", "ajeng"), ("raden", "roro"), ("raden", "ayu"),
)  # fmt: skip
"""Titles of several words; each word of them may be a name when it stands elsewhere."""
TOKEN = re.compile(r"[^\s.,;()\"“”]+\.*")


def calling_name(name: str) -> str:
    """Return the word that a person is called by in a sentence; the full name where no word of it will do."""
    return next(iter(calling_words(name)), name)[:LONGEST]


def calling_words(name: str) -> list[str]:
    """Return the words that a person may be called by. Degrees stand after a comma, other names in brackets."""
    before_degrees = re.split(r"[,(]", name, maxsplit=1)[0]
    tokens = _after_phrases(TOKEN.findall(before_degrees))
    return [_shown(token) for token in tokens if not _is_passed_over(token)]


def _after_phrases(tokens: list[str]) -> list[str]:
    """Drop a title of several words in front, as long as a name follows."""
    plain = [_plain(token) for token in tokens]
    titles = [len(phrase) for phrase in PHRASES if tuple(plain[: len(phrase)]) == phrase and len(plain) > len(phrase)]
    return tokens[max(titles, default=0) :]


def told_apart(names: Sequence[str]) -> list[str]:
    """Return what to call people named side by side: as short as is still different, the full name at the most."""
    ways: tuple[Callable[[str], str], ...] = (calling_name, _first_and_last, _all_words, str)
    return [next((way(name) for way in ways if _is_alone(way, name, names)), name) for name in names]


def _is_alone(way: Callable[[str], str], name: str, names: Sequence[str]) -> bool:
    shown = Counter(way(other).casefold() for other in names)
    return shown[way(name).casefold()] == 1


def _first_and_last(name: str) -> str:
    words = calling_words(name)
    return " ".join([words[0], words[-1]]) if len(words) > 1 else name


def _all_words(name: str) -> str:
    return " ".join(calling_words(name)) or name


def _is_passed_over(token: str) -> bool:
    """Is it a title, a particle, an initial, or a word cut short with a dot?"""
    word = _plain(token)
    if len(word) <= 1 or not any(map(str.isalpha, word)):
        return True
    is_cut = token.endswith(".") and (len(word) <= 3 or not re.search("[aeiou]", word[1:]))
    return is_cut or word in TITLES | PARTICLES | FORMS_OF_ADDRESS


def _plain(token: str) -> str:
    split = unicodedata.normalize("NFKD", token).casefold()
    return "".join(mark for mark in split if mark.isalnum())


def _shown(token: str) -> str:
    word = token.rstrip(".").strip("'’‘`-_*[]<>")
    return word.capitalize() if word.isupper() and len(word) > 2 else word
