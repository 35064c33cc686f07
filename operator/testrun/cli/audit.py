"""``ameide audit``: what the tests of a repository are worth, told from their sources."""

from __future__ import annotations

import json
import os
import pathlib
from collections.abc import Mapping
from typing import Any

import click

import testrun
from testrun.cli import command
from testrun.cli.command import Problem

_FOLDER = "docs/audits"
_LEVELS = ("critical", "major", "minor", "never")


@click.command()
@click.argument("path", type=click.Path(path_type=pathlib.Path), default=".")
@click.option("--list", "listed", is_flag=True, help="List the scanners and their rules; look at nothing.")
@click.option("--only", multiple=True, metavar="SCANNER", help="Run this scanner only; may be repeated.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON on stdout.")
@click.option("--sarif", metavar="FILE", type=click.Path(path_type=pathlib.Path), help="Write SARIF 2.1.0 to this file.")
@click.option("--report", is_flag=True, help=f"Write {_FOLDER}/NAME-DATE.md, and a line to {_FOLDER}/history.jsonl.")
@click.option("--name", metavar="NAME", help="What the report is called.  [default: test-audit]")
@click.option(
    "--baseline", metavar="FILE", type=click.Path(path_type=pathlib.Path), help="Tell only what this file does not know."
)
@click.option(
    "--write-baseline", metavar="FILE", type=click.Path(path_type=pathlib.Path), help="Write all that is found to this file."
)
@click.option(
    "--fail-on", type=click.Choice(_LEVELS), help="The mildest finding that makes the exit code 1.  [default: critical]"
)
@click.option(
    "--show", type=click.IntRange(min=0), default=20, show_default=True, metavar="N", help="How many findings to print."
)
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="How many processes read files.  [default: CPUs]")
@click.option("--no-cache", is_flag=True, help="Look at every file again.")
@click.pass_context
def audit(
    ctx: click.Context, path: pathlib.Path, listed: bool, only: tuple[str, ...], as_json: bool, sarif: pathlib.Path | None,
    report: bool, name: str | None, baseline: pathlib.Path | None, write_baseline: pathlib.Path | None, fail_on: str | None,
    show: int, jobs: int | None, no_cache: bool,
) -> int:  # fmt: skip
    """Look through the tests of the repository PATH and tell what they are worth.

    Reads Python, TypeScript, JavaScript and Go; starts nothing but git, and needs no network. What each rule means, with
    examples, and how to let a finding pass for a while, is in docs/audit.md; [audit] in ameide.toml adjusts it.

    Exit codes: 0 nothing as bad as --fail-on, 1 something is, 2 could not run.

    \b
    ameide audit                                     the worst findings, here
    ameide audit --only assertion-strength --show 100
    ameide audit --report                            docs/audits/test-audit-2026-11-26.md
    ameide audit --write-baseline audit.json         accept what is there today ...
    ameide audit --baseline audit.json --fail-on major    ... and nothing that is new
    """
    from testrun.audit import baseline as known
    from testrun.audit import engine, outcome, records
    from testrun.audit import report as reports
    from testrun.audit import sarif as sarifs
    from testrun.audit.finding import Severity
    from testrun.cli import audit_view, screen
    from testrun.local import config, environment, repository
    from testrun.local.rules import allowlist

    try:
        chosen = engine.choose(only)
    except KeyError as error:
        raise click.UsageError(
            f"there is no scanner {error.args[0]}: it is one of {', '.join(each.name for each in engine.choose(()))}", ctx
        ) from error
    if listed:
        screen.out(audit_view.listed(chosen))
        return command.PASSED

    surroundings = environment.current()
    try:
        there = repository.read(path, surroundings)
        settings, file = config.load(there.root)
        before = known.read(baseline) if baseline is not None else None
    except repository.NoRepository as error:
        raise Problem(str(error), "name the folder of a repository: ameide audit PATH") from error
    except config.BadConfig as error:
        raise Problem(str(error)) from error
    except known.BadBaseline as error:
        raise Problem(str(error), "write one: ameide audit --write-baseline FILE") from error

    exclude = [*settings.exclude, *settings.audit.exclude]
    paths = [each for each in there.files if not any(allowlist.matches(glob, each) for glob in exclude)]
    cache = records.Cache(None if no_cache else records.place(there.root, surroundings))
    with audit_view.progress(quiet=as_json) as tell:
        seen = engine.audit(there.root, paths, chosen, cache=cache, jobs=jobs or os.cpu_count() or 1, progress=tell)
    now = command.now()
    found = outcome.judge(
        seen, chosen,
        outcome.Settings(
            severities=_severities(settings.audit.severity, outcome.RULE_NAMES), allow=settings.audit.allow,
            config=file or config.FILE,
        ),
        today=now.date(), baseline=before,
    )  # fmt: skip

    revision = there.revision.name
    called = name or settings.audit.name
    if sarif is not None:
        _write(sarif, json.dumps(sarifs.of(found, version=testrun.__version__), indent=1) + "\n")
    if write_baseline is not None:
        _attempt(lambda: known.write(write_baseline, found.findings))
    if as_json:
        screen.out_json(outcome.for_machines(found, revision=revision, date=now.date()))
    else:
        screen.out(audit_view.summary(found, most=show))
    if report:
        place = _attempt(lambda: reports.write(there.root / _FOLDER, found, name=called, revision=revision, now=now))
        command.note(f"report: {os.path.relpath(place)}")
    at = fail_on or settings.audit.fail_on
    return command.FAILED if found.fails(None if at == "never" else Severity(at)) else command.PASSED


def _severities(told: Mapping[str, str], rules: tuple[str, ...]) -> dict[str, Any]:
    from testrun.audit.finding import Severity

    known = {*rules, *(each.partition("/")[0] for each in rules)}
    for each in told:
        if each not in known:
            raise Problem(f"audit.severity names a rule that there is not: {each}", "ameide audit --list")
    return {rule: None if word == "off" else Severity(word) for rule, word in told.items()}


def _write(place: pathlib.Path, content: str) -> None:
    def write() -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content, encoding="utf-8")

    _attempt(write)


def _attempt(work: Any) -> Any:
    try:
        return work()
    except OSError as error:
        raise Problem(f"{error.filename or 'a file'} cannot be written: {error.strerror or error}") from error
