"""What the server counts. One registry for each application, so that two in one process (tests) do not share numbers.

Labels come from closed sets only: a name that a pod or a user chose never becomes a label.
"""

from __future__ import annotations

import os
import pathlib
from collections.abc import Callable, Iterator

import prometheus_client
from prometheus_client import core, registry

from testrun.core import retention

CONTENT_TYPE = prometheus_client.CONTENT_TYPE_LATEST


class Metrics:
    """All metrics of one server. Asked anew each time: ``live``, the number of live runs, and ``scarce``, whether the volume is
    almost full.
    """

    def __init__(self, data: pathlib.Path, live: Callable[[], int], scarce: Callable[[], bool]) -> None:
        self._registry = registry.CollectorRegistry()
        self.received = prometheus_client.Counter(
            "testrun_server_received_bytes", "Bytes that pods uploaded and the server kept.", ["kind"], registry=self._registry
        )
        self.events = prometheus_client.Counter(
            "testrun_server_events", "Lines of event logs that were taken in.", registry=self._registry
        )
        self.refused = prometheus_client.Counter(
            "testrun_server_refused", "Requests that were refused.", ["status", "reason"], registry=self._registry
        )
        self.settle = prometheus_client.Histogram(
            "testrun_server_settle_seconds",
            "Time from a settle request to stored evidence.",
            buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
            registry=self._registry,
        )
        self.store_runs = prometheus_client.Gauge(
            "testrun_server_store_runs", "Settled runs in the store, when it was last looked through.", registry=self._registry
        )
        self.store_bytes = prometheus_client.Gauge("testrun_server_store_bytes", "Bytes of their files.", registry=self._registry)
        self.removed = prometheus_client.Counter(
            "testrun_server_removed_runs", "Runs whose evidence was removed, by why.", ["reason"], registry=self._registry
        )
        for reason in retention.Reason:
            self.removed.labels(reason)
        prometheus_client.Gauge("testrun_server_live_runs", "Runs that are not settled.", registry=self._registry).set_function(
            live
        )
        prometheus_client.Gauge(
            "testrun_server_volume_almost_full",
            "1 when so little room is left that the server warns in its log and its answers.",
            registry=self._registry,
        ).set_function(scarce)
        self._registry.register(_Volume(data))

    def text(self) -> bytes:
        """The exposition."""
        return prometheus_client.generate_latest(self._registry)


class _Volume(registry.Collector):
    def __init__(self, data: pathlib.Path) -> None:
        self._data = data

    def collect(self) -> Iterator[core.Metric]:
        facts = os.statvfs(self._data)
        yield core.GaugeMetricFamily(
            "testrun_server_volume_size_bytes",
            "Size of the volume that holds the evidence.",
            value=facts.f_blocks * facts.f_frsize,
        )
        yield core.GaugeMetricFamily(
            "testrun_server_volume_free_bytes",
            "Room on that volume that the server may use.",
            value=facts.f_bavail * facts.f_frsize,
        )
