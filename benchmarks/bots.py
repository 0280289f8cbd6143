"""Runs the bots and the stand-in as child processes: starts them, measures from outside, and ends them."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from select import select
from typing import Any

import orjson

TOKEN = "7000000001:a-token-for-benchmarks-only"
SECRET = "a secret that only a benchmark may use"
ROOT = Path(__file__).resolve().parent.parent
OFFICE = ROOT / "tests" / "catalogue" / "office.yaml"
"""The programmes of the journeys; an office may change those in data/."""
Child = subprocess.Popen[bytes]
LOOK = 0.5
TICK = os.sysconf("SC_CLK_TCK")


class DidNotWork(Exception):
    """A process ended or said something unexpected; its log says why."""


@dataclass(frozen=True)
class Bot:
    """A kind of bot: its name in tables, and how many processes of it serve."""

    name: str
    processes: int = 1
    ours: bool = False
    one_at_a_time: bool = False


BOTS = {
    bot.name: bot
    for bot in (
        Bot("ours", ours=True),
        Bot("ours-2-processes", processes=2, ours=True),
        Bot("per-chat"),
        Bot("default", one_at_a_time=True),
    )
}


def command(bot: Bot, api: str, journey: str, folder: Path) -> list[str]:
    if bot.ours:
        return [sys.executable, "-m", "bot", "run"]
    return [
        *(sys.executable, "-m", "benchmarks.baseline", bot.name, "--api", api, "--token", TOKEN),
        *("--journey", journey, "--file", str(folder / "baseline.db")),
    ]


def environment(api: str, folder: Path, database: str) -> dict[str, str]:
    """Return our bot's environment; without a rate limit, as Telegram's own would hide all else."""
    return os.environ | {
        "SAPA_BOT_TOKEN": TOKEN,
        "SAPA_SECRET_KEY": SECRET,
        "SAPA_TELEGRAM_API": api,
        "SAPA_DATA_DIR": str(folder),
        "SAPA_DATABASE_URL": database,
        "SAPA_OFFICE_FILE": str(OFFICE),
        "SAPA_SEND_RATE": "0",
    }


@contextmanager
def child(arguments: Sequence[str], log: Path, **how: Any) -> Iterator[Child]:
    """Run a child process around the block: terminate it at the end, then kill it."""
    with log.open("ab") as errors, subprocess.Popen(arguments, cwd=ROOT, stderr=errors, **how) as process:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()


@contextmanager
def running(bot: Bot, api: str, journey: str, folder: Path, database: str) -> Iterator[list[Child]]:
    """Run the processes of a bot around the block."""
    with ExitStack() as stack:
        arguments, settings = command(bot, api, journey, folder), environment(api, folder, database)
        yield [
            stack.enter_context(child(arguments, folder / "bot.log", env=settings, stdout=subprocess.DEVNULL))
            for _ in range(bot.processes)
        ]


class StandIn:
    """Exchanges lines with the stand-in."""

    def __init__(self, process: Child, folder: Path) -> None:
        self._process, self._folder = process, folder
        self.api = f"http://127.0.0.1:{self.heard()['port']}"

    def heard(self, bots: Sequence[Child] = ()) -> dict[str, Any]:
        """Read the next line it prints. Raises DidNotWork where it or one of these bots ends before."""
        assert self._process.stdout is not None
        while not select([self._process.stdout], [], [], LOOK)[0]:
            if any(bot.poll() is not None for bot in bots):
                raise DidNotWork(f"A bot ended: {(self._folder / 'bot.log').read_text()[-2000:]}")
        line = self._process.stdout.readline()
        if not line:
            raise DidNotWork(f"The stand-in ended: {(self._folder / 'standin.log').read_text()[-2000:]}")
        return dict(orjson.loads(line))

    def go(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(b"go\n")
        self._process.stdin.flush()


@contextmanager
def standin(folder: Path, **options: Any) -> Iterator[StandIn]:
    """Run a stand-in with these options around the block."""
    arguments = [sys.executable, "-m", "benchmarks.standin"]
    for name, value in options.items():
        arguments += [f"--{name}"] if value is True else [f"--{name}", str(value)]
    with child(arguments, folder / "standin.log", stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield StandIn(process, folder)


@contextmanager
def workplace() -> Iterator[Path]:
    """Make a folder for one run, on the disk of temporary files."""
    with tempfile.TemporaryDirectory(prefix="sapa-bench-") as folder:
        yield Path(folder)


def cpu_seconds(pids: Sequence[int]) -> float:
    """Return the user and system time of these processes up to now."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICK


def machine_cpu_seconds() -> float:
    """Return the CPU seconds of all cores of this machine up to now, for all processes."""
    user, nice, system, _idle, _wait, irq, softirq, steal = map(
        int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    )
    return (user + nice + system + irq + softirq + steal) / TICK


def family(pid: int | None) -> list[int]:
    """Return a process with its children, as PostgreSQL has one for each connection; none for None."""
    if pid is None:
        return []
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *map(int, children)]


def peak_memory(pids: Sequence[int]) -> float:
    """Return the highest resident memory of these processes together, in MB."""
    return sum(memory_line(pid, "VmHWM") for pid in pids)


def memory(pids: Sequence[int]) -> float:
    """Return the resident memory of these processes together at this moment, in MB."""
    return sum(memory_line(pid, "VmRSS") for pid in pids)


def memory_line(pid: int, name: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024
