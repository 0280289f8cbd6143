"""Measures how much longer /status takes when the registry grows; goal: at most 1.5 times as long.

python -m benchmarks.registry              1,000 against 200,000 people (SQLite) and 1,000,000 (PostgreSQL)
python -m benchmarks.registry --quick      1,000 against 20,000 on both
python -m benchmarks.registry --explain    also prints the database's plan of each query

One registration is made through the bot, then multiplied (fill_registry.py). Then a random person types /status,
alternately in the small and in the large registry, and the transaction is timed: from the item in the inbox to the
commit of the answer.
"""

import argparse
import random
import sys
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any

import uvloop
from sqlalchemy import event
from sqlmodel import col, select

from benchmarks.bots import workplace
from benchmarks.fill_registry import CHATS, number_of, settle
from benchmarks.in_process import InProcessBot, in_process_bot
from benchmarks.people import Person, words
from benchmarks.postgres import Postgres, postgres
from models.messaging.outbox import Call

MOST = 1.5
SMALL, QUICK = 1_000, 20_000
LARGE = {"sqlite": 200_000, "postgresql": 1_000_000}
WARM_UP = 100
FIRST_UPDATE = 2_000_000_000


class Registry:
    """A filled registry of so many people with the bot on it."""

    def __init__(self, instance: InProcessBot, people: int) -> None:
        self._instance, self._people, self._asked = instance, people, FIRST_UPDATE
        self._chance = random.Random(people)
        self.seconds: list[float] = []

    async def ask(self) -> int:
        """Let a random person type /status; returns their number. The transaction is timed."""
        number = self._chance.randint(2, self._people)
        self._asked += 1
        await self._instance.bot.receiver.store([{"update_id": self._asked} | words(Person(CHATS + number), "/status")])
        began = perf_counter()
        taken = await self._instance.bot.processor.process_batch()
        self.seconds.append(perf_counter() - began)
        assert taken == 1, taken
        return number

    async def check(self) -> None:
        """Check that the answer is the status of that person."""
        number = await self.ask()
        async with self._instance.bot.store.read_only() as session:
            newest = select(Call.body).order_by(col(Call.id).desc()).limit(1)
            said = (await session.exec(newest)).one()
        assert number_of(number) in said["text"], said

    async def plans(self) -> list[str]:
        """Return the queries of one transaction, each with the database's plan."""
        asked: list[tuple[str, Any]] = []

        def note(_connection: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> None:
            if statement.startswith("SELECT"):
                asked.append((statement, given))

        store = self._instance.bot.store
        event.listen(store.engine.sync_engine, "before_cursor_execute", note)
        await self.ask()
        event.remove(store.engine.sync_engine, "before_cursor_execute", note)
        explain, lines = "EXPLAIN QUERY PLAN " if store.is_sqlite else "EXPLAIN (ANALYZE, BUFFERS) ", []
        async with store.engine.connect() as connection:
            for question, given in asked:
                rows = await connection.exec_driver_sql(explain + question, given)
                lines += ["", " ".join(question.split())[-300:], *(f"    {row[-1]}" for row in rows)]
        return lines


async def opened(stack: AsyncExitStack, folder: Path, database: Postgres | None, people: int) -> Registry:
    """Fill a registry on a fresh database."""
    place = folder / str(people)
    place.mkdir()
    url = database.fresh() if database else f"sqlite:///{place / 'sapa.db'}"
    instance = await stack.enter_async_context(in_process_bot(url, place))
    await instance.walk(1, 1)
    began = perf_counter()
    settle(url, instance.bot.store.keyring, people)
    print(f"{people:,} people in {perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    return Registry(instance, people)


async def compare(
    folder: Path, database: Postgres | None, people: tuple[int, int], turns: int, *, explain: bool
) -> float:
    """Print both medians; returns by which factor the large registry is slower."""
    async with AsyncExitStack() as stack:
        registries = [await opened(stack, folder, database, size) for size in people]
        for registry in registries:
            await registry.check()
        for _ in range(WARM_UP + turns):
            for registry in registries:
                await registry.ask()
        small, large = ([1000 * one for one in registry.seconds[-turns:]] for registry in registries)
        ratio = median(large) / median(small)
        name = "PostgreSQL" if database else "SQLite"
        for size, times in zip(people, (small, large), strict=True):
            print(f"| {name} | {size:,} | {median(times):.2f} | {quantiles(times, n=20)[-1]:.2f} | |")
        print(f"| {name} | ratio | {ratio:.2f} | | {'met' if ratio <= MOST else '**missed**'} |", flush=True)
        if explain:
            print("\n".join(await registries[-1].plans()), file=sys.stderr)
        return ratio


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--quick", action="store_true")
    options.add_argument("--store", default="sqlite,postgresql")
    options.add_argument("--turns", type=int, default=500)
    options.add_argument("--explain", action="store_true")
    chosen = options.parse_args()
    print("| store | people | median ms | p95 ms | |", "|---|---:|---:|---:|---|", sep="\n")
    ratios = []
    for store in chosen.store.split(","):
        with ExitStack() as stack:
            folder = stack.enter_context(workplace())
            database = stack.enter_context(postgres()) if store == "postgresql" else None
            people = SMALL, QUICK if chosen.quick else LARGE[store]
            ratios.append(uvloop.run(compare(folder, database, people, chosen.turns, explain=chosen.explain)))
    sys.exit(0 if max(ratios) <= MOST else 1)


if __name__ == "__main__":
    main()
