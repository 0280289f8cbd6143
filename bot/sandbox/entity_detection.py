"""Detects what Telegram marks in a text by itself: commands, links, mentions, hashtags, addresses, numbers."""

import re
from itertools import accumulate

from bot.sandbox.store import Json

PATTERNS = {
    "url": r"(?<![\w@.])(?:https?://[^\s<>\"]+|(?:[a-z0-9-]+\.)+(?:com|org|net|id|go\.id|me|info)(?:/[^\s<>\"]*)?)\b/?",
    "email": r"(?<![\w.])[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    "mention": r"(?<![\w@./])@[A-Za-z]\w{3,31}\b",
    "bot_command": r"(?<![\w/<>.])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?![\w/])",
    "hashtag": r"(?<![\w#&])#\w*[^\W\d]\w*",
    "phone_number": r"(?<!\w)\+\d[\d -]{7,16}\d\b",
}
COMPILED = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in PATTERNS.items()}
CLOSED = frozenset({"code", "pre", "text_link"})
"""Nothing is marked inside these."""


def with_detected(text: str, entities: list[Json]) -> list[Json]:
    """The given entities and the detected ones, in order of their place."""
    units = _unit_offsets(text)
    taken = [(each["offset"], each["offset"] + each["length"]) for each in entities if each["type"] in CLOSED]
    found = []
    for kind, pattern in COMPILED.items():
        for match in pattern.finditer(text):
            start, end = units[match.start()], units[match.end()]
            if all(end <= low or start >= high for low, high in taken):
                taken.append((start, end))
                found.append({"type": kind, "offset": start, "length": end - start})
    return sorted([*entities, *found], key=lambda each: (each["offset"], -each["length"]))


def _unit_offsets(text: str) -> list[int]:
    """For each character, how many UTF-16 units stand before it; one more for the end."""
    return [0, *accumulate(2 if ord(character) > 0xFFFF else 1 for character in text)]
