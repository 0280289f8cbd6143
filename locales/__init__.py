"""Translates sentences into the recipient's language, by gettext, from the catalogs beside this file.

    with speaking("id"):
        _("Hello, {name}.").format(name=…)

Indonesian has a form of address for "you": a catalog writes "Anda", and the account that is spoken to reads "Ibu",
"Bapak", "Kakak" or its name instead. `speaking` names the addressee; without one, "Anda" stays.

Source sentences are English; `id` is the language of the office. Catalogs are read from their `.po` files, so
there is no compiled copy that could be old. A catalog that is not reviewed stays off (`LANGUAGES`).
"""

import gettext as std
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

HERE = Path(__file__).parent
LANGUAGES = ("id", "en")
NAMES = {"id": "Bahasa Indonesia", "en": "English"}

Addressee = Callable[[], str | None]
"""Returns what the reader is called now, in place of "Anda"; None as long as it is not known."""
ADDRESSED, PRONOUN = "id", re.compile(r"\bAnda\b")

_language: ContextVar[str] = ContextVar("language", default="id")
_addressee: ContextVar[Addressee | None] = ContextVar("addressee", default=None)


@cache
def catalog(language: str) -> std.GNUTranslations:
    """Load the sentences of one language, once."""
    with (HERE / language / "LC_MESSAGES" / "sapa.po").open("rb") as po:
        compiled = BytesIO()
        write_mo(compiled, read_po(po, locale=language))
    compiled.seek(0)
    return std.GNUTranslations(compiled)


@contextmanager
def speaking(language: str, to: Addressee | None = None) -> Iterator[None]:
    """Set the current language and the addressee in the block, and restore the former ones after it."""
    token = _language.set(language if language in LANGUAGES else LANGUAGES[0])
    former = _addressee.set(to)
    try:
        yield
    finally:
        _addressee.reset(former)
        _language.reset(token)


def language() -> str:
    """Return the current language."""
    return _language.get()


def addressee() -> Addressee | None:
    """Return the current addressee, for a block in another language that speaks to the same person."""
    return _addressee.get()


def addressed(text: str) -> str:
    """Put what the reader is called in the place of each "Anda"; braces in a name would be read as placeholders."""
    to = _addressee.get()
    called = to() if to is not None and _language.get() == ADDRESSED and "Anda" in text else None
    return PRONOUN.sub(lambda _found: called, text) if called and not {"{", "}"} & set(called) else text


def gettext(sentence: str) -> str:
    return addressed(catalog(_language.get()).gettext(sentence))


def ngettext(one: str, many: str, count: int) -> str:
    return addressed(catalog(_language.get()).ngettext(one, many, count))


def pgettext(context: str, sentence: str) -> str:
    return addressed(catalog(_language.get()).pgettext(context, sentence))


def N_(sentence: str) -> str:
    """Mark a sentence for the catalogs; it is translated when it is sent."""
    return sentence


def in_every_language(sentence: str) -> set[str]:
    """Return a sentence in each language that is on: any of them may have been typed."""
    return {catalog(code).gettext(sentence) for code in LANGUAGES}
