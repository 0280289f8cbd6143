"""Measures how much of the bot's CPU goes into encryption during a registration; goal: at most a tenth.

python -m benchmarks.encryption            100 people register in this process, on SQLite
python -m benchmarks.encryption --profile  also prints where the rest goes

There is no HTTP here, so the share is higher than in real life: HTTP adds work that has nothing to do with it.
"""

import argparse
import cProfile
import gc
import pstats
import sys
import time
from collections import Counter
from collections.abc import Callable
from time import perf_counter
from typing import Any

import uvloop

from benchmarks.bots import workplace
from benchmarks.in_process import in_process_bot
from models.keyring import Keyring

MOST_PERCENT = 10.0
WORK = ("seal", "open", "blind_index")
TOP = 40


class Meter:
    """Counts calls of the keyring and the seconds in them."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.seconds = dict.fromkeys(WORK, 0.0)
        self._were = {name: getattr(Keyring, name) for name in WORK}

    def __enter__(self) -> "Meter":
        for name, work in self._were.items():
            setattr(Keyring, name, self._measured(name, work))
        return self

    def __exit__(self, *_: object) -> None:
        for name, work in self._were.items():
            setattr(Keyring, name, work)

    def _measured(self, name: str, work: Callable[..., bytes]) -> Callable[..., bytes]:
        def measured(*given: Any) -> bytes:
            began = perf_counter()
            try:
                return work(*given)
            finally:
                self.seconds[name] += perf_counter() - began
                self.calls[name] += 1

        return measured


async def register(people: int, *, profile: bool) -> tuple[Meter, float, int, cProfile.Profile]:
    """The meter, the bot's CPU seconds, the number of updates, and the profile."""
    profiler = cProfile.Profile()
    with workplace() as folder:
        async with in_process_bot(f"sqlite:///{folder / 'sapa.db'}", folder) as instance:
            await instance.walk(5, 5)
            gc.freeze()
            with Meter() as meter:
                spent, cpu = instance.client.spent, time.process_time()
                if profile:
                    profiler.enable()
                updates = await instance.walk(people, people)
                profiler.disable()
                return meter, time.process_time() - cpu - (instance.client.spent - spent), updates, profiler


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--people", type=int, default=100)
    options.add_argument("--profile", action="store_true")
    chosen = options.parse_args()
    meter, cpu, updates, _ = uvloop.run(register(chosen.people, profile=False))
    share = 100 * sum(meter.seconds.values()) / cpu
    print(f"{updates} updates, {1000 * cpu / updates:.2f} ms of CPU each (no HTTP).")
    for name in WORK:
        calls, micro = meter.calls[name] / updates, 1e6 * meter.seconds[name] / max(1, meter.calls[name])
        print(f"{name:8} {calls:5.1f} times an update, {micro:5.1f} µs each")
    verdict = "met" if share <= MOST_PERCENT else "missed"
    print(f"Encryption: {share:.1f} % of the CPU; goal {MOST_PERCENT:g} %: {verdict}.")
    if chosen.profile:
        *_, profiler = uvloop.run(register(chosen.people, profile=True))
        pstats.Stats(profiler).sort_stats("tottime").print_stats(TOP).sort_stats("cumtime").print_stats(TOP)
    sys.exit(0 if share <= MOST_PERCENT else 1)


if __name__ == "__main__":
    main()
