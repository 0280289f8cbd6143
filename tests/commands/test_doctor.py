"""`sapa doctor`: each thing that can be broken has its line with what to do, and none hides another."""

import asyncio
import fcntl
import os
import shutil
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot import installation
from bot.commands import doctor, doctor_telegram
from bot.leader_election import FileLock
from bot.sandbox import Sandbox
from tests.commands.patient import STORED, Patient, serve_once
from tests.commands.terminal import NAME, TOKEN, Terminal, copy_of_the_office, settings_of
from tests.stores import open_store

ABOUT = ["settings", "office", "examples", "disk", *STORED, "token", "updates", "clock"]


async def test_a_fresh_installation_is_well(patient: Patient) -> None:
    found = await patient.findings()
    assert list(found) == ABOUT
    assert [str(finding) for finding in found.values() if not finding.well] == []
    assert not (patient.folder / "sapa.db").exists()


async def test_an_installation_with_tables_is_well(patient: Patient) -> None:
    await patient.lay_tables()
    found = await patient.findings()
    assert [str(finding) for finding in found.values() if not finding.well] == []
    assert "up to date" in found["tables"].says
    assert "fits" in found["key"].says


# -- one broken thing each --------------------------------------------------------------------------------


async def test_a_missing_token_leaves_the_rest_to_be_looked_at(patient: Patient) -> None:
    await patient.lay_tables()
    patient.set(SAPA_BOT_TOKEN="")
    found = await patient.findings()
    assert list(found) == ABOUT
    assert {finding.about for finding in found.values() if not finding.well} == {
        "settings",
        "token",
        "updates",
        "clock",
    }
    assert "first mend SAPA_BOT_TOKEN" in found["token"].says


async def test_a_name_that_is_no_setting(patient: Patient) -> None:
    patient.set(SAPA_DATADIR="/srv")
    assert "nobody reads SAPA_DATADIR" in await patient.complaint("settings")


async def test_secrets_that_others_can_read(patient: Patient) -> None:
    (patient.folder / ".env").touch(mode=0o644)
    assert "chmod 600 .env" in await patient.complaint("settings")


async def test_an_env_file_that_is_no_text(patient: Patient) -> None:
    (patient.folder / ".env").write_bytes(b"\xff")
    assert "The file .env cannot be read" in (await patient.findings())["settings"].says


async def test_an_office_file_with_a_mistake(patient: Patient) -> None:
    office = copy_of_the_office(patient.folder)
    office.write_text("offices: [\n")
    patient.set(SAPA_OFFICE_FILE=office)
    assert f"{office}:2: this cannot be read as YAML" in await patient.complaint("office")


async def test_examples_that_are_left_in_the_files_of_the_office(patient: Patient) -> None:
    office = copy_of_the_office(patient.folder)
    office.write_text(office.read_text().replace("    hours:\n", "    hours: !contoh\n", 1))
    patient.set(SAPA_OFFICE_FILE=office)
    says = await patient.complaint("examples")
    assert says == f"The bot serves as a trial. Examples (!contoh) left: 1, at {office}:16."


async def test_a_disk_that_is_nearly_full(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type(shutil.disk_usage("/"))
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: usage(10**12, 10**12 - 1024, 1024))
    assert "only 0 MB are free" in await patient.complaint("disk")


async def test_a_folder_that_is_a_file(patient: Patient) -> None:
    (patient.folder / "var").touch()
    patient.set(SAPA_DATA_DIR=patient.folder / "var" / "deep")
    found = await patient.findings()
    assert "may not write in" in found["disk"].says


async def test_a_bot_that_runs_and_writes_nothing_is_no_bot_that_is_well(patient: Patient) -> None:
    await patient.lay_tables()
    async with open_store(f"sqlite:///{patient.folder}/sapa.db") as store:
        await serve_once(store, ago=timedelta(minutes=5))
    with FileLock(patient.folder / "sapa.lock"):
        assert "has written nothing for 45 seconds" in await patient.complaint("running")


async def test_a_port_that_another_program_has(patient: Patient) -> None:
    patient.set(SAPA_LISTEN=patient.sandbox.root.removeprefix("http://"))
    assert "another program answers on SAPA_LISTEN" in await patient.complaint("running")


@pytest.mark.parametrize("status", [200, 502])
async def test_a_page_where_the_bot_api_should_be(patient: Patient, status: int) -> None:
    patient.sandbox.faults.add("*", "page", status=status)
    found = await patient.findings()
    assert found["token"].says.startswith("What answers is no Bot API")
    assert "None" not in found["token"].says


async def test_a_token_that_telegram_does_not_know(patient: Patient) -> None:
    patient.set(SAPA_BOT_TOKEN="9001:false")
    found = await patient.findings()
    assert "ask @BotFather" in found["token"].says
    assert {about for about in found if not found[about].well} == {"token", "updates", "clock"}


async def test_a_bot_of_another_name_than_people_are_told_to_trust(patient: Patient) -> None:
    patient.sandbox.world.profile.username = "another_bot"
    assert f"/resmi tells people to trust @{NAME}" in await patient.complaint("token")


async def test_a_telegram_that_cannot_be_reached(patient: Patient) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        patient.set(SAPA_TELEGRAM_API=f"http://127.0.0.1:{holder.getsockname()[1]}")
        found = await patient.findings()
    assert "is the network up?" in found["token"].says
    assert {about for about in found if not found[about].well} == {"token", "updates", "clock"}


async def test_a_clock_that_is_ahead(patient: Patient) -> None:
    ahead = timedelta(minutes=10, seconds=10)
    said = await patient.complaint("clock", now=lambda: datetime.now(UTC) + ahead)
    assert "10 minutes ahead of Telegram" in said


async def test_a_clock_that_is_behind(patient: Patient) -> None:
    behind = timedelta(seconds=90)
    assert "behind Telegram" in await patient.complaint("clock", now=lambda: datetime.now(UTC) - behind)


# -- how updates come -------------------------------------------------------------------------------------


async def ask(sandbox: Sandbox, method: str, **body: object) -> Any:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{sandbox.root}/bot{TOKEN}/{method}", json=body) as answer,
    ):
        return await answer.json()


async def test_a_webhook_where_the_bot_asks_for_updates(patient: Patient) -> None:
    await ask(patient.sandbox, "setWebhook", url="http://127.0.0.1:9/somewhere")
    assert "a webhook is set (http://127.0.0.1:9/somewhere)" in await patient.complaint("updates")


async def test_a_webhook_at_another_address(patient: Patient) -> None:
    webhook = {"SAPA_WEBHOOK_SECRET": "s3cret", "SAPA_LISTEN": "127.0.0.1:9"}
    patient.set(**webhook, SAPA_WEBHOOK_URL="http://127.0.0.1:9/telegram")
    assert "Telegram has no webhook" in await patient.complaint("updates")
    await ask(patient.sandbox, "setWebhook", url="http://127.0.0.1:9/elsewhere")
    assert "brings updates to http://127.0.0.1:9/elsewhere" in await patient.complaint("updates")


async def test_a_webhook_that_cannot_be_delivered(patient: Patient) -> None:
    url = "http://127.0.0.1:9/telegram"
    patient.set(SAPA_WEBHOOK_SECRET="s3cret", SAPA_LISTEN="127.0.0.1:9", SAPA_WEBHOOK_URL=url)
    await ask(patient.sandbox, "setWebhook", url=url)
    patient.sandbox.add_person("Sari").send("/start")
    async with asyncio.timeout(10):
        while "last_error_date" not in (await ask(patient.sandbox, "getWebhookInfo"))["result"]:
            pass
    assert "Telegram could not bring updates: " in await patient.complaint("updates")


@asynccontextmanager
async def another_program(sandbox: Sandbox) -> AsyncIterator[None]:
    """It asks for updates, and asks again at once when it is refused."""

    async def poll() -> None:
        while True:
            await ask(sandbox, "getUpdates", timeout=50)

    program = asyncio.create_task(poll())
    try:
        yield
    finally:
        program.cancel()
        await asyncio.gather(program, return_exceptions=True)


async def test_another_program_that_asks_for_the_updates_is_seen_when_asked_for(patient: Patient) -> None:
    async with another_program(patient.sandbox):
        assert "another program asks" in await patient.complaint("updates", ask_updates=True)


async def test_the_doctor_does_not_ask_for_updates_by_itself(patient: Patient) -> None:
    await patient.findings()
    assert {call.method for call in patient.sandbox.calls.calls} == {"getme", "getwebhookinfo"}


async def test_the_doctor_never_asks_for_updates_beside_a_bot_that_runs(patient: Patient) -> None:
    with FileLock(patient.folder / "sapa.lock"):
        found = await patient.findings(ask_updates=True)
    assert "a bot is running" in found["running"].says
    assert patient.sandbox.calls.of("getUpdates") == []


async def test_a_running_bot_whose_listener_does_not_answer(patient: Patient) -> None:
    patient.set(SAPA_LISTEN="127.0.0.1:9")
    with FileLock(patient.folder / "sapa.lock"):
        assert "nothing answers on SAPA_LISTEN" in await patient.complaint("running")


def test_a_look_at_the_lock_leaves_it_free(tmp_path: Path) -> None:
    (tmp_path / "sapa.lock").touch()
    assert not doctor.is_locked(tmp_path / "sapa.lock")
    descriptor = os.open(tmp_path / "sapa.lock", os.O_RDWR)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(descriptor)


# -- the command ------------------------------------------------------------------------------------------


async def test_a_check_that_breaks_is_a_line_like_the_others(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(doctor, "load_catalogue", break_down)
    assert await patient.complaint("office") == "this could not be looked at (ZeroDivisionError)."


async def test_the_exit_code_says_whether_all_is_well(terminal: Terminal, sandbox: Sandbox) -> None:
    terminal.set(**settings_of(sandbox, terminal.folder))
    good = await asyncio.to_thread(terminal.type, "doctor")
    terminal.set(SAPA_BOT_TOKEN="9001:false")
    bad = await asyncio.to_thread(terminal.type, "doctor")
    assert (good.code, good.err, bad.code, bad.err) == (0, "", 1, "")
    assert {line.split()[0] for line in good.out.splitlines()} == {"ok"}
    assert "to do  token:" in bad.out


def test_the_doctor_works_with_nothing_set_at_all(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_telegram, "call_api", never(doctor_telegram.call_api))
    said = terminal.type("doctor")
    assert (said.code, said.err) == (1, "")
    assert len(said.out.splitlines()) == len(ABOUT)


def never(work: Callable[..., Any]) -> Callable[..., Any]:
    """A stand-in that must not be called: without a token there is nothing to ask Telegram."""

    async def called(*_: object, **__: object) -> None:
        raise AssertionError(work.__name__)

    return called


async def test_data_that_others_can_read(patient: Patient) -> None:
    await patient.lay_tables()
    (patient.folder / "papers").mkdir(mode=0o700)
    (patient.folder / "papers" / "one").touch(mode=0o644)
    (patient.folder / "notes.txt").touch(mode=0o644)
    said = await patient.complaint("disk")
    assert "papers/one" in said
    assert "notes.txt" not in said


async def test_data_of_another_user(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    await patient.lay_tables()
    monkeypatch.setattr(installation, "owner_of", lambda _: os.geteuid() + 1)
    assert "sapa.db" in await patient.complaint("disk")
