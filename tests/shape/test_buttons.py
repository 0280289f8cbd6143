"""Buttons: their words are unique within a question, short, and no word of the menu; their data fits 64 bytes."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from handlers.conversation.buttons import CallbackData, Choice, choices
from handlers.conversation.menu import MENU_NAME, _sections
from locales import LANGUAGES, speaking
from models.places import gazetteer
from models.plain_words import plain
from tests.chat import desk
from tests.shape.plain_language import button_complaints
from tests.shape.talks import conversations, modules
from tests.transcript import FOLDER, read

BUTTON = re.compile(r"\[([^\]]+)\]")
KEYS_OF_OURS = 16


def offered() -> Iterator[tuple[str, list[Choice]]]:
    """The choices of every question whose choices are always the same."""
    for module in modules():
        for name, pairs in vars(module).items():
            if name.endswith("_CHOICES"):
                yield f"{module.__name__}.{name}", choices("talk", "STEP", *pairs)
        for name, make in inspect.getmembers(module, inspect.isfunction):
            if name.endswith("_choices") and make.__module__ == module.__name__:
                needed = [one for one in inspect.signature(make).parameters.values() if one.default is one.empty]
                if [one.name for one in needed] in ([], ["talk", "step"]):
                    yield f"{module.__name__}.{name}", make(*["talk", "STEP"][: len(needed)])


OFFERED = [pytest.param(choices, id=name) for name, choices in offered()]


@pytest.mark.parametrize("choices", OFFERED)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_choices_of_a_question_read_alike(choices: list[Choice], language: str) -> None:
    with speaking(language):
        words = [plain(choice.shown) for choice in choices]
    assert len(words) == len(set(words))


@pytest.mark.parametrize("choices", OFFERED)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_choice_is_short_and_respectful(choices: list[Choice], language: str) -> None:
    with speaking(language):
        problems = {choice.shown: list(button_complaints(choice.shown)) for choice in choices}
    assert not {label: found for label, found in problems.items() if found}


@pytest.mark.parametrize("choices", OFFERED)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_choice_is_swallowed_by_a_word_of_the_menu(choices: list[Choice], language: str) -> None:
    with speaking(language):
        for choice in choices:
            section = _sections().get(plain(choice.shown))
            assert section is None or choice.press.talk == MENU_NAME or choice.key == section, choice.shown


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.chat")), ids=lambda path: path.stem)
def test_in_every_chat_the_buttons_of_a_message_read_differently(path: Path) -> None:
    for beat in read(path.read_text(encoding="utf-8")).beats:
        for heard in beat.answers:
            labels = [plain(label) for line in heard.lines for label in BUTTON.findall(line)]
            assert len(labels) == len(set(labels)), heard.written()


def test_the_data_of_the_longest_keys_fits() -> None:
    programmes = desk().catalogue
    keys = {programme.key for programme in programmes}
    keys |= {question.key for programme in programmes for question in programme.questions}
    keys |= {place.code for place in gazetteer().villages("64")}
    keys |= {paper.key for programme in programmes for paper in programme.documents} | {"withdraw 9999999999"}
    longest = max(keys, key=len)
    assert len(longest) >= KEYS_OF_OURS
    for _, talk in conversations():
        for step in talk.states:
            CallbackData(talk.name or "", str(step), longest).pack()


def test_data_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="64 bytes"):
        CallbackData("register", "STEP", "k" * 64).pack()
