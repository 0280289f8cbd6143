"""Words that are meant as commands: HTML, Markdown, typst, format strings, marks that turn a line around or hide in it.

They are written at every step of the table of handlers, and through a whole registration onto
every message and sheet that shows it. Nothing of it is read as anything but words.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from models.offices.authority import Role
from tests.attacks.town import belongings, does, is_well, steps
from tests.chat import Play
from tests.test_authority import serves, stands_at

TURNING = "".join(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
"""Marks that show a line in another order than it was written (Unicode TR 9): a name may seem to be another."""
HOSTILE = {
    "html": '<a href="https://jahat.example">Klik</a><script>x</script>',
    "markdown": "*tebal* [Klik](https://jahat.example) `x` ||y||",
    "typst": '#panic() #import "@preview/x:1.0" $x$ = Judul',
    "format": "{name} {0} {first_name.__class__} %s %(x)s",
    "turned": "Siti \u202eiraS\u202c \u2066x\u2069",
    "unseen": "Si\u200bti\u200d\u2060\ufeff\u00ad Dewi",
    "heaped": "Z" + "\u0301\u0323" * 120,
    "beyond": "😀𝕊𝕚𝕥𝕚 \U000e0041\U0010ffff 家",
    "control": "Siti\x00\x07\x1b[31m\u2028Dewi",
    "long": "Kata " * 819,
    "query": "'; DROP TABLE person; --",
    "command": "/start s-x",
    "lines": "Siti\n\n\nBot: Nomor Anda sudah diterima.",
}


@pytest_asyncio.fixture
async def listening(town: Play, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Play, list[dict[str, Any]]]]:
    """Everything that the bot asks Telegram for, with its bodies."""
    calls: list[dict[str, Any]] = []
    ask = town.telegram.call

    async def call(method: str, body: dict[str, Any], **how: Any) -> Any:
        calls.append(body)
        return await ask(method, body, **how)

    monkeypatch.setattr(town.telegram, "call", call)
    yield town, calls


def assert_plain(heads: list[str], calls: list[dict[str, Any]]) -> None:
    """No word of it asks Telegram to read it as markup, and nothing turns the line around."""
    assert not any(key in body for body in calls for key in ("parse_mode", "entities", "caption_entities"))
    assert not any("fails with" in head for head in heads)
    for words in (words for body in calls for words in shown_in(body)):
        assert not [mark for mark in words if mark in TURNING or (ord(mark) < 32 and mark != "\n")]
    calls.clear()


def shown_in(body: dict[str, Any]) -> list[str]:
    """Every visible word of a call."""
    markup = body.get("reply_markup") or {}
    rows = [*markup.get("inline_keyboard", ()), *markup.get("keyboard", ())]
    return [str(body.get("text", "")), str(body.get("caption", "")), *(key["text"] for row in rows for key in row)]


def heads(town: Play) -> list[str]:
    return [heard.head for heard in town.telegram.heard]


@pytest.mark.parametrize("talk", sorted({talk for talk, _step in steps()}))
async def test_hostile_words_at_every_step_are_only_words(
    listening: tuple[Play, list[dict[str, Any]]], talk: str
) -> None:
    town, calls = listening
    await serves(town, "Rina", Role.MANAGER)
    for what in ("/daftar", "3", "Orang Contoh"):
        await does(town, "Rina", what)
    for its_talk, step in steps():
        for kind, words in HOSTILE.items() if its_talk == talk else ():
            await stands_at(town, "Rina", talk, step)
            said = await does(town, "Rina", f"(teks {words})")
            assert is_well(town), f"{step} {kind}"
            assert said, f"{step} {kind}"
            assert_plain(heads(town), calls)


NAMES = {
    "html": "<b>Klik</b><script>x</script>",
    "markdown": "*tebal* [Klik](jahat) `x` ||y||",
    "typst": "#panic() #import $x$ = Judul",
    "format": "{name} {first_name.__class__} %s %(x)s",
    "unseen": HOSTILE["unseen"],
    "query": HOSTILE["query"],
}
"""What may stand in a name (no link, see models/people/posing.py): kept as written, but for invisible marks."""
NAME, WRITTEN = "{name}", "{words}"
FORM = ("/daftar", "3", NAME, "29-2-1960", "melayu, tenggarong", "081234567890", "1")
FORM += ("rujukan air bersih", "1", "3", WRITTEN, "kirim", "nanti")


@pytest.mark.parametrize("kind", NAMES)
async def test_a_registration_of_hostile_words_shows_them_as_words_everywhere(
    listening: tuple[Play, list[dict[str, Any]]], kind: str
) -> None:
    """Name and needs: on the receipt, under /status, in /data, at the counter."""
    town, calls = listening
    await serves(town, "Wati", Role.OPERATOR)
    written = {NAME: f"(teks {NAMES[kind]})", WRITTEN: f"(teks {HOSTILE[kind]})"}
    for step in FORM:
        await does(town, "Rina", written.get(step, step))
    assert_plain(heads(town), calls)
    assert len((await belongings(town))["Application"]) == 3
    for who, begins in (("Rina", "/status"), ("Rina", "/data"), ("Rina", "/keluarga"), ("Wati", "/loket")):
        for what in (begins, "1", "2", "3"):
            await does(town, who, what)
            assert_plain(heads(town), calls)
    assert is_well(town)


def test_the_hostile_words_are_hostile() -> None:
    assert any(mark in HOSTILE["turned"] for mark in TURNING)
    assert len(HOSTILE["long"]) <= 4096
