"""Find where a person lives in one line: the village with its kecamatan or its kabupaten or kota, in any order.

"sidodadi samarinda ulu" · "Kec. Samarinda Ulu, Kel. Sidodadi" ─▶ Kelurahan Sidodadi
"sidodadi" ─▶ candidates, where several villages have the name      "samarinda ulu" ─▶ the kecamatan
"""

import re
from collections.abc import Iterable, Iterator, Sequence
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
    decided,
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
LONGEST = 2 * LONGEST_NAME
Index = dict[str, tuple[Place, ...]]
"""Places by the key of their name."""


def find_in_line(places: Gazetteer, text: str, within: Sequence[str]) -> SearchResults:
    """Find the place that a line names: a village of these regions (codes), else a kecamatan or kabupaten of any.

    A village that is the only one so named is taken; a typing error only gives candidates (as in Gazetteer.find).
    """
    villages, districts = villages_in(places, tuple(within)), districts_of(places)
    line = NUMBERS.sub(" ", text[:LONGEST])
    splits, whole = set(splits_of(line)), key_of(" ".join(bare_words(line)))
    everyday = places.place(places.aliases.get(whole, ""))
    readings: tuple[Iterable[Place], ...] = (
        (place for pair in splits for place in with_around(places, villages, *pair)),
        villages.get(whole, ()),
        regencies_of(places).get(whole, ()),
        districts.get(whole, ()),
        [everyday] if everyday else (),
        (place for pair in splits for place in with_around(places, districts, *pair)),
    )
    found = next(filter(None, (list(dict.fromkeys(reading)) for reading in readings)), None)
    return decided(Match.EXACT, found) if found else alike(places, tuple(within), line)


@lru_cache(maxsize=8)
def villages_in(places: Gazetteer, within: tuple[str, ...]) -> Index:
    """Return the villages of these regions: made once, the list is long."""
    return indexed(place for code in within for place in places.villages(code))


@lru_cache(maxsize=2)
def regencies_of(places: Gazetteer) -> Index:
    return indexed(places.regencies())


@lru_cache(maxsize=2)
def districts_of(places: Gazetteer) -> Index:
    return indexed(places.districts(""))


def indexed(named: Iterable[Place]) -> Index:
    found: Index = {}
    for place in named:
        key = key_of(place.name)
        found[key] = (*found.get(key, ()), place)
    return found


def with_around(places: Gazetteer, index: Index, key: str, around: str) -> Iterator[Place]:
    """Yield the places of this name that lie in what the rest of the line names."""
    return (place for place in index.get(key, ()) if around in keys_around(places, place))


def keys_around(places: Gazetteer, place: Place) -> set[str]:
    """Return the ways to write what lies around a place: some or all of it, from the smallest on, as keys."""
    names = [names_of(places, one) for one in places.address(place.code)[1:]]
    some = (part for count in range(1, len(names) + 1) for part in combinations(names, count))
    return {"".join(each) for part in some for each in product(*part)}


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


def alike(places: Gazetteer, within: tuple[str, ...], line: str) -> SearchResults:
    """Suggest villages whose name, with what lies around, is most like the line; words count in any order."""
    (villages, lines, names), said, near = lines_in(places, within), " ".join(bare_words(line)), dict[int, float]()
    for (scorer, least), among in zip(SCORERS, (lines, lines, names), strict=True):
        for _line, score, at in process.extract(said, among, scorer=scorer, score_cutoff=least, limit=MOST_CANDIDATES):
            near[at] = max(score, near.get(at, 0))
    best = sorted(near, key=lambda at: (-near[at], villages[at].code))[:MOST_CANDIDATES]
    found = tuple(villages[at] for at in best if near[at] >= near[best[0]] - FAR_BEHIND)
    return SearchResults(Match.MAYBE if found else Match.NOTHING, candidates=found)


@lru_cache(maxsize=8)
def lines_in(places: Gazetteer, within: tuple[str, ...]) -> tuple[list[Place], list[str], list[str]]:
    """Return the villages of these regions; of each the line up to its kabupaten, and its name, in words."""
    villages = [place for namesakes in villages_in(places, within).values() for place in namesakes]
    around = (places.address(place.code)[:3] for place in villages)
    lines = [" ".join(words_in(" ".join(one.name for one in line))) for line in around]
    return villages, lines, [" ".join(words_in(place.name)) for place in villages]
