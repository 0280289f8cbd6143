"""Writes the table of metrics into docs/guide/monitoring.md: `python -m tests.commands.metrics_table`."""

from pathlib import Path

from prometheus_client.metrics_core import CounterMetricFamily

from bot.metrics import METRICS

PAGE = Path(__file__).parents[2] / "docs" / "guide" / "monitoring.md"
BEGIN, END = "<!-- metrics: begin -->", "<!-- metrics: end -->"


def with_metrics(page: str) -> str:
    """The page with the table of this code."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    kinds = {name: "counter" if one.kind is CounterMetricFamily else "gauge" for name, one in METRICS.items()}
    rows = [f"| `{name}` | {kinds[name]} | {', '.join(one.labels)} | {one.says} |" for name, one in METRICS.items()]
    table = "\n".join(["| metric | type | labels | what it says |", "|---|---|---|---|", *rows])
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(with_metrics(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
