"""The kinds of disability that a person may name and that a programme may ask for.

UU 8/2016, article 4, knows physical, intellectual, mental and sensory disability; the office plans differently for
sight, hearing and speech, so the sensory ones stand one by one.
"""

from enum import StrEnum


class Disability(StrEnum):
    """Several may be true of one person. It is asked late and need not be answered."""

    PHYSICAL = "physical"
    INTELLECTUAL = "intellectual"
    MENTAL = "mental"
    SENSORY_SIGHT = "sight"
    SENSORY_HEARING = "hearing"
    SENSORY_SPEECH = "speech"
