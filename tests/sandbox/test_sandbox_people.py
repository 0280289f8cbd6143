"""What people do, in process and over HTTP, and what of it the bot can tell apart."""

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import orjson
import pytest
from made_up import KEYS, TOKEN, picture
from telegram_clients import PtbClient

from bot.sandbox import BotIsBlockedError, Person, Sandbox


class People:
    """The people side over HTTP."""

    def __init__(self, http: aiohttp.ClientSession, root: str) -> None:
        self.http = http
        self.root = root

    async def ask(self, method: str, path: str, **given: Any) -> tuple[int, Any]:
        async with self.http.request(method, f"{self.root}/sandbox/{path}", **given) as answer:
            return answer.status, await answer.json()

    async def act(self, person_id: int, act: str, **given: Any) -> Any:
        status, body = await self.ask("POST", f"people/{person_id}/{act}", json=given)
        assert status == 200, body
        return body


@pytest.fixture
async def people(root: str) -> AsyncIterator[People]:
    async with aiohttp.ClientSession() as http:
        yield People(http, root)


async def test_only_ones_own_contact_carries_ones_own_id(ptb: PtbClient, sari: Person) -> None:
    sari.start()
    await ptb.say(sari.id, "Nomor Anda?", KEYS)
    sari.tap("Kirim nomor")
    sari.send_contact("+6281300000000", "Ibu Dewi")
    own, other = [u.message.contact for u in (await ptb.bot.get_updates())[1:]]
    assert (own.user_id, own.phone_number) == (sari.id, "+6281255500001")
    assert (other.user_id, other.first_name) == (None, "Ibu Dewi")


async def test_a_key_of_the_keyboard_says_its_label(ptb: PtbClient, sari: Person) -> None:
    sari.start()
    await ptb.say(sari.id, "Pilih", KEYS)
    sari.tap("Kembali")
    assert sari.messages[-1].text == "Kembali"
    with pytest.raises(LookupError):
        sari.tap("Tidak ada")


async def test_every_kind_of_message_is_parsed_by_the_library(ptb: PtbClient, sari: Person) -> None:
    sari.send_photo(picture(), "Foto")
    sari.send_document("kk.pdf", b"%PDF")
    sari.send_voice(b"OggS", 7)
    sari.send_sticker("🙏")
    sari.send_location(-0.5, 117.15)
    sari.send_poll("Setuju?", ["Ya", "Tidak"])
    sari.forward("Info dari grup", hidden_name="Teman")
    sari.send_album([picture(), picture()], "Dua halaman")
    found = [u.message for u in await ptb.bot.get_updates()]
    photo, document, voice, sticker, place, poll, passed_on, page, other_page = found
    assert (photo.caption, len(photo.photo), document.document.file_name) == ("Foto", 4, "kk.pdf")
    assert (voice.voice.duration.seconds, sticker.sticker.emoji, place.location.latitude) == (7, "🙏", -0.5)
    assert (poll.poll.options[1].text, passed_on.forward_origin.sender_user_name) == ("Tidak", "Teman")
    assert page.media_group_id == other_page.media_group_id
    assert (page.caption, other_page.caption) == ("Dua halaman", None)


async def test_a_very_long_text_goes_out_in_pieces(sari: Person) -> None:
    sari.send("👋" * 3000)
    assert [len(entry.text) for entry in sari.messages] == [2048, 952]


async def test_who_blocked_the_bot_has_no_box_to_write_in(sari: Person) -> None:
    sari.start()
    sari.block()
    with pytest.raises(BotIsBlockedError):
        sari.send("Halo")
    sari.start()
    assert not sari.blocked


async def test_a_forced_reply_goes_away_when_it_is_given(ptb: PtbClient, sari: Person) -> None:
    sari.start()
    await ptb._ask("send_message", sari.id, "Nama?", api_kwargs={"reply_markup": {"force_reply": True}})
    assert sari.chat.keyboard is not None
    sari.send("Sari")
    assert sari.chat.keyboard is None


async def test_a_test_can_wait_for_the_answer(ptb: PtbClient, sari: Person) -> None:
    sari.start()
    waiting = asyncio.create_task(sari.answer())
    await ptb.say(sari.id, "Selamat datang")
    assert (await waiting).text == "Selamat datang"
    asked = await ptb.say(sari.id, "Setuju?")
    assert (await sari.answer()).id == asked.id
    sari.press(asked.id, "ya")
    with pytest.raises(TimeoutError):
        await sari.answer(within=0.01)


async def test_a_whole_chat_over_http(people: People, ptb: PtbClient) -> None:
    _, dewi = await people.ask("POST", "people", json={"first_name": "Dewi", "phone": "+6281255500002"})
    await people.act(dewi["id"], "start", payload="undangan")
    await ptb.say(dewi["id"], "Setuju?", {"inline_keyboard": [[{"text": "Ya", "callback_data": "y"}]]})
    press = await people.act(dewi["id"], "press", message_id=2, data="y")
    await people.act(dewi["id"], "send", text="kutipan", reply_to=2)
    _, shown = await people.ask("GET", f"people/{dewi['id']}")
    assert press["data"] == "y"
    texts = [entry["message"]["text"] for entry in shown["chat"]["entries"]]
    assert texts == ["/start undangan", "Setuju?", "kutipan"]
    assert [u.words for u in await ptb.updates()] == ["/start undangan", "y", "kutipan"]


async def test_files_go_in_and_out_over_http(people: People, sari: Person) -> None:
    form = aiohttp.FormData({"name": "kk.pdf", "mime": "application/pdf"})
    form.add_field("content", b"%PDF-1", filename="kk.pdf")
    status, entry = await people.ask("POST", f"people/{sari.id}/send_document", data=form)
    assert status == 200
    file_id = entry["message"]["document"]["file_id"]
    async with people.http.get(f"{people.root}/sandbox/files/{file_id}") as answer:
        assert await answer.read() == b"%PDF-1"
        assert answer.headers["Content-Disposition"].startswith("attachment")


BAD_ACTS = [
    ("people/7000001/dance", {}, 404),
    ("people/1/send", {"text": "x"}, 404),
    ("people/7000001/send", {"words": "x"}, 400),
    ("people/7000001/send", {"text": " "}, 400),
    ("people/7000001/press", {"message_id": 1}, 400),
    ("faults", {"method": "*", "kind": "meteor"}, 400),
    ("people", {"nickname": "x"}, 400),
]


@pytest.mark.parametrize(("path", "given", "status"), BAD_ACTS)
async def test_a_wrong_act_is_refused(people: People, sari: Person, path: str, given: Any, status: int) -> None:
    assert (await people.ask("POST", path, json=given))[0] == status


async def test_chaos_is_steered_over_http(people: People, ptb: PtbClient, sari: Person, sandbox: Sandbox) -> None:
    await people.ask("POST", "faults", json={"method": "getMe", "kind": "500", "count": 1, "seed": 3})
    await people.ask("POST", "latency", json={"ms": 1})
    async with people.http.get(f"{people.root}/bot{TOKEN}/getMe") as answer:
        assert answer.status == 500
    assert (await people.ask("GET", "faults"))[1][0]["hits"] == 1
    assert (await people.ask("GET", "calls?method=getMe"))[1][0]["outcome"] == "500"
    assert (await people.ask("GET", "counts"))[1]["calls"] == {"getme 500": 1}
    await people.ask("DELETE", "calls")
    await people.ask("DELETE", "faults")
    assert (sandbox.faults.rules, sandbox.faults.latency_ms, len(sandbox.calls.calls)) == ([], 0.0, 0)
    await people.ask("POST", "updates", json={"kind_of_2031": {}})
    assert (await people.ask("GET", "counts"))[1]["pending_updates"] == 1


async def test_groups_and_channels_are_made_over_http(people: People, ptb: PtbClient, sari: Person) -> None:
    _, channel = await people.ask("POST", "chats", json={"type": "channel", "title": "Info", "username": "info_x"})
    await people.ask("POST", f"chats/{channel['id']}/post", json={"text": "Dibuka"})
    _, group = await people.ask("POST", "chats", json={"title": "Tim", "members": [sari.id]})
    await people.act(sari.id, "send", text="/status", chat_id=group["id"])
    assert [u.kind for u in await ptb.updates()] == ["channel_post", "message"]
    assert (await ptb.bot.get_chat("@info_x")).title == "Info"


async def test_the_page_hears_what_happens(people: People, ptb: PtbClient, sari: Person) -> None:
    sari.start()
    async with people.http.get(f"{people.root}/sandbox/events") as stream:
        await ptb.bot.send_chat_action(sari.id, "typing")
        await ptb.say(sari.id, "Halo")
        kinds: list[str] = []
        async for line in stream.content:
            if line.startswith(b"data: "):
                kinds.append(orjson.loads(line[6:])["kind"])
            if "entry" in kinds:
                break
    assert kinds == ["action", "entry"]


async def test_the_sandbox_runs_as_a_process_of_its_own() -> None:
    arguments = ["-m", "bot.sandbox", "--token", TOKEN, "--latency-ms", "1"]
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    ready = (await process.stdout.readline()).decode()
    root = ready.removeprefix("sandbox ready at ").strip()
    async with aiohttp.ClientSession() as http, http.get(f"{root}/bot{TOKEN}/getMe") as answer:
        assert (await answer.json())["result"]["is_bot"] is True
    process.terminate()
    assert await process.wait() == 0
