"""One run of everything: stand-in and bots as processes, taken in turns, and a table with ratios and goals.

python -m benchmarks                      100 and 1,000 people, 0, 50 and 150 ms, SQLite and PostgreSQL
python -m benchmarks --quick              a few minutes: fewer cells, shorter
"""

import argparse
import sys
from collections.abc import Iterator
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.bots import BOTS, Bot, cpu_seconds, family, peak_memory, running, standin, workplace
from benchmarks.journey import JOURNEYS
from benchmarks.postgres import Postgres, postgres
from benchmarks.report import Cell, Result, report

RESULTS = Path(__file__).parent / "RESULTS.md"
SLOW_BOT_PEOPLE = 40
LEAST_UPDATES = 5_000


@dataclass(frozen=True)
class Plan:
    """What is measured, and for how long at most."""

    people: list[int]
    latency: list[float]
    stores: list[str]
    bots: list[Bot]
    journey: str
    repeat: int
    seconds: float

    def cells(self) -> Iterator[Cell]:
        """The bots follow each other within a cell of people and latency, so that they meet the same machine."""
        for people in self.people:
            for latency in self.latency:
                for bot in self.bots:
                    for store in self.stores if bot.ours else ["memory"]:
                        if bot.processes == 1 or store == "postgresql":
                            yield Cell(people, latency, bot.name, store)


def measure(cell: Cell, plan: Plan, database: Postgres | None) -> Result:
    """One bot, one load: the processes are fresh, and so are folder and database."""
    bot = BOTS[cell.bot]
    people = min(cell.people, SLOW_BOT_PEOPLE) if bot.one_at_a_time else cell.people
    url = database.fresh() if database and cell.store == "postgresql" else ""
    load: dict[str, Any] = {
        "latency": cell.latency,
        "journey": plan.journey,
        "people": people,
        "journeys": people if bot.one_at_a_time else max(people, LEAST_UPDATES // len(JOURNEYS[plan.journey])),
        "seconds": plan.seconds,
    }
    with ExitStack() as stack:
        folder = stack.enter_context(workplace())
        telegram = stack.enter_context(standin(folder, **load))
        bots = stack.enter_context(running(bot, telegram.api, plan.journey, folder, url))
        telegram.heard(bots)
        pids, server = [process.pid for process in bots], database.pid if database and url else None
        before, server_before = cpu_seconds(pids), cpu_seconds(family(server))
        telegram.go()
        heard = telegram.heard(bots)
        cpu, server_cpu = cpu_seconds(pids) - before, cpu_seconds(family(server)) - server_before
        return Result(cell, heard, cpu, peak_memory(pids), server_cpu)


def run(plan: Plan) -> list[Result]:
    results = []
    with postgres() if "postgresql" in plan.stores else nullcontext() as database:
        for turn in range(plan.repeat):
            for cell in plan.cells():
                result = measure(cell, plan, database)
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
        seconds=options.seconds or (30 if quick else 180),
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--people", default="100,1000", help="how many are busy at once")
    options.add_argument("--latency", help="ms from a call to its answer; 0,50,150")
    options.add_argument("--store", default="sqlite,postgresql", help="for our bot")
    options.add_argument("--bots", help=f"of {', '.join(BOTS)}")
    options.add_argument("--journey", default="start", choices=sorted(JOURNEYS))
    options.add_argument("--repeat", type=int, default=1, help="rounds of everything; the table shows medians")
    options.add_argument("--seconds", type=float, help="longest duration of one measurement")
    options.add_argument("--quick", action="store_true")
    options.add_argument("--write", action="store_true", help="also write benchmarks/RESULTS.md")
    chosen = options.parse_args()
    text, well = report(run(read_plan(chosen)))
    print(text)
    if chosen.write:
        RESULTS.write_text(text)
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
