"""Records our bot's messages in a journey, so that the baseline sends the same texts with the same keyboards.

python -m benchmarks.record start          writes benchmarks/recorded/start.json
"""

import argparse
import asyncio
from pathlib import Path
from typing import Any

import orjson
import uvloop

from benchmarks.baseline import RECORDED
from benchmarks.bots import BOTS, running, workplace
from benchmarks.journey import JOURNEYS, journey
from benchmarks.standin import Connection, Telegram

KEPT = ("text", "reply_markup", "link_preview_options", "parse_mode", "protect_content")


class Listening(Telegram):
    """A stand-in that also records every message under the step it answers."""

    def __init__(self, loop: asyncio.AbstractEventLoop, name: str) -> None:
        super().__init__(loop, journey(name))
        self.steps: list[list[dict[str, Any]]] = [[] for _ in JOURNEYS[name]]

    def _send_message(self, connection: Connection, body: dict[str, Any]) -> None:
        person = next(iter(self.crowd.people.values()), None)
        if person is not None:
            self.steps[person.step].append({part: body[part] for part in KEPT if part in body})
        super()._send_message(connection, body)


async def record(name: str, folder: Path) -> list[list[dict[str, Any]]]:
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    telegram = Listening(loop, name)
    server = await loop.create_server(lambda: Connection(telegram), "127.0.0.1", 0)
    api = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    with running(BOTS["ours"], api, name, folder, ""):
        await telegram.asked.wait()
        telegram.crowd.expect(1, over.set)
        telegram.crowd.begin()
        try:
            async with asyncio.timeout(20):
                await over.wait()
        except TimeoutError:
            raise SystemExit(f"The journey did not end: {telegram.crowd.stuck()}; heard: {telegram.steps}") from None
    return telegram.steps


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("journey", choices=sorted(JOURNEYS))
    name = options.parse_args().journey
    with workplace() as folder:
        steps = uvloop.run(record(name, folder))
    RECORDED.mkdir(exist_ok=True)
    (RECORDED / f"{name}.json").write_bytes(orjson.dumps(steps, option=orjson.OPT_INDENT_2) + b"\n")
    print(f"{len(steps)} steps, {sum(map(len, steps))} messages.")


if __name__ == "__main__":
    main()
