"""Takes a name out of the sentence around it: "nama saya Budi Santoso, umur 30" ─▶ Budi Santoso.

What is left and still reads like a sentence is doubtful: it is asked back, never stored as it is.
"""

import re

from models.people.calling_name import FORMS_OF_ADDRESS

MOST_WORDS = 7
"""Words of a name; longer ones exist, and are asked about once."""
KIN = r"(?:anak|ibu|bapak|ayah|suami|istri|isteri|adik|kakak|nenek|kakek|orang tua)"
WRITER = r"(?:saya|aku|sy|kami|dia|beliau)"
GREETING = re.compile(
    r"^(?:(?:hall?o|hai|hi|hello|assalam\w*(?:\s+wr\.?\s*wb\.?)?|permisi|perkenalkan|iya|selamat\s+(?:pagi|siang|sore|malam))[\s,.!]+)+",
    re.I,
)
LEADS = tuple(
    re.compile("^" + lead, re.I)
    for lead in (
        rf"nama(?:nya|ku)?\b(?:\s+lengkap(?:nya)?\b)?(?:\s+{KIN}\b(?=\s+{WRITER}\b))?(?:\s+{WRITER}\b)?"
        r"(?:\s+(?:adalah|itu|yaitu|ialah)\b)?\s*[:=,]?\s*",
        rf"{KIN}\s+{WRITER}\s+(?:(?:adalah|bernama|namanya|itu)\s+)?",
        rf"(?:{WRITER}|dengan|ini)\s+(?:(?:adalah|bernama|namanya|dengan)\s+)?",
        r"panggil(?:an)?\b(?:\s+(?:saja|aja)\b)?(?:\s+(?:saya|aku)\b)?\s*[:=]?\s*",
        r"(?:(?:my|his|her|the|their)\s+)?(?:full\s+)?name(?:\s+is\b|'s\b|\s*[:=])\s*",
        r"(?:i\s+am|i'm|im|call\s+me|this\s+is)\s+",
    )
)
POLITE = re.compile(
    r"(?:[\s,.!]+(?:ya|yah|pak|bu|kak|min|gan|makasih|terima\s+kasih|trims|trimakasih|thanks|thank\s+you|thx))+[\s.!]*$",
    re.I,
)
MORE = re.compile(
    r"[\s,.;(]+(?:umur|usia|berumur|lahir|tinggal|alamat|asal|dari\s+desa|no\.?\s*hp|aged?|born)\b.*$", re.I
)
QUOTED = re.compile(r'["“]\s*([^"“”]+?)\s*["”]')
SENTENCE = frozenset({
    "mau", "ingin", "pengen", "tidak", "tdk", "gak", "nggak", "belum", "daftar", "mendaftar", "tahu", "tau", "apa",
    "kenapa", "mengapa", "bagaimana", "gimana", "kapan", "mana", "dimana", "tolong", "bisa", "boleh", "sudah", "udah",
    "punya", "untuk", "yang", "yg", "karena", "bantuan", "program", "nama", "saya", "aku", "kamu", "anda", "want",
    "how", "what", "why", "register", "please", "know", "don't", "not", "name",
})  # fmt: skip


def name_in(text: str) -> str:
    """Return the name within what was typed; the text itself where nothing stands around it."""
    bare = GREETING.sub("", text)
    for lead in LEADS:
        if (shorter := lead.sub("", bare)) != bare and shorter.strip():
            bare = shorter
            break
    bare = POLITE.sub("", MORE.sub("", bare)).strip(" ,;:=!")
    if quoted := QUOTED.fullmatch(bare):
        bare = quoted[1]
    first, _space, rest = bare.partition(" ")
    if rest and first.casefold().rstrip(".") in FORMS_OF_ADDRESS:
        bare = rest
    return bare.strip() or text


def reads_like_a_sentence(name: str) -> bool:
    """Is it worth asking back whether that is a name?"""
    words = [word.strip(".,!?") for word in name.casefold().split()]
    has_digits = any(map(str.isdecimal, name))
    return "?" in name or has_digits or len(words) > MOST_WORDS or not SENTENCE.isdisjoint(words)
