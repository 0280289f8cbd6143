"""What the simulated people do: journeys as data, matched on what a question offers, never on exact words.

do ──▶ the bot says something that offers what `until_*` looks for ──▶ the next step
"""

import re
from dataclasses import dataclass
from re import Pattern


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, and by what to know that the bot's next question has come.

    `says` is typed; `presses` is searched in the data of the buttons of the last question, and the first that
    matches is pressed. `until_button` is searched in the data of the buttons of what comes back, `until_words` in
    its text, and `until_menu` waits for the menu under the writing line.
    """

    says: str = ""
    presses: str = ""
    until_button: str = ""
    until_words: str = ""
    until_menu: bool = False


START = (
    Step(says="/start", until_button=r"^start:ADDRESS:"),
    Step(presses=r":ibu$", until_button=r"^start:LANGUAGE:"),
    Step(presses=r":id$", until_button=r"^start:MODE:"),
    Step(presses=r":plain$", until_button=r"^start:CONSENT:"),
    Step(presses=r":yes$", until_menu=True),
)

JOURNEYS: dict[str, tuple[Step, ...]] = {"start": START}


@dataclass(frozen=True, slots=True)
class Compiled:
    """A step with its patterns compiled."""

    says: str
    presses: Pattern[str] | None
    button: Pattern[str] | None
    words: Pattern[str] | None
    menu: bool


def journey(name: str) -> tuple[Compiled, ...]:
    """The steps of a journey, ready to be matched. Raises KeyError for a name that is not known."""
    return tuple(
        Compiled(
            step.says,
            pattern(step.presses),
            pattern(step.until_button),
            pattern(step.until_words),
            step.until_menu,
        )
        for step in JOURNEYS[name]
    )


def pattern(text: str) -> Pattern[str] | None:
    return re.compile(text, re.IGNORECASE) if text else None
