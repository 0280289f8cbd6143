"""A sandbox on a folder that is started again shows the same chats and goes on where it was."""

from pathlib import Path

import aiohttp
from made_up import KEYS, TOKEN, YES, Clock, picture
from telegram_clients import PtbClient

from bot.sandbox import Sandbox


def opened(place: Path, clock: Clock) -> Sandbox:
    return Sandbox(token=TOKEN, now=clock, state_dir=place)


async def test_chats_files_and_updates_outlive_a_restart(tmp_path: Path, clock: Clock) -> None:
    first = opened(tmp_path, clock)
    sari = first.add_person("Sari", phone="+6281255500001")
    sari.start("undangan")
    sari.send_photo(picture())
    async with first.serve() as root, PtbClient(TOKEN, root) as client:
        await client.say(sari.id, "Setuju?", YES)
        await client.say(sari.id, "Nomor?", KEYS)
        await client.set_commands([("status", "Lihat status")])
        await client.delete(sari.id, 1)
    first.close()

    second = opened(tmp_path, clock)
    again = second.person(sari.id)
    assert [entry.row() for entry in again.messages] == [entry.row() for entry in sari.messages]
    assert again.chat.row() == sari.chat.row()
    async with second.serve() as root, PtbClient(TOKEN, root) as client:
        assert [u.words for u in await client.updates()] == ["/start undangan", ""]
        assert await client.commands() == [("status", "Lihat status")]
        assert len(await client.fetch(again.messages[0].message["photo"][0]["file_id"])) > 100
    assert again.send("lagi").id == 5
    second.close()


async def test_what_was_deleted_is_not_on_the_disk(tmp_path: Path, clock: Clock) -> None:
    sandbox = opened(tmp_path, clock)
    sari = sandbox.add_person("Sari")
    update = sari.send("6472055708959001").id
    async with sandbox.serve() as root, PtbClient(TOKEN, root) as client:
        found = await client.updates()
        await client.updates(offset=found[-1].id + 1)
        await client.delete(sari.id, update)
    sandbox.close()
    again = opened(tmp_path, clock)
    assert "6472055708959001" not in str([row for kind in ("entry", "update") for row in again.world.store.each(kind)])
    assert again.person(sari.id).messages == []
    again.close()


async def test_an_update_id_is_never_given_twice(tmp_path: Path, clock: Clock) -> None:
    first = opened(tmp_path, clock)
    first.add_person("Sari").send("halo")
    taken = await first.world.updates.take(0, 100, 0)
    await first.world.updates.take(taken[-1]["update_id"] + 1, 100, 0)
    first.close()
    second = opened(tmp_path, clock)
    second.people[0].send("lagi")
    assert [u["update_id"] for u in await second.world.updates.take(0, 100, 0)] == [taken[-1]["update_id"] + 1]
    second.close()


async def test_a_webhook_and_the_kinds_outlive_a_restart(tmp_path: Path, clock: Clock) -> None:
    first = opened(tmp_path, clock)
    async with first.serve() as root, PtbClient(TOKEN, root) as client:
        await client.bot.set_webhook("http://127.0.0.1:9/x", secret_token="s", allowed_updates=["message"])
    first.close()
    second = opened(tmp_path, clock)
    async with second.serve() as root, PtbClient(TOKEN, root) as client:
        info = await client.bot.get_webhook_info()
        assert (info.url, info.allowed_updates) == ("http://127.0.0.1:9/x", ("message",))
    second.close()


async def test_a_press_before_the_restart_can_be_answered_after_it(tmp_path: Path, clock: Clock) -> None:
    first = opened(tmp_path, clock)
    sari = first.add_person("Sari")
    query = sari.press(sari.start().id, "ya")
    first.close()
    second = opened(tmp_path, clock)
    async with second.serve() as root, aiohttp.ClientSession() as http:
        address = f"{root}/bot{TOKEN}/answerCallbackQuery"
        async with http.post(address, json={"callback_query_id": query["id"]}) as answer:
            assert await answer.json() == {"ok": True, "result": True}
    second.close()


async def test_a_folder_of_another_release_can_be_read(tmp_path: Path, clock: Clock) -> None:
    first = opened(tmp_path, clock)
    sari = first.add_person("Sari")
    sari.send("halo")
    first.world.store.put("person", str(sari.id), sari.row() | {"star_sign": "virgo"})
    first.world.store.put("chat", str(sari.id), sari.chat.row() | {"wallpaper": 3})
    first.close()
    second = opened(tmp_path, clock)
    assert [entry.text for entry in second.person(sari.id).messages] == ["halo"]
    second.close()
