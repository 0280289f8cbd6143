"""Reads the text or caption of a call with its entities, checked against Telegram's limits."""

from bot.sandbox.calls import Call
from bot.sandbox.entities import parse_html, utf16_length
from bot.sandbox.entity_detection import with_detected
from bot.sandbox.errors import bad_request
from bot.sandbox.store import Json

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
"""Both in UTF-16 units after entities parsing (Bot API, sendMessage and sendPhoto)."""


def read_text(call: Call) -> Json:
    """Read ``text`` and ``entities`` of a message; 400 where it is empty, too long or badly marked up."""
    if not call.text("text"):
        raise bad_request("message text is empty")
    text, entities = _formatted(call, call.text("text"), "entities")
    if not text:
        raise bad_request("text must be non-empty")
    if utf16_length(text) > LONGEST_TEXT:
        raise bad_request("message is too long")
    return {"text": text} | ({"entities": entities} if entities else {})


def read_caption(call: Call) -> Json:
    """Read ``caption`` and ``caption_entities``; empty where there is no caption."""
    if not call.text("caption"):
        return {}
    text, entities = _formatted(call, call.text("caption"), "caption_entities")
    if utf16_length(text) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    return {"caption": text} | ({"caption_entities": entities} if entities else {})


def _formatted(call: Call, source: str, field: str) -> tuple[str, list[Json]]:
    mode = call.text("parse_mode").lower()
    if mode == "html":
        text, entities = parse_html(source)
    elif mode in {"", "none"}:
        text, entities = source.strip(), call.json(field) or []
    else:
        raise bad_request("unsupported parse_mode")
    return text, with_detected(text, entities)
