"""The operator's Prometheus metrics, by the conventions of the field: base units, ``_total`` for counters, few labels, no
names of runs.
"""

from __future__ import annotations

import prometheus_client

from testrun.core import status as core

prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each counter that nobody asks for
REGISTRY = prometheus_client.CollectorRegistry()
prometheus_client.ProcessCollector(registry=REGISTRY)

RUNS = prometheus_client.Counter("testrun_runs", "Runs that ended, by verdict.", ["verdict"], registry=REGISTRY)
RUN_SECONDS = prometheus_client.Histogram(
    "testrun_run_duration_seconds",
    "From a run's start to its verdict.",
    buckets=(5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200),
    registry=REGISTRY,
)
TESTS = prometheus_client.Counter("testrun_tests", "Test cases of runs that ended, by result.", ["result"], registry=REGISTRY)
EVIDENCE_LOST = prometheus_client.Counter(
    "testrun_evidence_lost", "Runs whose evidence could not be stored in time.", registry=REGISTRY
)
EVIDENCE_LATE = prometheus_client.Counter(
    "testrun_evidence_late", "Those of them whose evidence was stored later.", registry=REGISTRY
)
ACTIVE = prometheus_client.Gauge("testrun_runs_active", "Runs that this process works on.", registry=REGISTRY)
STEP_SECONDS = prometheus_client.Histogram(
    "testrun_step_duration_seconds",
    "One observe, decide, act and write.",
    buckets=(0.005, 0.02, 0.1, 0.5, 2, 10, 30),
    registry=REGISTRY,
)
WRITES = prometheus_client.Counter(
    "testrun_api_writes", "Writing requests to the API server.", ["verb", "resource", "subresource"], registry=REGISTRY
)
FAULTS = prometheus_client.Counter(
    "testrun_faults", "Steps that failed through a fault of the operator itself.", registry=REGISTRY
)
WATCH_AGE = prometheus_client.Gauge(
    "testrun_watch_age_seconds", "Since a watch last brought something.", ["resource"], registry=REGISTRY
)


def wrote(verb: str, resource: str, subresource: str) -> None:
    WRITES.labels(verb, resource, subresource).inc()


def ended(status: core.Status) -> None:
    """Count a run whose verdict was just written."""
    RUNS.labels(str(status.verdict)).inc()
    if status.start_time is not None and status.completion_time is not None:
        RUN_SECONDS.observe((status.completion_time - status.start_time).total_seconds())
    if status.summary is not None:
        for result in ("passed", "failed", "errored", "skipped", "flaky"):
            TESTS.labels(result).inc(getattr(status.summary, result))
    stored = status.condition(core.ConditionType.EVIDENCE_STORED)
    if stored is not None and stored.status == "False":
        EVIDENCE_LOST.inc()


def stored_late() -> None:
    EVIDENCE_LATE.inc()


def render() -> bytes:
    """The text exposition of all metrics."""
    return prometheus_client.generate_latest(REGISTRY)
