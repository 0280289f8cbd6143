"""Cuts a call that Telegram would refuse for its length into several that it takes, in order.

    text over 4,096, caption over 1,024, more than 100 buttons ─▶ parts, cut at a line, else at a space, else anywhere

Telegram counts in UTF-16 units. Every row of the outbox passes here (`enqueue`), so none is too long. What belongs to a
message as a whole, its file and its last buttons, goes with the last part.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

LONGEST_TEXT, LONGEST_CAPTION = 4096, 1024
MAX_BUTTONS = 100
LONGEST_KEYBOARD = 8_000
"""Bytes: Telegram refuses a keyboard of more than some 10,000."""
CUT_OFF = "…"
UNENCODABLE = dict.fromkeys([0, *range(0xD800, 0xE000)], "\ufffd")
"""NUL and halves of UTF-16 pairs: no JSON and no table takes them."""


def units(text: str) -> int:
    """Return the length as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fit_to_limits(call: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the call itself, where it is short enough, else several of the same chat, one after another."""
    body = call["body"]
    if not is_long(body):
        return [call]
    if call["method"].startswith("edit"):
        return [call | {"body": body | {"text": shorten(clean_text(body["text"]))}}] if "text" in body else [call]
    return list(split_call(call))


def is_long(body: dict[str, Any]) -> bool:
    words = body.get("text") or body.get("caption") or ""
    keyboard = (body.get("reply_markup") or {}).get("inline_keyboard", ())
    most = LONGEST_TEXT if "text" in body else LONGEST_CAPTION
    return 2 * len(words) > most or len(keyboard) > MAX_BUTTONS // 2 or clean_text(words) is not words


def split_call(call: dict[str, Any]) -> Iterator[dict[str, Any]]:
    body = call["body"]
    keyboards = split_keyboard(body.get("reply_markup"))
    name = "text" if "text" in body else "caption"
    texts = split_text(clean_text(body.get(name) or ""), LONGEST_TEXT if name == "text" else LONGEST_CAPTION)
    texts = [CUT_OFF] * (len(keyboards) - len(texts)) + texts
    boards = [None] * (len(texts) - len(keyboards)) + keyboards
    last = {key: value for key, value in body.items() if key not in {name, "reply_markup"}}
    plain = {key: last[key] for key in ("chat_id", "protect_content", "link_preview_options") if key in last}
    for number, (text, board) in enumerate(zip(texts, boards, strict=True), 1):
        markup = {"reply_markup": board} if board else {}
        if number == len(texts):
            yield call | {"body": last | {name: text} | markup}
        else:
            yield call | {"method": "sendMessage", "body": plain | {"text": text} | markup}


def clean_text(text: str) -> str:
    return text if text.isascii() and "\0" not in text else text.translate(UNENCODABLE)


def shorten(text: str) -> str:
    """Shorten the text of an edit, which cannot become several messages."""
    parts = split_text(text, LONGEST_TEXT - 2)
    return parts[0] if len(parts) < 2 else f"{parts[0]}\n{CUT_OFF}"


def split_text(text: str, most: int) -> list[str]:
    """Return the text in parts of at most `most` units, each with something to read in it."""
    parts: list[str] = []
    while units(text) > most:
        end = split_at(text, most)
        parts.append(text[:end].rstrip())
        text = text[end:].lstrip("\n ")
    return [part for part in (*parts, text) if part.strip()] or [text]


def split_at(text: str, most: int) -> int:
    """Return where the first part ends: after a line, else after a word, else before the character that is too much."""
    end, used = 0, 0
    while (used := used + 1 + (text[end] > "\uffff")) <= most:
        end += 1
    for mark in ("\n", " "):
        at = text.rfind(mark, 1, end + 1)
        if at > 0 and text[:at].strip():
            return at
    return end


def split_keyboard(markup: dict[str, Any] | None) -> list[Any]:
    """Return the keyboard, in as many as are needed; of a keyboard under the writing line, itself."""
    rows: Sequence[Any] = (markup or {}).get("inline_keyboard") or ()
    if not rows:
        return [markup] if markup else []
    found: list[list[Any]] = [[]]
    for row in rows:
        page = found[-1]
        buttons = sum(map(len, page)) + len(row)
        if page and (buttons > MAX_BUTTONS or len(orjson.dumps([*page, row])) > LONGEST_KEYBOARD):
            found.append([])
        found[-1].append(row)
    return [{"inline_keyboard": page} for page in found]
