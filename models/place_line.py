"""Find where a person lives in one line: the village with its kecamatan or its kabupaten or kota, in any order.

"sidodadi samarinda ulu" · "Kec. Samarinda Ulu, Kel. Sidodadi" ─▶ Kelurahan Sidodadi
"sidodadi" ─▶ candidates, where several villages have the name      "samarinda ulu" ─▶ the kecamatan
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product

from rapidfuzz import fuzz, process

from models.places import (
    LONGEST_NAME,
    MOST_CANDIDATES,
    PREFIXES,
    Gazetteer,
    Match,
    Place,
    SearchResults,
    key_of,
    words_in,
)

NUMBERS = re.compile(r"\b(?:rt|rw|no|nomor|blok)\b[.\s/]*\d+\w*", re.IGNORECASE)
"""Parts of an address below the village: no region is found by them."""
AROUND_AN_ADDRESS = frozenset({"saya", "tinggal", "di", "alamat", "rumah", "daerah", "sekarang"})
"""Words that people write around an address."""
SCORERS = ((fuzz.token_sort_ratio, 72), (fuzz.token_set_ratio, 85), (fuzz.ratio, 80))
"""How alike lines are (0 to 100), and from which likeness on a village is suggested: of the whole line, of a line
that leaves out, or adds, what lies around, and of the name alone."""
FAR_BEHIND = 12
REGENCY = 4
"""Digits of the code of a kabupaten or kota."""


@dataclass(frozen=True, slots=True)
class Village:
    """A village with the keys of what lies around it (some or all, in order); name and whole line in words."""

    place: Place
    around: frozenset[str]
    name: str
    line: str


def find_in_line(places: Gazetteer, text: str, within: Sequence[str]) -> SearchResults:
    """Find the place that a line names: a village of these regions (codes), else a kecamatan or kabupaten of any.

    A village that is the only one so named is taken; a typing error only gives candidates (as in Gazetteer.find).
    """
    villages, line = villages_in(places, tuple(within)), NUMBERS.sub(" ", text[: 2 * LONGEST_NAME])
    splits, whole = set(splits_of(line)), key_of(" ".join(bare_words(line)))
    readings = (
        {one.place for key, around in splits for one in villages.get(key, ()) if around in one.around},
        {one.place for one in villages.get(whole, ())},
        regions_of(places).get(whole, set()),
        {place for pair in splits for place in districts_of(places).get(pair, set())},
    )
    if named := next(filter(None, readings), None):
        return decided(named)
    known = places.find(line, places.regencies())  # by their everyday names, too
    return known if known.place else alike([one for namesakes in villages.values() for one in namesakes], line)


@lru_cache(maxsize=8)
def villages_in(places: Gazetteer, within: tuple[str, ...]) -> dict[str, list[Village]]:
    """Return the villages of these regions by the key of their name: made once, the list is long."""
    found: dict[str, list[Village]] = {}
    for code in within:
        for place in places.villages(code):
            found.setdefault(key_of(place.name), []).append(village_of(places, place))
    return found


def village_of(places: Gazetteer, place: Place) -> Village:
    _village, *around = places.address(place.code)
    names = [names_of(places, one) for one in around]
    some = (part for count in range(1, len(names) + 1) for part in combinations(names, count))
    keys = frozenset("".join(each) for part in some for each in product(*part))
    name, line = spaced(place.name), spaced(" ".join(one.name for one in (place, *around[:2])))
    return Village(place, keys, name, line)


def spaced(name: str) -> str:
    return " ".join(words_in(name))


@lru_cache(maxsize=2)
def regions_of(places: Gazetteer) -> dict[str, set[Place]]:
    """Return every kabupaten, kota and kecamatan by the key of its name; a kabupaten before a kecamatan."""
    found: dict[str, set[Place]] = {}
    for level in (places.districts(""), places.regencies()):
        of_level: dict[str, set[Place]] = {}
        for place in level:
            of_level.setdefault(key_of(place.name), set()).add(place)
        found |= of_level
    return found


@lru_cache(maxsize=2)
def districts_of(places: Gazetteer) -> dict[tuple[str, str], set[Place]]:
    """Return every kecamatan by the keys of its name and of its kabupaten or kota."""
    regencies = {place.code: names_of(places, place) for place in places.regencies()}
    found: dict[tuple[str, str], set[Place]] = {}
    for place in places.districts(""):
        for regency in regencies[place.code[:REGENCY]]:
            found.setdefault((key_of(place.name), regency), set()).add(place)
    return found


def names_of(places: Gazetteer, place: Place) -> set[str]:
    """Return the keys of a name and of its everyday names ("kukar")."""
    return {key_of(place.name), *(key for key, code in places.aliases.items() if code == place.code)}


def bare_words(line: str) -> list[str]:
    """Return the words without those that only tell a kind ("kelurahan", "kec.", "kota")."""
    return [word for word in words_in(line) if word not in PREFIXES and word not in AROUND_AN_ADDRESS]


def splits_of(line: str) -> Iterator[tuple[str, str]]:
    """Yield each way to read the line as a name and what lies around it, in both orders, as keys."""
    words = bare_words(line)
    for at in range(1, len(words)):
        first, last = "".join(words[:at]), "".join(words[at:])
        yield first, last
        yield last, first


def decided(found: set[Place]) -> SearchResults:
    if len(found) == 1:
        return SearchResults(Match.EXACT, next(iter(found)))
    ordered = sorted(found, key=lambda place: place.code)
    return SearchResults(Match.MAYBE, candidates=tuple(ordered[:MOST_CANDIDATES]))


def alike(villages: Sequence[Village], line: str) -> SearchResults:
    """Suggest villages whose name, with what lies around, is most like the line; words count in any order."""
    said, near = " ".join(bare_words(line)), dict[int, float]()
    lines, names = [one.line for one in villages], [one.name for one in villages]
    for scorer, least, among in ((*SCORERS[0], lines), (*SCORERS[1], lines), (*SCORERS[2], names)):
        for _line, score, at in process.extract(said, among, scorer=scorer, score_cutoff=least, limit=MOST_CANDIDATES):
            near[at] = max(score, near.get(at, 0))
    best = sorted(near, key=lambda at: (-near[at], villages[at].place.code))[:MOST_CANDIDATES]
    found = tuple(villages[at].place for at in best if near[at] >= near[best[0]] - FAR_BEHIND)
    return SearchResults(Match.MAYBE if found else Match.NOTHING, candidates=found)
