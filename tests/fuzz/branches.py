"""Tests with branches on the mode, made up: the same program in each language, and what it does without a cluster."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import os
import re
import types
from collections.abc import Callable, Mapping, Sequence
from unittest import mock

from hypothesis import strategies as st

FLAGS = tuple(itertools.product((False, True), repeat=2))
"""What else a program may ask, and what it is told."""
_MARK = re.compile(r"mark_\d+")


@dataclasses.dataclass(frozen=True)
class Mark:
    """Something that the test does; numbered where it is written."""


@dataclasses.dataclass(frozen=True)
class Leave:
    """``return``, or the runner's skip."""

    skips: bool


@dataclasses.dataclass(frozen=True)
class If:
    condition: str
    then: Program
    otherwise: Program | None


Program = tuple[Mark | Leave | If, ...]

CONDITIONS: Mapping[str, Callable[[Sequence[bool]], bool]] = {
    "cluster": lambda _: False,
    "not cluster": lambda _: True,
    "local": lambda _: True,
    "is cluster": lambda _: False,
    "flag": lambda flags: flags[0],
    "cluster and flag": lambda _: False,
    "flag and cluster": lambda _: False,
    "flag or not cluster": lambda _: True,
    "not cluster and flag": lambda flags: flags[0],
    "flag or cluster": lambda flags: flags[0],
    "other flag": lambda flags: flags[1],
    "not (cluster or other flag)": lambda flags: not flags[1],
    "among": lambda _: True,
    "staging": lambda _: False,
}
"""What each comes to when the mode is local."""
_PROGRAMS = st.recursive(
    st.lists(st.just(Mark()) | st.builds(Leave, st.booleans()), min_size=1, max_size=2).map(tuple),
    lambda inner: st.lists(
        st.just(Mark()) | st.builds(If, st.sampled_from(sorted(CONDITIONS)), inner, st.none() | inner), min_size=1, max_size=4
    ).map(tuple),
    max_leaves=8,
)
PROGRAMS = _PROGRAMS.filter(lambda program: any(isinstance(each, If) for each in program))


@dataclasses.dataclass(frozen=True)
class Language:
    path: str
    head: str
    tail: str
    conditions: Mapping[str, str]
    opens: str
    turns: str
    """Between both sides."""
    closes: str
    mark: str
    returns: str
    skips: str
    indent: str

    def code(self, program: Program) -> str:
        return self.head + self._block(program, 1, itertools.count()) + self.tail

    def _block(self, program: Program, depth: int, numbers: itertools.count[int]) -> str:
        before, lines = self.indent * depth, []
        for each in program:
            match each:
                case Mark():
                    lines.append(before + self.mark.format(f"mark_{next(numbers)}"))
                case Leave(skips=skips):
                    lines.append(before + (self.skips if skips else self.returns))
                case If(condition=condition, then=then, otherwise=otherwise):
                    lines.append(before + self.opens.format(self.conditions[condition]))
                    lines.append(self._block(then, depth + 1, numbers).rstrip("\n"))
                    if otherwise is not None:
                        lines += [before + self.turns, self._block(otherwise, depth + 1, numbers).rstrip("\n")]
                    lines += [before + self.closes] if self.closes else []
        return "\n".join(lines) + "\n"


PYTHON = Language(
    path="test_made_up.py",
    head="""\
import os

import pytest

pytestmark = pytest.mark.integration

MODE = os.environ.get("INTEGRATION_MODE", "local")


def is_cluster():
    return MODE == "cluster"


def test_made_up():
""",
    tail="",
    conditions={
        "cluster": 'MODE == "cluster"', "not cluster": 'MODE != "cluster"', "local": 'MODE == "local"',
        "is cluster": "is_cluster()",
        "flag": "flag(0)", "cluster and flag": 'MODE == "cluster" and flag(0)', "flag and cluster": "flag(0) and is_cluster()",
        "flag or not cluster": "flag(0) or not is_cluster()", "not cluster and flag": "not is_cluster() and flag(0)",
        "flag or cluster": 'flag(0) or MODE == "cluster"', "other flag": "flag(1)",
        "not (cluster or other flag)": "not (is_cluster() or flag(1))", "among": 'MODE in ("local", "repo")',
        "staging": 'MODE == "staging"',
    },
    opens="if {}:", turns="else:", closes="", mark="assert do({!r})", returns="return",
    skips='pytest.skip("not here")', indent="    ",
)  # fmt: skip
TYPESCRIPT = Language(
    path="__tests__/integration/made_up.test.ts",
    head="""\
const mode = process.env.INTEGRATION_MODE ?? "local";
const isCluster = () => mode === "cluster";

it("is made up", () => {
""",
    tail="});\n",
    conditions={
        "cluster": 'mode === "cluster"', "not cluster": 'mode !== "cluster"', "local": 'mode === "local"',
        "is cluster": "isCluster()",
        "flag": "flag(0)", "cluster and flag": 'mode === "cluster" && flag(0)', "flag and cluster": "flag(0) && isCluster()",
        "flag or not cluster": "flag(0) || !isCluster()", "not cluster and flag": "!isCluster() && flag(0)",
        "flag or cluster": 'flag(0) || mode === "cluster"', "other flag": "flag(1)",
        "not (cluster or other flag)": "!(isCluster() || flag(1))", "among": '["local", "repo"].includes(mode)',
        "staging": 'mode === "staging"',
    },
    opens="if ({}) {{", turns="} else {", closes="}", mark="expect({}).toBe(1);", returns="return;", skips="return;", indent="  ",
)  # fmt: skip
GO = Language(
    path="made_up_test.go",
    head="""\
//go:build integration

package shop

import (
\t"os"
\t"slices"
\t"testing"
)

var mode = os.Getenv("INTEGRATION_MODE")

func isCluster() bool { return mode == "cluster" }

func TestMadeUp(t *testing.T) {
""",
    tail="}\n",
    conditions={
        "cluster": 'mode == "cluster"', "not cluster": 'mode != "cluster"', "local": 'mode == "local"',
        "is cluster": "isCluster()",
        "flag": "flag(0)", "cluster and flag": 'mode == "cluster" && flag(0)', "flag and cluster": "flag(0) && isCluster()",
        "flag or not cluster": "flag(0) || !isCluster()", "not cluster and flag": "!isCluster() && flag(0)",
        "flag or cluster": 'flag(0) || mode == "cluster"', "other flag": "flag(1)",
        "not (cluster or other flag)": "!(isCluster() || flag(1))", "among": 'slices.Contains([]string{"local", "repo"}, mode)',
        "staging": 'mode == "staging"',
    },
    opens="if {} {{", turns="} else {", closes="}", mark="check(t, {})", returns="return",
    skips='t.Skip("not here")', indent="\t",
)  # fmt: skip
LANGUAGES = (PYTHON, TYPESCRIPT, GO)


def marks(code: str) -> set[str]:
    return set(_MARK.findall(code))


def without_cluster(program: Program) -> set[str]:
    """The marks that a run with the mode ``local`` may come to."""
    return {mark for flags in FLAGS for mark in _reached(program, flags, itertools.count())[0]}


def _reached(
    program: Program, flags: Sequence[bool], numbers: itertools.count[int], *, runs: bool = True
) -> tuple[list[str], bool]:
    """The marks, and whether the run goes on behind it. What is not run is counted all the same."""
    found: list[str] = []
    for each in program:
        match each:
            case Mark():
                name = f"mark_{next(numbers)}"
                found += [name] if runs else []
            case Leave():
                runs = False
            case If(condition=condition, then=then, otherwise=otherwise):
                holds = CONDITIONS[condition](flags)
                ends = []
                for body, taken in ((then, holds), (otherwise or (), not holds)):
                    inner, goes_on = _reached(body, flags, numbers, runs=runs and taken)
                    found += inner
                    ends += [goes_on] if taken else []
                runs = runs and all(ends)
    return found, runs


class Skipped(Exception):
    pass


def run(code: str, flags: Sequence[bool]) -> list[str] | None:
    """What the test of a Python module does, with the mode ``local``; None: there is no test in it any more."""
    done: list[str] = []
    pytest = types.SimpleNamespace(mark=types.SimpleNamespace(integration=None), skip=mock.Mock(side_effect=Skipped))
    names = {"do": lambda name: not done.append(name), "flag": lambda number: done.append(f"flag {number}") or flags[number]}
    with mock.patch.dict(os.environ, INTEGRATION_MODE="local"), mock.patch.dict("sys.modules", pytest=pytest):
        exec(compile(code, "made_up", "exec"), names)
        test = names.get("test_made_up")
        if test is None:
            return None
        with contextlib.suppress(Skipped):
            test()
    return done
