"""Measures how long /status waits while retention erases and removes rows of a large registry.

python -m benchmarks.retention             20,000 people, 1,000 of them past their days, on SQLite and PostgreSQL
python -m benchmarks.retention --people 200000 --past 5000

One registration is made through the bot and multiplied (fill_registry.py); the last `--past` people were refused
long ago. Then the daily purge runs as in the bot, while a person types /status repeatedly. Shown: the
longest transaction of the purge, and the transactions of /status with and without it.
"""

import argparse
import asyncio
import sys
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any

import uvloop
from sqlalchemy import update
from sqlmodel import col

from benchmarks.bots import workplace
from benchmarks.fill_registry import settle
from benchmarks.in_process import InProcessBot, in_process_bot
from benchmarks.postgres import Postgres, postgres
from benchmarks.registry import Registry
from models.applications.application import Application, Stage

MOST = 3.0
"""Beside the purge, the 95th percentile of /status may take so many times as long as without it."""
TURNS = 300


class Watched:
    """The database as the purge uses it, with the time of every writing transaction, its wait for the lock left out."""

    def __init__(self, store: Any) -> None:
        self._store, self.seconds = store, [0.0]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @asynccontextmanager
    async def transaction(self) -> Any:
        async with self._store.transaction() as session:
            began = perf_counter()
            yield session
        self.seconds.append(perf_counter() - began)


async def grow_old(instance: InProcessBot, people: int, past: int) -> None:
    async with instance.bot.store.transaction() as session:
        long_ago = instance.bot.now() - timedelta(days=1_000)
        old = update(Application).where(col(Application.id) > people - past)
        await (await session.connection()).execute(old.values(stage=Stage.REJECTED, moved_at=long_ago))


async def measure(folder: Path, database: Postgres | None, people: int, past: int) -> float:
    """Print the figures of one database; returns by which factor /status is slower beside the purge."""
    async with AsyncExitStack() as stack:
        url = database.fresh() if database else f"sqlite:///{folder / 'sapa.db'}"
        instance = await stack.enter_async_context(in_process_bot(url, folder))
        await instance.walk(1, 1)
        settle(url, instance.bot.store.keyring, people)
        await grow_old(instance, people, past)
        registry = Registry(instance, people - past)
        for _ in range(TURNS):
            await registry.ask()
        calm, registry.seconds = registry.seconds[TURNS // 3 :], []
        scheduler = instance.bot.scheduler
        watched = Watched(instance.bot.store)
        scheduler._store = watched
        began = perf_counter()
        round_ = asyncio.ensure_future(scheduler.purge_expired())
        while not round_.done():
            await registry.ask()
            await asyncio.sleep(0)
        seconds, gone = perf_counter() - began, round_.result()
        beside = registry.seconds
        ratio = quantiles(beside, n=20)[-1] / quantiles(calm, n=20)[-1]
        figures = [people, gone, f"{seconds:.1f}", f"{1000 * max(watched.seconds):.0f}"]
        figures += [f"{1000 * median(one):.1f} / {1000 * quantiles(one, n=20)[-1]:.1f}" for one in (calm, beside)]
        name = "PostgreSQL" if database else "SQLite"
        judged = "met" if ratio <= MOST else "**missed**"
        print(f"| {name} | {' | '.join(map(str, figures))} | {ratio:.2f} | {judged} |", flush=True)
        return ratio


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--people", type=int, default=20_000)
    options.add_argument("--past", type=int, default=1_000)
    options.add_argument("--store", default="sqlite,postgresql")
    chosen = options.parse_args()
    head = "| store | people | gone | round s | longest transaction ms | turn in peace p50 / p95 ms | beside it | × | |"
    print(head, "|---|---:|---:|---:|---:|---:|---:|---:|---|", sep="\n")
    ratios = []
    for store in chosen.store.split(","):
        with ExitStack() as stack:
            folder = stack.enter_context(workplace())
            database = stack.enter_context(postgres()) if store == "postgresql" else None
            ratios.append(uvloop.run(measure(folder, database, chosen.people, chosen.past)))
    sys.exit(0 if max(ratios) <= MOST else 1)


if __name__ == "__main__":
    main()
