"""Where people live: the regions of Indonesia, their names as people type them, and their clocks.

    64 Kalimantan Timur ─▶ 6401 Kabupaten Paser ─▶ 640101 Kecamatan Batu Sopang ─▶ 6401012009 Desa Samurangau
    province               regency                 district                        village (only where known)

A code holds the codes of everything above it, so no table of parents is needed. Each level is read from
`data/regions` when it is first asked for, and kept. Names carry no type, and 26 of them are both a kabupaten
and a kota: always show `label`.
"""

import csv
import functools
import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz, process

REGIONS = Path(__file__).resolve().parents[1] / "data" / "regions"
MOST_CANDIDATES = 5
LONGEST_NAME = 100
REGENCY, DISTRICT = 4, 6
"""The first digits of a code are the codes of its kabupaten or kota, and of its kecamatan."""
# Below this likeness (0 to 100) a suggestion confuses more than it helps.
LEAST_LIKENESS = 60
# Far behind the best match it is noise: users of a screen reader hear every candidate.
FAR_BEHIND = 15


class PlaceKind(StrEnum):
    PROVINCE = "provinsi"
    KABUPATEN = "kabupaten"
    KOTA = "kota"
    KECAMATAN = "kecamatan"
    DESA = "desa"
    KELURAHAN = "kelurahan"


class CodeStatus(StrEnum):
    """How well the six digits that open a NIK are known."""

    CURRENT = "current"
    CURRENT_REGENCY = "current_regency"
    LEGACY_DISTRICT = "legacy_district"
    LEGACY_REGENCY = "legacy_regency"
    UNKNOWN = "unknown"


class Match(StrEnum):
    """How a typed name was found; MAYBE asks "apakah maksud Anda"."""

    EXACT = "exact"
    ALIAS = "alias"
    MAYBE = "maybe"
    NOTHING = "nothing"


PREFIXES = {
    "provinsi": PlaceKind.PROVINCE, "propinsi": PlaceKind.PROVINCE,
    "prov": PlaceKind.PROVINCE, "prop": PlaceKind.PROVINCE,
    "kabupaten": PlaceKind.KABUPATEN, "kab": PlaceKind.KABUPATEN,
    "kota": PlaceKind.KOTA, "kotamadya": PlaceKind.KOTA, "kodya": PlaceKind.KOTA,
    "kecamatan": PlaceKind.KECAMATAN, "kec": PlaceKind.KECAMATAN,
    "kelurahan": PlaceKind.KELURAHAN, "kel": PlaceKind.KELURAHAN,
    "desa": PlaceKind.DESA, "ds": PlaceKind.DESA,
}  # fmt: skip
SPELLED_OUT = {
    "sei": "sungai", "tj": "tanjung", "tjg": "tanjung", "gn": "gunung", "gng": "gunung", "kep": "kepulauan",
    "kp": "kampung", "kpg": "kampung", "ma": "muara", "lb": "lubuk", "bt": "batu",
    "sel": "selatan", "ut": "utara", "tim": "timur", "bar": "barat", "teng": "tengah",
    "1": "i", "2": "ii", "3": "iii", "4": "iv", "5": "v",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A region of any level. `code`: 2, 4, 6 or 10 digits, as in a NIK."""

    code: str
    name: str
    kind: PlaceKind

    @property
    def label(self) -> str:
        """Type and name: "Kota Samarinda". A province that is a "Daerah …" already says its type."""
        if self.kind is PlaceKind.PROVINCE and self.name.startswith("Daerah "):
            return self.name
        return f"{self.kind.capitalize()} {self.name}"


@dataclass(frozen=True, slots=True)
class Formerly:
    """A code that old NIKs still carry. `inferred`: known from gaps in the list, not from a document."""

    code: str
    name: str
    current_code: str
    inferred: bool


@dataclass(frozen=True, slots=True)
class Zone:
    """`name` is what zoneinfo takes (Asia/Makassar), `abbr` what people read (WITA)."""

    name: str
    abbr: str


@dataclass(frozen=True, slots=True)
class SearchResults:
    """`place` when there is no doubt; else `candidates`, best first, at most five, perhaps none."""

    how: Match
    place: Place | None = None
    candidates: tuple[Place, ...] = ()


@functools.cache
def gazetteer(folder: Path = REGIONS) -> "Gazetteer":
    """Return the one gazetteer of a folder: asking again costs nothing."""
    return Gazetteer(folder)


class Gazetteer:
    """Every known region. Lists come in the order of their codes; an unknown code has an empty list."""

    def __init__(self, folder: Path = REGIONS) -> None:
        self.folder = folder

    def provinces(self) -> tuple[Place, ...]:
        return tuple(self._provinces.values())

    def regencies(self, province: str | None = None) -> tuple[Place, ...]:
        """Kabupaten and kota of a province, or of the whole country."""
        return _under(self._regencies, province or "")

    def districts(self, regency: str) -> tuple[Place, ...]:
        return _under(self._districts, regency)

    def villages(self, district_or_regency: str) -> tuple[Place, ...]:
        """Empty where no list is kept (outside Kaltim and Padang): the village is free text there."""
        return _under(self._villages, district_or_regency)

    def place(self, code: str) -> Place | None:
        levels = {2: "_provinces", 4: "_regencies", 6: "_districts", 10: "_villages"}
        level = levels.get(len(code))
        return getattr(self, level).get(code) if level else None

    def address(self, code: str) -> tuple[Place, ...]:
        """Return the place and its ancestors, smallest first."""
        within = (self.place(code[:digits]) for digits in (10, 6, 4, 2) if digits <= len(code))
        return tuple(place for place in within if place)

    def zone(self, code: str) -> Zone:
        """Return the clock of a province or anything in it; raises KeyError for an unknown province."""
        return self._zones[code[:2]]

    def day_in(self, code: str, moment: datetime) -> date:
        """Return the date on the clocks of a region at a moment: the one way from a moment to a person's day.

        Raises KeyError for an unknown province.
        """
        return moment.astimezone(ZoneInfo(self.zone(code).name)).date()

    def latest_day(self, moment: datetime) -> date:
        """Return the latest date of all regions, for a person whose region is not known."""
        return max(moment.astimezone(ZoneInfo(zone.name)).date() for zone in set(self._zones.values()))

    def formerly(self, code: str) -> Formerly | None:
        """Return what a code of four or six digits meant before a region was split, if it did."""
        return self._legacy.get(code)

    def standing(self, code: str) -> CodeStatus:
        """Return what is known of the six digits that open a NIK. Never a reason to refuse one."""
        if code in self._districts:
            return CodeStatus.CURRENT
        if code in self._legacy:
            return CodeStatus.LEGACY_DISTRICT
        if code[:4] in self._regencies:
            return CodeStatus.CURRENT_REGENCY
        return CodeStatus.LEGACY_REGENCY if code[:4] in self._legacy else CodeStatus.UNKNOWN

    def find(self, text: str, among: Sequence[Place]) -> SearchResults:
        """Find the place of this name among these, ignoring case, punctuation, prefix and everyday names.

        A typing error gives candidates, never a place: an applicant is not moved to another village by a guess.
        """
        words = words_in(text[:LONGEST_NAME])
        hint, bare = (PREFIXES[words[0]], words[1:]) if words and words[0] in PREFIXES else (None, words)
        keys = dict.fromkeys(("".join(words), "".join(bare)))
        for key in keys:
            if exact := [place for place in among if key_of(place.name) == key]:
                return decided(Match.EXACT, [place for place in exact if place.kind is hint] or exact)
        codes = {self.aliases[key] for key in keys if key in self.aliases}
        if known := [place for place in among if place.code in codes]:
            return decided(Match.ALIAS, known)
        return _maybe(_alike("".join(bare or words), hint, among))

    @functools.cached_property
    def _provinces(self) -> dict[str, Place]:
        return self._level("provinces.csv", PlaceKind.PROVINCE)

    @functools.cached_property
    def _regencies(self) -> dict[str, Place]:
        return self._level("regencies.csv")

    @functools.cached_property
    def _districts(self) -> dict[str, Place]:
        return self._level("districts.csv", PlaceKind.KECAMATAN)

    @functools.cached_property
    def _villages(self) -> dict[str, Place]:
        return self._level("villages_*.csv")

    @functools.cached_property
    def _zones(self) -> dict[str, Zone]:
        return {row["province_code"]: Zone(row["iana_tz"], row["abbr"]) for row in self._rows("timezones.csv")}

    @functools.cached_property
    def _legacy(self) -> dict[str, Formerly]:
        return {
            row["code"]: Formerly(row["code"], row["name"], row["current_code"], row["confidence"] == "inferred")
            for row in self._rows("nik_legacy_codes.csv")
        }

    @functools.cached_property
    def aliases(self) -> dict[str, str]:
        return {
            key_of(alias): row["regency_code"]
            for row in self._rows("regency_aliases.csv")
            for alias in row["aliases_semicolon"].split(";")
        }

    def _level(self, files: str, kind: PlaceKind | None = None) -> dict[str, Place]:
        """Ordered by code. `kind` of the whole file, or else each row says its own."""
        rows = sorted((row["code"], row["name"], kind or PlaceKind(row["type"])) for row in self._rows(files))
        return {code: Place(code, name, its_kind) for code, name, its_kind in rows}

    def _rows(self, files: str) -> Iterator[dict[str, str]]:
        """Raises FileNotFoundError where there should be a file and is none."""
        paths = sorted(self.folder.glob(files)) if "*" in files else [self.folder / files]
        for path in paths:
            with path.open(encoding="utf-8", newline="") as file:
                yield from csv.DictReader(file)


def _under(level: dict[str, Place], code: str) -> tuple[Place, ...]:
    return tuple(place for place in level.values() if place.code.startswith(code))


def decided(how: Match, places: Sequence[Place]) -> SearchResults:
    """Return the only one of these places, else all as candidates."""
    return SearchResults(how, places[0]) if len(places) == 1 else _maybe(sorted(places, key=_code))


def _code(place: Place) -> str:
    return place.code


def _maybe(places: Iterable[Place]) -> SearchResults:
    best = tuple(itertools.islice(places, MOST_CANDIDATES))
    return SearchResults(Match.MAYBE if best else Match.NOTHING, candidates=best)


def _alike(key: str, hint: PlaceKind | None, among: Sequence[Place]) -> Iterator[Place]:
    """Likest first; of equals the kind that was written, then the lower code, so that it never varies."""
    # Two or three letters are part of nearly every name; only a name of about their length is meant.
    scorer = fuzz.WRatio if len(key) > 3 else fuzz.ratio
    names = [key_of(place.name) for place in among]
    hits = process.extract(key, names, scorer=scorer, score_cutoff=LEAST_LIKENESS, limit=None)
    least = max((score for _, score, _ in hits), default=0) - FAR_BEHIND
    near = ((score, among[at], at) for _, score, at in hits if score >= least)
    ranked = sorted((-score, place.kind is not hint, place.code, at) for score, place, at in near)
    return (among[at] for *_, at in ranked)


@functools.lru_cache(maxsize=16_384)
def key_of(name: str) -> str:
    """Return the name without spaces, because people write Balik Papan and Tanahgrogot."""
    return "".join(words_in(name))


def words_in(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(mark for mark in plain if not unicodedata.combining(mark) and mark not in "'’‘`")
    return [SPELLED_OUT.get(word, word) for word in re.findall(r"[^\W_]+", letters)]
