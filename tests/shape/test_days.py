"""A moment becomes a person's day on the clocks of a place, never on those of UTC, eight hours behind Samarinda."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WITH_A_ZONE = {
    "models/places.py": "the one way from a moment to a day",
    "models/offices/workdays.py": "working days are those of the office's zone",
    "locales/times.py": "a moment in words is given with its zone",
    "models/failed_attempts.py": "the key of a counter, which nobody reads as a day",
}
"""The files in which `.date()` may stand, and why."""


def takes_a_day(node: ast.AST) -> bool:
    """`moment.date()`, `date.today()`, `datetime.today()`, `moment.isoformat()[:10]`, `strftime("%Y-%m-%d")`."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        return isinstance(node.value, ast.Call) and getattr(node.value.func, "attr", "") == "isoformat"
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    is_format = node.func.attr == "strftime" and "%d" in ast.unparse(node)
    return (node.func.attr in {"date", "today"} and not node.args) or is_format


def days_taken() -> Iterator[str]:
    for folder in ("handlers", "models", "locales"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            if any(map(takes_a_day, ast.walk(tree))):
                yield path.relative_to(ROOT).as_posix()


def test_a_day_is_taken_from_a_moment_only_with_a_zone() -> None:
    assert set(days_taken()) == set(WITH_A_ZONE)
