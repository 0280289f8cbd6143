"""The sandbox as a process of its own: ``python -m bot.sandbox --port 8081 --token 9001:sandbox``."""

import argparse
import asyncio
import signal
from pathlib import Path

import uvloop

from bot.sandbox.sandbox import Sandbox


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--token", default="9001:sandbox")
    parser.add_argument("--latency-ms", type=float, default=0.0)
    parser.add_argument("--state-dir", type=Path)
    parser.add_argument("--flood-limits", action="store_true")
    return parser.parse_args()


async def _serve(given: argparse.Namespace) -> None:
    if given.state_dir:
        given.state_dir.mkdir(parents=True, exist_ok=True)
    sandbox = Sandbox(given.token, state_dir=given.state_dir, flood_limits=given.flood_limits)
    sandbox.faults.latency_ms = given.latency_ms
    told_to_stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told_to_stop.set)
    async with sandbox.serve(port=given.port) as root:
        print(f"sandbox ready at {root}", flush=True)  # noqa: T201 - the line that a starter waits for
        await told_to_stop.wait()
    sandbox.close()


if __name__ == "__main__":
    uvloop.run(_serve(_arguments()))
