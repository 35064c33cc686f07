"""Event streams as no shim would send them: what pods might tell of a run, then cut, shuffled, spliced and changed."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import Any

from build import NOW, at, make_pod
from hypothesis import strategies as st
from logs import T0, Test, failing, fold, log, request

from testrun.core import events, ledger, model
from testrun.core.model import Verdict

NASTY = st.sampled_from([
    "", " ", "\x00", "\x1b[31mred\x1b[0m", "\u202edesrever", "😀" * 40, "]]>", "<testcase/>", "&amp;&#0;", "a\r\nb\tc\n",
    "\ufffe", "\ud800", "../../etc/passwd", "[[ATTACHMENT|/etc/passwd]]", "shard 0", "x" * 900, "\u2028", "é" * 300, "\x85\x9b",
])  # fmt: skip
TEXT = st.text(max_size=12) | NASTY
LONG = TEXT | st.sampled_from(["&" * 9000, "\x00" * 9000, "Error: no\n" * 2000, "\U0001f600" * 20_000])
NUMBER = st.sampled_from([0, 1, -1, 255, 256, 1.5, -0.0, 1e300, 2**31, 2**63, 10**30, 253_402_300_799_999, True]) | st.integers()
JSON = st.recursive(
    st.none() | st.booleans() | NUMBER | TEXT,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "type", "message", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)
GARBAGE = [
    b"", b"\n", b"\x00\n", b"\xff\xfe\n", b"null\n", b"[]\n", b"{}\n", b"7\n", b'"begin"\n', b'{"type": null}\n',
    b"\xef\xbb\xbf{}\n", b'{"type": "exit", "code": NaN}\n', b'{"type": "end", "duration": 1e999}\n',
    b'{"type": "\xed\xa0\x80"}\n', b'{"type": "plan"\n', b'{"type": "plan", "tests": ' + b"[" * 50_000 + b"\n",
    b'{"a":' * 50_000 + b"\n", b'{"type": "exit", "code": ' + b"9" * 5000 + b"}\n",
    b" " * (events.LINE_BYTES + 1) + b"\n", b'{"type": "end", "output": "' + b"x" * events.LINE_BYTES + b'"}\n',
]  # fmt: skip
EARLY = "Testing stopped early after 1 maximum allowed failures."


@dataclasses.dataclass(frozen=True, kw_only=True)
class Pod:
    """A pod as the server knows it: where it sent its log to, and the lines that arrived."""

    name: str
    index: int
    lines: tuple[bytes, ...]

    def fold(self) -> ledger.PodLedger:
        return fold(self.lines, pod=self.name, index=self.index)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Run:
    request: model.SettleRequest
    pods: tuple[Pod, ...]
    plain: bool
    """Each line is one that a shim wrote, or is none at all: what the run comes to can be told without our own reader."""

    def ledgers(self) -> dict[int, list[ledger.PodLedger]]:
        return {index: [pod.fold() for pod in self.pods if pod.index == index] for index in range(self.request.shards)}


# Made once: to make a strategy anew for each example takes longer than all that is tested.
FILE = {"name": "trace", "contentType": "image/png", "file": "1-trace.zip", "bytes": 9, "sha256": "a" * 64}
ENDS = st.fixed_dictionaries(
    {"status": st.sampled_from(events.STATUSES)},
    optional={
        "expected": st.sampled_from(events.EXPECTED),
        "output": LONG,
        "duration": st.sampled_from([-1, 0, 0.1, 1e9]),
        "time": st.sampled_from([0, 1, T0, 253_402_300_799_999]),
        "annotations": st.lists(st.fixed_dictionaries({"type": st.just("skip"), "description": TEXT}), max_size=2),
        "attachments": st.lists(st.just(FILE) | st.fixed_dictionaries({"name": TEXT, "refused": TEXT}), max_size=2),
    },
)
ATTEMPTS = st.lists(ENDS | LONG.map(failing) | st.sampled_from([*events.STATUSES, "running"]), max_size=3)
EXPECTED = st.sampled_from(["passed", "passed", "passed", "failed", "skipped"])
NAMES = st.fixed_dictionaries(
    {}, optional={"project": st.sampled_from(["desktop", "<&>\x1b"]), "file": TEXT, "support": st.booleans()}
)
CODES = st.sampled_from([0, 0, 1, 125, 143, None])
FINISHES = st.sampled_from([*events.FINISHES, None])
ERRORS = st.lists(st.fixed_dictionaries({"message": st.just(EARLY) | TEXT, "file": TEXT}), min_size=1, max_size=2)
EXITS = st.fixed_dictionaries({}, optional={"problem": TEXT, "output": LONG, "playwrightExit": st.sampled_from([0, 1, None])})
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "exit_code": st.sampled_from([0, 1, 137]),
        "reason": TEXT,
        "message": TEXT,
        "log_tail": LONG,
        "events": st.lists(TEXT, max_size=2).map(tuple),
        "started": st.booleans(),
        "terminated": st.booleans(),
        "termination": st.dictionaries(
            st.sampled_from(["v", "sent", "code", "planned", "reported", "problem"]), JSON, max_size=6
        ),
    },
)
TROUBLES = st.sets(
    st.sampled_from(["tests", "texts", "exit", "finish", "errors", "early", "signal", "clocks", "facts", "stop"]), max_size=2
)
"""Each run has some of them and is sound apart from that: with all of them at once none would ever be green, or only just red."""
STOPS = st.sampled_from([Verdict.CANCELLED, Verdict.TIMED_OUT, Verdict.BLOCKED, Verdict.ERRORED])
FEW = st.sampled_from([1, 2, 1, 3])
COUNTS = st.integers(0, 3)
TIMES = st.sampled_from([T0, T0 + 90_000, 1])


def tests(draw: st.DrawFn, number: int, troubles: set[str]) -> Test:
    expected = draw(EXPECTED)
    title = f"{number} {draw(TEXT)}" if "texts" in troubles else f"{number}"
    planned = {"title": ["cart", title], "expected": expected, **(draw(NAMES) if "texts" in troubles else {})}
    went = draw(ATTEMPTS) if "tests" in troubles else [{"status": expected}]
    return Test(f"{number}", tuple(went), planned)


def _well(test: Test) -> bool:
    told = [attempt if isinstance(attempt, dict) else {"status": attempt} for attempt in test.attempts]
    return any(each["status"] == test.planned["expected"] for each in told)


def logs(draw: st.DrawFn, pod: Pod, shards: int, planned: list[Test], troubles: set[str]) -> list[bytes]:
    """What a shim might have sent. Its exit agrees with its tests unless the run has such a trouble."""
    well = all(map(_well, planned))
    return log(
        *planned,
        code=draw(CODES) if "exit" in troubles else int(not well),
        finish=draw(FINISHES) if "finish" in troubles else "passed" if well else "failed",
        signal="SIGTERM" if "signal" in troubles and draw(st.booleans()) else None,
        errors=draw(ERRORS) if "errors" in troubles else [{"message": EARLY}] if "early" in troubles else (),
        pod=pod.name,
        index=pod.index,
        shards=shards,
        time=draw(TIMES) if "clocks" in troubles else T0,
        exit_=draw(EXITS) if "exit" in troubles else None,
    )


@st.composite
def honest(draw: st.DrawFn) -> Run:
    """Up to three shards, and where pods were replaced up to three pods of each, which ran the tests of their shard."""
    troubles = draw(TROUBLES)
    shards = draw(FEW)
    replaced = draw(st.booleans())
    pods: list[Pod] = []
    for index in range(shards):
        for number in range(draw(FEW) if replaced else 1):
            pod = Pod(name=f"shop-{index}-{'abc'[number]}", index=index, lines=())
            planned = [tests(draw, each, troubles) for each in range(draw(COUNTS) + (shards == 1))]
            pods.append(dataclasses.replace(pod, lines=tuple(logs(draw, pod, shards, planned, troubles))))
    order = draw(st.permutations(pods)) if "facts" in troubles else pods
    # What Kubernetes says of a pod comes, in part, from whoever made its image.
    known = [make_pod(pod.index, pod=pod.name, **(draw(FACTS) if "facts" in troubles else {})) for pod in order]
    stopped = draw(STOPS) if "stop" in troubles else None
    return Run(
        request=request(
            shards=shards,
            min_tests=draw(COUNTS) if "stop" in troubles else 1,
            end=at(-5 if "clocks" in troubles else 60),
            start=NOW,
            pods=tuple(known[: draw(COUNTS)] if "facts" in troubles else known),
            stopped=stopped,
            stopped_message=draw(TEXT) if stopped is not None else "",
        ),
        pods=tuple(pods),
        plain=True,
    )


# Mutations. Each changes a list of lines in place; ``others`` are lines of all pods.

Lines = list[bytes]
Mutation = Callable[[st.DrawFn, Lines, Lines], None]


def _place(draw: st.DrawFn, lines: Lines) -> int:
    return draw(st.integers(0, len(lines) - 1))


def cut(draw: st.DrawFn, lines: Lines, others: Lines) -> None:
    """In the middle of a line: what a dying node leaves."""
    at_ = _place(draw, lines)
    kept = lines[at_][: draw(st.integers(0, len(lines[at_]) // 2))]
    lines[at_:] = [kept] if kept else []


def drop(draw: st.DrawFn, lines: Lines, others: Lines) -> None:
    del lines[_place(draw, lines)]


def repeat(draw: st.DrawFn, lines: Lines, others: Lines) -> None:
    lines.insert(_place(draw, lines), lines[_place(draw, lines)])


def swap(draw: st.DrawFn, lines: Lines, others: Lines) -> None:
    one, other = _place(draw, lines), _place(draw, lines)
    lines[one], lines[other] = lines[other], lines[one]


def shuffle(draw: st.DrawFn, lines: Lines, others: Lines) -> None:
    lines[:] = draw(st.permutations(lines))


def splice(draw: st.DrawFn, lines: Lines, others: Lines) -> None:
    """A piece of any pod's log."""
    start = _place(draw, others)
    lines[_place(draw, lines) :] = others[start : start + draw(st.integers(1, 8))]


def litter(draw: st.DrawFn, lines: Lines, others: Lines) -> None:
    lines.insert(_place(draw, lines), draw(st.sampled_from(GARBAGE)))


def change(draw: st.DrawFn, lines: Lines, others: Lines) -> None:
    """Another value in a field of a valid line, or of an object in it (null is as good as none)."""
    at_ = _place(draw, lines)
    try:
        body = json.loads(lines[at_])
    except (ValueError, RecursionError):
        return
    objects = _objects(body)
    if not objects:
        return
    target = draw(st.sampled_from(objects))
    field = draw(st.sampled_from(sorted(target)))
    target[field] = draw(JSON)
    lines[at_] = json.dumps(body).encode() + b"\n"


def _objects(body: object) -> list[dict[str, Any]]:
    """All objects in a body that have fields, itself first."""
    inner = body.values() if isinstance(body, dict) else body if isinstance(body, list) else ()
    return ([body] if isinstance(body, dict) and body else []) + [each for part in inner for each in _objects(part)]


def flip(draw: st.DrawFn, lines: Lines, others: Lines) -> None:
    """Another byte."""
    at_ = _place(draw, lines)
    if lines[at_]:
        data = bytearray(lines[at_])
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
        lines[at_] = bytes(data)


WHOLE_LINES: list[Mutation] = [cut, drop, repeat, swap, shuffle, splice, litter]
ANY: list[Mutation] = [*WHOLE_LINES, change, change, change, flip]


STEPS = {plain: st.lists(st.sampled_from(WHOLE_LINES if plain else ANY), max_size=2) for plain in (True, False)}


@st.composite
def hostile(draw: st.DrawFn) -> Run:
    """An honest run, and what became of its lines."""
    run = draw(honest())
    plain = draw(st.booleans())
    logs = [list(pod.lines) for pod in run.pods]
    every = [line for lines in logs for line in lines]
    for mutation in draw(STEPS[plain]):
        lines = logs[draw(st.integers(0, len(logs) - 1))]
        if lines:
            mutation(draw, lines, every)
    pods = tuple(dataclasses.replace(pod, lines=tuple(lines)) for pod, lines in zip(run.pods, logs, strict=True))
    return dataclasses.replace(run, pods=pods, plain=plain)
