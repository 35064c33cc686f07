"""A baseline: what was found already, so that only what is new counts."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Iterable

from testrun.audit.finding import Finding


class BadBaseline(ValueError):
    """It cannot be used: one sentence."""


def read(place: pathlib.Path) -> frozenset[str]:
    """The fingerprints in a baseline. Raises `BadBaseline`."""
    try:
        found = json.loads(place.read_bytes())
        return frozenset(str(each) for each in found["fingerprints"])
    except OSError as error:
        raise BadBaseline(f"the baseline {place} cannot be read: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise BadBaseline(f"{place} is no baseline of ameide audit") from error


def write(place: pathlib.Path, findings: Iterable[Finding]) -> None:
    """One line for each finding, so that version control shows what came and went. Raises `OSError`."""
    told = {each.fingerprint: f"{each.rule} {each.path}" for each in findings}
    place.parent.mkdir(parents=True, exist_ok=True)
    content = {"version": 1, "fingerprints": dict(sorted(told.items(), key=lambda one: (one[1], one[0])))}
    place.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
