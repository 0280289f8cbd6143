"""Every enum that people read has words for each of its members, in the right tone."""

import re
from enum import StrEnum

import pytest

from handlers.wording.own_data_text import ANSWERS, BECAUSE, PARTS, PURPOSES, RIGHTS, STATES
from handlers.wording.terms import ADDRESSES, DISABILITIES, MODES, NEEDS, NO_NIK, STAGES
from locales import LANGUAGES, speaking
from locales import gettext as _
from models.applications.application import OVER, Stage
from models.applications.registration import Need
from models.mydata.correction import DataPart
from models.mydata.data_request import RequestState, Right
from models.mydata.retention_facts import KeepReason
from models.people.account import Address, ReadingMode
from models.people.consent import Answer, Purpose
from models.people.disability import Disability
from models.people.person import NoNik

WORDS = [
    (Address, ADDRESSES), (ReadingMode, MODES), (Disability, DISABILITIES), (NoNik, NO_NIK), (Stage, STAGES),
    (Answer, ANSWERS), (Need, NEEDS), (Purpose, PURPOSES), (DataPart, PARTS), (Right, RIGHTS), (RequestState, STATES),
    (KeepReason, BECAUSE),
]  # fmt: skip
CALLING = re.compile(r"telepon|menghubungi|dihubungi|\bcall|\bphone|get in touch", re.IGNORECASE)
ENDLESS = frozenset({Stage.WITHDRAWN, Stage.EXPIRED, Stage.CLOSED})


@pytest.mark.parametrize(("members", "words"), WORDS, ids=lambda one: getattr(one, "__name__", ""))
def test_every_member_has_words(members: type[StrEnum], words: dict[StrEnum, object]) -> None:
    assert set(words) == set(members)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_stage_says_where_why_and_what_next(stage: Stage, language: str) -> None:
    words = STAGES[stage]
    starts = {"id": ("Sekarang:", "Sebabnya:", "Berikutnya:"), "en": ("Now:", "Why:", "Next:")}[language]
    with speaking(language):
        said = (_(words.where), _(words.why), _(words.next))
    assert all(text.startswith(start) for text, start in zip(said, starts, strict=True)), said


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("language", LANGUAGES)
def test_deaf_people_never_read_of_calling(stage: Stage, language: str) -> None:
    words = STAGES[stage]
    with speaking(language):
        said = [_(words.where), _(words.why), _(words.next_in_writing or words.next)]
    assert not CALLING.search(" ".join(said))


def test_only_what_is_over_has_no_next_step() -> None:
    nothing = {stage for stage, words in STAGES.items() if words.next.startswith("Next: nothing")}
    assert nothing == ENDLESS
    assert nothing <= OVER
