"""Measures what `sapa run` costs without updates, and how soon after its start it answers.

python -m benchmarks.idle          five starts on each store; goals: 3 s to the first answer, 150 MB at rest

A person's /start is in Telegram's queue before the process begins. "First" is a start without a database, which
makes the tables; "again" is a start on the same database. A call to the Bot API takes 50 ms here.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.bots import BOTS, cpu_seconds, memory, running, standin, workplace
from benchmarks.postgres import Postgres, postgres

MOST_SECONDS, MOST_MB = 3.0, 150.0
LATENCY = 50
AT_REST = 3.0
OURS = BOTS["ours"]


class Start(NamedTuple):
    """Measure the seconds from the process's start to its first answer, its CPU until then, and its MB at rest."""

    seconds: float
    cpu: float
    memory: float


def first_answer(folder: Path, url: str, day: int = 0) -> Start:
    with ExitStack() as stack:
        load = {"latency": LATENCY, "journey": "hello", "people": 1, "journeys": 1, "seconds": 20, "day": day}
        telegram = stack.enter_context(standin(folder, cold=True, **load))
        began = time.monotonic()
        bots = stack.enter_context(running(OURS, telegram.api, "hello", folder, url))
        heard = telegram.heard(bots)
        seconds = time.monotonic() - began
        assert heard["finished"] == 1, heard
        pids = [process.pid for process in bots]
        cpu = cpu_seconds(pids)
        time.sleep(AT_REST)
        return Start(seconds, cpu, memory(pids))


def after_a_day(folder: Path, url: str, people: int) -> float:
    """Measure the MB at rest after so many people registered concurrently; not all of the peak is released."""
    with ExitStack() as stack:
        load = {"latency": LATENCY, "people": people, "journeys": people}
        telegram = stack.enter_context(standin(folder, **load))
        bots = stack.enter_context(running(OURS, telegram.api, "register", folder, url))
        telegram.heard(bots)
        telegram.go()
        heard = telegram.heard(bots)
        assert heard["finished"] == people, heard["stuck"]
        time.sleep(AT_REST)
        return memory([process.pid for process in bots])


def measured(store: str, database: Postgres | None, starts: int) -> Iterator[tuple[str, Start, bool]]:
    """Return a line's text, the value, and whether it has a goal."""
    first, again = [], []
    for _ in range(starts):
        with workplace() as folder:
            url = database.fresh() if database else ""
            first.append(first_answer(folder, url))
            again.append(first_answer(folder, url, day=1))
    for name, starts_of in (("first", first), ("again", again)):
        yield f"{store}, {name}", Start(*map(median, zip(*starts_of, strict=True))), True
    with workplace() as folder:
        mb = after_a_day(folder, database.fresh() if database else "", 100)
        yield f"{store}, after 100 registrations at once", Start(0, 0, mb), False


def line(words: str, reached: Start, verdict: str) -> str:
    seconds, cpu = (f"{one:.2f}" if verdict else "" for one in (reached.seconds, reached.cpu))
    return f"| {words} | {seconds} | {cpu} | {reached.memory:.0f} | {verdict} |"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--starts", type=int, default=5)
    options.add_argument("--store", default="sqlite,postgresql")
    chosen = options.parse_args()
    well = True
    print("| start | first answer s | its CPU s | MB at rest | |", "|---|---:|---:|---:|---|", sep="\n")
    with ExitStack() as stack:
        for store in chosen.store.split(","):
            database = stack.enter_context(postgres()) if store == "postgresql" else None
            for words, reached, has_goal in measured(store, database, chosen.starts):
                met = reached.seconds <= MOST_SECONDS and reached.memory <= MOST_MB
                well = well and (met or not has_goal)
                verdict = ("met" if met else "**missed**") if has_goal else ""
                print(line(words, reached, verdict), flush=True)
    print(f"\nGoals: medians of {chosen.starts} starts, at most {MOST_SECONDS:g} s and {MOST_MB:g} MB.")
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
