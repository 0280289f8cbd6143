"""Wording that an office writes: complete in both languages, and plain enough to be read aloud.

The rules are DOMAIN §5.3 and §8: at most 12 words a sentence, respectful terms, no emoji.
"""

import re
import unicodedata
from collections.abc import Iterator
from string import Formatter
from typing import Annotated

from pydantic import AfterValidator, Field

from models.yaml_file import Entry, Fault

MOST_WORDS = 12
MOST_LETTERS_ON_A_BUTTON = 30
PLACEHOLDERS = frozenset({"sapaan", "lama_simpan"})

INSTEAD_OF = {
    "anak putusan": "remaja yang tidak lagi sekolah",
    "bisu": "disabilitas wicara",
    "budek": "Tuli",
    "buta": "disabilitas netra",
    "cacat": "penyandang disabilitas",
    "ditolak": "belum memenuhi syarat",
    "dik": "Kak",
    "gagal": "belum memenuhi syarat",
    "gembel": "keluarga prasejahtera",
    "gila": "disabilitas mental",
    "idiot": "disabilitas intelektual",
    "invalid": "penyandang disabilitas",
    "klik di sini": "a verb and its object",
    "korban": "peserta",
    "kurang beruntung": "penerima manfaat",
    "lumpuh": "disabilitas fisik",
    "mengidap": "memiliki",
    "menderita": "menyandang",
    "orang normal": "bukan penyandang disabilitas",
    "orang susah": "keluarga prasejahtera",
    "penderita": "penyandang",
    "pincang": "disabilitas fisik",
    "saudara/i": "Anda",
    "terbelakang": "disabilitas intelektual",
    "tidak normal": "penyandang disabilitas",
    "handicapped": "with a disability",
    "suffers from": "has",
    "the disabled": "persons with disabilities",
    "wheelchair-bound": "wheelchair user",
}

MENU_WORDS = frozenset({"kembali", "menu", "batal", "bantuan", "back", "cancel", "help"})
"""Words that always mean something else in the chat, so no choice of a programme may be called like them."""

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_UNFIT_KINDS = frozenset({"So", "Cn", "Co"})


def complaints(text: str) -> Iterator[str]:
    """Yield what keeps a text of either language from being plain; each a phrase to follow the setting's name."""
    lowered = text.casefold()
    for word, better in INSTEAD_OF.items():
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", lowered):
            yield f'must not say "{word}"; say "{better}" instead'
    if any(unicodedata.category(letter) in _UNFIT_KINDS for letter in text):
        yield "must not hold emoji or drawn characters; a screen reader stumbles over them"
    yield from _placeholder_complaints(text)


def long_sentences(text: str) -> Iterator[str]:
    """Sentences of more than 12 words, each as a phrase that follows the setting's name."""
    for sentence in _SENTENCE_END.split(text):
        count = sum(any(map(str.isalnum, word)) for word in sentence.split())
        if count > MOST_WORDS:
            yield f'has a sentence of {count} words, {MOST_WORDS} are allowed: "{sentence[:40]}..."'


def placeholders_in(text: str) -> frozenset[str]:
    """Return the names in braces; raises ValueError when a brace is left open."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def _placeholder_complaints(text: str) -> Iterator[str]:
    try:
        unknown = sorted(placeholders_in(text) - PLACEHOLDERS)
    except ValueError:
        yield "has a brace { or } without its partner"
        return
    for name in unknown:
        yield f"has the unknown placeholder {{{name}}}; allowed are {', '.join(sorted(PLACEHOLDERS))}"


def _plain(text: str) -> str:
    if found := list(complaints(text)):
        raise ValueError("; ".join(found))
    return text


def _plain_indonesian(text: str) -> str:
    if found := [*complaints(text), *long_sentences(text)]:
        raise ValueError("; ".join(found))
    return text


def _fits_a_button(text: str) -> str:
    if len(text) > MOST_LETTERS_ON_A_BUTTON:
        raise ValueError(f"has {len(text)} characters, a button holds {MOST_LETTERS_ON_A_BUTTON}")
    if text.casefold() in MENU_WORDS or text.isdigit():
        raise ValueError(f'must not be "{text}": in the chat that already means something else')
    return text


Indonesian = Annotated[str, Field(min_length=1, description="Indonesian text"), AfterValidator(_plain_indonesian)]
English = Annotated[str, Field(min_length=1, description="English text"), AfterValidator(_plain)]
_Button = AfterValidator(_fits_a_button)


class EasyRead(Entry):
    """The same said shorter, for the mode "Singkat dan mudah"; a language may do without."""

    id: Indonesian | None = None
    en: English | None = None


class Wording(Entry):
    """One thing to say, in Indonesian and English, with an optional shorter form of each."""

    id: Indonesian
    en: English
    short: EasyRead | None = None

    def in_(self, language: str, short: bool = False) -> str:
        """Return the text for a reader; a language that the office has not written gets Indonesian."""
        known = "en" if language == "en" else "id"
        brief = getattr(self.short, known) if short and self.short else None
        return str(brief or getattr(self, known))

    def faults(self) -> Iterator[Fault]:
        wanted = placeholders_in(self.id)
        if placeholders_in(self.en) != wanted:
            yield Fault(("en",), f'"en" must have the same placeholders as "id": {_listed(wanted)}')
        for language in ("id", "en"):
            brief = getattr(self.short, language) if self.short else None
            if brief and not placeholders_in(brief) <= wanted:
                message = f'"short.{language}" may only have the placeholders of "id": {_listed(wanted)}'
                yield Fault(("short", language), message)


class Label(Wording):
    """Wording that stands on a button: at most 30 characters, and no word of the menu."""

    id: Annotated[Indonesian, _Button]
    en: Annotated[English, _Button]


def _listed(names: frozenset[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names)) or "none"
