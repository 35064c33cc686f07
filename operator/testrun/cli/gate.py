"""``ameide gate``: may this be promoted? One exit code, and one JUnit file that says why not."""

from __future__ import annotations

import pathlib
from collections.abc import Sequence

import click
from rich.text import Text

from testrun.cli import command, inventoried, screen, text
from testrun.cli.command import Problem
from testrun.core import cases as core_cases
from testrun.core import model
from testrun.inventory import gate as core
from testrun.junit import writer
from testrun.local import evidence

_WORDS = {model.CaseStatus.PASSED: ("✓", "green"), model.CaseStatus.FAILED: ("✗", "red"), model.CaseStatus.SKIPPED: ("-", "dim")}


@click.command()
@click.argument("path", type=click.Path(path_type=pathlib.Path), default=".")
@click.option(
    "--junit", metavar="FILE", type=click.Path(dir_okay=False, path_type=pathlib.Path),
    help="Where the JUnit file goes.  [default: artifacts/gate/junit.xml]",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def gate(path: pathlib.Path, junit: pathlib.Path | None, as_json: bool) -> int:
    """Fail when the repository PATH lacks tests that it must have.

    There must be an integration test; one in each package that [gate] of ameide.toml names; the tests that each workflow of
    workflows.yaml needs, of the priorities that [gate] names (P1); and what targets wanted by a day that has passed. All else
    that is missing is noted. Tests are read from the sources and nothing is run: whether they pass is what the phases say.

    Exit codes: 0 nothing is missing, 1 something is, 2 could not look.

    \b
    ameide gate
    ameide gate --junit build/gate.xml
    ameide gate /src --junit /tmp/gate.xml      as a check of a TestRun: docs/gaps.md
    """
    looked = inventoried.look(path)
    found = looked.gaps(inventoried.today())
    cases = core.judge(found, looked.here.config.gate, workflows_file=looked.here.config.gaps.workflows)
    failed = [each for each in cases if each.status.red]
    written = _write(junit, looked.here.artifacts, looked.here.repository.revision.name, cases)
    if as_json:
        screen.out_json({"passed": not failed, "checks": [_for_machines(each) for each in cases]})
    else:
        screen.out(_line(each) for each in cases)
        screen.out(["", _verdict(failed, cases)])
        command.note(f"JUnit: {written}")
    return command.FAILED if failed else command.PASSED


def _line(case: model.Case) -> Text:
    mark, style = _WORDS[case.status]
    said = text.clean(case.message or (case.attempts[-1].output if case.attempts else ""))
    quiet = "" if case.status.red else "dim"
    return Text.assemble((f"{mark} ", style), text.clean(case.name, 200), (f"  {said}" if said else "", quiet))


def _verdict(failed: Sequence[model.Case], cases: Sequence[model.Case]) -> Text:
    if not failed:
        return Text("may be promoted", style="green")
    return Text(f"may not be promoted: {len(failed)} of {text.plural(len(cases), 'check')} failed", style="red")


def _for_machines(case: model.Case) -> dict[str, str]:
    return {"name": case.name, "result": str(case.status), "message": case.message}


def _write(junit: pathlib.Path | None, artifacts: pathlib.Path, revision: str, cases: Sequence[model.Case]) -> pathlib.Path:
    """Where the JUnit file is. Raises `Problem`."""
    heading = writer.Heading(
        name=f"gate {revision}".strip(), counts=core_cases.count(cases), duration=0, properties=(("revision", revision),)
    )
    try:
        if junit is None:
            evidence.make(artifacts)
            junit = artifacts / "gate" / "junit.xml"
        junit.parent.mkdir(parents=True, exist_ok=True)
        junit.write_bytes(writer.document(heading, cases))
        return junit
    except OSError as error:
        raise Problem(
            f"{junit or artifacts} cannot be written: {error.strerror or error}", "name another file: --junit FILE"
        ) from error
