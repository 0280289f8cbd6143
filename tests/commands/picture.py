"""Takes the picture of the chat page for the README, from a real `sapa try`: `python -m tests.commands.picture`."""

import asyncio
import shutil
import tempfile
from pathlib import Path

from playwright.async_api import ViewportSize, async_playwright

from bot.sandbox.sandbox import FIRST_PERSON_ID
from tests.commands.terminal import ROOT, Page, page_at, sapa

PICTURE = ROOT / "docs" / "chat.png"
SIZE = ViewportSize(width=1280, height=860)
TALKS = {
    "Sari": ("/start", "1", "Ya, saya setuju", "Saya sendiri", "Sari Contoh"),
    "Ibu Rina": ("/start", "2", "1", "1"),
}
PATIENCE = 20_000
"""Milliseconds in which a busy machine shows a chat."""


async def talk(page: Page) -> None:
    for person, words in enumerate(TALKS.values(), start=FIRST_PERSON_ID):
        for said in words:
            await page.send(person, said)


async def photograph(root: str) -> None:
    async with async_playwright() as machine:
        browser = await machine.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        tab = await browser.new_page(viewport=SIZE, locale="id-ID", color_scheme="light")
        tab.set_default_timeout(PATIENCE)
        await tab.goto(root)
        for name in TALKS:
            await tab.get_by_role("navigation").get_by_role("button", name=name).click()
            await tab.get_by_role("region", name=name).get_by_role("log").get_by_text("/start").wait_for()
        await tab.evaluate("document.fonts.ready")
        await tab.screenshot(path=PICTURE)
        await browser.close()


async def take(folder: Path) -> None:
    async with sapa(folder, "try", "--port", "0", "--no-browser") as bot:
        root = (await bot.line("Open")).split()[-1]
        async with page_at(root) as page:
            await talk(page)
        await photograph(root)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(take(Path(folder)))
