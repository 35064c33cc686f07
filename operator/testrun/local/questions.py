"""Short commands that are asked something and answer while whoever asked goes on.

They are asked before most of the program is loaded, so this needs little: no event loop.
"""

from __future__ import annotations

import pathlib
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from testrun.core import text

SECONDS = 60.0


class NoAnswer(Exception):
    """Why: it is not there, it failed, it took too long. One line."""


def ask(
    argv: Sequence[str], folder: pathlib.Path, *, environment: Mapping[str, str], timeout: float = SECONDS
) -> Callable[[], str]:
    """Start a command. What comes back waits for its end, ``timeout`` seconds at most, and gives what it printed on stdout, or
    raises `NoAnswer`.
    """
    name = pathlib.Path(argv[0]).name
    try:
        process = subprocess.Popen(  # noqa: S603  # no shell, and words of our own
            list(argv), cwd=folder, env=dict(environment), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )  # fmt: skip
    except OSError as error:
        problem = f"{name} cannot be started: {error.strerror or error}"

        def refuse() -> str:
            raise NoAnswer(problem)

        return refuse

    def answer() -> str:
        try:
            out, complaint = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired as error:
            raise NoAnswer(f"{name} took longer than {timeout:g} s") from error
        finally:
            if process.returncode is None:
                process.kill()
                process.communicate()
        if process.returncode != 0:
            raise NoAnswer(text.first_line(complaint.decode(errors="replace")) or f"exit code {process.returncode}")
        return out.decode("utf-8", "surrogateescape")

    return answer


def answers(asked: Iterable[Callable[[], str]]) -> Iterator[str | NoAnswer]:
    """All answers, also those that are none: nothing is left at work."""
    for each in asked:
        try:
            yield each()
        except NoAnswer as error:
            yield error
