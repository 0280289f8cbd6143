"""Brings the catalogs up to date with the sentences in the code: `python -m locales`.

New sentences appear in both catalogs: the English one filled in, the Indonesian one empty until somebody
writes it. Sentences that are gone leave. A test fails while anything is missing.
"""

import io
from copy import deepcopy
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from locales import HERE, LANGUAGES

KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
ONE_FORM = "nplurals=1; plural=0;"


def sentences() -> Catalog:
    """Every sentence of the code, in the order of the files."""
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
    path = po_file(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


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
    write_po(out, catalog, width=110, omit_header=True, include_lineno=False, sort_by_file=True)
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
