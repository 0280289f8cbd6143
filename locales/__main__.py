"""Brings the catalogs up to date with the sentences in the code: `python -m locales`.

New sentences appear in both catalogs: the English one filled in, the Indonesian one empty until a translator
writes it. Sentences that left the code are removed. A test fails while a translation is missing.

Git merges the catalogs line by line and keeps both sides (`merge=union` in .gitattributes); run this afterwards. So
that a line tells its sentence, the order is that of the sentences, none is wrapped, and no line numbers are written.
"""

import io
import re
from copy import deepcopy
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from locales import HERE, LANGUAGES

KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
ONE_FORM = "nplurals=1; plural=0;"
SHARED = re.compile(r"^(msgid .*\n)(?=(?:#.*\n)*msgid .*\n(msgstr .*\n))", re.MULTILINE)
"""Two new sentences with one translation, as git leaves them where both branches wrote the same words."""
TWO = re.compile(r"^(msgstr.*? ).*\n\1", re.MULTILINE)
"""Two translations of one sentence, as git leaves them where both branches changed it."""


class TwoTranslations(SystemExit):
    """Two branches translated a sentence differently: only a person can choose."""


def sentences() -> Catalog:
    """Collect every sentence of the code, in the order of the files."""
    found = Catalog(charset="utf-8")
    for folder in ("bot", "handlers", "locales"):
        root = HERE.parent / folder
        for name, line, message, comments, context in extract_from_dir(
            str(root),
            [("**.py", "python")],
            keywords=KEYWORDS,
            comment_tags=("Translators:",),
            strip_comment_tags=True,
        ):
            found.add(message, None, [(f"{folder}/{name}", line)], auto_comments=comments, context=context)
    return found


def read(language: str) -> Catalog:
    """Read a catalog, also one that git has just merged. Raises TwoTranslations."""
    path = po_file(language)
    if not path.exists():
        return Catalog(locale=language)
    text = path.read_text(encoding="utf-8")
    if two := TWO.search(text):
        line = text.count("\n", 0, two.start()) + 1
        raise TwoTranslations(f"{path}:{line}: this sentence has two translations: keep one of them.")
    return read_po(io.StringIO(SHARED.sub(r"\1\2\n", text)), locale=language)


def po_file(language: str) -> Path:
    return HERE / language / "LC_MESSAGES" / "sapa.po"


def updated(language: str, template: Catalog) -> Catalog:
    catalog = read(language)
    catalog.update(deepcopy(template), no_fuzzy_matching=True)  # it takes over the messages themselves
    catalog.obsolete.clear()
    if language == "en":
        for message in catalog:
            if message.id and not any(message.string if isinstance(message.string, tuple) else [message.string]):
                message.string = message.id
    return catalog


def as_po(catalog: Catalog, language: str) -> str:
    out = io.BytesIO()
    write_po(out, catalog, width=0, omit_header=True, include_lineno=False, sort_output=True)
    forms = ONE_FORM if language == "id" else "nplurals=2; plural=(n != 1);"
    head = (
        f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Plural-Forms: {forms}\\n"\n\n'
    )
    return head + out.getvalue().decode().lstrip("\n")


def main() -> None:
    template = sentences()
    for language in LANGUAGES:
        po_file(language).write_text(as_po(updated(language, template), language), encoding="utf-8")


if __name__ == "__main__":
    main()
