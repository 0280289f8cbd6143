"""Measures reply times while strangers flood the bot: with connections that never finish, and with files for staff.

python -m benchmarks.floods        goal: beside each flood, 95 of 100 answers take at most twice as long as without it

    people ──/status──▶ sandbox ──webhook──▶ sapa run ──▶ the answer in the chat      timed from end to end
    strangers: a process of its own with 3,000 connections whose headers never end; each that is cut comes again
               20 accounts that send a 12-megapixel photo to staff every four seconds, 35 MB a second in all

The two alternate, so that both meet the same machine; the sandbox shares its process with the people.
"""

import argparse
import asyncio
import resource
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from pathlib import Path
from random import random
from statistics import median, quantiles
from time import perf_counter

import aiohttp
import uvloop

from benchmarks.bots import BOTS, TOKEN, child, command, environment, workplace
from benchmarks.files import encoded, sheet
from benchmarks.postgres import Postgres, postgres
from bot.sandbox import Person, Sandbox
from bot.sandbox.files import document_json
from bot.sandbox.store import Json

MOST = 2.0
PEOPLE, EVERY = 10, 0.1
CONNECTIONS, RETURN = 3_000, 1.0
"""Connections that never finish, and the seconds after which one that was cut comes again."""
UPLOADERS, PHOTO_EVERY = 20, 4.0
"""Accounts that send photos to staff, each so many seconds after its last: three times as many as are rebuilt."""
WAIT, QUIET = 60.0, 3.0
WEBHOOK_SECRET = "only-a-benchmark-uses-this"
Flood = Callable[[], AbstractAsyncContextManager[None]]
HEADER = b"POST /telegram HTTP/1.1\r\nHost: x\r\nX-A: "


async def asked(people: list[Person], seconds: float) -> list[float]:
    """Seconds that each answer took while all of them ask for their status again and again."""
    waits: list[float] = []
    over = perf_counter() + seconds

    async def ask(person: Person, number: int) -> None:
        await asyncio.sleep(EVERY * number)
        while perf_counter() < over:
            began = perf_counter()
            person.send("/status")
            await person.answer(within=WAIT)
            waits.append(perf_counter() - began)
            await asyncio.sleep(EVERY * PEOPLE)

    await asyncio.gather(*(ask(person, number) for number, person in enumerate(people)))
    return waits


async def unfinished(port: int) -> None:
    """Open one connection after another whose headers never end."""
    await asyncio.sleep(RETURN * random())
    while True:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(HEADER)
            await reader.read()
            writer.close()
        except OSError:
            pass
        await asyncio.sleep(RETURN * 2 * random())


async def unfinished_connections(port: int) -> None:
    async with asyncio.TaskGroup() as tasks:
        for _ in range(CONNECTIONS):
            tasks.create_task(unfinished(port))


async def upload(person: Person, photo: Json, number: int) -> None:
    """Send one photo after another to staff, each with a request of its own."""
    await asyncio.sleep(PHOTO_EVERY * number / UPLOADERS)
    while True:
        person.send("/bantuan")
        await person.answer(within=WAIT)
        person.tap("Hal lain")
        await person.answer(within=WAIT)
        person.say({"document": photo})
        await person.answer(within=WAIT)
        await asyncio.sleep(PHOTO_EVERY)


@asynccontextmanager
async def slow_connections(port: int, folder: Path) -> AsyncIterator[None]:
    arguments = [sys.executable, "-m", "benchmarks.floods", "--unfinished", str(port)]
    with child(arguments, folder / "unfinished.log"):
        await asyncio.sleep(RETURN)
        yield


@asynccontextmanager
async def uploads(sandbox: Sandbox, strangers: list[Person], photo: Json) -> AsyncIterator[None]:
    """Send photos around the block; afterwards wait until all are rebuilt."""
    tasks = [asyncio.create_task(upload(person, photo, number)) for number, person in enumerate(strangers)]
    await asyncio.sleep(PHOTO_EVERY)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        for error in ended:
            if isinstance(error, Exception):
                raise error
        await all_fetched(sandbox)


async def all_fetched(sandbox: Sandbox) -> None:
    """Return when no file has been asked for in a while."""
    before, now = -1, 0
    while before != now:
        before = now
        await asyncio.sleep(QUIET)
        now = sandbox.calls.counts["getfile 200"]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def greeted(sandbox: Sandbox, name: str) -> Person:
    """Add a person who has started, so that every command answers."""
    person = sandbox.add_person(name)
    person.start()
    await person.answer(within=WAIT)
    await asyncio.sleep(EVERY)
    person.listen_from_here()
    return person


async def ready(port: int) -> None:
    async with aiohttp.ClientSession() as client, asyncio.timeout(WAIT):
        while True:
            try:
                async with client.get(f"http://127.0.0.1:{port}/health") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(EVERY)


def shown(seconds: list[float]) -> str:
    return f"{1000 * median(seconds):.1f} / {1000 * quantiles(seconds, n=20)[-1]:.1f}"


@asynccontextmanager
async def serving(folder: Path, database: str) -> AsyncIterator[tuple[Sandbox, int]]:
    """Run a sandbox and `sapa run` with a webhook around the block; yields the port of its listener."""
    sandbox, port = Sandbox(TOKEN), free_port()
    async with sandbox.serve() as root:
        settings = environment(root, folder, database) | {
            "SAPA_LISTEN": f"127.0.0.1:{port}",
            "SAPA_WEBHOOK_URL": f"http://127.0.0.1:{port}/telegram",
            "SAPA_WEBHOOK_SECRET": WEBHOOK_SECRET,
        }
        with child(command(BOTS["ours"], root, "", folder), folder / "bot.log", env=settings):
            await ready(port)
            yield sandbox, port


async def compared(people: list[Person], flood: Flood, rounds: int, seconds: float) -> tuple[list[float], list[float]]:
    """Measure what people wait without and with a flood, alternately."""
    peace: list[float] = []
    beside: list[float] = []
    for _ in range(rounds):
        peace += await asked(people, seconds)
        async with flood():
            beside += await asked(people, seconds)
    return peace, beside


async def measure(folder: Path, database: str, name: str, rounds: int, seconds: float) -> bool:
    """Print one line for each flood on one database; returns whether both goals were met."""
    well = True
    async with serving(folder, database) as (sandbox, port):
        people = [await greeted(sandbox, f"Warga{n}") for n in range(PEOPLE)]
        strangers = [await greeted(sandbox, f"Asing{n}") for n in range(UPLOADERS)]
        await asked(people, seconds / 2)
        content = encoded(sheet(4000, 3000, 30), "JPEG", quality=90)
        photo = document_json(sandbox.world.files.add("document", "foto.jpg", "image/jpeg", content))
        floods: dict[str, Flood] = {
            f"{CONNECTIONS:,} connections": lambda: slow_connections(port, folder),
            f"photos from {UPLOADERS} accounts": lambda: uploads(sandbox, strangers, photo),
        }
        for words, flood in floods.items():
            peace, beside = await compared(people, flood, rounds, seconds)
            ratio = quantiles(beside, n=20)[-1] / quantiles(peace, n=20)[-1]
            well = well and ratio <= MOST
            verdict = "met" if ratio <= MOST else "**missed**"
            print(f"| {name} | {words} | {shown(peace)} | {shown(beside)} | {ratio:.2f} | {verdict} |", flush=True)
        print(f"\n{sandbox.calls.counts['getfile 200']} photos were fetched.\n", flush=True)
    return well


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--seconds", type=float, default=10, help="of each stretch of peace and of flood")
    options.add_argument("--store", default="sqlite,postgresql")
    options.add_argument("--unfinished", type=int, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.unfinished:
        _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        uvloop.run(unfinished_connections(chosen.unfinished))
    print("| store | flood | in peace p50 / p95 ms | beside it | × | |", "|---|---|---:|---:|---:|---|", sep="\n")
    well = True
    for store in chosen.store.split(","):
        with ExitStack() as stack:
            folder = stack.enter_context(workplace())
            database: Postgres | None = stack.enter_context(postgres()) if store == "postgresql" else None
            url = database.fresh() if database else ""
            name = "PostgreSQL" if database else "SQLite"
            well = uvloop.run(measure(folder, url, name, chosen.rounds, chosen.seconds)) and well
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
