"""Read several answers to one question: tapped one after another, or typed at once as numbers or words.

    "1, 3" · "kursi roda dan JBI" ──▶ those, and done        [Kursi roda] [JBI] … [Done] ──▶ tap by tap

A button says what it will do, so the second tap of a double tap changes nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from telegram import Update

from handlers.conversation.buttons import Choice, chosen
from handlers.conversation.match import pressed, words_of
from locales import N_, in_every_language
from locales import gettext as _
from locales.times import list_words
from models.plain_words import plain

LONGEST_LABEL = 30
ADD, DROP, DONE = "+", "-", "done"
AND = re.compile(r"[,;&/+\n]|\bdan\b|\band\b", re.IGNORECASE)
NUMBERS = re.compile(r"\d+(?:[\s.]+\d+)+\.?")


@dataclass(frozen=True)
class Several:
    """The selection after an answer: the keys in the order of choosing, and whether it is finished."""

    keys: tuple[str, ...]
    is_done: bool = False


def several_choices(options: Sequence[Choice], so_far: Sequence[str]) -> list[Choice]:
    """Make the buttons: each option to add or, once chosen, to remove; and Done as soon as one is chosen."""
    offered = [button_for(option, option.key in so_far) for option in options]
    return [*offered, replace(options[0], press=options[0].press._replace(key=DONE), label=DONE_WORDS, also=())]


def button_for(option: Choice, is_chosen: bool) -> Choice:
    press = option.press._replace(key=(DROP if is_chosen else ADD) + option.key)
    label = _("Undo: {choice}").format(choice=option.shown)[:LONGEST_LABEL] if is_chosen else option.label
    return replace(option, press=press, label=label, also=(option.label, *option.also))


def read_several(update: Update, options: Sequence[Choice], so_far: Sequence[str]) -> Several | None:
    """Return the selection after an answer; None when it was not understood."""
    press = pressed(update)
    if press is not None:
        return tapped(press.key, options, so_far)
    words = words_of(update) or ""
    if plain(words) in {plain(form) for form in _done_forms()} or plain(words) == str(len(options) + 1):
        return Several(tuple(so_far), is_done=True)
    parts = re.findall(r"\d+", words) if NUMBERS.fullmatch(words.strip()) else AND.split(words)
    meant = [chosen(part, options) for part in parts if plain(part)]
    if not meant or None in meant:
        whole = chosen(words, options)
        meant = [whole] if whole else []
    keys = tuple(dict.fromkeys([*so_far, *(choice.key for choice in meant if choice)]))
    return Several(keys, is_done=True) if meant else None


def tapped(key: str, options: Sequence[Choice], so_far: Sequence[str]) -> Several | None:
    if key == DONE:
        return Several(tuple(so_far), is_done=True)
    named = next((option.key for option in options if option.key == key[1:]), None)
    if named is None or key[0] not in ADD + DROP:
        return None
    if key[0] == DROP:
        return Several(tuple(one for one in so_far if one != named))
    return Several(tuple(dict.fromkeys([*so_far, named])))


def so_far_words(options: Sequence[Choice], keys: Sequence[str]) -> str:
    """Return the text of the question once an option was tapped."""
    labels = {option.key: option.shown for option in options}
    chosen_now = list_words([labels[key] for key in keys if key in labels])
    return _("Chosen: {choices}.").format(choices=chosen_now) + "\n" + _("Choose more, or choose: That is all.")


DONE_WORDS = N_("That is all")


def _done_forms() -> set[str]:
    sentences = (DONE_WORDS, N_("Done"), N_("Only these"), N_("Enough"), N_("Only that"))
    return {form for sentence in sentences for form in in_every_language(sentence)}
