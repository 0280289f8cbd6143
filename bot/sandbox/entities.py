"""Parses Telegram's HTML as strictly as Telegram does: a text and its entities in UTF-16 units.

"Halo <b>Sari 👋</b>" ──▶ text "Halo Sari 👋", entities [bold, offset 5, length 7]
"""

import html
import re
from dataclasses import dataclass, field
from typing import NoReturn

from bot.sandbox.entity_spans import Span, tidy, trim
from bot.sandbox.errors import bad_request
from bot.sandbox.store import Json

TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
CHARACTER = re.compile(r"&(?:(lt|gt|amp|quot)|#(\d{1,8})|#x([0-9a-fA-F]{1,7}));?")
START_TAG = re.compile(r"<([^\s>]*)")
ATTRIBUTE = re.compile(r"""\s*([^\s=>/"']+)(?:\s*=\s*("[^"]*"|'[^']*'|[A-Za-z0-9.-]+))?""")
END_TAG = re.compile(r"</([^\s>]*)\s*(>?)")


def utf16_length(text: str) -> int:
    """How long Telegram finds a text: an emoji counts two or more."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass
class _Open:
    """A start tag that waits for its end."""

    tag: str
    argument: str
    offset: int
    index: int


@dataclass
class _Reader:
    source: str
    place: int = 0
    text: list[str] = field(default_factory=list)
    length: int = 0
    open: list[_Open] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)

    def refuse(self, complaint: str) -> NoReturn:
        raise bad_request(f"can't parse entities: {complaint}")

    def byte(self, place: int) -> int:
        """Telegram counts errors in bytes of UTF-8."""
        return len(self.source[:place].encode())

    def read(self) -> None:
        while self.place < len(self.source):
            here = self.source[self.place]
            if here == "<":
                self._end_tag() if self.source.startswith("</", self.place) else self._start_tag()
            else:
                self._character(here)
        if self.open:
            self.refuse(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')

    def _character(self, here: str) -> None:
        found = CHARACTER.match(self.source, self.place) if here == "&" else None
        character = _decoded(found) if found else ""
        self.place += len(found.group()) if found and character else 1
        self.text.append(character or here)
        self.length += utf16_length(character or here)

    def _start_tag(self) -> None:
        begin = self.place
        found = START_TAG.match(self.source, begin)
        assert found is not None
        if found.end() == len(self.source):
            self.refuse(f"Unclosed start tag at byte offset {self.byte(begin)}")
        tag = found.group(1).lower()
        if tag not in TYPES:
            self.refuse(f'Unsupported start tag "{tag}" at byte offset {self.byte(begin)}')
        self.place = found.end()
        attributes = self._attributes(tag, begin)
        argument = attributes.get("href" if tag == "a" else "class", "")
        if tag == "span" and argument != "tg-spoiler":
            self.refuse(f'Tag "span" must have class "tg-spoiler" at byte offset {self.byte(begin)}')
        if tag == "blockquote":
            argument = "expandable" if "expandable" in attributes else ""
        self.open.append(_Open(tag, argument, self.length, len(self.text)))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        attributes = {}
        while not (closing := re.compile(r"\s*>").match(self.source, self.place)):
            found = ATTRIBUTE.match(self.source, self.place)
            if found is None:
                self._refuse_attribute(tag, begin)
            attributes[found.group(1).lower()] = html.unescape((found.group(2) or "").strip("\"'"))
            self.place = found.end()
        self.place = closing.end()
        return attributes

    def _refuse_attribute(self, tag: str, begin: int) -> NoReturn:
        if not self.source[self.place :].strip() or self.source[self.place] in "=\"'":
            self.refuse(f"Unclosed start tag at byte offset {self.byte(begin)}")
        self.refuse(f'Empty attribute name in the tag "{tag}" at byte offset {self.byte(begin)}')

    def _end_tag(self) -> None:
        begin = self.place
        if not self.open:
            self.refuse(f"Unexpected end tag at byte offset {self.byte(begin)}")
        found = END_TAG.match(self.source, begin)
        assert found is not None
        if not found.group(2):
            self.refuse(f"Unclosed end tag at byte offset {self.byte(begin)}")
        start, name = self.open.pop(), found.group(1).lower()
        if name and name != start.tag:
            self.refuse(
                f'Unmatched end tag at byte offset {self.byte(begin)}, expected "</{start.tag}>", found "</{name}>"'
            )
        self.place = found.end()
        self._close(start)

    def _close(self, start: _Open) -> None:
        kind = TYPES[start.tag]
        extra: Json = {}
        if kind == "text_link":
            extra["url"] = _link(start.argument or "".join(self.text[start.index :]))
        elif kind == "blockquote" and start.argument:
            kind = "expandable_blockquote"
        elif kind == "code" and start.argument.startswith("language-"):
            extra["language"] = start.argument.removeprefix("language-")
        if extra.get("url") != "":
            self.spans.append(Span(kind, start.offset, self.length, extra))


def _decoded(found: re.Match[str]) -> str:
    name, decimal, hexadecimal = found.groups()
    if name:
        return NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""


def _link(address: str) -> str:
    """The address as Telegram keeps it, or nothing where it is no address."""
    address = address.strip()
    if re.match(r"(?:https?|tg|mailto|tel):", address, re.IGNORECASE):
        return address
    return f"http://{address}/" if re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", address) else ""


def parse_html(source: str) -> tuple[str, list[Json]]:
    """The text and its entities, trimmed as Telegram trims; 400 where a tag is wrong."""
    reader = _Reader(source)
    reader.read()
    text, spans = trim("".join(reader.text), tidy(reader.spans))
    return text, [span.json() for span in spans]
