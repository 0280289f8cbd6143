"""What a bot may rely on, whichever library it is written with."""

import asyncio
import io

import pytest
from made_up import KEYS, YES, picture
from PIL import Image
from telegram_clients import Client, Refusal

from bot.sandbox import Person, Sandbox


async def test_the_bot_learns_who_it_is(client: Client) -> None:
    assert await client.name() == "Sapa Daya"


async def test_what_is_not_confirmed_comes_again(client: Client, sari: Person) -> None:
    sari.send("satu")
    sari.send("dua")
    assert [u.words for u in await client.updates()] == ["satu", "dua"]
    assert [u.words for u in await client.updates()] == ["satu", "dua"]


async def test_an_offset_confirms_and_forgets_all_below(client: Client, sari: Person) -> None:
    sari.send("satu")
    sari.send("dua")
    first, second = await client.updates()
    assert [u.words for u in await client.updates(offset=second.id)] == ["dua"]
    assert [u.words for u in await client.updates(offset=first.id)] == ["dua"]
    assert await client.updates(offset=second.id + 1) == []


async def test_a_limit_gives_the_head_of_the_queue(client: Client, sari: Person) -> None:
    for word in ("satu", "dua", "tiga"):
        sari.send(word)
    assert [u.words for u in await client.updates(limit=2)] == ["satu", "dua"]


async def test_a_negative_offset_keeps_only_the_end(client: Client, sari: Person) -> None:
    for word in ("satu", "dua", "tiga"):
        sari.send(word)
    assert [u.words for u in await client.updates(offset=-1)] == ["tiga"]
    assert [u.words for u in await client.updates()] == ["tiga"]


async def test_a_long_poll_ends_when_somebody_writes(client: Client, sari: Person) -> None:
    poll = asyncio.create_task(client.updates(wait=8))
    await client.name()
    sari.send("halo")
    assert [u.words for u in await poll] == ["halo"]


async def test_a_second_poller_ends_the_first(client: Client, sari: Person) -> None:
    first = asyncio.create_task(client.updates(wait=8))
    await client.name()
    second = asyncio.create_task(client.updates(wait=8))
    with pytest.raises(Refusal) as refusal:
        await first
    sari.send("halo")
    assert refusal.value.code == 409
    assert "erminated by other getupdates request" in refusal.value.words.lower()
    assert len(await second) == 1


async def test_polling_is_refused_while_a_webhook_is_set(client: Client) -> None:
    await client.set_webhook("http://127.0.0.1:9/telegram", "rahasia")
    with pytest.raises(Refusal) as refusal:
        await client.updates()
    assert refusal.value.code == 409
    assert "an't use getupdates method while webhook is active" in refusal.value.words.lower()
    assert await client.webhook_info() == ("http://127.0.0.1:9/telegram", 0)
    await client.delete_webhook()
    assert await client.updates() == []


async def test_entities_count_in_utf16(client: Client, sari: Person) -> None:
    sari.start()
    said = await client.say(sari.id, "👋🏽 <b>Halo &amp; selamat</b> <code>&lt;x&gt;</code>", parse_mode="HTML")
    assert said.text == "👋🏽 Halo & selamat <x>"
    assert said.entities == [("bold", 5, 14), ("code", 20, 3)]


async def test_an_inline_keyboard_can_be_pressed(client: Client, sari: Person) -> None:
    sari.start()
    said = await client.say(sari.id, "Setuju?", YES)
    assert said.labels == ["Ya", "Situs"]
    sari.tap("Ya")
    press = (await client.updates(offset=-1))[0]
    assert (press.kind, press.words) == ("callback_query", "y:1")
    await client.answer(press.query_id)


async def test_a_reply_keyboard_stays_with_the_phone(client: Client, sari: Person) -> None:
    sari.start()
    said = await client.say(sari.id, "Nomor Anda?", KEYS)
    assert said.labels == []
    assert sari.chat.reply_labels == ["Kirim nomor", "Kembali"]


async def test_a_message_can_quote_and_be_protected(client: Client, sari: Person) -> None:
    asked = sari.send("NIK saya")
    said = await client.say(sari.id, "Terima kasih", reply_to_message_id=asked.id, protect_content=True)
    assert (said.quotes, said.protected) == (asked.id, True)


async def test_an_edit_changes_text_and_buttons(client: Client, sari: Person) -> None:
    sari.start()
    said = await client.say(sari.id, "Setuju?", YES)
    edited = await client.edit(sari.id, said.id, "Terima kasih")
    assert (edited.id, edited.text, edited.labels) == (said.id, "Terima kasih", [])
    assert (await client.edit_markup(sari.id, said.id, YES)).labels == ["Ya", "Situs"]


async def test_the_bot_may_delete_what_the_person_wrote(client: Client, sari: Person) -> None:
    nik = sari.send("6472055708959001")
    said = await client.say(sari.id, "Tersimpan")
    await client.delete(sari.id, nik.id)
    await client.delete_many(sari.id, [said.id, 999])
    assert sari.messages == []


async def test_a_document_travels_both_ways(client: Client, sari: Person) -> None:
    sari.send_document("kk.pdf", b"%PDF-1 dari Sari")
    sent = sari.messages[-1].message["document"]
    assert await client.fetch(sent["file_id"]) == b"%PDF-1 dari Sari"
    said = await client.document(sari.id, b"%PDF-1 tanda terima", "tanda terima.pdf", "Simpan")
    assert (said.file_name, said.text) == ("tanda terima.pdf", "Simpan")
    again = await client.document(sari.id, said.file_ids[0])
    assert again.file_ids == said.file_ids
    assert await client.fetch(again.file_ids[0]) == b"%PDF-1 tanda terima"


async def test_a_photo_has_several_sizes(client: Client, sari: Person) -> None:
    sari.start()
    said = await client.photo(sari.id, picture(), "Kartu")
    again = await client.photo(sari.id, said.file_ids[-1])
    assert len(said.file_ids) == 4
    assert again.file_ids == said.file_ids
    assert Image.open(io.BytesIO(await client.fetch(said.file_ids[0]))).size == (90, 45)


async def test_a_voice_note_is_kept(client: Client, sari: Person) -> None:
    sari.start()
    said = await client.voice(sari.id, b"OggS suara")
    assert await client.fetch(said.file_ids[0]) == b"OggS suara"


async def test_the_menu_is_remembered(client: Client) -> None:
    await client.set_commands([("status", "Lihat status"), ("bantuan", "Minta bantuan")])
    assert await client.commands() == [("status", "Lihat status"), ("bantuan", "Minta bantuan")]


async def test_a_reaction_reaches_the_phone(client: Client, sari: Person) -> None:
    said = sari.send("Terima kasih")
    await client.react(sari.id, said.id, "👍")
    assert sari.messages[0].phone["reaction"] == "👍"


async def test_a_copy_is_a_new_message(client: Client, sari: Person) -> None:
    asked = sari.send("Bagaimana?")
    copied = await client.copy(sari.id, sari.id, asked.id)
    assert (copied, sari.last and sari.last.text) == (asked.id + 1, "Bagaimana?")


async def test_a_block_and_its_end_are_told(client: Client, sari: Person) -> None:
    sari.start()
    sari.block()
    sari.unblock()
    assert [u.kind for u in await client.updates()] == ["message", "my_chat_member", "my_chat_member"]


async def test_a_channel_post_and_a_correction_are_told(client: Client, sari: Person, sandbox: Sandbox) -> None:
    sandbox.post_in_channel(sandbox.add_channel("Info Dinsos"), "Pendaftaran dibuka")
    sari.edit(sari.send("Sary").id, "Sari")
    found = [(u.kind, u.words) for u in await client.updates()]
    assert found == [("channel_post", "Pendaftaran dibuka"), ("message", "Sary"), ("edited_message", "Sari")]
