"""Every requirement that a programme file may hold is put in words, for people who only look."""

from typing import get_args

import pytest

from handlers.wording.programme_text import CONDITIONS, programme_text
from locales import LANGUAGES, speaking
from models.programmes.rules import AnyRequirement
from tests.chat import desk


def test_every_kind_of_requirement_has_words() -> None:
    union, *_rest = get_args(AnyRequirement)
    assert set(CONDITIONS) == set(get_args(union))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_programme_is_described_with_its_papers_and_its_office(language: str) -> None:
    reference = desk()
    for programme in reference.catalogue:
        with speaking(language):
            text = programme_text(programme, reference)
        office = reference.catalogue.office[programme.next_step.office]
        assert office.short_name.in_(language) in text
        assert all(paper.name.in_(language) in text for paper in programme.documents)
        assert not programme.closed or programme.closed.wording.in_(language) in text
        assert len(text) < 4096
