"""``ameide dev inner-loop-test``: the four phases of a repository's tests, in one command."""

from __future__ import annotations

import pathlib

import click
from click.core import ParameterSource

from testrun.cli import command, place
from testrun.cli.command import Problem
from testrun.core import phases
from testrun.core.phases import Phase
from testrun.local import environment, repository

THE_REST = "testrun.cli.four_phases"
"""Loaded while git and the launcher answer: it takes longer than they do."""
RESULTS = tuple(
    f"testrun.{each}" for each in ("core.model", "core.cases", "core.outcomes", "core.ledger", "junit.writer", "local.results")
)
"""What results are made of: there are none before a tool is at work."""


class PhaseName(click.ParamType[Phase]):
    """A phase, by name or number."""

    name = "phase"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Phase:
        try:
            return value if isinstance(value, Phase) else phases.parse(str(value))
        except phases.UnknownPhase as error:
            self.fail(str(error), param, ctx)


@click.command("inner-loop-test")
@click.argument("path", type=click.Path(path_type=pathlib.Path), default=".")
@click.option(
    "--phase",
    "only",
    type=PhaseName(),
    multiple=True,
    metavar="PHASE",
    help="Run this phase only: 0-3 or its name; may be repeated.",
)
@click.option(
    "--until",
    type=PhaseName(),
    metavar="PHASE",
    help="Stop after this phase, also of those that --phase names; `--until 3` demands a cluster.",
)
@click.option("--artifacts", metavar="DIR", help="Folder for the evidence of runs.  [default: artifacts]")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="How many tools work at once.  [default: CPUs, at least 2]")
@click.option("--explain", is_flag=True, help="Show what was discovered in the repository, and why; run nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON on stdout (progress stays on stderr).")
@click.option(
    "--testrun",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False),
    help="TestRun manifest of phase 3.  [default: testrun.yaml beside the Playwright config]",
)
@click.option("--image", metavar="IMAGE", help="Image of phase 3, in place of the manifest's.")
@click.option(
    "--e2e",
    type=click.Choice(["cluster", "local"]),
    default="cluster",
    show_default=True,
    help="Where phase 3 runs: in pods of the cluster, or Playwright on this machine.",
)
@click.option("--connect", is_flag=True, help="Connect Telepresence for phase 3; what this made is ended again.")
@place.target_options
@place.server_options
@click.pass_context
def inner_loop_test(
    ctx: click.Context, path: pathlib.Path, only: tuple[Phase, ...], until: Phase | None, artifacts: str | None, jobs: int | None,
    explain: bool, as_json: bool, testrun: str | None, image: str | None, e2e: str, connect: bool, target: place.Target,
    where: place.Where,
) -> int:  # fmt: skip
    """Run the tests of the repository PATH in four phases, strictly in order; a red phase ends the run.

    \b
    0 policy       no legacy test surface; every tool finds its tests; every test has a phase
    1 unit         go test, Jest, pytest: what is not marked as integration
    2 integration  the same tools: //go:build integration, __tests__/integration/, @pytest.mark.integration
    3 e2e          Playwright in the cluster, as a TestRun that carries the evidence of 0-2; with --e2e local, here

    Phases 1 and 2 run without a network beyond loopback and without a way to a cluster; a test that tries is an error that names
    it. Without a cluster at hand the run ends after phase 2 and says how to go on; --phase 3, --until 3, --context or
    --kubeconfig demands one.

    Before phase 3 the Telepresence and Tilt of this machine are asked, if the TestRun's preflight or ameide.toml names them; with
    --connect Telepresence is connected first. One that is not ready ends the run as NotReady.

    Every phase leaves artifacts/<run>/phase-<n>/junit.xml, whatever happens; artifacts/latest is the newest run.

    Exit codes: 0 all phases that ran passed, 1 tests or checks failed, 2 could not run (a tool is missing, a test tried to reach
    the network, no test was found, ...), 130 Ctrl-C, 143 SIGTERM, 129 SIGHUP.

    \b
    ameide dev inner-loop-test                        all phases, here
    ameide dev inner-loop-test --until 2              before a push
    ameide dev inner-loop-test --phase unit --json    one phase, for a machine
    ameide dev inner-loop-test --e2e local --connect  browser tests here, through Telepresence's tunnel
    ameide dev inner-loop-test --explain              what would be run, and why
    """
    asked = phases.asked_for(only, until)
    here = e2e == "local"
    named = any(ctx.get_parameter_source(each) is ParameterSource.COMMANDLINE for each in ("context", "kubeconfig"))
    demanded = named or here or connect or Phase.E2E in only or until is Phase.E2E
    if not asked:
        raise click.UsageError("--phase names only phases after --until", ctx)
    if (here or connect) and Phase.E2E not in asked:
        raise click.UsageError("--e2e local and --connect are for phase 3, which --phase or --until leaves out", ctx)

    surroundings = environment.current()
    try:
        look, probe = repository.look(path, surroundings), environment.probe(environment.scrubbed(surroundings))
    except repository.NoRepository as error:
        raise Problem(str(error), "name the folder of a repository: ameide dev inner-loop-test PATH") from error
    command.postpone(*RESULTS)
    command.load(THE_REST)
    from testrun.cli import four_phases

    at = four_phases.begin(path, surroundings, look, probe, artifacts=artifacts)
    if explain:
        four_phases.explain(at, as_json=as_json)
        return command.PASSED
    return four_phases.run(
        at, asked, jobs=jobs, as_json=as_json, demanded=demanded, here=here, connect=connect, manifest=testrun, image=image,
        target=target, where=where,
    )  # fmt: skip
