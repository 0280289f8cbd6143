"""The prose of the code has the field's words: no metaphor, no vague actor, and one name for one thing."""

import ast
import io
import re
import tokenize
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shape.talks import named, sources

DENIED = re.compile(
    r"\b(houses?|doors?|rooms?|trains?|lanes?|shel(?:f|ves)|patience|clockwork|letter box|mailbox|parcels?|enclosures?"
    r"|strays?|fetcher|anew|in hand|turned away|own(?:ed)? up|honest word|lies on|heard|misheard"
    r"|wh(?:o|om|at|ere)ever|nobody|(?:some|any|every)(?:body|one))\b",
    re.IGNORECASE,
)
ALLOWED = {
    "user nobody": "the Unix user without rights",
    "house number": "a part of an address",
}
"""A phrase in which a denied word is the right one, and why."""
FOLDERS = ("bot", "models", "handlers", "locales", "benchmarks")

TWINS = {"Step", "State"}
"""Class names that each conversation, or each state machine, may have for itself."""


def comments(source: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def strings(node: ast.AST) -> Iterator[tuple[int, str]]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.lineno, part.value


def is_log_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).startswith("log.")


def prose(source: str) -> Iterator[tuple[int, str]]:
    """Each docstring, comment and text of a log call, with its line; doc comments behind a constant too."""
    yield from comments(source)
    for node in ast.walk(ast.parse(source)):
        if (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)) or is_log_call(node):
            yield from strings(node)


def denied(source: str) -> list[tuple[int, str]]:
    """Each denied word of a module with the line where its text begins; what stands in backticks is code."""
    found = []
    for line, text in sorted(prose(source)):
        plain = re.sub(r"(`+)[^`\n]*\1", "", text)
        for phrase in ALLOWED:
            plain = re.sub(phrase, "", plain, flags=re.IGNORECASE)
        found += [(line, word.group()) for word in DENIED.finditer(plain)]
    return found


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_prose_has_no_metaphors_and_no_vague_actors(folder: str) -> None:
    found = [
        f"{named(path)}:{line}: {word}"
        for path in sources(folder)
        if "migrations" not in path.parts
        for line, word in denied(path.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)


PLANTED = '''
"""Whoever knocks at the door is heard."""
LIMIT = 3
"""Patience in seconds."""
log.info("fine", reason=nobody)  # a lane of its own
log.error("The shelf is empty.")
text = "Nobody has answered yet."
def seek():
    """Run as the user nobody; `anew` is a parameter, and so is ``house``."""
'''


def test_a_planted_metaphor_is_found_with_its_line() -> None:
    assert denied(PLANTED) == [
        (2, "Whoever"), (2, "door"), (2, "heard"), (4, "Patience"), (5, "lane"), (6, "shelf"),
    ]  # fmt: skip


def places_of_names() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Where each class and each module of handlers/ and models/ stands."""
    classes, modules = defaultdict(list), defaultdict(list)
    for path in sources("handlers", "models"):
        if "migrations" in path.parts:
            continue
        if path.name != "__init__.py":
            modules[path.stem].append(named(path))
        for name in classes_of(path):
            classes[name].append(named(path))
    return classes, modules


def classes_of(path: Path) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.ClassDef)}


def duplicates(places: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: where for name, where in places.items() if len(where) > 1}


def test_no_two_classes_or_modules_have_one_name() -> None:
    classes, modules = places_of_names()
    assert not duplicates({name: where for name, where in classes.items() if name not in TWINS})
    assert not duplicates(modules)
