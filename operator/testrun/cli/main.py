"""The programs `ameide` and `kubectl-testrun`: tables of commands, and nothing else."""

from __future__ import annotations

from testrun.cli import command

TESTRUN = {
    "submit": ("testrun.cli.submit:submit", "Create a TestRun from a file or from options."),
    "wait": ("testrun.cli.wait:wait", "Follow a run to its end; the exit code is its verdict."),
    "status": ("testrun.cli.status:status", "Show one run in detail, or a table of all."),
    "inventory": ("testrun.cli.inventory:inventory", "List hooks and acceptance runs: how each fared, and what never ran."),
    "logs": ("testrun.cli.podlogs:logs", "Print the output of a run's shards."),
    "cancel": ("testrun.cli.cancel:cancel", "Stop a run; its evidence so far is kept."),
    "artifacts": ("testrun.cli.artifacts:artifacts", "Download a run's evidence: page, JUnit, traces."),
}

TESTRUN_HELP = """Run Playwright tests on a cluster, and fetch what they left.

    \b
    ameide testrun submit -f testrun.yaml --wait
    ameide testrun artifacts shop
"""

AMEIDE = {
    "dev": ("testrun.cli.dev:dev", "Run a repository's tests: policy, unit, integration, e2e."),
    "scaffold": ("testrun.cli.scaffold:scaffold", "Make a new test: in the right place, for one phase, and red."),
    "gaps": ("testrun.cli.gaps:gaps", "Count tests by tier; say which workflows and packages lack them."),
    "gate": ("testrun.cli.gate:gate", "Fail when tests are missing that must be there."),
    "status": ("testrun.cli.repository_status:repository_status", "Show the state of a repository's tests, package by package."),
    "audit": ("testrun.cli.audit:audit", "Look through a repository's tests and tell what they are worth."),
    "migrate": ("testrun.cli.migrate:migrate", "Carry a repository from modes and pack scripts to phases, step by step."),
    "testrun": ("testrun.cli.main:testrun", "Submit, follow and inspect test runs on a cluster."),
    "operator": ("testrun.cli.operator:operator", "The operator: what runs in the cluster."),
    "server": ("testrun.cli.server:server", "The evidence server: what shards report to."),
}

testrun = command.LazyGroup("testrun", TESTRUN, help=TESTRUN_HELP)
ameide = command.Root(
    "ameide", AMEIDE, help="Runs a repository's tests in four phases and leaves JUnit evidence of every one of them."
)
plugin = command.Root("kubectl-testrun", TESTRUN, help=TESTRUN_HELP.replace("ameide testrun", "kubectl testrun"))


def main() -> None:
    """``ameide``. Ends the process."""
    ameide.main()


def kubectl_testrun() -> None:
    """``kubectl testrun``: the commands of ``ameide testrun``. Ends the process."""
    plugin.main()
