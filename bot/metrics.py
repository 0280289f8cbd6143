"""Collects the metrics of /metrics, by the conventions of Prometheus: each with its type, unit and one sentence.

What must survive a restart is read from the database at the scrape, at most every few seconds; the counters are of
this process and begin at 0 with it, as counters do. docs/guide/monitoring.md lists all of them.
"""

import asyncio
import platform
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST as CONTENT_TYPE
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.health import Health
from bot.trouble import Kind
from models.database import Database, is_infrastructure_error
from models.figures import Figures, Queue, figures

__all__ = ["CONTENT_TYPE", "METRICS", "Metrics"]

FRESH = 5.0
"""Seconds that figures of the database are good for: a scraper that comes more often is shown the same ones."""
TIMEOUT = 3.0
"""Seconds that a scrape waits for the database."""


class Described(NamedTuple):
    """A metric without its value."""

    kind: type[GaugeMetricFamily | CounterMetricFamily]
    says: str
    labels: tuple[str, ...] = ()


GAUGE, COUNTER = GaugeMetricFamily, CounterMetricFamily
METRICS: dict[str, Described] = {
    "sapa_build_info": Described(GAUGE, "Always 1.", ("release", "python", "database", "mode")),
    "sapa_ready": Described(GAUGE, "1 where /health says 200."),
    "sapa_leader": Described(GAUGE, "1 in the process that asks for updates, sends and watches the time."),
    "sapa_trouble": Described(GAUGE, "1 while a trouble stands.", ("kind",)),
    "sapa_trouble_seconds": Described(GAUGE, "How long it has stood.", ("kind",)),
    "sapa_token_valid": Described(GAUGE, "0 after Telegram refused the token."),
    "sapa_database_up": Described(GAUGE, "0 where the database does not answer, or cannot be written to."),
    "sapa_disk_free_bytes": Described(GAUGE, "Room for the data."),
    "sapa_updates_received_total": Described(COUNTER, "Updates that were stored."),
    "sapa_turns_total": Described(COUNTER, "Updates and events that were answered."),
    "sapa_set_aside_total": Described(COUNTER, "Updates and events set aside after three failures."),
    "sapa_sends_total": Described(COUNTER, "Calls to Telegram by what became of them.", ("outcome",)),
    "sapa_inbox_waiting": Described(GAUGE, "Updates and events that wait to be answered."),
    "sapa_inbox_oldest_age_seconds": Described(GAUGE, "How long the oldest of them has waited."),
    "sapa_outbox_waiting": Described(GAUGE, "Calls that wait to be sent now.", ("priority",)),
    "sapa_outbox_oldest_age_seconds": Described(GAUGE, "How long the oldest of them has waited.", ("priority",)),
    "sapa_dead_letters": Described(GAUGE, "Stored and set aside: sapa dead-letters.", ("queue",)),
    "sapa_due_waiting": Described(GAUGE, "Events that wait for their time."),
    "sapa_due_overdue": Described(GAUGE, "Events whose time has come and that nobody took up."),
    "sapa_last_poll_timestamp_seconds": Described(GAUGE, "When Telegram last answered the leader well."),
    "sapa_last_update_timestamp_seconds": Described(GAUGE, "When the newest update came."),
    "sapa_last_send_timestamp_seconds": Described(GAUGE, "When a call last arrived at Telegram."),
    "sapa_backup_timestamp_seconds": Described(GAUGE, "When the newest backup was taken; 0: never."),
    "sapa_audit_seal_timestamp_seconds": Described(GAUGE, "When the audit log was last sealed; 0: never."),
    "sapa_audit_unsealed_rows": Described(GAUGE, "Rows of the audit log under no seal yet."),
    "sapa_audit_unsealed_age_seconds": Described(GAUGE, "The age of the oldest of them."),
}
"""All of ours; the process's own (process_…) are those of the Prometheus client."""
Sample = tuple[str, float, tuple[str, ...]]


class Counts(NamedTuple):
    """What a process has counted since its start."""

    received: int
    processed: int
    set_aside: int
    sends: dict[str, int]


class Metrics:
    """Reads them all together for one scrape."""

    def __init__(
        self,
        store: Database,
        health: Health,
        counted: Callable[[], Counts],
        now: Callable[[], datetime],
        about: Iterable[str],
    ) -> None:
        """`about`: the labels of sapa_build_info but Python's version: release, database, mode."""
        self._store, self._health, self._counted, self._now = store, health, counted, now
        release, database, mode = about
        self._build = (release, platform.python_version(), database, mode)
        self._figures: Figures | None = None
        self._asked_at = float("-inf")
        self._lock = asyncio.Lock()

    async def text(self) -> bytes:
        """Return the metrics in Prometheus's text format."""
        await self._look()
        registry = CollectorRegistry()
        registry.register(Samples(list(self._samples())))
        ProcessCollector(registry=registry)
        return generate_latest(registry)

    async def _look(self) -> None:
        """Query the figures of the database, none where it does not answer; one scrape at a time."""
        async with self._lock:
            if time.monotonic() - self._asked_at < FRESH:
                return
            try:
                async with asyncio.timeout(TIMEOUT), self._store.read_only() as session:
                    self._figures = await figures(session, self._now())
            except Exception as error:
                if not is_infrastructure_error(error):
                    raise
                self._figures = None
            self._asked_at = time.monotonic()

    def _samples(self) -> Iterator[Sample]:
        yield "sapa_build_info", 1, self._build
        yield from self._of_health()
        yield from self._of_counts()
        if self._figures is not None:
            yield from of_figures(self._figures)

    def _of_health(self) -> Iterator[Sample]:
        health, troubles = self._health, self._health.troubles
        standing = {kind: list(troubles.standing(kind)) for kind in Kind}
        is_up = self._figures is not None and not standing[Kind.DATABASE]
        yield "sapa_ready", health.reason() is None, ()
        yield "sapa_leader", health.leads, ()
        yield "sapa_token_valid", not standing[Kind.TOKEN], ()
        yield "sapa_database_up", is_up, ()
        yield "sapa_disk_free_bytes", health.free_bytes(), ()
        if health.heard_at is not None:
            yield "sapa_last_poll_timestamp_seconds", health.heard_at.timestamp(), ()
        for kind, found in standing.items():
            yield "sapa_trouble", bool(found), (kind,)
            yield "sapa_trouble_seconds", max(map(troubles.lasted, found), default=0), (kind,)

    def _of_counts(self) -> Iterator[Sample]:
        counts = self._counted()
        yield "sapa_updates_received_total", counts.received, ()
        yield "sapa_turns_total", counts.processed, ()
        yield "sapa_set_aside_total", counts.set_aside, ()
        for outcome, count in counts.sends.items():
            yield "sapa_sends_total", count, (outcome,)


def of_figures(now: Figures) -> Iterator[Sample]:
    """Turn the figures of the database into samples."""
    yield from of_queue("sapa_inbox", now.inbox)
    for priority, queue in now.outbox.items():
        yield from of_queue("sapa_outbox", queue, priority)
    for name, count in now.dead.items():
        yield "sapa_dead_letters", count, (name,)
    yield "sapa_due_waiting", now.due, ()
    yield "sapa_due_overdue", now.overdue, ()
    yield "sapa_audit_unsealed_rows", now.unsealed.waiting, ()
    yield "sapa_audit_unsealed_age_seconds", now.unsealed.oldest, ()
    yield "sapa_audit_seal_timestamp_seconds", seconds(now.sealed_at), ()
    yield "sapa_backup_timestamp_seconds", seconds(now.backup_at), ()
    if now.update_at is not None:
        yield "sapa_last_update_timestamp_seconds", seconds(now.update_at), ()
    if now.sent_at is not None:
        yield "sapa_last_send_timestamp_seconds", seconds(now.sent_at), ()


def of_queue(name: str, queue: Queue, *labels: str) -> Iterator[Sample]:
    yield f"{name}_waiting", queue.waiting, labels
    yield f"{name}_oldest_age_seconds", queue.oldest, labels


def seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0


class Samples(Collector):
    """Hands samples to the Prometheus client, those of a metric together."""

    def __init__(self, samples: list[Sample]) -> None:
        self._samples = samples

    def collect(self) -> Iterator[Metric]:
        families: dict[str, Any] = {}
        for name, value, labels in self._samples:
            described = METRICS[name]
            if name not in families:
                families[name] = described.kind(name, described.says, labels=described.labels)
            families[name].add_metric(labels, float(value))
        yield from families.values()
