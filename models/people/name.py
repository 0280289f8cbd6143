"""What a usable name is: kept as typed, without invisible characters, and found again by its plain words.

Signs such as quotes, <b>, _*[ or an emoji stay: the sender of the message escapes them.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum

from models.people.posing import is_posing

LONGEST = 100
# Cf: zero-width and direction marks. Cs: half a character, which no database can keep.
UNSEEN = frozenset({"Cf", "Cs"})
GAPS = frozenset({"Zs", "Zl", "Zp", "Cc"})
# Letters and signs that print as nothing: Hangul fillers and the empty Braille cell.
BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
LIKE_NIK = re.compile(r"\d(?:[\s.,_/\-]*\d){15}")
APOSTROPHES = frozenset("'’‘`´ʼʻ")
# Forms of address and titles in front of a name; the dot may be missing.
TITLES = frozenset({
    "h", "hj", "kh", "ust", "ustadz", "ustadzah", "hajjah", "haji", "bapak", "bpk", "pak", "ibu", "bu", "kak",
    "sdr", "sdri", "saudara", "saudari", "tn", "ny", "nn", "alm", "almh", "almarhum", "almarhumah",
    "dr", "drs", "dra", "drg", "drh", "ir", "prof",
})  # fmt: skip
# Degrees behind a name. The short ones are also names or initials: they go only with a dot or after a comma.
DEGREES = frozenset({
    "spd", "spdi", "spdsd", "ssos", "skom", "skep", "sag", "sip", "ssi", "skm", "stp", "spt", "sak", "sked",
    "sfarm", "skeb", "stred", "samd", "amd", "amdkeb", "amdkep", "mpd", "mpdi", "msi", "mkes", "mkom", "msos",
    "mag", "mhum", "mkn", "msc", "phd", "mba", "bsc", "ners", "apt",
})  # fmt: skip
SHORT_DEGREES = frozenset({"se", "sh", "st", "sp", "ss", "mm", "mh", "mt", "ma", "mp", "ns"})


class NameFault(StrEnum):
    """Why what was typed cannot be a name."""

    EMPTY = "empty"
    LOOKS_LIKE_NIK = "looks_like_nik"
    NO_LETTERS = "no_letters"
    TOO_LONG = "too_long"
    POSES = "poses"


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it will be shown: NFC, one line, single spaces, at most 100 characters."""

    text: str = field(repr=False)

    @property
    def very_short(self) -> bool:
        """One letter: allowed, because such names exist, but worth a second look by staff."""
        return sum(map(_is_letter, self.text)) == 1

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class NameProblem:
    """`length`: characters that were typed, after cleaning."""

    fault: NameFault
    length: int
    most: int = LONGEST


def read_name(text: str, reserved: Collection[str] = ()) -> Name | NameProblem:
    """Clean a typed name, or say what keeps it from being one. `reserved`: names of the offices and of the bot."""
    name = clean(text)
    fault = _fault(name) or (NameFault.POSES if is_posing(name, reserved) else None)
    return NameProblem(fault, len(name)) if fault else Name(name)


def clean(text: str) -> str:
    """NFC, unseen characters gone, every gap (line breaks too) one space. Cleaning twice changes nothing."""
    shown = "".join(" " if _is_gap(mark) else mark for mark in text if unicodedata.category(mark) not in UNSEEN)
    return " ".join(unicodedata.normalize("NFC", shown).split())


def search_words(name: str) -> tuple[str, ...]:
    """Return the words a name is found by, in plain small letters, once each, in order; titles and degrees left out.

    A name of nothing but titles keeps them: a person called Haji must be found as well.
    """
    front, *behind = clean(name).split(",")
    tokens = [(token, False) for token in front.split()]
    tokens += [(token, True) for part in behind for token in part.split()]
    kept: list[str] = []
    for token, after_comma in tokens:
        if not _is_title(token, opening=not kept, after_comma=after_comma):
            kept.append(token)
    words = [word for token in (kept or [token for token, _ in tokens]) for word in _plain_words(token)]
    return tuple(dict.fromkeys(words))


def _fault(name: str) -> NameFault | None:
    if not name:
        return NameFault.EMPTY
    if LIKE_NIK.search(name):
        return NameFault.LOOKS_LIKE_NIK
    if not any(map(_is_letter, name)):
        return NameFault.NO_LETTERS
    return NameFault.TOO_LONG if len(name) > LONGEST else None


def _is_letter(mark: str) -> bool:
    return unicodedata.category(mark).startswith("L")


def _is_gap(mark: str) -> bool:
    return mark in BLANKS or unicodedata.category(mark) in GAPS


def _is_title(token: str, *, opening: bool, after_comma: bool) -> bool:
    word = "".join(_plain_words(token.replace(".", "")))
    if word in DEGREES:
        return True
    if word in SHORT_DEGREES:
        return after_comma or "." in token.rstrip(".")
    # Drs. H. Andi has a title, Abdul H an initial.
    return word in TITLES and (len(word) > 1 or opening)


def _plain_words(token: str) -> list[str]:
    # Twice, because small letters may come apart again and parts may be capital.
    split = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", token).casefold())
    plain = (mark for mark in split if unicodedata.category(mark) != "Mn" and mark not in APOSTROPHES)
    return "".join(mark if mark.isalnum() else " " for mark in plain).split()
