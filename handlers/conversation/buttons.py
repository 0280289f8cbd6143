"""Match choices that are tapped or typed, and parse the data behind a button (at most 64 bytes).

    Choice("ibu", "Ibu") ──tapped──▶ "set:ADDRESS:ibu"        ──typed──▶ "2", "ibu", "IBU.", "Ibu"

The data behind a button is attacker-controlled: it only names a conversation, a step and a key, and the
step that receives it looks the key up among the choices it would offer now.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from locales import N_, in_every_language
from locales import gettext as _
from models.people.account import ReadingMode
from models.plain_words import plain

LONGEST = 64
MOST_ROWS = 2**31 - 1
"""The largest row id on both databases."""
SHORTEST_BEGINNING, SHORTEST_PART = 3, 4


class CallbackData(NamedTuple):
    """The data behind a button: a conversation, a step of it, the key of a choice."""

    talk: str
    step: str
    key: str

    def pack(self) -> str:
        data = ":".join(self)
        if len(data.encode()) > LONGEST:
            raise ValueError(f"The data behind a button may have {LONGEST} bytes: {data}")
        return data

    @classmethod
    def read(cls, data: str) -> "CallbackData | None":
        parts = data.split(":", 2)
        return cls(*parts) if len(parts) == 3 else None


def row_in(key: str) -> int | None:
    """Return the row id that a key names; None where no row can have it. The caller checks access to the row."""
    number = int(key) if key.isascii() and key.isdecimal() else 0
    return number if 0 < number <= MOST_ROWS else None


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice. `label` is a sentence of the catalogs, or a name that is the same in every language.

    `line`: its words in the list, where they are more than the label.
    """

    press: CallbackData
    label: str
    also: tuple[str, ...] = field(default=())
    line: str = ""

    @property
    def key(self) -> str:
        return self.press.key

    @property
    def shown(self) -> str:
        return _(self.label)

    @property
    def forms(self) -> set[str]:
        """Return the words that mean this choice, in every language."""
        return {plain(form) for sentence in (self.label, *self.also) for form in in_every_language(sentence)}

    def is_meant_by(self, typed: str) -> bool:
        return typed in self.forms

    def begins_with(self, typed: str) -> bool:
        """Is it typed by its first whole words ("ya" of "Ya, saya setuju"), or by at least three first letters?"""
        beginning = typed if len(typed) >= SHORTEST_BEGINNING else typed + " "
        return len(typed) > 1 and any(form.startswith(beginning) for form in self.forms)

    def holds(self, typed: str) -> bool:
        """ "netra" of "Disabilitas netra", "bengkel" of "Perbengkelan"."""
        return len(typed) >= SHORTEST_PART and any(typed in form for form in self.forms)


def choices(talk: str, step: str, *options: tuple[str, str]) -> list[Choice]:
    """Make the choices of one step from (key, label) pairs."""
    return [Choice(CallbackData(talk, step, key), label) for key, label in options]


def named_exactly(typed: str, offered: Sequence[Choice]) -> Choice | None:
    """Return the choice that typed words name: its number, or all its words in any language."""
    said = plain(typed)
    if said.isdecimal() and 1 <= int(said) <= len(offered):
        return offered[int(said) - 1]
    return next((choice for choice in offered if choice.is_meant_by(said)), None)


def chosen(typed: str, offered: Sequence[Choice]) -> Choice | None:
    """Return the choice that typed words mean: named exactly, or by an unambiguous part."""
    if (exact := named_exactly(typed, offered)) is not None:
        return exact
    said = plain(typed)
    begun = [choice for choice in offered if choice.begins_with(said)]
    alike = begun or [choice for choice in offered if choice.holds(said)]
    return alike[0] if len(alike) == 1 else None


def numbered(offered: Sequence[Choice], mode: ReadingMode, first: int = 1, count: int = 0) -> str:
    """List the choices as text, so that no one needs the buttons; of `count` those from the number `first` on."""
    lines = [choice.line or choice.shown for choice in offered]
    return "\n\n" + "\n".join(counted(lines, mode, first, count)) if offered else ""


def named(offered: Sequence[Choice]) -> str:
    """List the choices as text, to be typed by their words."""
    return "\n\n" + "\n".join(f"- {choice.shown}" for choice in offered) if offered else ""


def counted(shown: Sequence[str], mode: ReadingMode, first: int = 1, count: int = 0) -> list[str]:
    """Number the lines, as this reading mode spells numbers."""
    if mode is not ReadingMode.SCREEN_READER:
        return [f"{number}. {line}" for number, line in enumerate(shown, first)]
    head = _("There are {count} choices. Write the number.").format(count=count or len(shown))
    told = (_("Choice {number}: {label}").format(number=number, label=line) for number, line in enumerate(shown, first))
    return [head, *told]


def inline_keyboard(offered: Sequence[Choice]) -> dict[str, Any]:
    """Make one button a row: large, and read in order by a screen reader."""
    return {"inline_keyboard": [[{"text": c.shown, "callback_data": c.press.pack()}] for c in offered]}


MENU = (N_("Register"), N_("See programmes"), N_("See status"), N_("Ask staff"), N_("Settings"))


def menu_keyboard() -> dict[str, Any]:
    """Make the persistent menu under the input field."""
    rows = MENU[:2], MENU[2:4], MENU[4:]
    return {
        "keyboard": [[{"text": _(word)} for word in row] for row in rows],
        "is_persistent": True,
        "resize_keyboard": True,
    }
