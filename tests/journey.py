"""Answers each question of the bot as a person at a phone does, from /start to the receipt, by what it offers.

The step is known from the data behind the buttons ("register:NAME:back"), never from the words of the message, so
a journey survives every change of wording.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WRITTEN = {
    "BIRTH": "17 Agustus 1995",
    "PLACE": "Air Putih, Samarinda Ulu",
    "PHONE": "0812 3456 7890",
}
WANTED = {
    "menu:register": "",
    "register:CONSENT": "yes",
    "register:RESUME": "new",
    "register:FOR_WHOM": "family",
    "register:HELPED": "none",
    "register:REVIEW": "send",
    "register:RECEIPT": "later",
}
NEVER = frozenset({"back", "keep", "cancel", "help", "batal", "list"})
NUMBER = re.compile(r"\b[A-Z]{2,3}-\d{4}-\d{4,}-[A-Z]\b")


@dataclass(frozen=True)
class Reply:
    """A text that a person types."""

    text: str


@dataclass(frozen=True)
class Tap:
    """A button that a person taps, by its data."""

    data: str


@dataclass(frozen=True)
class Finished:
    """The receipt has come; its number."""

    number: str


Act = Reply | Tap | Finished


def answer_to(
    text: str,
    buttons: list[dict[str, Any]],
    *,
    name: str,
    keys: Any = None,
    wanted: Mapping[str, str] = WANTED,
    written: Mapping[str, str] = WRITTEN,
    least: int = 1,
) -> Act | None:
    """Choose what to do about a message (`keys`: the keyboard it brought); None: wait for the next one.

    `wanted` names the button to tap at a step, where it is offered; `written` what to write at a step without buttons.
    Where several may be chosen, `least` of them are.
    """
    if found := NUMBER.search(text):
        return Finished(found.group())
    offered = [str(button["callback_data"]) for button in buttons if "callback_data" in button]
    if not offered:
        return with_the_keyboard(str(keys)) if keys else None
    talk, step, _ = offered[0].split(":", 2)
    choices = [data.split(":", 2)[2] for data in offered]
    if (key := wanted.get(f"{talk}:{step}")) in choices:
        return Tap(f"{talk}:{step}:{key}")
    sensible = sorted((key for key in choices if key not in NEVER), key=lambda key: "+-".find(key[0]) + 1)
    if 0 < sum(key.startswith("-") for key in sensible) < least:
        sensible = [key for key in sensible if key.startswith("+")]
    if sensible:  # "done" comes first
        return Tap(f"{talk}:{step}:{sensible[0]}")
    return Reply(name if step == "NAME" else written.get(step, "1"))


def with_the_keyboard(keys: str) -> Reply:
    """The keyboard under the writing line is the one that shares a number, or the menu."""
    return Reply(WRITTEN["PHONE"]) if "request_contact" in keys else Reply("/daftar")
