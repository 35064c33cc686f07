"""The JUnit file of a run: a suite for each case, a test case for each step."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree

from kuttl_runner.runner import Result

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(file: Path, name: str, results: Iterable[Result]) -> None:
    root = ElementTree.Element("testsuites", {"name": name})
    everything = list(results)
    for case, steps in groupby(everything, lambda result: result.case):
        suite = ElementTree.SubElement(root, "testsuite", {"name": case})
        listed = list(steps)
        _total(suite, listed)
        for result in listed:
            attributes = {"classname": case, "name": result.step, "time": f"{result.seconds:.3f}"}
            element = ElementTree.SubElement(suite, "testcase", attributes)
            if result.problem:
                text = _NOT_IN_XML.sub("\ufffd", result.problem)
                ElementTree.SubElement(element, "failure", {"message": text.splitlines()[0]}).text = text
    _total(root, everything)
    file.parent.mkdir(parents=True, exist_ok=True)
    ElementTree.ElementTree(root).write(file, encoding="utf-8", xml_declaration=True)


def _total(element: ElementTree.Element, results: list[Result]) -> None:
    element.set("tests", str(len(results)))
    element.set("failures", str(sum(bool(result.problem) for result in results)))
    element.set("time", f"{sum(result.seconds for result in results):.3f}")
