"""Long lists go page by page; numbers count on, and every choice can be reached from every page."""

from datetime import UTC, datetime
from typing import Any, cast

import pytest
from telegram import Chat, Message, Update

from handlers.conversation.buttons import CallbackData, Choice
from handlers.conversation.context import PAGE, Context, UnitOfWork
from handlers.conversation.match import match_choice
from handlers.conversation.pages import MOST, page_of, turn_page
from locales import speaking

PLACE = CallbackData("counter", "WHICH", "")
NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)


class Standing:
    """A context with nothing but a state."""

    def __init__(self) -> None:
        nothing = cast(Any, None)
        self.work = UnitOfWork(nothing, nothing, nothing, NOW, 5, {}, None, {})


def offered(count: int) -> list[Choice]:
    return [Choice(PLACE._replace(key=str(number)), f"Orang {number}") for number in range(1, count + 1)]


def typed(words: str) -> Update:
    return Update(1, message=Message(1, NOW, Chat(5, Chat.PRIVATE), text=words))


def pages_after(context: Context, *words: str, count: int) -> list[str]:
    """The lines of the page that is open once all this was typed."""
    with speaking("id"):
        for one in words:
            assert turn_page(typed(one), context, PLACE, count)
        return page_of(context, PLACE, offered(count)).listed.split("\n")


def test_a_list_that_fits_has_no_pages() -> None:
    context = cast(Context, Standing())
    assert page_of(context, PLACE, offered(MOST)).choices == offered(MOST)
    assert not turn_page(typed("berikutnya"), context, PLACE, MOST)


def test_numbers_count_on_through_the_pages() -> None:
    context = cast(Context, Standing())
    assert pages_after(context, count=30)[2] == "1. Orang 1"
    lines = pages_after(context, "Berikutnya", count=30)
    assert lines[2] == f"{MOST + 1}. Orang {MOST + 1}"
    assert lines[-3:] == ["Halaman 2 dari 3.", "Berikutnya", "Sebelumnya"]
    assert pages_after(context, "next", count=30)[-2:] == ["Halaman 3 dari 3.", "Sebelumnya"]
    assert pages_after(context, "sebelumnya.", count=30)[-3] == "Halaman 2 dari 3."


@pytest.mark.parametrize("words", ["29", "Orang 29", "1"])
def test_every_choice_can_be_typed_on_every_page(words: str) -> None:
    choice = match_choice(typed(words), offered(30))
    assert choice and choice.key in ("29", "1")


def test_another_step_begins_at_its_first_page() -> None:
    context = cast(Context, Standing())
    context.work.state[PAGE] = [["counter", "WHAT"], 2]
    assert pages_after(context, count=30)[-2:] == ["Halaman 1 dari 3.", "Berikutnya"]


def test_a_page_that_is_no_longer_there_is_the_last_one() -> None:
    context = cast(Context, Standing())
    context.work.state[PAGE] = [[PLACE.talk, PLACE.step], 2]
    assert pages_after(context, count=20)[-2:] == ["Halaman 2 dari 2.", "Sebelumnya"]
