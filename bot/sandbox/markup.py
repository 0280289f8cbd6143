"""Checks keyboards as Telegram checks them before a message is sent."""

from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.calls import Call
from bot.sandbox.errors import bad_request
from bot.sandbox.store import Json

MOST_DATA_BYTES = 64
MOST_COPY_TEXT = 256
MOST_INLINE_BUTTONS = 100
OTHER_INLINE_KINDS = (
    "callback_game",
    "pay",
    "switch_inline_query",
    "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat",
    "login_url",
    "web_app",
)


def read_markup(call: Call) -> Json:
    """The ``reply_markup`` of a call, checked; empty where there is none. Raises 400."""
    markup = call.json("reply_markup")
    if markup is None or markup == {}:
        return {}
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if markup.get("keyboard"):
        return markup | {"keyboard": _keyboard_rows(markup["keyboard"])}
    if markup.get("inline_keyboard"):
        return {"inline_keyboard": _inline_rows(markup["inline_keyboard"])}
    return markup if markup.get("remove_keyboard") or markup.get("force_reply") else {}


def _rows(rows: Any, complaint: str) -> list[list[Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(complaint)
    return [row for row in rows if row]


def _keyboard_rows(rows: Any) -> list[list[Json]]:
    checked = _rows(rows, 'field "keyboard" must be an Array of Arrays')
    return [[_keyboard_button(button) for button in row] for row in checked]


def _keyboard_button(button: Any) -> Json:
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict):
        raise bad_request("can't parse keyboard button: KeyboardButton must be a String or an Object")
    _check_label(button, "can't parse keyboard button", "keyboard button")
    return button


def _inline_rows(rows: Any) -> list[list[Json]]:
    complaint = 'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
    checked = _rows(rows, complaint)
    if sum(map(len, checked)) > MOST_INLINE_BUTTONS:
        raise bad_request("reply markup is too long")
    return [[_inline_button(button) for button in row] for row in checked]


def _inline_button(button: Any) -> Json:
    opening = "can't parse inline keyboard button"
    if not isinstance(button, dict):
        raise bad_request(f"{opening}: InlineKeyboardButton must be an Object")
    _check_label(button, opening, "inline keyboard button")
    if button.get("url"):
        _check_address(button["url"])
    elif button.get("callback_data"):
        _check_data(button["callback_data"])
    elif "copy_text" in button:
        _check_copied(button["copy_text"], opening)
    elif not any(kind in button for kind in OTHER_INLINE_KINDS):
        raise bad_request(f"{opening}: Text buttons are unallowed in the inline keyboard")
    return button


def _check_label(button: Json, opening: str, entity: str) -> None:
    if "text" not in button:
        raise bad_request(f'{opening}: Can\'t find field "text"')
    if not str(button["text"]).strip():
        raise bad_request(f"{entity} text must be non-empty")


def _check_address(address: Any) -> None:
    parts = urlsplit(str(address))
    if parts.scheme not in {"http", "https", "tg", "ton"} or not parts.netloc or " " in str(address):
        raise bad_request(f"inline keyboard button URL '{address}' is invalid: Wrong HTTP URL")


def _check_data(data: Any) -> None:
    if not isinstance(data, str) or len(data.encode()) > MOST_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")


def _check_copied(copied: Any, opening: str) -> None:
    text = copied.get("text") if isinstance(copied, dict) else None
    if not isinstance(text, str):
        raise bad_request(f'{opening}: Can\'t find field "text"')
    if not 1 <= len(text) <= MOST_COPY_TEXT:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
