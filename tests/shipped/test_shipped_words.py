"""Every text in data/ is plain language, by the measure of the bot's own messages, and complete in both languages."""

from collections.abc import Iterator

import pytest

from locales import LANGUAGES
from models.matters.matching import matcher_of
from models.programmes.catalogue import Catalogue
from models.programmes.wording import Label, Wording
from models.yaml_file import parts_of
from tests.shape.plain_language import button_complaints, complaints


def wordings(value: object) -> Iterator[Wording]:
    if isinstance(value, Wording):
        yield value
    for _, part in parts_of(value):
        yield from wordings(part)


def of_all(catalogue: Catalogue) -> list[Wording]:
    return [wording for part in (catalogue.office, catalogue.matters, *catalogue) for wording in wordings(part)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_plain_in_its_full_and_its_short_form(catalogue: Catalogue, language: str) -> None:
    texts = {wording.in_(language, short=short) for wording in of_all(catalogue) for short in (False, True)}
    assert not [f"{text!r} {problem}" for text in sorted(texts) for problem in complaints(text, language)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_can_stand_on_a_button(catalogue: Catalogue, language: str) -> None:
    labels = {wording.in_(language) for wording in of_all(catalogue) if isinstance(wording, Label)}
    assert labels
    assert not [f"{label!r} {problem}" for label in sorted(labels) for problem in button_complaints(label)]


def test_every_programme_and_every_skill_is_found_by_its_name(catalogue: Catalogue) -> None:
    named = [name for one in catalogue for name in (one.short_name, *(skill.name for skill in one.skills))]
    matcher = matcher_of(catalogue.matters)
    lost = {name.in_(language) for name in named for language in LANGUAGES if not matcher.find(name.in_(language))}
    assert not lost, "add a phrasing to data/matters.yaml"


def test_the_matters_are_those_that_people_ask_for(catalogue: Catalogue) -> None:
    assert len(catalogue.matters.matters) >= 40
    assert sum(len(matter.said) for matter in catalogue.matters.matters) >= 150


def test_questions_name_nobody_so_that_they_can_be_asked_for_somebody_else(catalogue: Catalogue) -> None:
    for programme in catalogue:
        for question in programme.questions:
            named = {"anda", "kamu", "saya"} & set(question.ask.id.casefold().replace("?", " ").split())
            assert not named, (programme.key, question.key)


def test_no_sentence_is_the_same_in_both_languages_by_mistake(catalogue: Catalogue) -> None:
    """A name or a unit may be, up to three words."""
    same = {wording.id for wording in of_all(catalogue) if wording.id == wording.en}
    assert not [text for text in same if len(text.split()) > 3]
