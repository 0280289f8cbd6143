"""The page in a real browser: a tester plays Sari and her mother against a small bot."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from made_up import TOKEN, picture
from page_bot import PageBot
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from bot.sandbox import Person, Sandbox

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run"
    " --disable-background-networking --disable-component-update --disable-sync"
)
pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not installed"),
    pytest.mark.asyncio(loop_scope="module"),
]
TIMEOUT_MS = 20_000
"""Milliseconds for which a claim about the page may take to come true on a busy machine."""
DESKTOP = {"width": 1400, "height": 860}
PHONE = {"width": 390, "height": 800}


@dataclass
class Desk:
    """A browser before a sandbox with two people and a bot."""

    sandbox: Sandbox
    bot: PageBot
    sari: Person
    dewi: Person
    browser: Browser
    root: str

    async def open(self, path: str = "/", **options: Any) -> Page:
        """A fresh browser at the page; each of its errors fails the test."""
        context = await self.browser.new_context(**{"viewport": DESKTOP, "locale": "id-ID", **options})
        page = await context.new_page()
        page.set_default_timeout(TIMEOUT_MS)
        page.on("pageerror", lambda error: pytest.fail(f"the page failed: {error}"))
        await page.goto(self.root + path)
        await page.get_by_role("button", name="Sari Wulan").first.wait_for()
        return page


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    expect.set_options(timeout=TIMEOUT_MS)
    async with async_playwright() as machine:
        browser = await machine.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def desk(browser: Browser, sandbox: Sandbox) -> AsyncIterator[Desk]:
    sari = sandbox.add_person("Sari", last_name="Wulan", phone="+6281255500001")
    dewi = sandbox.add_person("Dewi", phone="+6281255500002")
    async with sandbox.serve() as root, PageBot(root, TOKEN) as bot:
        yield Desk(sandbox, bot, sari, dewi, browser, root)
        for context in browser.contexts:
            await context.close()


def chat(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name)


def talk(page: Page, name: str) -> Locator:
    return chat(page, name).get_by_role("log")


async def begin(page: Page, person: Person) -> Locator:
    """Open a person's chat and press Start."""
    await page.get_by_role("navigation").get_by_role("button", name=person.first_name).click()
    column = chat(page, person.first_name)
    await column.get_by_role("button", name="Mulai").click()
    await expect(talk(page, person.first_name).get_by_text("Selamat datang")).to_be_visible()
    return column


async def test_a_whole_conversation_with_the_keyboard_alone(desk: Desk) -> None:
    page = await desk.open()
    keys = page.keyboard
    await page.get_by_role("navigation").get_by_role("button", name="Sari").focus()
    await keys.press("Enter")
    await expect(page.get_by_role("button", name="Mulai")).to_be_focused()
    await keys.press("Enter")
    await expect(talk(page, "Sari").get_by_text("Selamat datang")).to_be_visible()
    await expect(page.get_by_role("textbox", name="Pesan dari Sari")).to_be_focused()
    await keys.type("Saya mau daftar")
    await keys.press("Enter")
    await expect(talk(page, "Sari").get_by_text("Anda menulis: Saya mau daftar")).to_be_visible()
    await talk(page, "Sari").focus()
    button = talk(page, "Sari").get_by_role("button", name="Daftar")
    while not await button.evaluate("button => button === document.activeElement"):
        await keys.press("Tab")
    await keys.press("Enter")
    await expect(talk(page, "Sari").get_by_text("Anda memilih daftar.")).to_be_visible()
    await talk(page, "Sari").focus()
    await keys.press("ArrowUp")
    await keys.press("ArrowUp")
    await keys.press("Enter")
    await expect(page.get_by_role("button", name="Balas")).to_be_focused()
    await keys.press("Enter")
    await keys.type("Benar")
    await keys.press("Enter")
    await expect(talk(page, "Sari").get_by_text("Anda menulis: Benar")).to_be_visible()
    assert desk.sari.messages[-2].message["reply_to_message"]["text"] == "Anda menulis: Saya mau daftar"


async def test_a_number_is_shared_by_the_reply_keyboard(desk: Desk) -> None:
    page = await desk.open()
    column = await begin(page, desk.sari)
    await column.get_by_role("textbox").fill("nomor")
    await column.get_by_role("button", name="Kirim").click()
    await expect(column.get_by_placeholder("Ketik nomor telepon")).to_be_visible()
    await column.get_by_role("button", name="Bagikan nomor").click()
    await expect(column.get_by_text("Nomor tersimpan.")).to_be_visible()
    await expect(column.get_by_role("group", name="Tombol balasan")).to_be_hidden()
    assert desk.sari.messages[-2].message["contact"]["user_id"] == desk.sari.id


async def test_files_go_both_ways(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "kartu.png").write_bytes(picture(600, 400))
    (tmp_path / "kk.pdf").write_bytes(b"%PDF-1 Sari")
    page = await desk.open()
    column = await begin(page, desk.sari)
    for kind, name in (("Foto", "kartu.png"), ("Dokumen", "kk.pdf"), ("Rekaman suara", "kk.pdf")):
        await column.get_by_role("button", name="Lampirkan").click()
        async with page.expect_file_chooser() as chooser:
            await column.get_by_role("button", name=kind).click()
        await (await chooser.value).set_files(tmp_path / name)
    for kind in ("photo", "document", "voice"):
        await expect(column.get_by_text(f"Berkas diterima: {kind}.")).to_be_visible()
    image = talk(page, "Sari").get_by_role("img", name="Foto")
    assert await image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 600
    async with page.expect_download() as download:
        await column.get_by_role("link", name="Unduh kk.pdf").click()
    assert (await (await download.value).path()).read_bytes() == b"%PDF-1 Sari"
    assert desk.sari.messages[-2].message.keys() >= {"voice"}


async def test_a_reload_loses_nothing(desk: Desk) -> None:
    page = await desk.open()
    column = await begin(page, desk.sari)
    await begin(page, desk.dewi)
    await column.get_by_role("textbox").fill("belum terkirim")
    before = await talk(page, "Sari").inner_text()
    await page.reload()
    await expect(talk(page, "Sari").get_by_text("Selamat datang")).to_be_visible()
    assert await talk(page, "Sari").inner_text() == before
    await expect(chat(page, "Sari").get_by_role("textbox")).to_have_value("belum terkirim")
    await expect(chat(page, "Dewi")).to_be_visible()


async def test_two_people_stand_side_by_side(desk: Desk) -> None:
    page = await desk.open()
    sari, dewi = await begin(page, desk.sari), await begin(page, desk.dewi)
    await sari.get_by_role("textbox").fill("dari Sari")
    await page.keyboard.press("Enter")
    await expect(sari.get_by_text("Anda menulis: dari Sari")).to_be_visible()
    left, right = await sari.bounding_box(), await dewi.bounding_box()
    assert left and right and left["x"] + left["width"] <= right["x"]
    await expect(dewi.get_by_text("dari Sari")).to_have_count(0)
    await dewi.get_by_role("button", name="Tutup percakapan Dewi").click()
    await desk.bot.call("sendMessage", chat_id=desk.dewi.id, text="Kabar untuk Dewi")
    await expect(page.get_by_role("button", name="Dewi").get_by_text("1 pesan belum dibaca")).to_be_attached()


async def test_answers_to_presses_are_shown_as_a_phone_shows_them(desk: Desk) -> None:
    page = await desk.open()
    column = await begin(page, desk.sari)
    await column.get_by_role("button", name="Status").click()
    await expect(page.get_by_role("status").get_by_text("Sari: Dalam proses")).to_be_visible()
    await column.get_by_role("button", name="Penting").click()
    window = page.get_by_role("alertdialog", name="Pesan dari bot · Sari")
    await expect(window.get_by_text("Bawa KTP asli")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(window).to_have_count(0)
    await expect(column.get_by_role("button", name="Penting")).to_have_attribute("aria-busy", "false")


async def test_a_new_chat_tells_what_the_bot_is_for(desk: Desk) -> None:
    page = await desk.open("/#7000001")
    await desk.bot.call("setMyDescription", description="Daftar pelatihan dari rumah.")
    await expect(talk(page, "Sari").get_by_text("Daftar pelatihan dari rumah.")).to_be_visible()
    await begin(page, desk.sari)
    await expect(talk(page, "Sari").get_by_text("Daftar pelatihan dari rumah.")).to_have_count(0)
    await chat(page, "Sari").get_by_role("button", name="Perintah bot").click()
    await page.get_by_role("button", name="/status").click()
    await expect(talk(page, "Sari").get_by_text("Anda menulis: /status")).to_be_visible()


async def test_people_come_block_and_follow_links(desk: Desk) -> None:
    page = await desk.open()
    await page.get_by_role("button", name="Tambah orang").click()
    await page.get_by_label("Nama depan").fill("Andi")
    await page.keyboard.press("Enter")
    column = chat(page, "Andi")
    await column.get_by_role("button", name="Menu Andi").click()
    await column.get_by_role("button", name="Buka tautan undangan").click()
    await page.get_by_label("Tautan atau kode").fill("https://t.me/bot?start=petugas_17")
    await page.keyboard.press("Enter")
    await expect(talk(page, "Andi").get_by_text("/start petugas_17")).to_be_visible()
    await column.get_by_role("button", name="Menu Andi").click()
    await column.get_by_role("button", name="Blokir bot").click()
    await expect(column.get_by_text("Bot diblokir.")).to_be_visible()
    await column.get_by_role("button", name="Buka blokir dan mulai").click()
    await expect(column.get_by_role("textbox")).to_be_visible()


async def test_what_the_bot_changes_changes_on_the_phone(desk: Desk) -> None:
    page = await desk.open()
    await begin(page, desk.sari)
    said = await desk.bot.call(
        "sendMessage", chat_id=desk.sari.id, text="Kode: <code>K7</code>", parse_mode="HTML", protect_content=True
    )
    bubble = talk(page, "Sari").get_by_role("article").last
    await expect(bubble.get_by_text("Tidak dapat diteruskan")).to_be_attached()
    place = {"chat_id": desk.sari.id, "message_id": said["message_id"]}
    await desk.bot.call("editMessageText", **place, text="Kode: dihapus")
    await expect(bubble.get_by_text("Kode: dihapus")).to_be_visible()
    await desk.bot.call("sendChatAction", chat_id=desk.sari.id, action="typing")
    await expect(page.get_by_text("Bot sedang mengetik")).to_be_visible()
    await desk.bot.call("deleteMessage", **place)
    await expect(talk(page, "Sari").get_by_text("Kode: dihapus")).to_have_count(0)


async def test_no_text_becomes_markup(desk: Desk) -> None:
    page = await desk.open()
    await begin(page, desk.sari)
    evil = "<img src=x onerror=\"document.body.dataset.hacked='1'\"> tamat"
    linked = [{"type": "text_link", "offset": 0, "length": 4, "url": "javascript:document.body.dataset.hacked='1'"}]
    await desk.bot.call("sendMessage", chat_id=desk.sari.id, text=evil)
    await desk.bot.call("sendMessage", chat_id=desk.sari.id, text="klik sini", entities=linked)
    await expect(talk(page, "Sari").get_by_text("klik sini")).to_be_visible()
    await expect(talk(page, "Sari").get_by_text("tamat")).to_be_visible()
    assert await talk(page, "Sari").locator("img").count() == 0
    assert await page.locator("a[href^=javascript]").count() == 0
    assert await page.evaluate("document.body.dataset.hacked") is None


async def test_a_lost_line_is_told_and_found_again(desk: Desk, clock: Any) -> None:
    other = Sandbox(token=TOKEN, now=clock)
    other.add_person("Sari", last_name="Wulan")
    async with other.serve() as root:
        desk.root = root
        page = await desk.open("/#7000001")
    await expect(page.get_by_text("Sambungan terputus")).to_be_visible()
    other.people[0].start()
    async with other.serve(port=int(root.rpartition(":")[2])):
        await expect(talk(page, "Sari").get_by_text("/start")).to_be_visible()
        await expect(page.get_by_text("Sambungan terputus")).to_be_hidden()


async def test_words_that_could_not_be_sent_stand_in_the_field_again(desk: Desk) -> None:
    page = await desk.open()
    column = await begin(page, desk.sari)
    await page.context.set_offline(True)
    field = column.get_by_role("textbox", name="Pesan dari Sari")
    await field.fill("Saya mau daftar")
    await field.press("Enter")
    await expect(page.get_by_text("bot sedang tidak berjalan")).to_be_visible()
    await expect(field).to_have_value("Saya mau daftar")
    await page.context.set_offline(False)
    await field.press("Enter")
    await expect(talk(page, "Sari").get_by_text("Anda menulis: Saya mau daftar")).to_be_visible()
    await expect(field).to_have_value("")


async def test_the_first_line_of_a_tall_question_stays_in_view(desk: Desk) -> None:
    page = await desk.open(viewport=PHONE)
    await begin(page, desk.sari)
    rows = [[{"text": f"Pilihan {number}", "callback_data": str(number)}] for number in range(20)]
    await desk.bot.call(
        "sendMessage", chat_id=desk.sari.id, text="Pilih yang mana?", reply_markup={"inline_keyboard": rows}
    )
    await expect(talk(page, "Sari").get_by_text("Pilih yang mana?")).to_be_in_viewport()


async def test_a_link_to_the_bot_opens_on_a_chosen_phone(desk: Desk) -> None:
    page = await desk.open()
    await begin(page, desk.sari)
    link = f"https://t.me/{desk.sandbox.world.profile.username}?start=k-ABCD"
    await desk.bot.call("sendMessage", chat_id=desk.sari.id, text=link)
    await talk(page, "Sari").get_by_role("button", name=link).click()
    await page.get_by_role("dialog").get_by_role("button", name="Dewi").click()
    await page.get_by_role("navigation").get_by_role("button", name="Dewi").click()
    await expect(talk(page, "Dewi").get_by_text("/start k-ABCD")).to_be_visible()


async def test_a_phone_shows_one_chat_at_a_time(desk: Desk) -> None:
    page = await desk.open(viewport=PHONE, is_mobile=True, has_touch=True)
    column = await begin(page, desk.sari)
    await expect(page.get_by_role("navigation")).to_be_hidden()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await column.get_by_role("button", name="Kembali ke daftar orang").click()
    await expect(page.get_by_role("navigation")).to_be_visible()
    await expect(column).to_have_count(0)


CONTROLS = {"button", "link", "textbox", "image", "log", "region", "navigation", "dialog", "article"}


async def nameless(page: Page) -> list[str]:
    """Controls without a name, as a screen reader would meet them."""
    session = await page.context.new_cdp_session(page)
    tree = (await session.send("Accessibility.getFullAXTree"))["nodes"]
    nodes = [node for node in tree if not node["ignored"] and node["role"]["value"] in CONTROLS]
    assert len(nodes) > 15
    return [node["role"]["value"] for node in nodes if not node.get("name", {}).get("value", "").strip()]


@pytest.mark.parametrize("language", ["id", "en"])
async def test_every_control_has_a_name(desk: Desk, language: str) -> None:
    desk.sari.start()
    desk.sari.send_photo(picture(100, 100))
    desk.sari.send_document("kk.pdf", b"%PDF")
    desk.sari.send("nomor")
    page = await desk.open("/#7000001,7000002")
    await expect(talk(page, "Sari").get_by_text("Nomor Anda?")).to_be_visible()
    if language == "en":
        await page.get_by_role("button", name="Ganti bahasa halaman").click()
        await expect(page.get_by_role("button", name="Add a person")).to_be_visible()
    assert await page.locator("html").get_attribute("lang") == language
    await page.evaluate("document.querySelectorAll('[aria-expanded=false]').forEach(opener => opener.click())")
    assert await nameless(page) == []
    landmarks = {"main": 1, "navigation": 1, "complementary": 1}
    assert {role: await page.get_by_role(role).count() for role in landmarks} == landmarks
