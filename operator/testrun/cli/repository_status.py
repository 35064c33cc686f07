"""``ameide status``: the state of a repository's tests, package by package, and of what its deployments are checked with."""

from __future__ import annotations

import dataclasses
import pathlib

import click

from testrun.cli import command, inventoried, last_run, manifests, screen, status_view
from testrun.cli.command import Problem
from testrun.core.text import one_line
from testrun.inventory import findings, history, smokes, status
from testrun.inventory.status import Results, Status

MARKDOWN, PAGE, HISTORY = "status.md", "status.html", "history.jsonl"


@click.command("status")
@click.argument("path", type=click.Path(path_type=pathlib.Path), default=".")
@click.option("--markdown", is_flag=True, help="Print Markdown.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--html", metavar="FILE", type=click.Path(dir_okay=False, path_type=pathlib.Path), help="Write the page to FILE.")
@click.option("--write", is_flag=True, help="Record the state, and write the copy that is committed.  [docs/status/]")
@click.option("--check", is_flag=True, help="Fail when the committed copy is not what --write would write.")
@click.pass_context
def repository_status(
    ctx: click.Context, path: pathlib.Path, markdown: bool, as_json: bool, html: pathlib.Path | None, write: bool, check: bool
) -> int:  # fmt: skip
    """Show the state of the tests of the repository PATH.

    A row for each service and package: the phases that it has tests in, tests by tier, tests that no phase runs, what is left of
    the old way to run tests, who writes JUnit, a folder of mocks, how the last run ended, and how urgent it is. Then hook Jobs
    and TestRuns among the manifests, by wave and application, with what each proves. Nothing is run.

    --write keeps docs/status/: status.md, status.html with trends, history.jsonl. --check, in CI, fails when they are stale.
    (`ameide testrun status` is about runs in a cluster.)

    \b
    ameide status
    ameide status --write
    ameide status --check
    ameide status --json | jq '.packages[] | select(.state != "compliant") | .folder'
    """
    if sum((markdown, as_json, write, check)) > 1:
        raise click.UsageError("--markdown, --json, --write and --check exclude each other", ctx)
    looked = inventoried.look(path)
    folder = looked.here.root / looked.here.config.status.folder
    last = _last_run(looked)
    told, helm_missing = _told(looked, last, _recorded(folder / HISTORY))
    if check:
        return _check(told, folder, looked.here.root, helm_missing=helm_missing)
    if write:
        return _write(told, folder, looked, helm_missing=helm_missing)
    if html is not None:
        from testrun.cli import status_page

        _put(html, status_page.page(told))
    if as_json:
        screen.out_json(status_view.for_machines(told))
    else:
        screen.out(status_view.markdown(told) if markdown else status_view.screen(told))
        if told.status.findings and not markdown:
            command.hint("ameide status --markdown lists the findings, and what to do about each")
        if last.revision not in ("", looked.here.repository.revision.name):
            command.note("the last run was of another revision: the repository has changed since")
    return command.PASSED


def _last_run(looked: inventoried.Inventoried) -> last_run.LastRun:
    packages = looked.inventory.packages
    browser = {each.folder for each in packages if "playwright" in each.tools}
    return last_run.read(looked.here.artifacts, {each.folder for each in packages}, browser)


def _told(
    looked: inventoried.Inventoried, last: last_run.LastRun, recorded: tuple[history.Record, ...]
) -> tuple[status_view.Told, bool]:  # fmt: skip
    """What there is to show, and whether a chart could not be rendered for want of helm."""
    found = manifests.find(looked.here, looked.files)
    told = status_view.Told(
        status=_status(looked, last.results), smokes=smokes.find(found.manifests), not_rendered=found.not_rendered,
        history=recorded,
    )  # fmt: skip
    return told, found.helm_missing


def _status(looked: inventoried.Inventoried, results: Results) -> Status:
    here, read = looked.here, looked.here.repository.read
    told = findings.find(looked.files, looked.discovered, read, looked.inventory)
    flows = looked.gaps(inventoried.today()).workflows or ()
    paths = [each.path for each in looked.files]
    return status.build(looked.inventory, told, paths, read, results, flows, here.config.status.priorities)


def _copy(told: status_view.Told) -> dict[str, str]:
    """The files that are committed. How tests ended is as it was recorded: the copy must be the same for everybody."""
    from testrun.cli import status_page

    recorded = told.history[-1].results if told.history else {}
    rows = tuple(dataclasses.replace(row, results=recorded.get(row.package.folder, {})) for row in told.status.rows)
    same = dataclasses.replace(told, status=dataclasses.replace(told.status, rows=rows))
    return {MARKDOWN: "\n".join([*status_view.markdown(same), ""]), PAGE: status_page.page(same)}


def _write(told: status_view.Told, folder: pathlib.Path, looked: inventoried.Inventoried, *, helm_missing: bool) -> int:
    _want_helm(told, helm_missing=helm_missing)
    before = told.history[-1] if told.history else None
    new = history.of(told.status, inventoried.today(), looked.here.repository.revision.short)
    if before is not None and not new.results:  # no run is at hand: what is known of the last one stays
        new = dataclasses.replace(new, results=before.results)
    kept = history.with_record(told.history, new)
    _put(folder / HISTORY, history.written(kept))
    for name, content in _copy(dataclasses.replace(told, history=kept)).items():
        _put(folder / name, content)
    for name in (MARKDOWN, PAGE, HISTORY):
        screen.out([(folder / name).relative_to(looked.here.root).as_posix()])
    return command.PASSED


def _check(told: status_view.Told, folder: pathlib.Path, root: pathlib.Path, *, helm_missing: bool) -> int:
    _want_helm(told, helm_missing=helm_missing)
    stale = []
    for name, content in _copy(told).items():
        try:
            same = (folder / name).read_text(encoding="utf-8") == content
        except (OSError, UnicodeDecodeError):
            same = False
        if not same:
            stale.append((folder / name).relative_to(root).as_posix())
    for each in stale:
        command.note(f"{each} is stale")
    if stale:
        command.hint("ameide status --write, and commit what it writes")
    return command.FAILED if stale else command.PASSED


def _want_helm(told: status_view.Told, *, helm_missing: bool) -> None:
    """The copy must not depend on who writes it."""
    if helm_missing:
        raise Problem(
            f"helm is not here, which renders {told.not_rendered[0].partition(':')[0]}", "install helm, or exclude the chart"
        )


def _recorded(path: pathlib.Path) -> tuple[history.Record, ...]:
    try:
        return history.parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError, history.BadHistory) as error:
        raise Problem(f"{path} cannot be read: {one_line(str(error))}", "mend it, or delete it and begin anew") from error


def _put(path: pathlib.Path, content: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise Problem(f"{path} cannot be written: {error.strerror or error}") from error
