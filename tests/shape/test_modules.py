"""Every module says what it is for, and no text names one that is gone."""

import ast
import re
from pathlib import Path

import pytest

from tests.shape.talks import ROOT, named, sources, tree_of

LONGEST_FILE = 320
MODULES = [path for path in sources() if "versions" not in path.parts]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
EXAMPLES = {"handlers/staff/leave_note.py"}
"""What docs/guide/adding-a-conversation.md adds, and its test."""


@pytest.mark.parametrize("path", [*MODULES, *TESTS], ids=named)
def test_a_module_opens_with_a_sentence_about_itself(path: Path) -> None:
    said = ast.get_docstring(tree_of(path))
    assert said, "has no docstring"
    assert said.split("\n\n")[0].rstrip().endswith((".", ":", "…")), "its docstring does not begin with a sentence"


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_no_module_needs_long_scrolling(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", [*MODULES, *TESTS, *sorted((ROOT / "docs").rglob("*.md"))], ids=named)
def test_no_text_names_a_module_that_is_gone(path: Path) -> None:
    told = set(re.findall(r"(?<![\w/])(?:bot|handlers|models|locales)/[\w/]+\.py", path.read_text(encoding="utf-8")))
    gone = sorted(one for one in told - EXAMPLES if not (ROOT / one).exists())
    assert not gone, f"names modules that do not exist: {', '.join(gone)}"
