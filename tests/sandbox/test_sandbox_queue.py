"""The queue of updates: order, kinds, expiry, and what a bot may do wrong with it."""

from typing import Any

from made_up import Clock
from telegram_clients import PtbClient

from bot.sandbox import Person, Sandbox
from bot.sandbox.updates import FIRST_UPDATE_ID


async def head(sandbox: Sandbox, offset: int = 0) -> list[dict[str, Any]]:
    return await sandbox.world.updates.take(offset, 100, 0)


async def test_update_ids_follow_each_other(sandbox: Sandbox, sari: Person) -> None:
    for word in "abc":
        sari.send(word)
    assert [u["update_id"] - FIRST_UPDATE_ID for u in await head(sandbox)] == [0, 1, 2]


async def test_message_ids_belong_to_the_chat(sandbox: Sandbox, sari: Person) -> None:
    andi = sandbox.add_person("Andi")
    assert [sari.send("a").id, andi.send("b").id, sari.send("c").id] == [1, 1, 2]


async def test_a_press_lives_150_seconds_and_a_message_a_day(sandbox: Sandbox, sari: Person, clock: Clock) -> None:
    sari.press(sari.send("halo").id, "ya")
    clock.move(seconds=149)
    assert len(await head(sandbox)) == 2
    clock.move(seconds=1)
    assert [list(u)[1] for u in await head(sandbox)] == ["message"]
    clock.move(hours=24)
    assert await head(sandbox) == []


async def test_an_offset_far_in_the_future_confirms_nothing(sandbox: Sandbox, sari: Person) -> None:
    sari.send("halo")
    assert len(await head(sandbox, FIRST_UPDATE_ID + 1000)) == 1


async def test_allowed_kinds_are_remembered_and_do_not_reach_back(ptb: PtbClient, sari: Person) -> None:
    sari.send("halo")
    await ptb.bot.get_updates(allowed_updates=["callback_query"])
    sari.send("tidak diminta")
    sari.press(1, "ya")
    found = await ptb.bot.get_updates()
    assert [(u.message and u.message.text, u.callback_query and u.callback_query.data) for u in found] == [
        ("halo", None),
        (None, "ya"),
    ]


async def test_reactions_come_only_on_request(ptb: PtbClient, sari: Person) -> None:
    sari.react(sari.send("halo").id, "👍")
    await ptb.bot.get_updates(allowed_updates=["message", "message_reaction"])
    sari.react(1, "🙏")
    found = [u.message_reaction for u in await ptb.bot.get_updates() if u.message_reaction]
    assert [reaction.new_reaction[0].emoji for reaction in found] == ["🙏"]


async def test_a_raw_update_arrives_as_it_was_given(sandbox: Sandbox) -> None:
    sandbox.inject_raw_update({"message": {"message_id": "bukan angka"}})
    sandbox.inject_raw_update({"update_id": 500_000, "kind_of_2031": {}})
    sandbox.inject_raw_update({"kind_of_2031": {}})
    found = await head(sandbox)
    assert found[0]["message"] == {"message_id": "bukan angka"}
    assert [u["update_id"] for u in found] == [FIRST_UPDATE_ID, 500_000, 500_001]


async def test_a_group_tells_the_bot_only_what_is_meant_for_it(sandbox: Sandbox, sari: Person) -> None:
    group = sandbox.add_group("Pendamping Samarinda", [sari.id])
    for words in ("obrolan", "/status", "tanya @sapa_daya_coba_bot"):
        sari.send(words, chat=group)
    group.bot_status = "administrator"
    sari.send("obrolan lagi", chat=group)
    said = [u["message"]["text"] for u in await head(sandbox)]
    assert said == ["/status", "tanya @sapa_daya_coba_bot", "obrolan lagi"]


async def test_a_press_on_a_deleted_message_is_inaccessible(ptb: PtbClient, sari: Person) -> None:
    sari.start()
    said = await ptb.bot.send_message(sari.id, "Halo")
    await said.delete()
    sari.press(said.message_id, "ya")
    query = (await ptb.bot.get_updates(offset=-1))[0].callback_query
    assert query is not None and query.message is not None
    assert not query.message.is_accessible
