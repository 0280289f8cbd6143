"""Groups, channels, forwards, and contact cards of other people: what is said there counts for no account.

Any update in a group gets one polite sentence, once; no account, no draft and no conversation begins.
"""

from typing import Any

import pytest
from sqlmodel import select

from models.applications.draft import Draft
from models.offices.authority import Role
from models.people.account import Account
from tests.attacks.town import MALING, NAMES, belongings, brings, does, is_well, steps
from tests.chat import Play
from tests.gestures import GESTURES, Hand
from tests.test_authority import serves, stands_at

GROUP, CHANNEL = "Grup Desa", "Kanal Info"
COMMANDS = ("/start", "/status", "/daftar", "/data", "/keluarga", "/lengkapi", "/cek", "/loket", "/undang", "/batal")
SENT = {
    Hand.photo: "card-sharp.jpg", Hand.document: "card-sharp.jpg", Hand.album: "card-sharp.jpg card-dark.jpg",
    Hand.forward: "/status", Hand.contact: "Siti 081200000000", Hand.own_contact: "081200000000", Hand.edit: "/status",
    Hand.forward_photo: "card-sharp.jpg", Hand.forward_document: "card-sharp.jpg",
    Hand.forward_contact: "Siti 081200000000", Hand.service: "pinned_message", Hand.long_text: "4000",
    Hand.text: "Siti Aminah",
}  # fmt: skip
"""What is sent by each gesture that needs something."""
IN_PRIVATE = {"tekan", "press", "blokir", "blocks", "buka_blokir", "unblocks"}
ADDING = {"menambah_bot", "adds_bot", "mengeluarkan_bot", "removes_bot"}


async def accounts(play: Play) -> int:
    async with play.store.read_only() as session:
        return len(list(await session.exec(select(Account.id)))) + len(list(await session.exec(select(Draft.id))))


@pytest.mark.parametrize("place", [GROUP, CHANNEL])
async def test_whatever_is_sent_in_a_group_is_answered_once_and_changes_nothing(town: Play, place: str) -> None:
    before, known, answers = await belongings(town), await accounts(town), []
    kinds = [kind for kind in GESTURES if kind not in IN_PRIVATE | ADDING]
    ways = [f"({kind} {SENT[act]})" if (act := GESTURES[kind]) in SENT else f"({kind})" for kind in kinds]
    for what in ("halo", *COMMANDS, "6472055708959001", *ways):
        for who in ("Rina", "Danu", "Orang Baru"):
            answers += [said] if (said := await does(town, f"{who} in {place}", what)) else []
    assert is_well(town)
    assert len(answers) == 1
    assert not any(name in answers[0] for name in (*NAMES, "Rina"))
    assert await belongings(town) == before
    assert await accounts(town) == known


@pytest.mark.parametrize("who", ["Rina", MALING])
async def test_a_button_forwarded_into_a_group_does_nothing_there(town: Play, who: str) -> None:
    """By any member: in a group all of them read the answer."""
    before = await belongings(town)
    carried = {"message_id": 1, "date": 0, "chat": chat_of(town, GROUP, "supergroup"), "text": "Sapa Daya"}
    query = {"id": "1", "from": user_of(town, who), "chat_instance": "1", "message": carried}
    for talk, step in steps():
        keys = ("yes", "1", "withdraw 1", "send", "act")
        said = await brings(town, *({"callback_query": query | {"data": f"{talk}:{step}:{key}"}} for key in keys))
        assert not any(name in said for name in (*NAMES, "KT-2026"))
    assert is_well(town)
    assert await belongings(town) == before


async def test_a_button_under_an_inline_message_does_nothing(town: Play) -> None:
    """The bot sends none; a press of one names no chat."""
    before = await belongings(town)
    query = {"id": "1", "from": user_of(town, "Rina"), "chat_instance": "1", "inline_message_id": "x"}
    for talk, step in steps():
        await brings(town, {"callback_query": query | {"data": f"{talk}:{step}:yes"}})
    assert is_well(town)
    assert await belongings(town) == before


async def test_whoever_posts_as_a_channel_or_anonymously_is_nobody(town: Play) -> None:
    """An anonymous admin, a linked channel, a bot: their messages carry another sender than a person."""
    known = await accounts(town)
    group = chat_of(town, GROUP, "supergroup")
    bot = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    for more in ({"from": bot, "sender_chat": group}, {"sender_chat": group}, {}):
        message = {"message_id": 5, "date": 0, "chat": group, "text": "/status"} | more
        await brings(town, {"message": message})
    assert is_well(town)
    assert await accounts(town) == known


def user_of(town: Play, who: str) -> dict[str, Any]:
    return town.telegram.person(who).user()


def chat_of(town: Play, name: str, kind: str) -> dict[str, Any]:
    return town.telegram.world.chat_json(town.telegram.phone(name, kind).chat)


async def sends(town: Play, who: str, **content: Any) -> str:
    """A message of any form by somebody, and every word that the bot says then."""
    Hand(town.telegram, town.telegram.phone(who)).say(**content)
    return await brings(town)


def origins(town: Play) -> list[dict[str, Any]]:
    """From a person, from one who hides, from a group, from a channel, and from the bot itself."""
    return [
        {"type": "user", "date": 0, "sender_user": user_of(town, "Siti")},
        {"type": "hidden_user", "date": 0, "sender_user_name": "Siti"},
        {"type": "chat", "date": 0, "sender_chat": chat_of(town, GROUP, "supergroup")},
        {"type": "channel", "date": 0, "chat": chat_of(town, CHANNEL, "channel"), "message_id": 1},
        {"type": "user", "date": 0, "sender_user": {"id": 1, "is_bot": True, "first_name": "Sapa Daya"}},
    ]


@pytest.mark.parametrize("origin", range(5))
async def test_no_forwarded_words_are_an_answer_at_any_step(town: Play, origin: int) -> None:
    """Not a yes, not a number, not a name: a forward has another author. Only staff may be sent one."""
    await serves(town, MALING, Role.MANAGER)
    before = await belongings(town) | {"HelpRequest": []}
    for talk, step in steps():
        for words in ("1", "ya"):
            await stands_at(town, MALING, talk, step)
            assert await sends(town, MALING, text=words, forward_origin=origins(town)[origin])
    assert is_well(town)
    assert await belongings(town) | {"HelpRequest": []} == before


CARDS = {
    "of somebody else": {"first_name": "Siti", "user_id": 99},
    "of somebody without an account": {"first_name": "Siti"},
    "of oneself": {"first_name": MALING, "user_id": None},
}


@pytest.mark.parametrize("whose", CARDS)
async def test_a_contact_card_of_somebody_else_is_not_ones_own_number(town: Play, whose: str) -> None:
    """Who says "this is my number" by a card must be the one whom the card names; else it is asked whose it is."""
    for answer in ("/daftar", "anak saya", "Orang Lain", "17-8-95", "melayu, tenggarong"):
        await does(town, MALING, answer)
    card = CARDS[whose] | {"phone_number": "6281299998888"}
    if is_own := "user_id" in card and card["user_id"] is None:
        card["user_id"] = town.telegram.phone(MALING).chat_id
    said = await sends(town, MALING, contact=card)
    async with town.store.read_only() as session:
        (draft,) = await session.exec(select(Draft))
    assert (draft.answers["phone"], draft.answers.get("phone_owner")) == (
        "+6281299998888",
        "writer" if is_own else None,
    )
    assert ("kartu kontak Siti" in said) is not is_own


async def test_a_number_that_is_forwarded_is_nobodys_number(town: Play) -> None:
    for answer in (
        "/daftar",
        "anak saya",
        "Orang Lain",
        "17-8-95",
        "melayu, tenggarong",
        "(terusan: 081299998888)",
    ):
        await does(town, MALING, answer)
    async with town.store.read_only() as session:
        (draft,) = await session.exec(select(Draft))
    assert "phone" not in draft.answers
