"""What a test that asserts nothing should have asserted, as far as it shows: nothing, when to run is all it is about. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection

from testrun.audit.model import Test

_ODD = re.compile(
    r"(?:nil|null|none|undefined|empty|missing|absent|without|not|invalid|bad|badly|broken|malformed|corrupt|unknown|unsupported|"
    r"twice|again|double|already|repeated(?:ly)?|multiple|closed|stopped|huge|deep(?:ly)?|valid|allow(?:s|ed)?|succeeds?|"
    r"success(?:ful(?:ly)?)?|regression|issue|\d{4,})",
    re.IGNORECASE,
)
"""In such cases code is prone to raise: a test that has one in its name is about it doing nothing of the kind."""
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d{4,}")
_SEEN_BY_MOCKS = re.compile(
    r"\b(?:calls|called|dispatch(?:es|ed)|emits|emitted|fires|fired|invokes|invoked|notifies|notified|passes|passed|publish(?:es|ed)|"
    r"removes|removed|deletes|deleted|saves|saved|sends|sent|stores|stored|triggers|triggered|writes|written)\b|"
    r"\bshould (?:call|dispatch|emit|fire|invoke|notify|pass|publish|remove|delete|save|send|store|trigger|write)\b"
)
"""A name that tells of what a stand-in is asked to do."""
_MOCK = re.compile(
    r"^(?:jest|vi)\.(?:fn|spyOn)$|^sinon\.(?:stub|spy|fake|mock)|(?:^|\.)(?:Magic|Async)?Mock$|(?:^|\.)patch(?:\.object)?$|"
    r"^mocker\.spy$|(?:^|\.)New\w*Mock\w*$"
)
_MEASURES = re.compile(
    r"(?:^|\.)(?:perf_counter|monotonic|process_time|ReadMemStats|memoryUsage)$|^time\.(?:time|Since|Now)$|^(?:performance|Date)\.now$|"
    r"^tracemalloc\."
)
"""A test that takes the time, or asks how much memory there is, prints for someone to read."""
_NOT_HERE = re.compile(r"skip|unsupported|not[ _](?:applicable|available|supported)", re.IGNORECASE)
"""An empty test of such a name stands for one that is left out."""
_NOTE = re.compile(r"#|//|/\*")
_TO_DO = re.compile(r"(?:#|//|/\*).*\b(?:TODO|FIXME|XXX)\b", re.IGNORECASE)


def is_to_run(test: Test, failing: Collection[str]) -> bool:
    """That nothing is raised is the point: it says so, or is about what is odd or at random, or others see the same call fail."""
    odd = any(_ODD.fullmatch(each) for each in _WORD.findall(test.name))
    fuzzes = any(each.rpartition(".")[2] == "given" for each in test.markers)
    return test.said or fuzzes or (odd and not test.empty) or any(each.name in failing for each in test.calls)


def due(test: Test) -> str:
    """What shows that there was something to assert."""
    if test.empty:
        meant = _is_given(test) or _NOTE.search(test.comments) or _NOT_HERE.search(test.name)
        return "it is empty" if _TO_DO.search(test.comments) or not meant else ""
    if test.dropped and not any(_MEASURES.search(each.name) for each in test.calls):
        return f"nobody looks at `{test.dropped}`"
    words = " ".join(each.lower() for each in _WORD.findall(test.name.rpartition(".")[2]))
    if _SEEN_BY_MOCKS.search(words) and any(_MOCK.search(each.name) for each in test.calls):
        return "it asks its mock nothing"
    return ""


def _is_given(test: Test) -> bool:
    """What it is given, or a marker gives it, may be all that it tries."""
    return bool(test.markers or set(test.given) - {"self", "cls"})
