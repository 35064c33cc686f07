"""``ameide scaffold``: a new test, in the right place, and red."""

from __future__ import annotations

import pathlib

import click

from testrun.cli import command, here, screen, text
from testrun.cli.command import Problem
from testrun.core.phases import Phase
from testrun.scaffold import plans
from testrun.scaffold.plan import CannotScaffold, Planned, Tree


@click.command()
@click.argument("kind", type=click.Choice([str(Phase.UNIT), str(Phase.INTEGRATION), str(Phase.E2E)]))
@click.argument("name")
@click.option("--lang", type=click.Choice(list(plans.TOOLS)), help="Language of the test; e2e is always ts.")
@click.option(
    "--dir", "folder", metavar="DIR", default=".", type=click.Path(exists=True, file_okay=False, path_type=pathlib.Path),
    help="Folder of the package that it is for.  [default: this one]",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Show the test and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print what was made as JSON.")
@click.pass_context
def scaffold(
    ctx: click.Context, kind: str, name: str, lang: str | None, folder: pathlib.Path, dry_run: bool, as_json: bool
) -> int:
    """Make a new test NAME that is red until somebody implements it.

    \b
    unit         phase 1: go test, __tests__/unit/, pytest
    integration  phase 2: //go:build integration, __tests__/integration/, @pytest.mark.integration
    e2e          phase 3: Playwright, where a playwright.config.* is

    It stands where the package's tests are and runs in exactly that phase, where it fails and says what to implement. Nothing is
    ever overwritten. Run in the package's folder, or name that with --dir; a folder above the only such package will do.

    \b
    ameide scaffold unit --lang go "cart total" --dir services/cart
    ameide scaffold integration --lang python checkout
    ameide scaffold e2e checkout --dry-run
    """
    phase = Phase(kind)
    if lang is None and phase is not Phase.E2E:
        raise click.UsageError(f"--lang is missing: {', '.join(plans.TOOLS)}", ctx)
    at = folder.resolve()
    place = here.look(here.top(at))
    tree = Tree(
        files=place.repository.files, read=place.repository.read, chosen=place.config.chosen, exclude=place.config.exclude
    )
    try:
        planned = plans.plan(tree, phase, lang or "ts", name, at.relative_to(place.root).as_posix())
    except CannotScaffold as error:
        raise Problem(str(error), error.hint) from error
    if not dry_run:
        _write(place.root, planned)
    _tell(planned, written=not dry_run, as_json=as_json)
    return command.PASSED


def _write(root: pathlib.Path, planned: Planned) -> None:
    """Only where nothing is, also nothing that git ignores."""
    target = root / planned.path
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if root not in target.parent.resolve().parents and target.parent.resolve() != root:
            raise Problem(f"{planned.path} leads out of the repository: nothing was written")
        with target.open("x", encoding="utf-8") as file:
            file.write(planned.content)
    except FileExistsError:
        raise Problem(f"{planned.path} is there already: nothing was written", "choose another name") from None
    except OSError as error:
        raise Problem(f"{planned.path} cannot be written: {error.strerror or error}") from error


def _tell(planned: Planned, *, written: bool, as_json: bool) -> None:
    run = f"ameide dev inner-loop-test --phase {planned.phase}" + (" --e2e local" if planned.phase is Phase.E2E else "")
    if as_json:
        screen.out_json({
            "path": planned.path, "phase": str(planned.phase), "test": planned.test, "written": written, "run": run,
            "notes": list(planned.notes), "content": planned.content,
        })  # fmt: skip
        return
    screen.out([text.clean(planned.path, 4000)])
    if not written:
        click.echo(f"\n{planned.content}", nl=False)
        return
    for note in planned.notes:
        command.note(f"note: {note}")
    command.note(f"{planned.test} is red in phase {planned.phase.number} ({planned.phase}) until it is implemented")
    command.hint(f"{run}, at the top of the repository")
