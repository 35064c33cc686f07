"""How a repository's tests were over time: a line of JSON for each time that something had changed. Pure."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Mapping, Sequence
from typing import Any

from testrun.inventory.model import Tier
from testrun.inventory.status import Result, Results, Status

MOST = 500
"""Older records are dropped."""


class BadHistory(ValueError):
    """The file cannot be read on; the text says which line."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Record:
    day: datetime.date
    revision: str
    tests: Mapping[Tier, int]
    unclassified: int
    legacy: int
    packages: int
    compliant: int
    results: Results

    def like(self, other: Record) -> bool:
        """Nothing changed but the day and the revision."""
        return dataclasses.replace(self, day=other.day, revision=other.revision) == other


def of(status: Status, day: datetime.date, revision: str) -> Record:
    return Record(
        day=day,
        revision=revision,
        tests=dict(status.inventory.counts),
        unclassified=status.unclassified,
        legacy=status.legacy,
        packages=len(status.rows),
        compliant=sum(row.state == "compliant" for row in status.rows),
        results={row.package.folder: dict(row.results) for row in status.rows if row.results},
    )


def with_record(records: Sequence[Record], new: Record) -> tuple[Record, ...]:
    """The history with one more, unless it tells nothing new; of one day the last counts."""
    if records and new.like(records[-1]):
        return tuple(records)
    kept = records[:-1] if records and records[-1].day == new.day else records
    return (*kept, new)[-MOST:]


def parse(text: str) -> tuple[Record, ...]:
    """Raises `BadHistory`."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            found.append(_record(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadHistory(f"line {number} is no record") from error
    return tuple(found)


def written(records: Sequence[Record]) -> str:
    return "".join(f"{json.dumps(_body(each), sort_keys=True)}\n" for each in records)


def _record(body: Any) -> Record:
    return Record(
        day=datetime.date.fromisoformat(body["day"]),
        revision=str(body["revision"]),
        tests={tier: int(body["tests"][tier]) for tier in Tier},
        unclassified=int(body["unclassified"]),
        legacy=int(body["legacy"]),
        packages=int(body["packages"]),
        compliant=int(body["compliant"]),
        results={
            str(folder): {str(phase): Result(**result) for phase, result in phases.items()}
            for folder, phases in body["results"].items()
        },
    )


def _body(record: Record) -> dict[str, Any]:
    return {
        "day": record.day.isoformat(),
        "revision": record.revision,
        "tests": {str(tier): count for tier, count in record.tests.items()},
        "unclassified": record.unclassified,
        "legacy": record.legacy,
        "packages": record.packages,
        "compliant": record.compliant,
        "results": {
            folder: {phase: dataclasses.asdict(result) for phase, result in phases.items()}
            for folder, phases in record.results.items()
        },
    }
