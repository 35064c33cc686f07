"""``ameide gaps``: which tests there are, and which are missing."""

from __future__ import annotations

import pathlib

import click

from testrun.cli import command, gaps_view, inventoried, screen
from testrun.cli.command import Problem
from testrun.inventory import pyramid


@click.command()
@click.argument("path", type=click.Path(path_type=pathlib.Path), default=".")
@click.option(
    "--svg", metavar="FILE", type=click.Path(dir_okay=False, path_type=pathlib.Path), help="Draw the pyramid into FILE."
)
@click.option("--markdown", is_flag=True, help="Print tables in Markdown.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def gaps(ctx: click.Context, path: pathlib.Path, svg: pathlib.Path | None, markdown: bool, as_json: bool) -> int:
    """Count the tests of the repository PATH by tier, and say what is missing.

    Tests are read from the sources and nothing is run. The tiers are unit, golden, contract, integration and e2e; critical
    workflows are those of workflows.yaml, targets those of ameide.toml. docs/gaps.md says more. The exit code is 0 whatever is
    missing: `ameide gate` is what stops a pipeline.

    \b
    ameide gaps
    ameide gaps --markdown >> "$GITHUB_STEP_SUMMARY"
    ameide gaps --svg docs/pyramid.svg
    ameide gaps --json | jq '.workflows[] | select(.missing != [])'
    """
    if markdown and as_json:
        raise click.UsageError("--markdown and --json exclude each other", ctx)
    looked = inventoried.look(path)
    found = looked.gaps(inventoried.today())
    if svg is not None:
        try:
            svg.write_text(pyramid.svg(found.inventory.counts, "Tests by tier"), encoding="utf-8")
        except OSError as error:
            raise Problem(f"{svg} cannot be written: {error.strerror or error}") from error
    if as_json:
        screen.out_json(gaps_view.for_machines(found))
    else:
        screen.out(gaps_view.markdown(found) if markdown else gaps_view.screen(found))
    if found.workflows is None and not as_json:
        command.hint(f"no {looked.here.config.gaps.workflows} says which workflows are critical: docs/gaps.md has its schema")
    return command.PASSED
