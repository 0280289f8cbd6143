"""Nothing is said outside the catalogs: every text of two words or more in handlers/ is marked for translation."""

import ast
import re
from pathlib import Path

import pytest

from tests.shape.talks import named, sources, tree_of

SENTENCE = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")
MARKED = frozenset({"_", "N_", "gettext", "ngettext", "pgettext"})


def docstrings(tree: ast.Module) -> set[int]:
    """The ids of constants that are documentation: a text that stands alone."""
    return {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def excused(tree: ast.Module) -> set[int]:
    """The ids of constants inside a marked call or a raised error."""
    found: set[int] = set()
    for node in ast.walk(tree):
        is_marked = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKED
        if is_marked or isinstance(node, ast.Raise | ast.Assert):
            found |= {id(inner) for inner in ast.walk(node)}
    return found


@pytest.mark.parametrize("path", sources("handlers"), ids=named)
def test_every_sentence_is_in_the_catalogs(path: Path) -> None:
    tree = tree_of(path)
    fine = docstrings(tree) | excused(tree)
    loose = [
        f"line {node.lineno}: {node.value!r}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in fine
        if SENTENCE.search(node.value)
    ]
    assert not loose


@pytest.mark.parametrize("path", sources("handlers", "bot"), ids=named)
def test_no_sentence_is_put_together_before_it_is_translated(path: Path) -> None:
    """An f-string or an addition inside _() can never be found in a catalog."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"N_", "ngettext"}:
            for argument in node.args:
                assert not isinstance(argument, ast.JoinedStr | ast.BinOp), f"line {node.lineno}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
            assert not isinstance(node.args[0], ast.JoinedStr | ast.BinOp), f"line {node.lineno}"
