"""SIGTERM in the middle of work: the bot ends in good order, and the next one goes on where it stopped."""

import asyncio
import signal
import sys
import time
from pathlib import Path

import pytest

from bot import retry
from bot.retry import retry_on_db_error
from bot.sandbox import Person, Sandbox
from tests.commands.terminal import PATIENCE, ROOT, Running, Said, heard, sapa, settings_of

MANY = 200
PACE = "80"
"""Messages a second: work for some seconds, so that a stop after the first few is always in its middle."""
LATENCY_MS = 40


def texts(person: Person) -> list[str]:
    return [entry.text for entry in person.received]


async def greeted(person: Person) -> list[str]:
    """All that the bot says to /start when nothing disturbs it; the last message asks something."""
    with person.world.events.listening() as board:
        person.send("/start")
        async with asyncio.timeout(PATIENCE):
            while not (person.last and person.last.buttons):
                await board.get()
    return texts(person)


async def test_a_stop_in_the_middle_of_work_loses_nothing_and_repeats_nothing(tmp_path: Path, sandbox: Sandbox) -> None:
    paced = {**settings_of(sandbox, tmp_path), "SAPA_SEND_RATE": PACE}
    rina, *people = (sandbox.add_person(f"Warga{number}") for number in range(MANY + 1))
    async with sapa(tmp_path, "run", **paced) as bot:
        greeting = await greeted(rina)
        sandbox.faults.latency_ms = LATENCY_MS
        for person in people:
            person.send("/start")
        await heard(sandbox, len(greeting) + 5)
        stopped = await bot.ends(signal.SIGTERM)
    whole = len(greeting) * (MANY + 1)
    assert sum(map(len, map(texts, sandbox.people))) < whole, "done before it could be stopped: make more work"
    async with sapa(tmp_path, "run", **paced) as bot:
        await heard(sandbox, whole)
        again = await bot.ends(signal.SIGTERM)
    assert (stopped.code, again.code) == (0, 0)
    assert "Stopped: every received update is stored" in stopped.err
    assert [texts(person) for person in people] == [greeting] * MANY


async def test_a_stop_while_telegram_is_away_ends_at_once(tmp_path: Path, sandbox: Sandbox) -> None:
    away = {**settings_of(sandbox, tmp_path), "SAPA_TELEGRAM_API": "http://127.0.0.1:9"}
    async with sapa(tmp_path, "run", **away) as bot:
        assert bot.process.stderr is not None
        await bot.process.stderr.readline()  # it says that it cannot reach Telegram
        said = await bot.ends(signal.SIGINT)
    assert said.code == 0
    assert said.err.count("Traceback") == 0


DOCKER_WAITS = 10
"""Seconds between SIGTERM and SIGKILL that `docker stop` allows."""


async def until_hanging(sandbox: Sandbox) -> None:
    """A person writes, and Telegram's answer to the bot's reply never comes."""
    fault = sandbox.faults.add("sendMessage", "hang", seconds=600)
    sandbox.add_person("Rina").send("/start")
    async with asyncio.timeout(PATIENCE):
        while not fault.hits:
            await asyncio.sleep(0.01)


async def seconds_to_end(bot: Running, *signals: signal.Signals) -> tuple[float, Said]:
    start = time.monotonic()
    for number in signals[:-1]:
        bot.process.send_signal(number)
        await asyncio.sleep(0.3)
    said = await bot.ends(signals[-1])
    return time.monotonic() - start, said


async def test_a_send_that_hangs_does_not_hold_up_the_stop_and_arrives_after_the_next_start(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    async with sapa(tmp_path, "run", **settings_of(sandbox, tmp_path)) as bot:
        await until_hanging(sandbox)
        took, said = await seconds_to_end(bot, signal.SIGTERM)
    assert (said.code, said.err.count("Traceback")) == (0, 0)
    assert took < DOCKER_WAITS - 2
    sandbox.faults.clear()
    async with sapa(tmp_path, "run", **settings_of(sandbox, tmp_path)) as bot:
        await heard(sandbox, 1)
        await bot.ends(signal.SIGTERM)


async def test_a_second_signal_ends_it_at_once(tmp_path: Path, sandbox: Sandbox) -> None:
    async with sapa(tmp_path, "run", **settings_of(sandbox, tmp_path)) as bot:
        await until_hanging(sandbox)
        took, said = await seconds_to_end(bot, signal.SIGTERM, signal.SIGTERM)
    assert took < 2
    assert "the next start recovers it" in said.err


async def test_whatever_hangs_the_process_is_gone_before_docker_kills_it(tmp_path: Path) -> None:
    """Work that swallows its cancellation, and then a thread that never ends: neither is waited for."""
    program = (
        "import asyncio, threading\n"
        "from bot.shutdown import until_stopped\n"
        "async def work():\n"
        "    print('begun', flush=True)\n"
        "    try:\n"
        "        await asyncio.sleep(600)\n"
        "    except asyncio.CancelledError:\n"
        "        threading.Event().wait()\n"
        "asyncio.run(until_stopped(work()))\n"
    )
    pipe = asyncio.subprocess.PIPE
    how = {"cwd": ROOT, "stdout": pipe, "stderr": pipe}
    bot = Running(await asyncio.create_subprocess_exec(sys.executable, "-c", program, **how))  # type: ignore[arg-type]
    await bot.line("begun")
    took, said = await seconds_to_end(bot, signal.SIGTERM)
    assert said.code == 0
    assert took < DOCKER_WAITS - 1


async def test_a_stop_lets_the_transaction_under_way_end_first() -> None:
    begun, may_end, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def transaction() -> None:
        begun.set()
        await may_end.wait()
        ended.set()

    work = asyncio.create_task(retry_on_db_error(transaction, "The test"))
    await begun.wait()
    work.cancel()
    may_end.set()
    await asyncio.wait([work], timeout=PATIENCE)
    assert work.cancelled()
    assert ended.is_set()


async def test_a_stop_does_not_wait_for_ever_for_what_never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "STOP_GRACE", 0.01)
    stuck = asyncio.Event()
    work = asyncio.create_task(retry_on_db_error(stuck.wait, "The test"))
    await asyncio.wait([work], timeout=0.01)
    work.cancel()
    await asyncio.wait([work], timeout=PATIENCE)
    assert work.cancelled()
