"""The catalogue of programmes as the office edits it in `data/`, read and checked as a whole.

data/office.yaml ─────────┐
data/matters.yaml ────────┤
data/programmes/*.yaml ───┼──▶ load_catalogue ──▶ Catalogue, or FileProblems with every line to correct
data/regions/*.csv ───────┘
"""

import csv
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from operator import eq
from pathlib import Path

from models.matters.matter_file import MatterFile
from models.office_file import OfficeFile
from models.programmes.programme_file import Programme, all_rules
from models.programmes.requirement_result import Requirement
from models.programmes.rules import LivesIn, NeverReceived, ReceivedBefore
from models.yaml_file import E, Example, FileProblems, Page, Problem, Steps, open_page, understand

__all__ = ["Catalogue", "FileProblems", "Problem", "Programme", "load_catalogue", "region_codes"]

Reference = tuple[Steps, str]
"""A key or code named in a file, and where."""


@dataclass(frozen=True)
class Catalogue:
    """All programmes in the order they are offered, and the offices behind them."""

    programmes: tuple[Programme, ...]
    office: OfficeFile
    matters: MatterFile = field(default_factory=MatterFile)
    """What people say in everyday words, and where each leads."""
    former: dict[str, Programme] = field(default_factory=dict)
    """Programmes whose file is gone, as their stored edition reads: what was applied for keeps its name and papers."""
    examples: tuple[Example, ...] = ()
    """What the office has not confirmed yet, in order of file and line; while any is left, the bot is a trial."""

    def __getitem__(self, key: str) -> Programme:
        """Return the programme of a key. Raises KeyError."""
        return {programme.key: programme for programme in self.programmes}[key]

    def __contains__(self, key: object) -> bool:
        return any(programme.key == key for programme in self.programmes)

    def __iter__(self) -> Iterator[Programme]:
        return iter(self.programmes)

    def __len__(self) -> int:
        return len(self.programmes)

    def get(self, key: str) -> Programme | None:
        """Return the programme that an application was made with, offered or former; None for an unknown key."""
        return self.offered(key) or self.former.get(key)

    def offered(self, key: str) -> Programme | None:
        """Return the programme of a key only if it is still offered; the key may be gone, as in an old button."""
        return next((programme for programme in self.programmes if programme.key == key), None)

    @property
    def is_trial(self) -> bool:
        return bool(self.examples)

    def is_example(self, about: str, *at: str | int) -> bool:
        """Return whether a setting, or one below or around it, is an example. `about`: a programme; "": the office."""
        return any(one.about == about and all(map(eq, one.at, at)) for one in self.examples)

    def passed_dates(self, today: date) -> Iterator[str]:
        """Yield a sentence for each date in the texts that has passed."""
        for programme in self.programmes:
            if programme.closed and programme.closed.news_by < today:
                yield f"{programme.key}: news_by was {programme.closed.news_by}, people read it as still to come"
            newest = max((quota.year for quota in programme.quotas), default=today.year)
            if newest < today.year:
                yield f"{programme.key}: the newest quota is of {newest}"

    def in_place(self, region_code: str) -> tuple[Programme, ...]:
        """Programmes whose area holds a region, given by any code of it or of a part of it."""
        return tuple(programme for programme in self.programmes if region_code.startswith(programme.area))


@dataclass(frozen=True)
class _Known:
    """What a file may name: offices, programmes, their skills, kinds of aid, and region codes (None: not looked up)."""

    offices: Collection[object] | None
    programmes: Collection[object]
    skills: Collection[object]
    aids: Collection[object]
    regions: Collection[str] | None


def load_catalogue(folder: Path, *, regions: Collection[str] | None = None) -> Catalogue:
    """Read `office.yaml`, `matters.yaml` and `programmes/*.yaml` in a folder.

    `regions` are the region codes that exist; without them `regions/` of the folder is read, and if
    that is missing too, codes are not looked up. Raises FileProblems that lists every problem of every file.
    """
    problems: list[Problem] = []
    pages = _pages(sorted((folder / "programmes").glob("*.yaml")), problems)
    found = [(page, programme) for page in pages if (programme := _sound(page, Programme, problems))]
    office_page = next(iter(_pages([folder / "office.yaml"], problems)), None)
    office = _sound(office_page, OfficeFile, problems) if office_page else None
    matters_page = next(iter(_pages([folder / "matters.yaml"], problems)), None)
    matters = _sound(matters_page, MatterFile, problems) if matters_page else None
    known = _known(pages, office_page, region_codes(folder) if regions is None else regions)
    for page, programme in found:
        problems += _dangling(page, programme, known)
    problems += _twins(found)
    if office_page and office:
        problems += _unknown(office_page, _regions_of_offices(office), known.regions, "region code")
    if matters_page and matters:
        problems += _unknown(matters_page, _programmes_of_matters(matters), known.programmes, "programme")
        problems += _unknown(matters_page, _skills_of_matters(matters), known.skills, "skill of a programme")
    if problems or office is None or matters is None:
        raise FileProblems(problems)
    ordered = sorted((programme for _, programme in found), key=lambda one: (one.order, one.key))
    examples = sorted(example for page in (office_page, *pages) if page for example in page.examples())
    return Catalogue(tuple(ordered), office, matters, examples=tuple(examples))


def region_codes(folder: Path) -> frozenset[str] | None:
    """Codes of provinces, kabupaten/kota and kecamatan in `regions/` of a folder; None without them."""
    files = [folder / "regions" / f"{name}.csv" for name in ("provinces", "regencies", "districts")]
    if not all(file.exists() for file in files):
        return None
    codes: set[str] = set()
    for file in files:
        with file.open(encoding="utf-8", newline="") as lines:
            codes |= {row["code"] for row in csv.DictReader(lines)}
    return frozenset(codes)


def _pages(files: Iterable[Path], problems: list[Problem]) -> list[Page]:
    pages = []
    for file in files:
        try:
            pages.append(open_page(file))
        except FileProblems as found:
            problems += found.problems
    return pages


def _sound(page: Page, entry: type[E], problems: list[Problem]) -> E | None:
    try:
        return understand(page, entry)
    except FileProblems as found:
        problems += found.problems
        return None


def _known(pages: list[Page], office: Page | None, regions: Collection[str] | None) -> _Known:
    """Return every key that is written in any file, in faulty ones too, so that one mistake is not reported as two."""
    rows = office.tree.get("offices") if office else None
    return _Known(
        offices={row.get("key") for row in _groups(rows)} if isinstance(rows, list) else None,
        programmes={page.tree.get("key") for page in pages},
        skills={skill.get("key") for page in pages for skill in _groups(page.tree.get("skills"))},
        aids={page.tree.get("aid") for page in pages},
        regions=regions,
    )


def _groups(written: object) -> list[dict[str, object]]:
    """Return the groups of settings in a list, as far as it is one."""
    return [row for row in written if isinstance(row, dict)] if isinstance(written, list) else []


def _dangling(page: Page, programme: Programme, known: _Known) -> Iterator[Problem]:
    """References of a programme to something that is written nowhere."""
    rules = list(all_rules(programme.requirements, ("requirements",)))
    yield from _unknown(page, _offices_named(programme), known.offices, "office of office.yaml")
    yield from _unknown(page, _regions_named(programme, rules), known.regions, "region code")
    leads_to = _listed(programme.afterwards.leads_to, ("afterwards", "leads_to"))
    yield from _unknown(page, leads_to, known.programmes, "programme")
    yield from _unknown(page, _aids_named(programme, rules), known.aids, '"aid" of a programme')


def _unknown(
    page: Page, references: Iterable[Reference], known: Collection[object] | None, what: str
) -> Iterator[Problem]:
    if known is None:
        return
    for at, named in references:
        if named not in known:
            few = [str(one) for one in known if one] if len(known) <= 20 else []
            hint = f"; there are {', '.join(sorted(few))}" if few else ""
            yield page.problem(at, f'"{named}" is not a known {what}{hint}')


def _offices_named(programme: Programme) -> Iterator[Reference]:
    yield ("owner",), programme.owner
    yield ("next_step", "office"), programme.next_step.office
    if programme.refers_to:
        yield ("refers_to",), programme.refers_to
    yield from _listed(programme.nominated_by, ("nominated_by",))
    for index, past in enumerate(programme.past_owners):
        yield ("past_owners", index, "office"), past.office


def _regions_named(programme: Programme, rules: list[tuple[Steps, Requirement]]) -> Iterator[Reference]:
    yield from _listed(programme.area, ("area",))
    for at, rule in rules:
        if isinstance(rule, LivesIn):
            yield from _listed(rule.regions, (*at, "regions"))
    for index, quota in enumerate(programme.quotas):
        for setting in ("shares", "floors"):
            yield from ((("quotas", index, setting, code), code) for code in getattr(quota, setting))


def _aids_named(programme: Programme, rules: list[tuple[Steps, Requirement]]) -> Iterator[Reference]:
    for at, rule in rules:
        if isinstance(rule, NeverReceived):
            yield (*at, "aid"), rule.aid
        elif isinstance(rule, ReceivedBefore):
            yield from _listed(rule.aids, (*at, "aids"))
    for index, question in enumerate(programme.questions):
        if aid := getattr(question, "tells_received", None):
            yield ("questions", index, "tells_received"), aid


def _regions_of_offices(office: OfficeFile) -> Iterator[Reference]:
    for index, one in enumerate(office.offices):
        yield ("offices", index, "region"), one.region
    yield from _listed(office.served.provinces, ("served", "provinces"))
    yield from _listed(office.served.regencies, ("served", "regencies"))


def _listed(names: Iterable[str], at: Steps) -> Iterator[Reference]:
    return (((*at, index), name) for index, name in enumerate(names))


def _twins(found: Iterable[tuple[Page, Programme]]) -> Iterator[Problem]:
    """Programmes with the same key or the same words on their buttons; the second file is named."""
    seen: dict[tuple[str, str], Path] = {}
    for page, programme in found:
        short = programme.short_name
        marks: dict[Steps, str] = {
            ("key",): programme.key,
            ("short_name", "id"): short.id.casefold(),
            ("short_name", "en"): short.en.casefold(),
        }
        for at, mark in marks.items():
            where = ".".join(map(str, at))
            first = seen.setdefault((where, mark), page.file)
            if first != page.file:
                yield page.problem(at, f'"{where}" must be unique; "{mark}" is in {first.name} too')


def _programmes_of_matters(file: MatterFile) -> Iterator[Reference]:
    for index, matter in enumerate(file.matters):
        yield from _listed(matter.programmes or (), ("matters", index, "programmes"))


def _skills_of_matters(file: MatterFile) -> Iterator[Reference]:
    for index, matter in enumerate(file.matters):
        if matter.skill:
            yield ("matters", index, "skill"), matter.skill
