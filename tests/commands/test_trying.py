"""`sapa try`: from an empty folder to a chat, and back to the same chat after a restart."""

import json
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.commands.errors import Exit, sentences
from bot.commands.try_ import PEOPLE, keys_in, settings_for, try_out
from bot.leader_election import FileLock
from tests.commands.terminal import ROOT, Page, Running, Said, Terminal, page_at, sapa
from tests.stores import open_store

SARI, RINA = 7_000_001, 7_000_002


@asynccontextmanager
async def trying(folder: Path, **given: object) -> AsyncIterator[tuple[Running, Page]]:
    async with sapa(folder, "try", "--dir", "try", "--port", "0", "--no-browser", **given) as bot:
        address = (await bot.line("Open")).split()[-1]
        async with page_at(address) as page:
            yield bot, page


async def test_an_empty_folder_is_enough_and_a_restart_shows_the_same_chats(tmp_path: Path) -> None:
    async with trying(tmp_path) as (bot, page):
        assert await page.people() == [one.first_name for one in PEOPLE]
        assert await page.send(SARI, "/start")
        said = await bot.ends(signal.SIGINT)
    assert (said.code, said.err.count("Traceback")) == (0, 0)
    async with trying(tmp_path) as (_, page):
        before = await page.texts(SARI)
        assert before[0] == "/start"
        assert await page.send(SARI, "1")
        assert (await page.texts(SARI))[: len(before)] == before
        assert await page.texts(RINA) == []
        assert len(await page.people()) == len(PEOPLE)


async def test_the_settings_of_a_real_bot_do_not_get_in(tmp_path: Path) -> None:
    real = {"SAPA_BOT_TOKEN": "1:real", "SAPA_TELEGRAM_API": "http://127.0.0.1:9", "SAPA_SEND_RATE": "slow"}
    (tmp_path / ".env").write_text("SAPA_DATABASE_URL=postgresql://real@127.0.0.1:9/real\n")
    async with trying(tmp_path, **real) as (bot, page):
        assert await page.send(SARI, "/start")
        assert "<title>" in await page.shown()
        await bot.ends(signal.SIGTERM)


def test_a_second_try_on_the_same_folder_ends_in_a_sentence(terminal: Terminal) -> None:
    with FileLock(terminal.folder / "try" / "try.lock"):
        said = terminal.type("try", "--dir", "try", "--port", "0")
    assert said == Said(
        Exit.SETTINGS,
        "",
        "Another `sapa try` uses the folder try: open its page, stop it, or choose another with --dir.\n",
    )


def test_a_port_that_is_taken_ends_in_a_sentence(terminal: Terminal) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        said = terminal.type("try", "--port", str(port))
    assert said == Said(Exit.SETTINGS, "", f"Port {port} is taken: stop what uses it, or choose another with --port.\n")


async def test_data_without_its_key_ends_in_a_sentence(tmp_path: Path) -> None:
    async with open_store(f"sqlite:///{tmp_path}/sapa.db"):
        pass
    with pytest.raises(ExceptionGroup) as end:
        await try_out(tmp_path, 0, None, browser=False)
    assert sentences(end.value) == [
        f"The data here was made with another key: delete the folder to begin anew ({tmp_path})."
    ]


def test_an_office_file_of_another_name_ends_in_a_sentence(terminal: Terminal) -> None:
    said = terminal.type("try", "--port", "0", "--office", "kantor.yaml")
    assert (said.code, said.err) == (
        Exit.SETTINGS,
        "--office must name a file called office.yaml, with programmes beside it.\n",
    )


def test_the_keys_are_made_once_and_for_their_owner_only(tmp_path: Path) -> None:
    keys = keys_in(tmp_path)
    assert keys_in(tmp_path) == keys
    assert keys_in(tmp_path) == json.loads((tmp_path / "keys.json").read_text())
    assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0


def test_the_bot_gets_nothing_but_settings_that_an_office_could_give(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, "http://127.0.0.1:8787", keys_in(tmp_path), None)
    assert settings.api_root.startswith("http://127.0.0.1:8787/bot9001:")
    assert settings.database == f"sqlite:///{tmp_path}/sapa.db"


def test_nothing_but_the_command_knows_the_sandbox() -> None:
    sources = [path for floor in ("bot", "handlers", "models", "locales") for path in (ROOT / floor).rglob("*.py")]
    know = [path.relative_to(ROOT) for path in sources if "sandbox" in path.read_text(encoding="utf-8")]
    assert {path.as_posix() for path in know if "sandbox" not in path.parts} == {"bot/commands/try_.py"}
