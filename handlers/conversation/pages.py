"""Show a long list of choices page by page; numbers count on through the pages, and every choice can be typed at once.

[1 … 12] [Next]  ──▶  [13 … 24] [Next] [Previous]      tapped, or typed: "berikutnya", "17", "Balikpapan"
"""

from collections.abc import Sequence
from typing import NamedTuple

from telegram import Update

from handlers.conversation.buttons import CallbackData, Choice, numbered
from handlers.conversation.context import PAGE, Context
from handlers.conversation.match import pressed, words_of
from locales import N_
from locales import gettext as _
from models.plain_words import plain

MOST = 12
"""Choices on a page."""
TURN = "page"
NEXT, PREVIOUS = N_("Next"), N_("Previous")


class ChoicePage(NamedTuple):
    """One page: its choices, buttons to the next and previous page, and both as text."""

    choices: list[Choice]
    listed: str


def page_of(context: Context, place: CallbackData, offered: Sequence[Choice]) -> ChoicePage:
    """Return the page that is open at a step."""
    mode = context.work.mode
    if len(offered) <= MOST:
        return ChoicePage(list(offered), numbered(offered, mode))
    number = open_page(context, place, len(offered))
    begin = number * MOST
    shown, turns = list(offered[begin : begin + MOST]), turn_choices(place, number, len(offered))
    where = _("Page {number} of {count}.").format(number=number + 1, count=last_page(len(offered)) + 1)
    lines = [numbered(shown, mode, begin + 1, len(offered)), "", where, *(turn.shown for turn in turns)]
    return ChoicePage([*shown, *turns], "\n".join(lines))


def turn_choices(place: CallbackData, number: int, count: int) -> list[Choice]:
    beside = [(number + 1, NEXT)] if number < last_page(count) else []
    beside += [(number - 1, PREVIOUS)] if number else []
    return [Choice(place._replace(key=f"{TURN} {page}"), words) for page, words in beside]


def last_page(count: int) -> int:
    return (count - 1) // MOST


def open_page(context: Context, place: CallbackData, count: int) -> int:
    """Return the number of the page opened last at this step, within the length of the list now."""
    at, number = context.work.state.get(PAGE) or ("", 0)
    return min(int(number), last_page(count)) if at == [place.talk, place.step] else 0


def turn_page(update: Update, context: Context, place: CallbackData, count: int) -> bool:
    """Open the page that a tap or a word asks for; False where neither does."""
    if count <= MOST:
        return False
    page = page_meant(update, context, place, count)
    if page is not None:
        context.work.remember(PAGE, [[place.talk, place.step], page])
    return page is not None


def page_meant(update: Update, context: Context, place: CallbackData, count: int) -> int | None:
    press = pressed(update)
    if press is not None:
        turn, _space, number = press.key.partition(" ")
        return min(int(number), last_page(count)) if turn == TURN and number.isdecimal() else None
    said = plain(words_of(update) or "")
    turns = turn_choices(place, open_page(context, place, count), count)
    meant = next((turn for turn in turns if turn.is_meant_by(said)), None)
    return int(meant.key.removeprefix(TURN)) if meant else None
