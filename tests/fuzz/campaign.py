"""`make fuzz`: the tests of this folder, round after round with another seed, until a time is over or one of them fails."""

from __future__ import annotations

import argparse
import functools
import os
import pathlib
import secrets
import sys
import time
from typing import Any

import pytest

HERE = pathlib.Path(__file__).parent
TIMES = 2
"""So many times the examples of `make test-unit` in a round. Part of a replay: another number gives other examples."""


class Tally:
    """Counts the examples that are tried. A pytest plugin."""

    def __init__(self) -> None:
        self.examples = 0
        self._counting: list[Any] = []
        """Tests stay loaded from round to round; each is to count once."""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            tested: Any = getattr(getattr(item, "obj", None), "hypothesis", None)
            if tested is not None and tested.inner_test not in self._counting:
                tested.inner_test = self._counted(tested.inner_test)

    def _counted(self, test: Any) -> Any:
        @functools.wraps(test)
        def counted(*args: Any, **kwargs: Any) -> Any:
            self.examples += 1
            return test(*args, **kwargs)

        self._counting.append(counted)
        return counted


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=600, help="no round begins that would end later than this")
    options.add_argument(
        "--seed", type=int, default=secrets.randbelow(2**32), help="of the first round; the next has the next one"
    )
    options.add_argument("--rounds", type=int, default=None, help="at most; 1 replays a seed")
    asked = options.parse_args()
    os.environ["FUZZ_TIMES"] = str(TIMES)
    began, longest, rounds, tally = time.monotonic(), 0.0, 0, Tally()
    while rounds != asked.rounds and (not rounds or time.monotonic() - began + longest <= asked.seconds):
        seed, start = asked.seed + rounds, time.monotonic()
        code = pytest.main([str(HERE), "-q", "-x", "--no-header", f"--hypothesis-seed={seed}"], plugins=[tally])
        if code:
            print(f"after {tally.examples} examples; again: make fuzz FUZZ_ARGS='--seed {seed} --rounds 1'", flush=True)
            return int(code)
        rounds, longest = rounds + 1, max(longest, time.monotonic() - start)
        print(
            f"{tally.examples} examples in {time.monotonic() - began:.0f} s, seeds {asked.seed} to {seed}: nothing found",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
