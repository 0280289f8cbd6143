"""Everyday words: how many are understood, that each leads somewhere, and that nothing is done by a guess.

tests/phrasings/*.txt hold what people write, a tab, and the key of the matter that they mean, or "-" for none. They are
written by people who have not read the phrasings of the file. A matter is right if it is among those that are offered.
"""

from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

import handlers
from handlers.programmes import browse
from models.matters.matching import MOST, Matcher, matcher_of
from models.matters.matter_file import COMMANDS, GROUPS, MatterEntry, MatterFile
from models.plain_words import near
from tests.chat import desk, playing
from tests.own_catalogue import own_catalogue
from tests.transcript import read

FILES = sorted((Path(__file__).parent / "phrasings").glob("*.txt"))
LEAST_RIGHT, MOST_WRONG = 0.85, 0.03
RIGHT, WRONG, NONE = "right", "wrong", "none"


class Said(NamedTuple):
    """What is written, and the key of the matter that it means; None: none of them."""

    words: str
    key: str | None


def lines_of(file: Path) -> list[Said]:
    rows = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    return [Said(words, None if key.strip() == "-" else key.strip()) for words, key in rows]


def matters() -> MatterFile:
    return own_catalogue().matters


def outcome(matcher: Matcher, file: MatterFile, said: Said) -> str:
    """Right: what is meant is offered, or a matter that leads to the same; wrong: only others; none: nothing."""
    found = matcher.find(said.words)
    if said.key is None:
        return WRONG if found else RIGHT
    meant = file.get(said.key)
    assert meant is not None, f"there is no matter {said.key!r}"
    if meant.target in {one.target for one in found}:
        return RIGHT
    return WRONG if found else NONE


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_people_write_is_understood_and_hardly_ever_taken_for_something_else(path: Path) -> None:
    file, lines = matters(), lines_of(path)
    outcomes = [(outcome(matcher_of(file), file, said), said) for said in lines]
    count = Counter(how for how, _said in outcomes)
    missed = "\n".join(f"{how}: {said.words} ({said.key})" for how, said in outcomes if how != RIGHT)
    told = f"{count[RIGHT]} right, {count[WRONG]} wrong, {count[NONE]} none of {len(lines)}\n{missed}"
    assert len(lines) >= 20
    assert count[RIGHT] >= LEAST_RIGHT * len(lines), told
    assert count[WRONG] <= MOST_WRONG * len(lines), told


@pytest.mark.parametrize("matter", matters().matters, ids=lambda matter: matter.key)
def test_a_phrasing_of_the_file_finds_its_matter(matter: MatterEntry) -> None:
    matcher = matcher_of(matters())
    lost = [said for said in matter.said if said.strip("0123456789 ") and not leads_to(matcher.find(said), matter)]
    assert not lost


def leads_to(found: list[MatterEntry], matter: MatterEntry) -> bool:
    return matter.target in {one.target for one in found}


def test_the_file_is_as_rich_as_people_need() -> None:
    assert len(matters().matters) >= 40
    assert sum(len(matter.said) for matter in matters().matters) >= 150


def test_every_skill_and_every_programme_is_found_by_its_name() -> None:
    catalogue, matcher = own_catalogue(), matcher_of(matters())
    names = {name.in_(language) for one in catalogue for name in (one.short_name, *(s.name for s in one.skills))
             for language in ("id", "en")}  # fmt: skip
    assert not sorted(name for name in names if not matcher.find(name))


def test_the_file_may_name_the_commands_and_groups_of_the_bot_and_no_others() -> None:
    known = {one.name for talk in handlers.registry().conversations.values() for one in talk.commands
             if talk.access.act is None}  # fmt: skip
    assert set(COMMANDS) <= known
    assert {one.name for one in handlers.registry().public_commands()} <= set(COMMANDS)
    assert set(GROUPS) == set(browse.GROUPS)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "   ",
        "?!",
        "2",
        "0812 3456 7890",
        "6472011708950001",
        "x" * 4096,
        "kata " * 60,
        "Budi Santoso",
        "😀",
        "\u200b",
    ],
)
def test_what_is_no_matter_is_taken_for_none(words: str) -> None:
    assert matcher_of(matters()).find(words) == []


@pytest.mark.parametrize("words", ["daftar", "saya mau", "mau", "program", "kapan", "hp", "bantuan"])
def test_no_more_is_offered_than_can_be_looked_over(words: str) -> None:
    assert len(matcher_of(matters()).find(words)) <= MOST


@pytest.mark.parametrize(
    ("words", "matter"),
    [
        ("maudaftar", "register"), ("KAPAN MULAI???", "begins"), ("kapan   mulaai", "begins"),
        ("menjahittt", "sewing"), ("pelatihn jahit", "sewing"), ("stauts", "status"), ("jahit dong kak", "sewing"),
    ],
)  # fmt: skip
def test_typing_errors_and_joined_words_are_forgiven(words: str, matter: str) -> None:
    assert matter in [one.key for one in matcher_of(matters()).find(words)]


@pytest.mark.parametrize(
    ("words", "matter"),
    [
        ("mau kursus kopi", "barista"), ("barista", "barista"), ("daftr", "register"), ("kapan mulainya", "begins"),
        ("dmn tempatnya", "place"), ("mau mundur", "withdraw"), ("program apa saja?", "programmes"),
        ("syarat", "requirements"), ("tidak bisa foto, saya tunanetra", "no-photo"), ("stat", "status"),
        ("bantu", "staff"), ("seting", "address-form"), ("alat saya mana", "toolkit"),
        ("nomor saya ganti", "new-number"),
        ("nama saya salah", "correct"), ("ini penipuan bukan", "real-bot"), ("kapan ada kabar", "next-news"),
    ],
)  # fmt: skip
def test_what_people_tried_and_was_not_understood_comes_first_now(words: str, matter: str) -> None:
    found = matcher_of(matters()).find(words)
    assert found
    assert found[0].key == matter


@pytest.mark.parametrize("words", ["saya sendiri", "saya sendri", "udah gak", "entah", "ya", "tidak", "nanti saja"])
def test_an_everyday_answer_is_no_matter(words: str) -> None:
    assert matcher_of(matters()).find(words) == []


@pytest.mark.parametrize(
    ("said", "form", "is_near"),
    [
        ("saya sendri", "saya sendiri", True),
        ("sudah tidak", "tidak lagi sekolah", True),
        ("uep", "bantuan usaha uep", True),
        ("apa saja", "tidak perlu apa apa", False),
        ("entah", "ya saya mau ikut", False),
        ("14", "saya sendiri", False),
        ("", "saya sendiri", False),
    ],
)
def test_an_answer_comes_near_to_a_choice_by_half_of_its_words(said: str, form: str, is_near: bool) -> None:
    assert bool(near(said, [form])) is is_near


async def test_the_button_of_every_matter_leads_somewhere(tmp_path: Path) -> None:
    """Pressed outside of a conversation, and while a question is open, which is asked again or waits below."""
    async with playing(read(""), tmp_path, desk()) as play:
        await play.act("Sari", "/start")
        for matter in matters().matters:
            for before in ("/batal", "/cek"):
                await play.act("Sari", before)
                seen = play.telegram.phone("Sari").last_id
                await play.act("Sari", f"(tekan matter:go:{matter.key})")
                assert play.telegram.phone("Sari").last_id > seen, matter.key


@pytest.mark.parametrize("data", ["matter:go:gone", "matter:command:undang", "matter:programme:gone", "matter:send:1"])
async def test_a_button_of_ones_own_making_opens_nothing(tmp_path: Path, data: str) -> None:
    async with playing(read(""), tmp_path, desk()) as play:
        await play.act("Sari", "/start")
        seen = play.telegram.phone("Sari").last_id
        await play.act("Sari", f"(tekan {data})")
        phone = play.telegram.phone("Sari")
        texts = [message.get("text", "") for number, message in phone.messages.items() if number > seen]
        assert texts
        assert not [text for text in texts if "Undang" in text or "TNY-" in text]
