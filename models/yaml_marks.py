"""Reads the one mark that an office's files may carry: `!contoh`, before a value that is an example.

    hours: !contoh { id: …, en: … }     every text in it is shown with "(contoh)" at its end
    working_days: !contoh 10            a number or date stays as it is; its file and line are listed

An office that has confirmed a value deletes the mark; nothing else changes.
"""

import datetime
from collections.abc import Iterator, Mapping

from ruamel.yaml import YAML
from ruamel.yaml.comments import TaggedScalar

from models.yaml_errors import Steps

EXAMPLE = "!contoh"
SAID = {"id": "(contoh)", "en": "(example)"}
"""What stands in a text that is an example, by its language."""


def marks_in(node: object, at: Steps = ()) -> Iterator[tuple[Steps, str]]:
    """Yield each mark of a tree, with its place."""
    if mark := mark_of(node):
        yield at, mark
    if isinstance(node, Mapping):
        for key, part in node.items():
            yield from marks_in(part, (*at, str(key)))
    elif isinstance(node, list):
        for index, part in enumerate(node):
            yield from marks_in(part, (*at, index))


def mark_of(node: object) -> str | None:
    """Return the mark before a value; None without one."""
    return getattr(getattr(node, "tag", None), "value", None)


def unmarked(node: object, *, is_example: bool = False) -> object:
    """Return a tree without lines and marks; texts below a mark say that they are examples."""
    is_example = is_example or mark_of(node) == EXAMPLE
    if isinstance(node, Mapping):
        return {str(key): _part(str(key), part, is_example) for key, part in node.items()}
    if isinstance(node, list):
        return [unmarked(part, is_example=is_example) for part in node]
    if isinstance(node, TaggedScalar):
        return unmarked(node.value if node.style else YAML(typ="safe").load(node.value))
    return node.isoformat() if isinstance(node, datetime.date) else node


def _part(key: str, node: object, is_example: bool) -> object:
    """Return one setting of a group; the texts of a wording are those under the name of a language."""
    part = unmarked(node, is_example=is_example)
    is_text = isinstance(part, str) and key in SAID and (is_example or mark_of(node) == EXAMPLE)
    return said_as_example(part, SAID[key]) if is_text and isinstance(part, str) else part


def said_as_example(text: str, mark: str) -> str:
    """Put the mark at the end of a text, before its last full stop."""
    words = text.rstrip()
    end = words[-1:] if words.endswith((".", "?", "!")) else ""
    return f"{words.removesuffix(end)} {mark}{end}"
