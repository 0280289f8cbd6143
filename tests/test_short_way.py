"""Counts what the way from /start to the receipt asks of people, over the recorded chats (WORDS §2, PRODUCT 10)."""

import re
from typing import NamedTuple

from tests.chat import story_of
from tests.transcript import FOLDER

SENDS = re.compile(r"^\[Kirim pendaftaran\]")
BUTTON = re.compile(r"\[[^\]]+\]")


class Way(NamedTuple):
    """Taps (START is one), typed answers, messages of the bot, and buttons shown."""

    taps: int
    typed: int
    messages: int
    buttons: int


def way_of(name: str) -> Way:
    """Count from the first /start to the answer to [Kirim pendaftaran]."""
    taps = typed = messages = buttons = 0
    for beat in story_of(FOLDER / f"{name}.chat").beats:
        is_tap = beat.what.startswith(("[", "/start"))
        taps, typed = taps + is_tap, typed + (not is_tap)
        messages += len(beat.answers)
        buttons += sum(len(BUTTON.findall(line)) for heard in beat.answers for line in heard.lines)
        if SENDS.match(beat.what):
            return Way(taps, typed, messages, buttons)
    raise AssertionError(f"{name} does not come to the receipt")


def test_a_person_registers_themself_by_the_short_way() -> None:
    way = way_of("daftar_diri")
    assert way.taps <= 10
    assert way.typed <= 3
    assert way.messages <= 15
    assert way.buttons <= 50


def test_a_youth_comes_from_a_poster_to_the_receipt() -> None:
    way = way_of("daftar_poster_remaja")
    assert way.taps <= 9
    assert way.typed <= 3


def test_short_and_easy_asks_less() -> None:
    plain, simple = way_of("daftar_diri"), way_of("daftar_diri_singkat")
    assert simple.taps < plain.taps
    assert simple.messages < plain.messages
