"""Whether a repository may be promoted: each demand as a test case. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from testrun.core import model, text
from testrun.core.globs import matches
from testrun.core.phases import Phase
from testrun.inventory.gaps import Coverage, Gaps, Progress, State
from testrun.local.config import Gate

PROJECT = "gate"
_SCAFFOLD = "make one with `ameide scaffold integration`"


def judge(gaps: Gaps, gate: Gate, *, workflows_file: str) -> list[model.Case]:
    """Failed is what stands in the way; skipped what is noted and does not."""
    return [
        _repository(gaps),
        *_packages(gaps, gate.packages),
        *_workflows(gaps, gate.priorities, workflows_file),
        *(_target(each) for each in gaps.progress),
    ]


def _repository(gaps: Gaps) -> model.Case:
    count = sum(each.in_phase(Phase.INTEGRATION) for each in gaps.inventory.packages)
    title = ("integration tests", "the repository has some")
    return _passed(title, text.plural(count, "test")) if count else _failed(title, f"there is no integration test: {_SCAFFOLD}")


def _packages(gaps: Gaps, globs: Sequence[str]) -> Iterator[model.Case]:
    for glob in globs:
        meant = [each for each in gaps.inventory.packages if matches(each.folder, [glob])]
        if not meant:
            yield _failed(("integration tests", glob), f"no package is called {glob}: correct packages under [gate]")
        for each in meant:
            count = each.in_phase(Phase.INTEGRATION)
            title = ("integration tests", each.folder)
            yield (
                _passed(title, text.plural(count, "test"))
                if count
                else _failed(title, f"{each.folder} has no integration test: {_SCAFFOLD} --dir {each.folder}")
            )


def _workflows(gaps: Gaps, priorities: Sequence[str], file: str) -> Iterator[model.Case]:
    if gaps.workflows is None:
        yield _noted(("workflows", "declared"), f"there is no {file}: nothing says which workflows are critical")
    for each in gaps.workflows or ():
        yield _workflow(each, each.workflow.priority in priorities)


def _workflow(each: Coverage, demanded: bool) -> model.Case:
    title = ("workflows", each.workflow.name)
    if not each.missing:
        return _passed(title, ", ".join(each.files))
    lacking = f"{each.workflow.priority} {each.workflow.name} has no {text.listed(list(each.missing))} test"
    through = f", through {' → '.join(each.workflow.components)}" if each.workflow.components else ""
    what = f"{lacking}{through} (effort: {each.effort})"
    name = each.workflow.tests[0] if each.workflow.tests else each.workflow.name
    advice = f"write one that is called like it, or is meant by `tests` ({name})"
    return _failed(title, f"{what}: {advice}") if demanded else _noted(title, what)


def _target(each: Progress) -> model.Case:
    title = ("targets", f"{each.name} ≥ {each.want} {each.unit}")
    told = f"{each.have} of {each.want} {each.unit}"
    due = f"was due {each.target.by}" if each.target.by is not None else "is due"
    if each.state is State.OVERDUE:
        return _failed(title, f"{each.name}: {told}, which {due}: write them, or set another day in [[gaps.targets]]")
    return _passed(title, told) if each.state is State.REACHED else _noted(title, f"{told}, due {each.target.by}")


def _passed(title: tuple[str, str], note: str) -> model.Case:
    attempt = model.Attempt(retry=0, status=str(model.CaseStatus.PASSED), duration=0, output=note)
    return model.Case(shard=0, file="", project=PROJECT, title=title, status=model.CaseStatus.PASSED, attempts=(attempt,))


def _failed(title: tuple[str, str], message: str) -> model.Case:
    return model.Case(
        shard=0,
        file="",
        project=PROJECT,
        title=title,
        status=model.CaseStatus.FAILED,
        message=message,
        details=message,
        kind="Gap",
    )


def _noted(title: tuple[str, str], message: str) -> model.Case:
    return model.Case(shard=0, file="", project=PROJECT, title=title, status=model.CaseStatus.SKIPPED, message=message)
