"""Defines what the simulated people do: steps as data, matched on what a question offers, never on exact words.

do ──▶ the bot says something that offers what `until_*` looks for ──▶ the next step
"""

import re
from dataclasses import dataclass
from re import Pattern


@dataclass(frozen=True, slots=True)
class Step:
    """One action, and how to recognise the bot's next question.

    `says` is typed; `presses` is searched in the data of the buttons of the last question, and the first that
    matches is pressed. `until_button` is searched in the data of the buttons of what comes back, `until_words` in
    its text; `until_menu` waits for the menu under the writing line, `until_contact` for the keyboard there that
    shares a phone number.
    """

    says: str = ""
    presses: str = ""
    until_button: str = ""
    until_words: str = ""
    until_menu: bool = False
    until_contact: bool = False


START = (
    Step(says="/start", until_button=r"^menu:register:"),
    Step(presses=r"^menu:register:", until_button=r"^register:CONSENT:yes$"),
    Step(presses=r":yes$", until_button=r"^register:FOR_WHOM:"),
)

REGISTER = (
    *START,
    Step(presses=r":self$", until_button=r"^register:NAME:"),
    Step(says="Sari Lestari", until_button=r"^register:CALLED:ibu$"),
    Step(presses=r":ibu$", until_button=r"^register:BIRTH:"),
    Step(says="17 Agustus 1995", until_button=r"^register:PLACE:list$"),
    Step(says="Air Putih, Samarinda Ulu", until_button=r"^register:PROGRAMME:uep$"),
    Step(presses=r":uep$", until_button=r"^register:QUESTION:usaha\."),
    Step(presses=r":usaha\.ada$", until_words=r"usaha apa"),
    Step(says="Jual gorengan di depan rumah", until_button=r"^register:QUESTION:\+paket\.gorengan$"),
    Step(presses=r":\+paket\.gorengan$", until_button=r"^register:QUESTION:done$"),
    Step(presses=r":done$", until_button=r"^register:QUESTION:pernah-uep\."),
    Step(presses=r":pernah-uep\.belum$", until_button=r"^register:HELPED:none$"),
    Step(presses=r":none$", until_button=r"^register:REVIEW:send$"),
    Step(presses=r":send$", until_button=r"^register:RECEIPT:later$"),
)
"""A new applicant, for oneself, in a programme that fits: from /start to the question under the receipt."""

HELLO = START[:1]

JOURNEYS: dict[str, tuple[Step, ...]] = {"register": REGISTER, "start": START, "hello": HELLO}


@dataclass(frozen=True, slots=True)
class Compiled:
    """Compile the patterns of a step."""

    says: str
    presses: Pattern[str] | None
    button: Pattern[str] | None
    words: Pattern[str] | None
    menu: bool
    contact: bool


def journey(name: str) -> tuple[Compiled, ...]:
    """Return the compiled steps of a journey. Raises KeyError for an unknown name."""
    return tuple(
        Compiled(
            step.says,
            pattern(step.presses),
            pattern(step.until_button),
            pattern(step.until_words),
            step.until_menu,
            step.until_contact,
        )
        for step in JOURNEYS[name]
    )


def pattern(text: str) -> Pattern[str] | None:
    return re.compile(text, re.IGNORECASE) if text else None
