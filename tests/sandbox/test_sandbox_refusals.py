"""Every refusal in Telegram's own words, as both libraries hand it to a bot."""

from typing import Any

import aiohttp
import pytest
from made_up import TOKEN, YES, Clock
from telegram import BotCommandScopeChat
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter
from telegram_clients import Client, PtbClient, Refusal

from bot.sandbox import Person, Sandbox

MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
OLD_QUERY = "query is too old and response timeout expired or query ID is invalid"


def inline(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[button]]}


async def refused(call: Any, code: int, words: str) -> None:
    """One library hands the words on, the other one writes them as a sentence."""
    with pytest.raises(Refusal) as refusal:
        await call
    assert (refusal.value.code, refusal.value.words) in [(code, words), (code, words.capitalize())]


async def test_an_unknown_chat_is_not_found(client: Client) -> None:
    await refused(client.say(404, "Halo"), 400, "chat not found")


async def test_who_never_wrote_cannot_be_written_to(client: Client, sari: Person) -> None:
    await refused(client.say(sari.id, "Halo"), 403, "bot can't initiate conversation with a user")


async def test_who_blocked_the_bot_cannot_be_written_to(client: Client, sari: Person) -> None:
    sari.start()
    sari.block()
    await refused(client.say(sari.id, "Halo"), 403, "bot was blocked by the user")
    sari.unblock()
    assert (await client.say(sari.id, "Halo")).text == "Halo"


async def test_a_deleted_account_cannot_be_written_to(client: Client, sari: Person) -> None:
    sari.start()
    sari.deactivate()
    await refused(client.say(sari.id, "Halo"), 403, "user is deactivated")


TEXTS = [
    ("", "message text is empty"),
    ("   ", "text must be non-empty"),
    ("a" * 4097, "message is too long"),
    ("👋" * 2049, "message is too long"),
    ("Halé <x>", 'can\'t parse entities: Unsupported start tag "x" at byte offset 6'),
    ("é <b>Halo", "can't parse entities: Can't find end tag corresponding to start tag \"b\""),
    ("a</b>", "can't parse entities: Unexpected end tag at byte offset 1"),
    ("<b>a</i>", 'can\'t parse entities: Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
    ("5 < 6", 'can\'t parse entities: Unsupported start tag "" at byte offset 2'),
    ("a <b", "can't parse entities: Unclosed start tag at byte offset 2"),
    ("<span>a</span>", 'can\'t parse entities: Tag "span" must have class "tg-spoiler" at byte offset 0'),
]


@pytest.mark.parametrize(("text", "words"), TEXTS, ids=[words[:50] for _, words in TEXTS])
async def test_a_wrong_text_is_refused(client: Client, sari: Person, text: str, words: str) -> None:
    sari.start()
    await refused(client.say(sari.id, text, parse_mode="HTML"), 400, words)
    assert sari.received == []


async def test_a_long_text_counts_after_its_tags_are_gone(client: Client, sari: Person) -> None:
    sari.start()
    assert len((await client.say(sari.id, f"<b>{'a' * 4096}</b>", parse_mode="HTML")).text) == 4096


async def test_a_long_caption_is_refused(client: Client, sari: Person) -> None:
    sari.start()
    sending = client.document(sari.id, b"x", "a.txt", caption="a" * 1025)
    await refused(sending, 400, "message caption is too long")


BUTTONS = [
    (inline(text="Ya", callback_data="é" * 33), "BUTTON_DATA_INVALID"),
    (inline(text="Ya"), "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
    (inline(text="Situs", url="tidak ada"), "inline keyboard button URL 'tidak ada' is invalid: Wrong HTTP URL"),
]


@pytest.mark.parametrize(("markup", "words"), BUTTONS, ids=["long data", "no action", "bad address"])
async def test_a_wrong_button_is_refused(client: Client, sari: Person, markup: Any, words: str) -> None:
    sari.start()
    await refused(client.say(sari.id, "Pilih", markup), 400, words)


async def test_64_bytes_of_data_are_taken(client: Client, sari: Person) -> None:
    sari.start()
    assert (await client.say(sari.id, "Pilih", inline(text="Ya", callback_data="é" * 32))).labels == ["Ya"]


async def test_an_edit_that_changes_nothing_is_refused(client: Client, sari: Person) -> None:
    sari.start()
    said = await client.say(sari.id, "Setuju?", YES)
    await refused(client.edit(sari.id, said.id, "Setuju?", YES), 400, MODIFIED)
    await refused(client.edit_markup(sari.id, said.id, YES), 400, MODIFIED)


async def test_what_is_gone_can_be_neither_edited_nor_deleted(client: Client, sari: Person) -> None:
    sari.start()
    said = await client.say(sari.id, "Halo")
    await client.delete(sari.id, said.id)
    await refused(client.edit(sari.id, said.id, "Hai"), 400, "message to edit not found")
    await refused(client.delete(sari.id, said.id), 400, "message to delete not found")


async def test_the_words_of_a_person_cannot_be_edited(client: Client, sari: Person) -> None:
    asked = sari.send("Halo")
    await refused(client.edit(sari.id, asked.id, "Hai"), 400, "message can't be edited")


async def test_nothing_older_than_48_hours_can_be_deleted(client: Client, sari: Person, clock: Clock) -> None:
    asked = sari.send("Halo")
    clock.move(hours=48, seconds=1)
    await refused(client.delete(sari.id, asked.id), 400, "message can't be deleted")
    assert len(sari.messages) == 1


async def test_a_press_is_answered_once(client: Client, sari: Person) -> None:
    query = sari.press(sari.start().id, "palsu")
    await client.answer(query["id"])
    await refused(client.answer(query["id"]), 400, OLD_QUERY)
    await refused(client.answer("12345"), 400, OLD_QUERY)


async def test_a_press_is_answered_in_time(client: Client, sari: Person, clock: Clock) -> None:
    query = sari.press(sari.start().id, "ya")
    clock.move(seconds=16)
    await refused(client.answer(query["id"]), 400, OLD_QUERY)


async def test_a_quote_of_nothing_is_refused(client: Client, sari: Person) -> None:
    sari.start()
    saying = client.say(sari.id, "Halo", reply_to_message_id=77)
    await refused(saying, 400, "message to be replied not found")


async def test_a_file_that_nobody_has_is_refused(client: Client, sari: Person) -> None:
    sari.start()
    await refused(client.fetch("tidak-ada"), 400, "invalid file_id")
    await refused(client.document(sari.id, "x9"), 400, "wrong file identifier/HTTP URL specified")


async def test_a_file_over_20_mb_cannot_be_fetched(client: Client, sari: Person) -> None:
    sari.send_document("besar.zip", bytes(20 * 1024 * 1024 + 1))
    file_id = sari.messages[0].message["document"]["file_id"]
    await refused(client.fetch(file_id), 400, "file is too big")


async def test_too_many_messages_are_told_how_long_to_wait(client: Client, sari: Person, sandbox: Sandbox) -> None:
    sari.start()
    sandbox.faults.add("sendMessage", "429", count=1, retry_after=7)
    with pytest.raises(Refusal) as refusal:
        await client.say(sari.id, "Halo")
    assert (refusal.value.code, refusal.value.retry_after) == (429, 7)


async def test_a_reaction_outside_the_list_is_refused(client: Client, sari: Person) -> None:
    asked = sari.send("Halo")
    await refused(client.react(sari.id, asked.id, "🧇"), 400, "REACTION_INVALID")


async def test_the_menu_of_who_never_wrote_cannot_be_set(ptb: PtbClient, sari: Person) -> None:
    mine = BotCommandScopeChat(sari.id)
    with pytest.raises(BadRequest, match="Chat not found"):
        await ptb.bot.set_my_commands([("status", "Status")], scope=mine)
    sari.start()
    await ptb.bot.set_my_commands([("status", "Status")], scope=mine)
    with pytest.raises(BadRequest, match="Invalid language code"):
        await ptb.bot.set_my_commands([("status", "Status")], language_code="bjn")


KINDS: list[tuple[str, type[Exception]]] = [
    ("400", BadRequest),
    ("401", InvalidToken),
    ("403", Forbidden),
    ("404", InvalidToken),
    ("409", Conflict),
    ("413", NetworkError),
    ("429", RetryAfter),
    ("500", NetworkError),
    ("502", NetworkError),
]


@pytest.mark.parametrize(("kind", "error"), KINDS)
async def test_each_status_becomes_its_exception(
    ptb: PtbClient, sari: Person, sandbox: Sandbox, kind: str, error: type[Exception]
) -> None:
    sari.start()
    sandbox.faults.add("sendMessage", kind)
    with pytest.raises(error) as raised:
        await ptb.bot.send_message(sari.id, "Halo")
    assert type(raised.value) is error


async def test_a_group_that_moved_names_its_new_place(ptb: PtbClient, sandbox: Sandbox, sari: Person) -> None:
    group = sandbox.add_group("Pendamping", [sari.id])
    moved = sandbox.upgrade(group)
    with pytest.raises(ChatMigrated) as raised:
        await ptb.bot.send_message(group.id, "Halo")
    assert raised.value.new_chat_id == moved.id


async def test_a_picture_over_10_mb_is_refused(ptb: PtbClient, sari: Person) -> None:
    sari.start()
    with pytest.raises(NetworkError, match="Request Entity Too Large"):
        await ptb.bot.send_photo(sari.id, bytes(10 * 1024 * 1024 + 1))


async def test_an_upload_over_50_mb_is_refused(ptb: PtbClient, sari: Person) -> None:
    sari.start()
    with pytest.raises(NetworkError, match="Request Entity Too Large"):
        await ptb.bot.send_document(sari.id, bytes(50 * 1024 * 1024 + 1))
    assert sari.received == []


ADDRESSES = [
    (f"bot{TOKEN}/getTea", 404, "Not Found"),
    ("bot9001:salah/getMe", 401, "Unauthorized"),
    ("botngawur/getMe", 404, "Not Found"),
    (f"file/bot{TOKEN}/documents/../x", 404, "Not Found"),
]


@pytest.mark.parametrize(("path", "code", "words"), ADDRESSES)
async def test_wrong_addresses_are_refused(root: str, path: str, code: int, words: str) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"{root}/{path}") as answer:
        body = await answer.json()
    assert (answer.status, body) == (code, {"ok": False, "error_code": code, "description": words})


async def test_methods_may_be_written_in_any_case_and_body(root: str, sari: Person) -> None:
    sari.start()
    words = {"chat_id": str(sari.id), "text": "Halo"}
    async with aiohttp.ClientSession() as http:
        for given in ({"params": words}, {"json": words}, {"data": words}, {"data": aiohttp.FormData(words)}):
            async with http.post(f"{root}/bot{TOKEN}/SENDmessage", **given) as answer:
                assert (await answer.json())["result"]["text"] == "Halo"
    assert len(sari.received) == 4


async def test_a_web_site_cannot_reach_the_sandbox(root: str) -> None:
    async with aiohttp.ClientSession() as http:
        async with http.get(f"{root}/sandbox/state", headers={"Origin": "https://example.com"}) as answer:
            assert answer.status == 403
        async with http.get(f"{root}/sandbox/state", headers={"Host": "example.com"}) as answer:
            assert answer.status == 403
