"""What ran in a cluster, as a test of phase 3 that is red until somebody writes it. Pure."""

from __future__ import annotations

import posixpath
import re
import textwrap
from collections.abc import Sequence

from testrun.core.phases import Phase
from testrun.migrate import dual
from testrun.migrate.folding.meaning import VARIABLE
from testrun.migrate.model import Change
from testrun.migrate.tree import Tree
from testrun.scaffold import plans

_MOST_LINES = 150
_OLD_WORDS = re.compile(rf"{VARIABLE}|{re.escape(dual.PACK)}|{dual.RUNNER}?")
_AFFIXES = re.compile(r"(?:^|_)(?:test|tests|spec|integration)(?=_|$)")


def stub(tree: Tree, path: str, tests: Sequence[str], dropped: Sequence[str]) -> Change:
    """For a file of which the cluster's side is taken away. Raises `CannotScaffold`."""
    planned = plans.plan(tree.for_scaffold, Phase.E2E, "ts", name(path), tree.e2e or ".")
    told = [f"From {path}, which ran this in a cluster as well. Write it anew, as a user would see it:"]
    told += ["", *(f"- {each}" for each in tests)] if tests else []
    told += ["", *_lines(dropped)]
    comment = "".join(f"// {line}".rstrip() + "\n" for line in told)
    at = planned.content.index("test(")
    return Change(path=planned.path, content=(planned.content[:at] + comment + planned.content[at:]).encode())


def name(path: str) -> str:
    """``services/cart/total_test.go`` is ``cart total in the cluster``."""
    folder, file = posixpath.split(path)
    parts = [each for each in folder.split("/") if each not in ("", "__tests__", "integration", "unit", "test", "tests", "src")]
    stem = _AFFIXES.sub("", re.sub(r"\W+", "_", file.split(".")[0])).strip("_")
    words = re.sub(r"[^A-Za-z0-9]+", " ", " ".join([*parts[-1:], *([stem] if stem not in parts[-1:] else [])])).strip()
    return f"{words[:60].strip()} in the cluster".strip()


def _lines(dropped: Sequence[str]) -> list[str]:
    """The code, without the words that phase 0 looks for."""
    texts = (_OLD_WORDS.sub("…", textwrap.dedent(text.replace("\t", "    "))).strip("\n") for text in dropped)
    lines = [line for text in texts for line in [*text.splitlines(), ""]][:-1]
    more = len(lines) - _MOST_LINES
    return lines[:_MOST_LINES] + ([f"… and {more} lines more: see the file's history"] if more > 0 else [])
