"""How long turns wait while a large registry is forgotten: erasing and removing go on, and somebody asks for a status.

python -m benchmarks.retention             20,000 people, 1,000 of them past their days, on SQLite and PostgreSQL
python -m benchmarks.retention --people 200000 --past 5000

One registration is made through the bot and multiplied (town.py); the files of the last `--past` people were refused
long ago. Then the daily round is done as the bot does it, while somebody types /status again and again. Shown: the
longest transaction of the round, and the turns beside it against the same turns in peace.
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
from benchmarks.indoors import Indoors, indoors
from benchmarks.postgres import Postgres, postgres
from benchmarks.registry import Registry
from benchmarks.town import settle
from models.applications.application import Application, Stage

MOST = 3.0
"""Beside the round, a turn at the 95th hundredth may take so many times as long as in peace."""
TURNS = 300


class Watched:
    """The store as the round uses it, with the time of every writing transaction, its wait for the turn left out."""

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


async def grow_old(house: Indoors, people: int, past: int) -> None:
    async with house.bot.store.transaction() as session:
        long_ago = house.bot.now() - timedelta(days=1_000)
        old = update(Application).where(col(Application.id) > people - past)
        await (await session.connection()).execute(old.values(stage=Stage.REJECTED, moved_at=long_ago))


async def measure(folder: Path, database: Postgres | None, people: int, past: int) -> float:
    """Print the figures of one store; returns by which factor turns are slower beside the round."""
    async with AsyncExitStack() as stack:
        url = database.fresh() if database else f"sqlite:///{folder / 'sapa.db'}"
        house = await stack.enter_async_context(indoors(url, folder))
        await house.walk(1, 1)
        settle(url, house.bot.store.keyring, people)
        await grow_old(house, people, past)
        registry = Registry(house, people - past)
        for _ in range(TURNS):
            await registry.ask()
        calm, registry.seconds = registry.seconds[TURNS // 3 :], []
        scheduler = house.bot.scheduler
        watched = Watched(house.bot.store)
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
