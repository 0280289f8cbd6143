"""Every fact in the files of data/ has a source beside it, or is marked as an example.

A fact is a text that people or staff read, a number, a date, or a requirement. It has a source where a comment on its
line, or right above it or above the setting around it, says "Source:"; an example has the mark !contoh in the same
places (models/yaml_marks.py).
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from models.yaml_file import Page, open_page, parts_of
from models.yaml_marks import EXAMPLE, Steps, mark_of, unmarked
from tests.own_catalogue import SHIPPED

FILES = [SHIPPED / "office.yaml", SHIPPED / "matters.yaml", *sorted((SHIPPED / "programmes").glob("*.yaml"))]
NO_FACTS = {"version", "order", "pillar", "year", "short_name", "label", "served"}
"""What counts or sorts in the file itself, and the short form of a name."""
ASKED = "questions"
SAID = "if_yes"
"""A question is no fact, but what is said after its answer is."""


def facts(value: object, at: Steps = ()) -> Iterator[Steps]:
    """Yield the place of each fact of a file."""
    if is_fact(value, at) and (ASKED not in at or SAID in at):
        yield at
    for key, part in parts_of(value):
        if key not in NO_FACTS:
            yield from facts(part, (*at, key))


def is_fact(value: object, at: Steps) -> bool:
    if isinstance(value, dict):
        return {"id", "en"} <= set(value) or at[-2:-1] == ("requirements",)
    return isinstance(value, int | date) and not isinstance(value, bool)


def bare_facts(page: Page) -> list[str]:
    """Return the facts of a page that have neither a source nor the mark, with their lines."""
    text = page.file.read_text(encoding="utf-8").splitlines()
    found = [at for at in facts(facts_of(page)) if not any(is_covered(page, text, around) for around in to_the_top(at))]
    return [f"{page.file.name}:{page.line(at)}: {'.'.join(map(str, at))}" for at in found]


def facts_of(page: Page) -> object:
    return unmarked(page.tree)


def to_the_top(at: Steps) -> Iterator[Steps]:
    """Yield a place and each one around it, but not the whole file."""
    return (at[:length] for length in range(len(at), 0, -1))


def is_covered(page: Page, text: list[str], at: Steps) -> bool:
    return mark_of(node_at(page, at)) == EXAMPLE or "Source:" in comment_at(text, page.line(at))


def node_at(page: Page, at: Steps) -> object:
    node: object = page.tree
    for step in at:
        assert isinstance(node, dict | list)
        node = node[step]  # type: ignore[call-overload,index]
    return node


def comment_at(text: list[str], line: int) -> str:
    """Return the comment on a line, and the one right above it."""
    above = []
    while line - 2 - len(above) >= 0 and text[line - 2 - len(above)].strip().startswith("#"):
        above.append(text[line - 2 - len(above)])
    return "\n".join([*above, text[line - 1].partition(" # ")[2] and text[line - 1].partition(" #")[2]])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_fact_has_a_source_beside_it_or_is_marked_as_an_example(file: Path) -> None:
    assert not bare_facts(open_page(file))


FACTS = """
quotas: [{ year: 2026, places: 36 }]
summary:
  id: Satu angkatan diikuti 36 peserta.
  en: A cohort has 36 participants.
requirements:
  - kind: lives_in
questions:
  - most: 3
    if_yes: { id: Datang sekarang., en: Come now. }
open: true
"""


@pytest.mark.parametrize(
    ("old", "new", "bare"),
    [
        ("", "", {"quotas.0.places", "summary", "requirements.0", "questions.0.if_yes"}),
        ("quotas:", "quotas: !contoh", {"summary", "requirements.0", "questions.0.if_yes"}),
        ("summary:", "# Source: 000, fact 3.\nsummary:", {"quotas.0.places", "requirements.0", "questions.0.if_yes"}),
        (
            "summary:",
            "# Source: 000.\n\nsummary:",
            {"quotas.0.places", "summary", "requirements.0", "questions.0.if_yes"},
        ),
        ("- kind: lives_in", "- kind: lives_in  # Source: a law", {"quotas.0.places", "summary", "questions.0.if_yes"}),
        ("if_yes: {", "if_yes: !contoh {", {"quotas.0.places", "summary", "requirements.0"}),
    ],
)
def test_a_fact_without_a_source_is_found(tmp_path: Path, old: str, new: str, bare: set[str]) -> None:
    (tmp_path / "one.yaml").write_text(FACTS.replace(old, new, 1), encoding="utf-8")
    found = bare_facts(open_page(tmp_path / "one.yaml"))
    assert {one.rpartition(" ")[2] for one in found} == bare
