"""The catalogs: every sentence of the code in every language, with the same placeholders and the right plural forms."""

from string import Formatter

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from locales import LANGUAGES
from locales.__main__ import as_po, po_file, sentences, updated


def messages(language: str) -> list[Message]:
    with po_file(language).open("rb") as file:
        return [message for message in read_po(file, locale=language) if message.id]


def ids(message: Message) -> list[str]:
    return list(message.id) if isinstance(message.id, tuple | list) else [message.id]


def forms(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, tuple | list) else [message.string]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalog_holds_exactly_the_sentences_of_the_code(language: str) -> None:
    wanted = {tuple(ids(message)) for message in sentences() if message.id}
    found = {tuple(ids(message)) for message in messages(language)}
    assert wanted - found == set(), "run python -m locales"
    assert found - wanted == set(), "run python -m locales"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    assert [ids(message)[0] for message in messages(language) if not all(forms(message))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_placeholders_of_its_sentence(language: str) -> None:
    for message in messages(language):
        wanted = placeholders(ids(message)[-1])
        for form in forms(message):
            assert placeholders(form) == wanted, ids(message)[0]


def test_indonesian_has_one_plural_form() -> None:
    assert "nplurals=1; plural=0;" in po_file("id").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_is_as_the_tool_writes_it(language: str) -> None:
    assert as_po(updated(language, sentences()), language) == po_file(language).read_text(encoding="utf-8")
