"""No message is ever too long for Telegram, and nothing of it is lost."""

from typing import Any

import pytest

from bot.sandbox.markup import MOST_INLINE_BUTTONS
from models.messaging.long_messages import LONGEST_CAPTION, LONGEST_TEXT, fit_to_limits, units
from tests.hostile_strings import hostile


def call(method: str, **body: Any) -> dict[str, Any]:
    return {"chat_id": 7, "method": method, "body": {"chat_id": 7, **body}, "reference": "r"}


def board(count: int, label: str = "a") -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": label, "callback_data": f"a:b:{one}"}] for one in range(count)]}


def buttons(part: dict[str, Any]) -> list[Any]:
    return [one for row in (part["body"].get("reply_markup") or {}).get("inline_keyboard", []) for one in row]


def test_what_is_short_stays_as_it_is() -> None:
    short = call("sendMessage", text="a" * LONGEST_TEXT)
    assert fit_to_limits(call("sendMessage", text="halo")) == [call("sendMessage", text="halo")]
    assert fit_to_limits(short) == [short]


@pytest.mark.parametrize(
    "line", ["Sari Lestari, Balikpapan", "王小明", "😀" * 30, "x" * 5000, "kata " * 2000, "a\n\n\n"]
)
def test_a_long_text_is_cut_at_lines_and_nothing_is_lost(line: str) -> None:
    text = "\n".join(f"{number}. {line}" for number in range(300))
    parts = fit_to_limits(call("sendMessage", text=text, protect_content=True))
    assert len(parts) > 1 or units(text) <= LONGEST_TEXT
    assert all(0 < units(part["body"]["text"]) <= LONGEST_TEXT and part["body"]["text"].strip() for part in parts)
    assert all(part["body"]["protect_content"] and part["reference"] == "r" for part in parts)
    assert "".join("".join(part["body"]["text"] for part in parts).split()) == "".join(text.split())


def test_lines_stay_whole_where_they_can() -> None:
    text = "\n".join(f"{number:04} Sari Lestari" for number in range(600))
    parts = fit_to_limits(call("sendMessage", text=text))
    lines = [line for part in parts for line in part["body"]["text"].split("\n")]
    assert lines == text.split("\n")


def test_a_long_caption_comes_before_its_file_which_goes_out_once() -> None:
    words = "\n".join(f"baris {number}" for number in range(400))
    parts = fit_to_limits(call("sendDocument", caption=words, attachment={"kind": "text"}))
    assert [part["method"] for part in parts] == ["sendMessage"] * (len(parts) - 1) + ["sendDocument"]
    assert ["attachment" in part["body"] for part in parts] == [False] * (len(parts) - 1) + [True]
    assert units(parts[-1]["body"]["caption"]) <= LONGEST_CAPTION


@pytest.mark.parametrize(
    ("count", "label"), [(101, "a"), (250, "Desa Sukamaju"), (99, "x" * 64), (99, "王" * 64), (400, "b")]
)
@pytest.mark.parametrize("text", ["Pilih:", "\n".join(f"{number}. Desa" for number in range(400))])
def test_more_buttons_than_telegram_takes_go_under_several_messages(count: int, label: str, text: str) -> None:
    parts = fit_to_limits(call("sendMessage", text=text, reply_markup=board(count, label)))
    assert all(len(buttons(part)) <= MOST_INLINE_BUTTONS and part["body"]["text"] for part in parts)
    assert [one for part in parts for one in buttons(part)] == [
        one for one in buttons(call("x", reply_markup=board(count, label)))
    ]
    assert len(parts) > 1


def test_an_edit_stays_one_message() -> None:
    (part,) = fit_to_limits(call("editMessageText", text="baris\n" * 3000, message_id=3))
    assert units(part["body"]["text"]) <= LONGEST_TEXT


@pytest.mark.parametrize("words", hostile(), ids=range(len(hostile())))
def test_hostile_words_are_cut_to_what_can_be_stored_and_sent(words: str) -> None:
    for part in fit_to_limits(call("sendMessage", text=words * 3)):
        assert units(part["body"]["text"]) <= LONGEST_TEXT
        part["body"]["text"].encode()
