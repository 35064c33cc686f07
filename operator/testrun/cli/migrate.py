"""``ameide migrate``: a repository from modes and pack scripts to phases: a plan, its patches, and its tests before and after."""

from __future__ import annotations

import pathlib
from collections.abc import Sequence

import click

from testrun.cli import command, here, migrate_files, migrate_view, screen
from testrun.cli.command import Problem
from testrun.local import discovery
from testrun.local.rules import source
from testrun.migrate import planning, table
from testrun.migrate.planning import Planned
from testrun.migrate.steps import modes
from testrun.migrate.tree import Tree


@click.command()
@click.argument("path", type=click.Path(path_type=pathlib.Path), default=".")
@click.option("--step", type=click.Choice(table.NAMES), help="This step only.")
@click.option("--dry-run", is_flag=True, help="Print the patches; write nothing.")
@click.option("--apply", "apply_", is_flag=True, help="Write them, on a clean git tree, and run the tests before and after.")
@click.option(
    "--verify/--no-verify",
    default=True,
    help="With --apply: run the tests of phases 1 and 2 before and after.  [default: verify]",
)
@click.option(
    "--e2e",
    metavar="DIR",
    default="",
    help="Folder of the Playwright project for what ran in a cluster.  [default: the only one]",
)
@click.option("--json", "as_json", is_flag=True, help="Print the plan (with --dry-run also the patches) as JSON.")
@click.pass_context
def migrate(
    ctx: click.Context, path: pathlib.Path, step: str | None, dry_run: bool, apply_: bool, verify: bool, e2e: str, as_json: bool
) -> int:
    """Carry the repository PATH from INTEGRATION_MODE and pack scripts to phases.

    Without options: the plan, with what each step does, why, its risk, and what is left to you. Steps find their work in the
    files themselves: stop after any of them, go on any time, and what is done is not done again. What a step cannot do for sure
    it leaves, and says where.

    \b
    build-tags      //go:build integration for Go tests with two modes
    folders         Jest tests into __tests__/unit/ and __tests__/integration/
    markers         @pytest.mark.integration; strict, registered markers
    modes           the mocked side stays, the cluster's becomes a red test of phase 3
    runner-scripts  run_integration_tests.sh, and what calls it
    helpers         tools/integration-runner/
    settings        INTEGRATION_MODE in Helm, CI, compose, env files
    docs            commands in documents

    --apply runs the tests of phases 1 and 2, writes, and runs them again: what passed before has to pass still.

    Exit codes: 0 done (or nothing to do), 1 a test that passed before does not pass any more, 2 could not run: the tree is not
    clean, steps before this one are not done, no test passed before.

    \b
    ameide migrate                                    the plan
    ameide migrate --dry-run --step modes             one patch
    ameide migrate --apply --step build-tags          one step; look at it, commit it, go on
    ameide migrate --apply                            all steps at once
    """
    if dry_run and apply_:
        raise click.UsageError("--dry-run and --apply exclude each other", ctx)
    place = here.look(path)
    plan = planning.plan(_tree(place, e2e))
    chosen = [each for each in plan if step in (None, each.step.name)]
    if apply_:
        return _apply(place, plan, chosen, verify=verify, as_json=as_json)
    if as_json:
        screen.out_json(migrate_view.for_machines(chosen, diffs=dry_run))
    elif dry_run:
        for each in chosen:
            click.echo("".join(planning.diff(each)), nl=False)
            migrate_view.tell_todos(each.patch.todos)
    else:
        screen.out(migrate_view.plan(chosen))
        if any(each.patch.changes for each in chosen):
            command.hint("ameide migrate --dry-run shows the patches, --apply writes them")
    return command.PASSED


def _tree(place: here.Here, e2e: str) -> Tree:
    files = {each.path: each for each in source.on_disk(str(place.root), place.repository.files)}
    folder = e2e.strip("/").removeprefix("./")
    if folder and not any(discovery.below(each, folder) for each in files):
        raise Problem(f"--e2e names {e2e}, which is no folder of the repository with files in it")

    def load(path: str) -> bytes | None:
        return files[path].text() if path in files else None

    return Tree(on_disk=tuple(files), load=load, chosen=place.config.chosen, exclude=place.config.exclude, e2e=folder)


def _apply(place: here.Here, plan: Sequence[Planned], chosen: Sequence[Planned], *, verify: bool, as_json: bool) -> int:
    changing = [each for each in chosen if each.patch.changes]
    told = None
    if changing:
        _check_clean(place)
        _check_order(plan, changing[0])
        # Sorted into their phases, more tests are run than before: so that these can be compared, too, it goes in two parts.
        at = table.NAMES.index(modes.STEP.name)
        sorting = [each for each in changing if table.NAMES.index(each.step.name) < at]
        parts = [part for part in (sorting, changing[len(sorting) :]) if part]
        if verify:
            from testrun.cli import migrate_verify

            told = migrate_verify.around(place.root, parts, lambda each: migrate_files.write(place.root, each.patch.changes))
        else:
            for each in changing:
                migrate_files.write(place.root, each.patch.changes)
    if as_json:
        screen.out_json(migrate_view.for_machines(chosen, diffs=False, applied=True, verified=told))
    else:
        screen.out(migrate_view.applied(chosen))
    if told is not None:
        migrate_view.tell_verified(told)
    return command.FAILED if told is not None and told.lost else command.PASSED


def _check_clean(place: here.Here) -> None:
    revision = place.repository.revision
    if not revision.commit:
        raise Problem(
            "this is no git checkout with a commit: what is written could not be told from what was there",
            "git init, git add --all, git commit",
        )
    if revision.changes:
        raise Problem(
            "the tree has changes that are not committed: nothing was written",
            "commit them (or `git stash --include-untracked`), so that what is written can be looked at, and taken back, alone",
        )


def _check_order(plan: Sequence[Planned], first: Planned) -> None:
    earlier = [each for each in plan[: plan.index(first)] if each.patch.changes]
    if earlier:
        name = earlier[0].step.name
        raise Problem(
            f"{first.step.name} comes after {name}, which is not done: nothing was written",
            f"ameide migrate --apply --step {name}",
        )
