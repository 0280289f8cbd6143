"""Runs the whole comparison: stand-in and bots as processes, alternately, and a table with ratios and goals.

python -m benchmarks                      100 and 1,000 people, 0, 50 and 150 ms, SQLite and PostgreSQL
python -m benchmarks --quick              a few minutes: fewer cells, shorter
"""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

from benchmarks.bots import (
    BOTS,
    Bot,
    cpu_seconds,
    family,
    machine_cpu_seconds,
    peak_memory,
    running,
    standin,
    workplace,
)
from benchmarks.journey import JOURNEYS
from benchmarks.postgres import Postgres, postgres
from benchmarks.report import Cell, Result, report

RESULTS = Path(__file__).parent / "RESULTS.md"
SLOW_BOT_PEOPLE = 40
LEAST_UPDATES = 5_000
MANY = 1_000


@dataclass(frozen=True)
class Plan:
    """The cells to measure, and the time limit of each."""

    people: list[int]
    latency: list[float]
    stores: list[str]
    bots: list[Bot]
    journey: str
    repeat: int
    twice: bool
    seconds: float
    baseline_seconds: float
    updates: int
    minutes: float

    def cells(self) -> Iterator[Cell]:
        """The bots follow each other at each people and latency, so that they meet the same machine."""
        for people in self.people:
            for latency in self.latency:
                for bot in self.bots:
                    if bot.one_at_a_time and people != min(self.people):
                        continue
                    for store in self.stores if bot.ours else ["memory"]:
                        if bot.processes == 1 or store == "postgresql":
                            yield Cell(people, latency, bot.name, store)


def measure(cell: Cell, plan: Plan, database: Postgres | None) -> Result:
    """Measure one bot at one load, with new processes, a new folder and a new database."""
    bot = BOTS[cell.bot]
    people = min(cell.people, SLOW_BOT_PEOPLE) if bot.one_at_a_time else cell.people
    url = database.fresh() if database and cell.store == "postgresql" else ""
    load: dict[str, Any] = {
        "latency": cell.latency,
        "journey": plan.journey,
        "people": people,
        "journeys": people if bot.one_at_a_time else max(people, plan.updates // len(JOURNEYS[plan.journey])),
        "seconds": plan.seconds if bot.ours else plan.baseline_seconds,
    }
    with ExitStack() as stack:
        folder = stack.enter_context(workplace())
        telegram = stack.enter_context(standin(folder, **load))
        bots = stack.enter_context(running(bot, telegram.api, plan.journey, folder, url))
        telegram.heard(bots)
        pids, server = [process.pid for process in bots], database.pid if database and url else None
        before, server_before, all_before = cpu_of_each(pids), cpu_seconds(family(server)), machine_cpu_seconds()
        began = monotonic()
        telegram.go()
        heard = telegram.heard(bots)
        seconds = monotonic() - began
        each = [now - then for now, then in zip(cpu_of_each(pids), before, strict=True)]
        server_cpu, all_of_it = cpu_seconds(family(server)) - server_before, machine_cpu_seconds() - all_before
        others = max(0, all_of_it - sum(each) - server_cpu - heard["standin_cpu"]) / seconds
        return Result(cell, heard, sum(each), peak_memory(pids), server_cpu, others, max(each))


def cpu_of_each(pids: list[int]) -> list[float]:
    return [cpu_seconds([pid]) for pid in pids]


def better(cell: Cell, plan: Plan, database: Postgres | None) -> Result:
    """Return how often to measure a cell: on request twice if it waits more than it works, as other work spoils it."""
    once = measure(cell, plan, database)
    if not plan.twice or not cell.latency or cell.people >= MANY or BOTS[cell.bot].one_at_a_time:
        return once
    return min(once, measure(cell, plan, database), key=lambda result: result.figures()["p95"])


def run(plan: Plan) -> list[Result]:
    results: list[Result] = []
    over = monotonic() + 60 * plan.minutes
    with postgres() if "postgresql" in plan.stores else nullcontext() as database:
        for turn in range(plan.repeat):
            for cell in plan.cells():
                if monotonic() > over:
                    return results
                result = better(cell, plan, database)
                print(f"{turn + 1}/{plan.repeat} {result.line()}", file=sys.stderr, flush=True)
                results.append(result)
    return results


def read_plan(options: argparse.Namespace) -> Plan:
    quick = options.quick
    return Plan(
        people=[int(n) for n in options.people.split(",")],
        latency=[float(n) for n in (options.latency or ("50" if quick else "0,50,150")).split(",")],
        stores=options.store.split(","),
        bots=[BOTS[name] for name in (options.bots or ("ours,per-chat" if quick else ",".join(BOTS))).split(",")],
        journey=options.journey,
        repeat=options.repeat,
        twice=options.twice,
        seconds=options.seconds or (30 if quick else 180),
        baseline_seconds=options.baseline_seconds or options.seconds or (30 if quick else 180),
        updates=options.updates,
        minutes=options.minutes,
    )


TWICE = "cells of fewer than 1,000 people with latency are measured twice; the better p95 is shown"


def remarks(plan: Plan) -> list[str]:
    """Describe when and how it was measured."""
    load = ", ".join(f"{average:.1f}" for average in os.getloadavg())
    lines = [f"{datetime.now(UTC):%Y-%m-%d}, journey `{plan.journey}`; load average at the end {load}."]
    return [*lines, f"{TWICE.capitalize()}."] if plan.twice else lines


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--people", default="100,1000", help="how many are busy at once")
    options.add_argument("--latency", help="ms from a call to its answer; 0,50,150")
    options.add_argument("--store", default="sqlite,postgresql", help="for our bot")
    options.add_argument("--bots", help=f"of {', '.join(BOTS)}")
    options.add_argument("--journey", default="register", choices=sorted(JOURNEYS))
    options.add_argument("--repeat", type=int, default=1, help="rounds of everything; the table shows medians")
    options.add_argument("--seconds", type=float, help="longest duration of one measurement")
    options.add_argument("--baseline-seconds", type=float, help="the same for the baselines, which need longer")
    options.add_argument("--updates", type=int, default=LEAST_UPDATES, help="at least so many in a measurement")
    options.add_argument("--minutes", type=float, default=600, help="after that nothing more is begun")
    options.add_argument("--twice", action="store_true", help=TWICE)
    options.add_argument("--quick", action="store_true")
    options.add_argument("--write", action="store_true", help="also write benchmarks/RESULTS.md")
    chosen = options.parse_args()
    plan = read_plan(chosen)
    text, well = report(run(plan), remarks(plan))
    print(text)
    if chosen.write:
        RESULTS.write_text(text.rstrip() + "\n")
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
