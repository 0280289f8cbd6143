"""Bring typed words to one spelling: no case, no punctuation, "gak" as "tidak"; buttons and matters compare them."""

import re

EVERYDAY = {
    **dict.fromkeys(("gak", "ga", "nggak", "ngga", "enggak", "engga", "tdk", "tak"), "tidak"),
    **dict.fromkeys(("iya", "iyah", "y"), "ya"),
    **dict.fromkeys(("udah", "udh", "sdh"), "sudah"),
    **dict.fromkeys(("aku", "sy"), "saya"),
    **dict.fromkeys(("bu", "ibuk"), "ibu"),
    **dict.fromkeys(("pak", "bpk"), "bapak"),
    "blm": "belum",
    "yg": "yang",
}
"""Colloquial spellings, and the word of our buttons that each means."""


def plain(text: str) -> str:
    """Normalise typed words: no case, no punctuation, single spaces, "gak" as "tidak"."""
    words = re.sub(r"[^\w\s]", " ", text.casefold()).split()
    return " ".join(EVERYDAY.get(word, word) for word in words)
