"""Writes the tables: the measurements, the ratios against the per-chat baseline, and the goals, met or missed."""

import os
import platform
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, NamedTuple

BASELINE = "per-chat"
RATE_GOALS = {0.0: 1.5, 50.0: 3.0, 150.0: 5.0}
CPU_GOAL_MS = 3.0
TWO_PROCESSES_GOAL = 1.4


class Cell(NamedTuple):
    """One cell of the table."""

    people: int
    latency: float
    bot: str
    store: str


@dataclass(frozen=True)
class Result:
    """One measurement: the figures of the stand-in, and the CPU seconds and MB of the bot's processes.

    `server_cpu`: CPU seconds of the database, where it has processes of its own;
    `others`: how many cores were busy with other work than the measurement;
    `busiest`: the CPU seconds of the bot's process that had most.
    """

    cell: Cell
    heard: dict[str, Any]
    cpu: float
    memory: float
    server_cpu: float
    others: float
    busiest: float = 0.0

    @property
    def finished(self) -> bool:
        return bool(self.heard["finished"] == self.heard["journeys"])

    def figures(self) -> dict[str, float]:
        updates = max(1, self.heard["updates"])
        return {
            "rate": updates / self.heard["seconds"],
            "p50": self.heard["seen"]["p50"],
            "p95": self.heard["seen"]["p95"],
            "p99": self.heard["seen"]["p99"],
            "alone50": self.heard["alone"]["p50"],
            "alone95": self.heard["alone"]["p95"],
            "settled50": self.heard["settled"]["p50"],
            "settled95": self.heard["settled"]["p95"],
            "cpu": 1000 * self.cpu / updates,
            "server": 1000 * self.server_cpu / updates,
            "memory": self.memory,
            "standin": 1000 * self.heard["standin_cpu"] / updates,
            "others": self.others,
            "busiest": self.busiest / self.heard["seconds"],
        }

    def line(self) -> str:
        shown = " ".join(f"{name} {value:.1f}" for name, value in self.figures().items())
        end = "" if self.finished else f"  {self.heard['finished']} of {self.heard['journeys']} ended"
        return f"{self.cell.bot} {self.cell.store} {self.cell.people} × {self.cell.latency:g} ms: {shown}{end}"


class Goal(NamedTuple):
    """A goal with the value that was reached."""

    words: str
    reached: float
    met: bool


def report(results: Sequence[Result], remarks: Sequence[str]) -> tuple[str, bool]:
    """Return the report as Markdown, and whether all of our people reached the end and every goal was met."""
    figures = medians(results)
    goals = list(judged(figures))
    lines = [
        "# What was measured",
        "",
        f"Python {platform.python_version()}, {os.cpu_count()} cores shared by bot, database and stand-in.",
        "Compare within this table; the figures are no promise of capacity.",
        *remarks,
        "",
        *table(figures),
        "",
        *goal_table(goals),
        "",
        *unfinished(results),
    ]
    bad = any(not result.finished for result in results if result.cell.bot.startswith("ours"))
    return "\n".join(lines), not bad and all(goal.met for goal in goals)


def medians(results: Sequence[Result]) -> dict[Cell, dict[str, float]]:
    """Return the median of each figure over the repetitions."""
    rounds: dict[Cell, list[dict[str, float]]] = defaultdict(list)
    for result in results:
        rounds[result.cell].append(result.figures())
    return {
        cell: {name: median(each[name] for each in all_of) for name in all_of[0]} for cell, all_of in rounds.items()
    }


def table(figures: dict[Cell, dict[str, float]]) -> list[str]:
    head = [
        "| people | API ms | bot | updates/s | × per-chat | reply p50 / p95 / p99 ms | of one message p50 / p95 ms "
        "| settled p50 / p95 ms | CPU ms/update | database ms | peak MB | stand-in ms | others' cores |",
        "|---:|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    return head + [row(cell, figure, figures) for cell, figure in sorted(figures.items())]


def row(cell: Cell, figure: dict[str, float], figures: dict[Cell, dict[str, float]]) -> str:
    name = cell.bot if cell.store == "memory" else f"{cell.bot}, {cell.store}"
    against = ratio(figures, cell)
    columns = [
        f"{cell.people:,}",
        f"{cell.latency:g}",
        name,
        f"{figure['rate']:,.0f}",
        f"{against:.1f}" if against else "",
        " / ".join(f"{figure[q]:,.0f}" for q in ("p50", "p95", "p99")),
        " / ".join(f"{figure[q]:,.0f}" for q in ("alone50", "alone95")),
        " / ".join(f"{figure[q]:,.0f}" for q in ("settled50", "settled95")),
        f"{figure['cpu']:.2f}",
        f"{figure['server']:.2f}" if figure["server"] else "",
        f"{figure['memory']:.0f}",
        f"{figure['standin']:.2f}",
        f"{figure['others']:.1f}",
    ]
    return f"| {' | '.join(columns)} |"


def ratio(figures: dict[Cell, dict[str, float]], cell: Cell) -> float | None:
    """Return the updates a second against the per-chat baseline of the same people and latency."""
    base = figures.get(Cell(cell.people, cell.latency, BASELINE, "memory"))
    return figures[cell]["rate"] / base["rate"] if base else None


def judged(figures: dict[Cell, dict[str, float]]) -> Iterator[Goal]:
    for cell, figure in sorted(figures.items()):
        if cell.bot != "ours":
            continue
        where = f"{cell.people:,} people, {cell.latency:g} ms, {cell.store}"
        yield Goal(f"{where}: CPU ≤ {CPU_GOAL_MS:g} ms an update", figure["cpu"], figure["cpu"] <= CPU_GOAL_MS)
        if cell.people >= 1000:
            yield from rate_goals(figures, cell, where)
        elif cell.latency:
            yield from latency_goals(cell, figure, where)


def rate_goals(figures: dict[Cell, dict[str, float]], cell: Cell, where: str) -> Iterator[Goal]:
    against, wanted = ratio(figures, cell), RATE_GOALS.get(cell.latency)
    if against and wanted:
        yield Goal(f"{where}: updates/s ≥ {wanted:g} × per-chat", against, against >= wanted)
    two = figures.get(cell._replace(bot="ours-2-processes"))
    if two:
        gain = two["rate"] / figures[cell]["rate"]
        yield Goal(f"{where}: two processes ≥ {TWO_PROCESSES_GOAL:g} × one", gain, gain >= TWO_PROCESSES_GOAL)


def latency_goals(cell: Cell, figure: dict[str, float], where: str) -> Iterator[Goal]:
    most = 2.5 * cell.latency + 30
    yield Goal(f"{where}: reply p50 ≤ {most:g} ms", figure["p50"], figure["p50"] <= most)
    yield Goal(f"{where}: reply p95 ≤ 2 × p50", figure["p95"] / figure["p50"], figure["p95"] <= 2 * figure["p50"])
    tail = figure["alone95"] / figure["alone50"]
    yield Goal(f"{where}: replies of one message p95 ≤ 1.5 × p50", tail, tail <= 1.5)


def goal_table(goals: Sequence[Goal]) -> list[str]:
    if not goals:
        return []
    rows = [f"| {goal.words} | {goal.reached:.2f} | {'met' if goal.met else '**missed**'} |" for goal in goals]
    return ["| goal | reached | |", "|---|---:|---|", *rows]


def unfinished(results: Sequence[Result]) -> list[str]:
    """List people who did not reach the end: a failure of our bot; for a slow baseline the time was over."""
    return [
        f"- {result.cell.bot}, {result.cell.store}, {result.cell.people:,} people at {result.cell.latency:g} ms: "
        f"{result.heard['finished']:,} of {result.heard['journeys']:,} ended"
        + (f"; waiting: {result.heard['stuck']}" if result.cell.bot.startswith("ours") else "")
        for result in results
        if not result.finished
    ]
