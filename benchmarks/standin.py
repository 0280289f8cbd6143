"""Simulates the Bot API and the people, in a process of its own that uses little CPU.

    bot ──POST /bot<token>/<method>──▶ Connection ─▶ Telegram ─▶ Crowd (people.py)
        ◀──────── the answer, L ms later ── DelayLine ◀──┘

getUpdates acknowledges as Telegram does (what lies below `offset` is forgotten) and waits up to `timeout` seconds.
Every answer leaves L ms after its call; a waiting getUpdates is answered L ms after something is ready, with what
was ready then.

What Telegram would refuse is not looked for here: bot/sandbox does that. Its world takes 100 to 130 µs of CPU for a
sendMessage and 35 to 40 µs for an update before any HTTP, the stand-in 6 to 10 and 3 (20,000 of each). That would be
0.2 ms an update, where the bot beside it takes 1.1 to 1.2 ms and the whole stand-in 0.05 (RESULTS.md).

It exchanges lines with its parent process: it prints {"port": …}, then {"ready": true} once a bot polls
and a few people have been served to warm it up; a line on stdin starts the measurement; it prints the result.
"""

import argparse
import asyncio
import gc
import sys
import time
from collections import deque
from collections.abc import Callable
from time import perf_counter
from typing import Any
from urllib.parse import parse_qsl

import orjson
import uvloop

from benchmarks.journey import journey
from benchmarks.people import FIRST_ID, Crowd, Said, chat_of
from bot.sandbox.errors import conflict
from bot.sandbox.updates import ANOTHER_POLLER

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
TRUE = b'{"ok":true,"result":true}'
NOTHING = b'{"ok":true,"result":[]}'
CONFLICT = orjson.dumps(conflict(ANOTHER_POLLER).body())
BOT = {"id": 7_000_000_001, "is_bot": True, "first_name": "Sapa Daya", "username": "sapa_daya_bot"}
ME = BOT | {"can_join_groups": False, "can_read_all_group_messages": False, "supports_inline_queries": False}
WARM_UP, WARM_UP_SECONDS = 5, 60
A_DAY = 1_000_000


class DelayLine:
    """Delays all responses by the same time, with one queue and one timer."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop, self.delay = loop, 0.0
        self._line: deque[tuple[float, Callable[[], None]]] = deque()

    def put(self, leave: Callable[[], None]) -> None:
        if not self.delay:
            leave()
            return
        self._line.append((perf_counter() + self.delay, leave))
        if len(self._line) == 1:
            self._loop.call_later(self.delay, self._go)

    def _go(self) -> None:
        now = perf_counter()
        while self._line and self._line[0][0] <= now:
            self._line.popleft()[1]()
        if self._line:
            self._loop.call_later(max(0.001, self._line[0][0] - now), self._go)


class Connection(asyncio.Protocol):
    """Parses one kept-alive HTTP/1.1 connection."""

    def __init__(self, telegram: "Telegram") -> None:
        self._telegram, self._rest = telegram, b""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def connection_lost(self, _error: Exception | None) -> None:
        self._telegram.lost(self)

    def data_received(self, data: bytes) -> None:
        data = self._rest + data if self._rest else data
        while (end := data.find(b"\r\n\r\n")) >= 0:
            head = data[:end].lower()
            stop = end + 4 + content_length(head)
            if len(data) < stop:
                break
            path = data[: data.index(b"\r\n")].split(b" ", 2)[1]
            body = read_body(head, data[end + 4 : stop])
            self._telegram.called(self, path.rpartition(b"/")[2].decode(), body)
            data = data[stop:]
        self._rest = data

    def answer(self, payload: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(HEAD % len(payload) + payload)


def content_length(head: bytes) -> int:
    at = head.find(b"content-length:")
    return int(head[at + 15 :].partition(b"\r\n")[0]) if at >= 0 else 0


def read_body(head: bytes, body: bytes) -> dict[str, Any]:
    """Return a call's parameters: JSON as our bot sends them, or a form as the library's own client does."""
    if not body:
        return {}
    if b"application/json" in head:
        return dict(orjson.loads(body))
    form: dict[str, Any] = dict(parse_qsl(body.decode(), keep_blank_values=True))
    if "reply_markup" in form:
        form["reply_markup"] = orjson.loads(form["reply_markup"])
    return form


class Telegram:
    """The queue of updates and the few methods a registration needs."""

    def __init__(self, loop: asyncio.AbstractEventLoop, steps: Any, day: int = 0) -> None:
        self._loop, self._line = loop, DelayLine(loop)
        self.crowd = Crowd(steps, self.tell, FIRST_ID + day * A_DAY)
        self._queue: deque[tuple[int, bytes]] = deque()
        self._update_id = 500_000_000 + day * A_DAY
        self._message_id = 1_000
        self._waiting: tuple[Connection, asyncio.TimerHandle] | None = None
        self.asked = asyncio.Event()
        self.calls = 0

    def tell(self, update: dict[str, Any]) -> None:
        """Put an update into the queue; a waiting getUpdates is answered with it."""
        self._update_id += 1
        self._queue.append((self._update_id, orjson.dumps({"update_id": self._update_id, **update})))
        if self._waiting:
            connection, timer = self._waiting
            self._waiting = None
            timer.cancel()
            self._deliver(connection, 100)

    def called(self, connection: Connection, method: str, body: dict[str, Any]) -> None:
        self.calls += 1
        if method == "sendMessage":
            self._send_message(connection, body)
        elif method == "getUpdates":
            self._get_updates(connection, body)
        else:
            payload = orjson.dumps({"ok": True, "result": ME}) if method == "getMe" else TRUE
            self._line.put(lambda: connection.answer(payload))

    def move_away(self, seconds: float) -> None:
        """Set the latency of all responses from now on."""
        self._line.delay = seconds

    def lost(self, connection: Connection) -> None:
        if self._waiting and self._waiting[0] is connection:
            self._waiting[1].cancel()
            self._waiting = None

    def _get_updates(self, connection: Connection, body: dict[str, Any]) -> None:
        self.asked.set()
        if self._waiting:
            other, timer = self._waiting
            self._waiting = None
            timer.cancel()
            other.answer(CONFLICT)
        offset = int(body.get("offset", 0))
        while self._queue and self._queue[0][0] < offset:
            self._queue.popleft()
        if self._queue:
            self._deliver(connection, int(body.get("limit", 100)))
        else:
            timer = self._loop.call_later(float(body.get("timeout", 0)), self._nothing, connection)
            self._waiting = connection, timer

    def _nothing(self, connection: Connection) -> None:
        self._waiting = None
        connection.answer(NOTHING)

    def _deliver(self, connection: Connection, limit: int) -> None:
        ready = [self._queue[n][1] for n in range(min(limit, len(self._queue)))]
        payload = b'{"ok":true,"result":[' + b",".join(ready) + b"]}"
        self._line.put(lambda: connection.answer(payload))

    def _send_message(self, connection: Connection, body: dict[str, Any]) -> None:
        self._message_id += 1
        said = said_in(body, self._message_id)
        since = self.crowd.hear(int(body["chat_id"]), said)
        settled, payload = self.crowd.settled, b'{"ok":true,"result":' + said.message + b"}"

        def leave() -> None:
            if since is not None:
                settled.append(perf_counter() - since)
            connection.answer(payload)

        self._line.put(leave)


def said_in(body: dict[str, Any], number: int) -> Said:
    """What a sendMessage says, and the message with this number that Telegram makes of it."""
    chat, markup = int(body["chat_id"]), body.get("reply_markup") or {}
    rows = markup.get("inline_keyboard", ())
    message = {"message_id": number, "from": BOT, "chat": chat_of(chat), "date": 1_790_000_000, "text": body["text"]}
    if rows:
        message["reply_markup"] = markup
    buttons = tuple(button["callback_data"] for row in rows for button in row if "callback_data" in button)
    return Said(body["text"], buttons, keyboard_of(markup), orjson.dumps(message))


def keyboard_of(markup: dict[str, Any]) -> str:
    """Return the kind of the reply keyboard: "menu", "contact" or, where there is none, ""."""
    rows = markup.get("keyboard", ())
    shares = any("request_contact" in key for row in rows for key in row)
    return "contact" if shares else "menu" if rows else ""


async def measure(options: argparse.Namespace, telegram: Telegram) -> dict[str, Any]:
    """Start the people within the ramp; stop when all have reached the end, or at the time limit."""
    loop, crowd, over = asyncio.get_running_loop(), telegram.crowd, asyncio.Event()
    crowd.expect(options.journeys, over.set)
    calls, cpu, began = telegram.calls, time.process_time(), perf_counter()
    for number in range(options.people):
        loop.call_later(options.ramp * number / options.people, crowd.begin)
    try:
        async with asyncio.timeout(options.seconds):
            await over.wait()
    except TimeoutError:
        pass
    ended = perf_counter() if crowd.people else crowd.moments[-1]
    return {
        "journeys": options.journeys,
        "finished": crowd.finished,
        "updates": len(crowd.moments),
        "seconds": ended - began,
        "first": min(crowd.moments, default=began) - began,
        "standin_cpu": time.process_time() - cpu,
        "calls": telegram.calls - calls,
        "seen": quantiles(crowd.seen),
        "alone": quantiles(crowd.alone),
        "settled": quantiles(crowd.settled),
        "steps": [quantiles(times)["p50"] for times in crowd.by_step],
        "stuck": crowd.stuck(),
        "extra": crowd.extra,
    }


def quantiles(values: list[float]) -> dict[str, float]:
    """Return p50, p95 and p99 in milliseconds."""
    ordered = sorted(values) or [0.0]
    return {f"p{q}": 1000 * ordered[min(len(ordered) - 1, len(ordered) * q // 100)] for q in (50, 95, 99)}


async def warm_up(telegram: Telegram) -> None:
    """Warm up with a few people, one after another, without latency, so that every code path has run once."""
    over = asyncio.Event()
    telegram.crowd.expect(WARM_UP, over.set)
    telegram.crowd.begin()
    try:
        async with asyncio.timeout(WARM_UP_SECONDS):
            await over.wait()
    except TimeoutError:
        raise SystemExit(f"Nobody reaches the end; they wait at {telegram.crowd.stuck()}.") from None


async def serve(options: argparse.Namespace) -> None:
    loop = asyncio.get_running_loop()
    telegram = Telegram(loop, journey(options.journey), options.day)
    server = await loop.create_server(lambda: Connection(telegram), "127.0.0.1", options.port, backlog=2_000)
    say({"port": server.sockets[0].getsockname()[1]})
    if options.cold:
        telegram.move_away(options.latency / 1000)
    await telegram.asked.wait()
    if not options.cold:
        await warm_up(telegram)
        telegram.move_away(options.latency / 1000)
        say({"ready": True})
        await loop.run_in_executor(None, sys.stdin.readline)
    gc.freeze()
    gc.disable()
    say(await measure(options, telegram))
    await loop.run_in_executor(None, sys.stdin.readline)


def say(line: dict[str, Any]) -> None:
    print(orjson.dumps(line).decode(), flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--latency", type=float, default=50, help="ms from a call to its answer")
    options.add_argument("--journey", default="register")
    options.add_argument("--people", type=int, default=100, help="how many are busy at once")
    options.add_argument("--journeys", type=int, default=100, help="how many journeys are made in all")
    options.add_argument("--ramp", type=float, default=1, help="seconds in which the first people come")
    options.add_argument("--seconds", type=float, default=120, help="longest duration")
    options.add_argument("--day", type=int, default=0, help="other people and updates than on any other day")
    options.add_argument("--cold", action="store_true", help="no warm-up: the first person is there at once")
    uvloop.run(serve(options.parse_args()))


if __name__ == "__main__":
    main()
