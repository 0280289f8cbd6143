"""Buttons: forged, replayed, old, and other people's. Nothing changes, the bot answers, and the chat goes on.

The steps come from the table of handlers, the keys from every button that the bot showed in the stories of the tests.
"""

from collections import Counter
from pathlib import Path

import pytest
from sqlmodel import func, select

from handlers.conversation.buttons import LONGEST
from models.applications.application import Application
from models.applications.draft import Draft
from tests.attacks.town import MALING, NAMES, belongings, brings, does, is_well, steps
from tests.chat import Play, play_file
from tests.crowd import all_do, crowd_like
from tests.directing import direct
from tests.test_authority import stands_at
from tests.transcript import FOLDER

FORGED = (
    "", "x", "0", "-1", "9" * 30, "٣", "²", "ask", "end " + "9" * 30, "withdraw ٣", "person " + "9" * 25,
    "yes " + "9" * 25, "' OR 1=1 --", "<b>1</b>", "\u202e1", "a:b:c:d",
)  # fmt: skip
"""Keys that were never offered: of no kind, of the wrong kind, and of the right kind with impossible numbers."""
SHAPES = (
    "",
    ":",
    "::",
    "x",
    "start",
    "start:",
    "start:ADDRESS",
    "nothing:AT:all",
    "go:ON:",
    "\x00:\x00:\x00",
    "😀" * 16,
)
"""Data that has not even the shape of a choice."""
FOREIGN = (
    "1",
    "2",
    "3",
    "withdraw 1",
    "complete 1",
    "ask 1",
    "end 1",
    "person 1",
    "yes 1",
    "no 1",
    "act",
    "64",
    "6472",
)
"""Keys that name what another person owns."""
EXAMPLE = "misalnya: Siti Aminah"
GONE = 999
NOWHERE = ("nothing", "OPEN")
OF_A_STEP = 1
"""Buttons of each step that are tried in each story: the newest; the stories differ in which that is."""


@pytest.mark.parametrize("talk", sorted({talk for talk, _step in steps()}))
async def test_a_forged_press_changes_nothing_and_is_answered(town: Play, talk: str) -> None:
    """Whether or not the chat stands at that step: its stored conversation state is no proof either."""
    crowd = await crowd_like(town, MALING, len(FORGED))
    before = await belongings(town)
    for step in (step for its_talk, step in steps() if its_talk == talk):
        told = await all_do(town, crowd, (talk, step), [f"(tekan {data})" for data in presses_of(talk, step, FORGED)])
        assert is_well(town), step
        for press, said in told.items():
            assert said, press
            assert not names_in("\n".join(said)), f"{press} says {said}"
        await stands_at(town, MALING, *NOWHERE)
        foreign = presses_of(talk, step, FOREIGN)
        said = await presses(town, *foreign)
        assert is_well(town), step
        assert len(town.telegram.heard) >= len(foreign), step
        assert not names_in(said), f"{talk}:{step} says {said}"
    assert await belongings(town) == before
    assert "1." in await does(town, MALING, "/daftar")


def names_in(said: str) -> list[str]:
    """Return what the bot says of people whom it knows; its example of a name is said to all."""
    return [name for name in NAMES if name in said.replace(EXAMPLE, "")]


def presses_of(talk: str, step: str, keys: tuple[str, ...]) -> list[str]:
    presses = [f"{talk}:{step}:{key}" for key in keys]
    return [data for data in presses if len(data.encode()) <= LONGEST]


async def presses(town: Play, *datas: str) -> str:
    """Presses on a message that Telegram no longer knows, and every word that the bot says then."""
    for data in datas:
        town.telegram.person(MALING).press(GONE, data)
    return await brings(town)


async def test_data_without_a_shape_is_answered(town: Play) -> None:
    before = await belongings(town)
    for state in (("register", "NAME"), NOWHERE):
        for shape in SHAPES:
            await stands_at(town, MALING, *state)
            assert await presses(town, shape), shape
            assert is_well(town), shape
    assert await belongings(town) == before


async def test_a_press_of_a_message_that_is_gone_or_never_was_is_answered(town: Play) -> None:
    """Telegram leaves out what it no longer knows, and a forger may leave out anything."""
    maling = town.telegram.person(MALING)
    query = {"id": "1", "from": maling.user(), "chat_instance": "1"}
    gone = {"chat": town.telegram.world.chat_json(maling.chat), "message_id": GONE, "date": 0}
    for more in ({"data": "menu:REGISTER:yes", "message": gone}, {"data": "menu:REGISTER:yes"}, {"message": gone}, {}):
        assert await brings(town, {"callback_query": query | more})
        assert is_well(town)
    assert "1." in await does(town, MALING, "/daftar")


def shown_to_somebody(play: Play) -> list[tuple[str, str]]:
    """(who, data) of the buttons on any phone, the newest first, a few of each step."""
    shown = [
        (phone.name, str(button["callback_data"]))
        for phone in list(play.telegram.phones.values())
        for _message, button in phone.buttons()
        if phone.kind == "private"
    ]
    taken: Counter[tuple[str, ...]] = Counter()
    few = []
    for who, data in dict.fromkeys(shown):
        taken[kind := (who, *data.split(":")[:2])] += 1
        few += [(who, data)] if taken[kind] <= OF_A_STEP else []
    return few


STORIES = [path for path in sorted(FOLDER.glob("*.chat")) if not path.stem.endswith("_inggris")]
"""The same stories in English have the same buttons."""


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
async def test_old_buttons_open_nothing_to_others_and_do_nothing_twice(path: Path, tmp_path: Path) -> None:
    """After a story and a restart a stranger copies its buttons; days later all people tap their own once more."""

    async def tap(play: Play) -> None:
        presses = shown_to_somebody(play)
        await direct(play, "restart")
        await copied_by_a_stranger(play, [data for _who, data in presses])
        await direct(play, "3 days later")
        await tapped_again(play, presses)

    await play_file(path, tmp_path, tap)


async def copied_by_a_stranger(play: Play, presses: list[str]) -> None:
    """What they write to staff themselves is theirs; nothing else may come or go."""
    await does(play, MALING, "/start")
    before = await belongings(play) | {"HelpRequest": []}
    for data in dict.fromkeys(presses):
        await stands_at(play, MALING, *NOWHERE)
        assert await does(play, MALING, f"(tekan {data})"), data
        assert is_well(play), data
    assert await belongings(play) | {"HelpRequest": []} == before


async def tapped_again(play: Play, presses: list[tuple[str, str]]) -> None:
    """A form that was sent is gone: its buttons send nothing again. One that waits may be sent now, once."""
    before, waiting = await sent_and_waiting(play)
    await all_tapped(play, presses)
    after, _left = await sent_and_waiting(play)
    assert before <= after <= before + waiting
    if after > before:
        await all_tapped(play, presses)
        assert (await sent_and_waiting(play))[0] == after


async def all_tapped(play: Play, presses: list[tuple[str, str]]) -> None:
    for who, data in presses:
        assert await does(play, who, f"(tekan {data})") or play.telegram.phone(who).blocked, data
        assert is_well(play), data


async def sent_and_waiting(play: Play) -> tuple[int, int]:
    """Return how many registrations were sent, and how many are still drafts."""
    async with play.store.read_only() as session:
        sent = (await session.exec(select(func.count()).select_from(Application))).one()
        return sent, (await session.exec(select(func.count()).select_from(Draft))).one()
