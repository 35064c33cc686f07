"""Counts a phase's JUnit by project: of each suite its ``hostname``, which is where our own writer puts it."""

from __future__ import annotations

import collections
from xml.parsers import expat

from testrun.core import model

_RESULTS = {"failure": model.CaseStatus.FAILED, "error": model.CaseStatus.ERRORED, "skipped": model.CaseStatus.SKIPPED}


class NotOurs(ValueError):
    """It is no JUnit file that our writer wrote."""


def counts(data: bytes) -> dict[str, collections.Counter[model.CaseStatus]]:
    """Project -> how many cases ended how; a case with several results by its worst. Raises `NotOurs`."""
    found: dict[str, collections.Counter[model.CaseStatus]] = {}
    project, results = [""], [model.CaseStatus.PASSED]

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "testsuite":
            project[0] = attributes.get("hostname", "")
        elif name == "testcase":
            results[0] = model.CaseStatus.PASSED
        elif name in _RESULTS and not results[0].red:
            results[0] = _RESULTS[name]

    def end(name: str) -> None:
        if name == "testcase":
            found.setdefault(project[0], collections.Counter())[results[0]] += 1

    def refuse(*_: object) -> None:
        raise NotOurs("it declares a document type")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.StartDoctypeDeclHandler = start, end, refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise NotOurs(str(error)) from error
    return found
