"""Every fact in the files of data/ has a source or is marked contoh.

A figure is named in a comment of its file, by its setting or by the setting around it:

    # Source: an article, a law, or the office itself: places, desil.
    # Contoh: quantity, working_days.

What people read about an office says contoh itself until a source is named for it.
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from models.yaml_file import Steps, open_page, parts_of
from tests.own_catalogue import SHIPPED

PROGRAMMES = sorted((SHIPPED / "programmes").glob("*.yaml"))
OFFICE, MATTERS = SHIPPED / "office.yaml", SHIPPED / "matters.yaml"
MARKS = ("Source:", "Contoh:")
NO_FACTS = {"version", "order", "pillar", "year", "questions"}
"""What counts or sorts in the file itself, and the limits of what may be typed."""
SAID_OF_AN_OFFICE = {"address", "access", "hours", "contact", "privacy_contact", "printed_on"}


def figures(value: object, at: Steps = ()) -> Iterator[Steps]:
    """Yield where each number and date of a file stands."""
    if isinstance(value, int | float | date) and not isinstance(value, bool):
        yield at
    for key, part in parts_of(value):
        if key not in NO_FACTS:
            yield from figures(part, (*at, key))


def texts(value: object, at: Steps = ()) -> Iterator[tuple[Steps, str]]:
    """Yield every text of a file and where it stands."""
    if isinstance(value, str):
        yield at, value
    for key, part in parts_of(value):
        yield from texts(part, (*at, key))


def named(file: Path, *marks: str) -> set[str]:
    """Find the words of a file's comments from these marks to the next mark or the end of the comment."""
    words: set[str] = set()
    is_marked = False
    for line in file.read_text(encoding="utf-8").splitlines():
        comment = line.strip().removeprefix("#").strip() if line.strip().startswith("#") else None
        is_marked = comment is not None and (comment.startswith(marks) or (is_marked and not comment.startswith(MARKS)))
        words |= set(re.findall(r"\w+", comment or "")) if is_marked else set()
    return words


@pytest.mark.parametrize("file", [OFFICE, MATTERS, *PROGRAMMES], ids=lambda file: file.stem)
def test_every_figure_has_a_source_or_is_marked_contoh(file: Path) -> None:
    known = named(file, *MARKS)
    bare = {".".join(map(str, at)) for at in figures(open_page(file).tree) if not known & set(at)}
    assert not bare, f"name these in a comment of {file.name} that begins with Source: or Contoh:"


@pytest.mark.parametrize("file", [MATTERS, *PROGRAMMES], ids=lambda file: file.stem)
def test_every_file_of_programmes_or_matters_says_where_it_comes_from(file: Path) -> None:
    assert named(file, *MARKS), f"{file.name} has no comment that begins with Source: or Contoh:"


def test_what_people_read_about_an_office_has_a_source_or_says_contoh() -> None:
    known = named(OFFICE, "Source:")
    read = [text for at, text in texts(open_page(OFFICE).tree) if SAID_OF_AN_OFFICE & set(at) - known]
    assert not [text for text in read if not re.search("contoh|example", text, re.IGNORECASE)]


@pytest.mark.parametrize(
    ("comment", "marks", "found"),
    [
        ("# Source: an article: places,\n# and desil.", MARKS, {"places", "desil"}),
        ("# Source: a law: desil.\n# Contoh: days.", ("Source:",), {"desil"}),
        ("# About places.\n# Contoh: days.", MARKS, {"days"}),
        ("# Contoh: days.\nplaces: 36", MARKS, {"days"}),
    ],
)
def test_a_mark_holds_for_its_own_lines(tmp_path: Path, comment: str, marks: tuple[str, ...], found: set[str]) -> None:
    (tmp_path / "one.yaml").write_text(comment, encoding="utf-8")
    assert named(tmp_path / "one.yaml", *marks) & {"places", "desil", "days"} == found


def test_a_figure_is_found_wherever_it_stands() -> None:
    tree = {"version": 2, "open": True, "quotas": [{"year": 2026, "shares": {"6401": 150}}], "months": [1, 3]}
    assert set(figures(tree)) == {("quotas", 0, "shares", "6401"), ("months", 0), ("months", 1)}
