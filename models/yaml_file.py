"""Reads a YAML file that an office edits, and names the file and line of everything that is wrong in it.

    file ──▶ Page (tree with lines) ──▶ pydantic, strict ──▶ one frozen Entry
                                             └──▶ data/office.yaml:12: "level" must be one of city, …

Reading does not stop at the first error: an office sees all of them at once.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from models.yaml_errors import sentences_for
from models.yaml_marks import EXAMPLE, marks_in, unmarked

Steps = tuple[str | int, ...]
"""The way from the top of a file to one place in it, such as ``("requirements", 2, "desil")``."""


class Fault(NamedTuple):
    """A contradiction between settings that are fine one by one; `at` starts at the entry that found it."""

    at: Steps
    message: str


class Entry(BaseModel):
    """Something written in an office's file: unknown settings are refused, and nothing changes afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    def faults(self) -> Iterator[Fault]:
        """Contradictions inside this entry; the entries below it are asked by themselves."""
        yield from ()


E = TypeVar("E", bound=Entry)


@dataclass(frozen=True, order=True)
class Problem:
    """One error to correct: the file, its line (counted from 1), and one English sentence."""

    file: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class FileProblems(ValueError):
    """Everything that is wrong in the files, in order of file and line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, order=True)
class Example:
    """A value that the office has not confirmed yet: the file, the line of its mark (counted from 1), its place.

    `about`: the key of the programme; empty in office.yaml.
    """

    file: Path
    line: int
    about: str
    at: Steps


def places_of(examples: Iterable[Example]) -> str:
    """Return where examples stand: each file once, with its lines, as in `data/office.yaml:16,21`."""
    lines: dict[Path, list[int]] = {}
    for example in examples:
        lines.setdefault(example.file, []).append(example.line)
    return "; ".join(f"{file}:{','.join(map(str, dict.fromkeys(numbers)))}" for file, numbers in lines.items())


@dataclass(frozen=True)
class Page:
    """One file as it was written: its tree still knows the line of every setting."""

    file: Path
    tree: Mapping[str, Any]

    def line(self, at: Steps) -> int:
        """Return the line of a setting, or of the nearest thing around it that was really written."""
        node: object = self.tree
        line = 0
        for step in at:
            place = _place(node, step)
            if place is None:
                break
            line, node = place
        return line + 1

    def problem(self, at: Steps, message: str) -> Problem:
        return Problem(self.file, self.line(at), message)

    def examples(self) -> Iterator[Example]:
        """Yield every value that is marked as an example."""
        about = str(self.tree.get("key", ""))
        for at, mark in marks_in(self.tree):
            if mark == EXAMPLE:
                yield Example(self.file, self.line(at), about, at)


def open_page(file: Path) -> Page:
    """Return the file with its lines. Raises FileProblems when it cannot be read as YAML at all."""
    try:
        tree = read_yaml(file.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise FileProblems([Problem(file, mark.line + 1 if mark else 1, _not_yaml(error))]) from error
    except YAMLError as error:
        raise FileProblems([Problem(file, 1, "this cannot be read as YAML")]) from error
    except UnicodeDecodeError as error:
        raise FileProblems([Problem(file, 1, "the file must be saved as UTF-8 text")]) from error
    except FileNotFoundError as error:
        raise FileProblems([Problem(file, 1, "this file is missing")]) from error
    if not isinstance(tree, CommentedMap):
        raise FileProblems([Problem(file, 1, 'the file must hold settings like "key: value"')])
    page = Page(file, tree)
    if unknown := [(at, mark) for at, mark in marks_in(tree) if mark != EXAMPLE]:
        raise FileProblems(
            page.problem(at, f'the mark "{mark}" is not known; there is only {EXAMPLE}') for at, mark in unknown
        )
    return page


def read_yaml(text: str) -> Any:
    """Parse a text into a tree that knows its lines. Callers do not change it: the tests share it."""
    return YAML(typ="rt").load(text)


def understand(page: Page, entry: type[E]) -> E:
    """Return the page as a checked entry. Raises FileProblems with all its mistakes.

    Contradictions (`faults`) are looked for only once every single setting is sound.
    """
    try:
        # Through JSON, because strict JSON takes lists for tuples and text for dates, yet never "3" for 3.
        value = entry.model_validate_json(json.dumps(unmarked(page.tree)), strict=True)
    except ValidationError as error:
        sentences = sentences_for(entry, error.errors())
        raise FileProblems(page.problem(at, message) for at, message in sentences) from error
    if problems := [page.problem(fault.at, fault.message) for fault in faults_in(value)]:
        raise FileProblems(problems)
    return value


def faults_in(value: object, at: Steps = ()) -> Iterator[Fault]:
    """Yield every contradiction in an entry and in all entries below it, with its place from the top."""
    if isinstance(value, Entry):
        yield from (Fault((*at, *fault.at), fault.message) for fault in value.faults())
    for step, part in parts_of(value):
        yield from faults_in(part, (*at, step))


def parts_of(value: object) -> Iterator[tuple[str | int, object]]:
    """Yield the direct children of a value: fields of an entry, items of a list, settings of a group."""
    if isinstance(value, Entry):
        yield from ((name, getattr(value, name)) for name in type(value).model_fields)
    elif isinstance(value, Mapping):
        yield from ((str(key), part) for key, part in value.items())
    elif isinstance(value, Sequence) and not isinstance(value, str):
        yield from enumerate(value)


def _place(node: object, step: str | int) -> tuple[int, object] | None:
    """Line (counted from 0) and content of one setting below `node`; None when it was not written there."""
    if isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
        part, written = (
            node[step],
            (node.lc.data or {}).get(step),
        )  # a list behind a mark does not know its items' lines
        return written[0] if written else getattr(part, "lc", node.lc).line, part
    if isinstance(node, CommentedMap):
        written = {str(key): key for key in node}
        if str(step) in written and written[str(step)] in (node.lc.data or {}):
            key = written[str(step)]
            return node.lc.key(key)[0], node[key]
    return None


def _not_yaml(error: MarkedYAMLError) -> str:
    said = (error.problem or error.context or "unreadable").splitlines()[0]
    return f"this cannot be read as YAML: {said}"
