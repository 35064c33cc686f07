"""Short commands: what they say, and why they say nothing."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from testrun.local import questions


def ask(folder: Path, *argv: str, timeout: float = 30) -> str:
    return questions.ask(argv, folder, environment={}, timeout=timeout)()


def test_what_it_prints_is_the_answer(tmp_path: Path):
    assert ask(tmp_path, sys.executable, "-c", "import os; print(os.getcwd())") == f"{tmp_path}\n"


@pytest.mark.parametrize(
    ("argv", "why"),
    [
        ((sys.executable, "-c", "import sys; sys.exit('no\\nmore')"), "no"),
        ((sys.executable, "-c", "raise SystemExit(3)"), "exit code 3"),
        (("no-such-program",), "no-such-program cannot be started: No such file or directory"),
    ],
)
def test_why_there_is_no_answer(tmp_path: Path, argv: tuple[str, ...], why: str):
    with pytest.raises(questions.NoAnswer) as caught:
        ask(tmp_path, *argv)
    assert str(caught.value) == why


def test_one_that_takes_too_long_is_ended(tmp_path: Path):
    with pytest.raises(questions.NoAnswer, match=r"took longer than 0\.5 s$"):
        ask(tmp_path, sys.executable, "-c", "import time; time.sleep(60)", timeout=0.5)


def test_all_work_at_the_same_time(tmp_path: Path):
    """Each waits for a file that another makes."""
    code = "import pathlib, sys\npathlib.Path(sys.argv[1]).touch()\nwhile not pathlib.Path(sys.argv[2]).exists(): pass"
    began = time.monotonic()
    asked = [
        questions.ask([sys.executable, "-c", code, *pair], tmp_path, environment={}, timeout=30)
        for pair in (("a", "b"), ("b", "a"))
    ]
    assert [each() for each in asked] == ["", ""]
    assert time.monotonic() - began < 30


def test_an_answer_that_fills_a_pipe_waits_for_its_reader(tmp_path: Path):
    asked = [questions.ask([sys.executable, "-c", "print('x' * 1000000)"], tmp_path, environment={}) for _ in range(2)]
    assert [len(each()) for each in asked] == [1000001, 1000001]
