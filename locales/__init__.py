"""Translates sentences into the recipient's language, by gettext, from the catalogs beside this file.

    with speaking("id"):
        _("Hello, {name}.").format(name=…)

Source sentences are English; `id` is the language of the office. Catalogs are read from their `.po` files, so
there is no compiled copy that could be old. A catalog that is not reviewed stays off (`LANGUAGES`).
"""

import gettext as std
from collections.abc import Iterator
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

_language: ContextVar[str] = ContextVar("language", default="id")


@cache
def catalog(language: str) -> std.GNUTranslations:
    """Load the sentences of one language, once."""
    with (HERE / language / "LC_MESSAGES" / "sapa.po").open("rb") as po:
        compiled = BytesIO()
        write_mo(compiled, read_po(po, locale=language))
    compiled.seek(0)
    return std.GNUTranslations(compiled)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Set the current language in the block, and restore the former one after it."""
    token = _language.set(language if language in LANGUAGES else LANGUAGES[0])
    try:
        yield
    finally:
        _language.reset(token)


def language() -> str:
    """Return the current language."""
    return _language.get()


def gettext(sentence: str) -> str:
    return catalog(_language.get()).gettext(sentence)


def ngettext(one: str, many: str, count: int) -> str:
    return catalog(_language.get()).ngettext(one, many, count)


def pgettext(context: str, sentence: str) -> str:
    return catalog(_language.get()).pgettext(context, sentence)


def N_(sentence: str) -> str:
    """Mark a sentence for the catalogs; it is translated when it is sent."""
    return sentence


def in_every_language(sentence: str) -> set[str]:
    """Return a sentence in each language that is on: any of them may have been typed."""
    return {catalog(code).gettext(sentence) for code in LANGUAGES}
