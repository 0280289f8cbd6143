"""Says in one English sentence what is wrong with a setting in an edited file, and what is allowed.

    ("requirements", 2, "desil_at_most", "desil") + int_type
        └──▶ "desil" must be a number from 1 to 10, not "lima"

What is allowed is read from the JSON schema of the entry, so that it is written down in one place only.
"""

import functools
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

Node = Mapping[str, Any]
Steps = tuple[str | int, ...]
OWN_WORDS = "value_error"


def sentences_for(entry: type[BaseModel], mistakes: list[ErrorDetails]) -> list[tuple[Steps, str]]:
    """Return the place of each mistake in the file, with one sentence about it.

    A list is not called too short when one of its own items is wrong: pydantic does not count that item.
    """
    places = [mistake["loc"] for mistake in mistakes]
    return [
        sentence_for(entry, mistake)
        for mistake in mistakes
        if mistake["type"] != "too_short" or not any(_inside(place, mistake["loc"]) for place in places)
    ]


def _inside(place: Steps, around: Steps) -> bool:
    return len(place) > len(around) and place[: len(around)] == around


def sentence_for(entry: type[BaseModel], mistake: ErrorDetails) -> tuple[Steps, str]:
    """Return the place of a mistake in the file, with one sentence about it."""
    at, node = _walk(_schema(entry), mistake["loc"])
    kind = mistake["type"]
    if kind == "extra_forbidden":
        return at, _unknown_setting(at, _walk(_schema(entry), mistake["loc"][:-1])[1], mistake["input"])
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        at = (*at, "kind")
        given = mistake["input"].get("kind") if isinstance(mistake["input"], dict) else None
        return at, f"{_name(at)} must be {_one_of(node['discriminator']['mapping'])}, not {_shown(given)}"
    if kind == "missing":
        return at, f"{_name(at)} is missing: it must be {allowed(node)}"
    if kind == OWN_WORDS:
        return at, f"{_name(at)} {mistake['ctx']['error']}"
    return at, f"{_name(at)} must be {allowed(node)}, not {_shown(mistake['input'])}"


def allowed(node: Node) -> str:
    """Return what a setting may be, in words: `a number from 1 to 10`, `one of city, province`, `text`."""
    choices = node.get("enum") or ([node["const"]] if "const" in node else None)
    if "description" in node and node.get("type") != "object":
        return str(node["description"])
    if choices:
        return _one_of(choices)
    if "discriminator" in node:
        return f'a group of settings whose "kind" is {_one_of(node["discriminator"]["mapping"])}'
    return _BY_TYPE.get(node.get("type", ""), _any)(node)


def _number(node: Node) -> str:
    low, high = node.get("minimum"), node.get("maximum")
    if low is not None and high is not None:
        return f"a number from {low} to {high}"
    return "a number" if low is None else f"a number of at least {low}"


def _text(node: Node) -> str:
    if node.get("format") == "date":
        return "a date like 2027-01-31"
    return f"text of at most {node['maxLength']} characters" if "maxLength" in node else "text"


def _list(node: Node) -> str:
    least = node.get("minItems", 0)
    return f"a list of at least {least}" if least else "a list"


def _group(node: Node) -> str:
    names = node.get("properties")
    return f"a group of settings ({', '.join(names)})" if names else "a group of settings"


def _any(_: Node) -> str:
    return "something else"


_BY_TYPE: dict[str, Callable[[Node], str]] = {
    "integer": _number,
    "string": _text,
    "array": _list,
    "object": _group,
    "boolean": lambda _: "true or false",
}


@functools.cache
def _schema(entry: type[BaseModel]) -> dict[str, Any]:
    return entry.model_json_schema()


def _walk(schema: Node, loc: Steps) -> tuple[Steps, Node]:
    """Follow pydantic's way through the schema; steps that only name a union's branch are not in the file."""
    at: list[str | int] = []
    node = group = _resolved(schema, schema)
    for step in loc:
        if step == "[key]":
            node = _resolved(schema, group.get("propertyNames", {}))
        elif "discriminator" in node and step in node["discriminator"]["mapping"]:
            node = _resolved(schema, {"$ref": node["discriminator"]["mapping"][step]})
        else:
            at.append(step)
            node, group = _resolved(schema, _below(node, step)), node
    return tuple(at), node


def _below(node: Node, step: str | int) -> Node:
    if isinstance(step, int):
        below = node.get("items")
    else:
        by_pattern = next(iter(node.get("patternProperties", {}).values()), node.get("additionalProperties"))
        below = node.get("properties", {}).get(step, by_pattern)
    return below if isinstance(below, Mapping) else {}


def _resolved(schema: Node, node: Node) -> Node:
    """Return the node itself, without a reference or an "or nothing" around it; its own description is kept."""
    options = [option for option in node.get("anyOf", ()) if option.get("type") != "null"]
    if len(options) == 1:
        node = {**options[0], **{key: node[key] for key in ("description",) if key in node}}
    if "$ref" in node:
        target = schema["$defs"][node["$ref"].rsplit("/", 1)[-1]]
        return {**target, **{key: value for key, value in node.items() if key != "$ref"}}
    return node


def _unknown_setting(at: Steps, around: Node, given: object) -> str:
    names = list(around.get("properties", {}))
    close = get_close_matches(str(at[-1]), names, n=1)
    hint = f'did you mean "{close[0]}"?' if close else f"allowed are {', '.join(names)}"
    if given is None and " " in str(at[-1]):
        hint = "a text with a comma between { and } needs quotes around it"
    return f"{_name(at)} is not known here; {hint}"


def _name(at: Steps) -> str:
    """Return the setting as the editor sees it: the dotted names after the last list, or the item of a list."""
    if not at:
        return "the file"
    tail: list[str] = []
    for step in reversed(at):
        if isinstance(step, int):
            break
        tail.insert(0, step)
    if tail:
        return f'"{".".join(tail)}"'
    return f"item {int(at[-1]) + 1} of {_name(at[:-1])}"


def _one_of(choices: Any) -> str:
    words = [str(choice) for choice in choices]
    return words[0] if len(words) == 1 else f"one of {', '.join(words)}"


def _shown(given: object) -> str:
    if given is None:
        return "empty"
    if isinstance(given, str):
        return f'"{given if len(given) <= 40 else given[:37] + "..."}"'
    if isinstance(given, bool):
        return str(given).lower()
    if isinstance(given, list):
        return f"a list of {len(given)}"
    if isinstance(given, dict):
        return "a group of settings"
    return str(given)
