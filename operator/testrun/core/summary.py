"""The few lines of a result that fit into ``status``: bounded, and safe to print in a terminal. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from testrun.core import model, text

_NAME_LENGTH = 300
_MESSAGE_LENGTH = 500


def red_first(cases: Iterable[model.Case]) -> list[model.Case]:
    """The failed and errored cases in the order given, then those of them that were never reached, which would hide the others,
    then all else.
    """
    return sorted(cases, key=lambda case: (not case.status.red, not case.reached))


def red(cases: Iterable[model.Case]) -> list[model.Case]:
    """Those of `red_first` that failed or errored."""
    return red_first(case for case in cases if case.status.red)


def failures(cases: Iterable[model.Case], limit: int = model.FAILURES_IN_STATUS) -> tuple[model.Failure, ...]:
    """The first ``limit`` of `red`."""
    return tuple(_failure(case) for case in red(cases)[:limit])


def _failure(case: model.Case) -> model.Failure:
    return model.Failure(
        name=text.one_line(case.name, _NAME_LENGTH),
        file=text.one_line(case.file, _NAME_LENGTH),
        project=text.one_line(case.project, _NAME_LENGTH),
        shard=case.shard,
        message=text.cut(text.printable(case.message[: 2 * _MESSAGE_LENGTH]).strip(), _MESSAGE_LENGTH),
        trace=next(_traces(case), ""),
    )


def _traces(case: model.Case) -> Iterator[str]:
    """Paths of what shows a failure best, the best first: the last attempt's trace, else its first screenshot."""
    kept = [each for attempt in reversed(case.attempts) for each in attempt.attachments if each.path is not None]
    yield from (each.path for each in kept if each.name == "trace" and each.path)
    yield from (each.path for each in kept if each.content_type.startswith("image/") and each.path)
