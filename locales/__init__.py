"""Says: sentences in the language of whoever is spoken to, by gettext, from the catalogs beside this file.

    with speaking("id"):
        _("Hello, {name}.").format(name=…)

Source sentences are English; `id` is the language of the office. Catalogs are read from their `.po` files, so
there is no compiled copy that could be old. A catalog that nobody has reviewed stays off (`LANGUAGES`).
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
    """The sentences of one language, read once."""
    with (HERE / language / "LC_MESSAGES" / "sapa.po").open("rb") as po:
        compiled = BytesIO()
        write_mo(compiled, read_po(po, locale=language))
    compiled.seek(0)
    return std.GNUTranslations(compiled)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak this language in the block; what was spoken before comes back after it."""
    token = _language.set(language if language in LANGUAGES else LANGUAGES[0])
    try:
        yield
    finally:
        _language.reset(token)


def language() -> str:
    """The language being spoken."""
    return _language.get()


def gettext(sentence: str) -> str:
    return catalog(_language.get()).gettext(sentence)


def ngettext(one: str, many: str, count: int) -> str:
    return catalog(_language.get()).ngettext(one, many, count)


def pgettext(context: str, sentence: str) -> str:
    return catalog(_language.get()).pgettext(context, sentence)


def N_(sentence: str) -> str:
    """Mark a sentence for the catalogs; it is translated when it is said."""
    return sentence


def in_every_language(sentence: str) -> set[str]:
    """How a sentence reads in each language that is on: what a person may have typed."""
    return {catalog(code).gettext(sentence) for code in LANGUAGES}
