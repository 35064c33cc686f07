"""``ameide dev``: what a developer runs in a repository."""

from __future__ import annotations

from testrun.cli import command

COMMANDS = {
    "inner-loop-test": (
        "testrun.cli.inner_loop:inner_loop_test",
        "Run a repository's tests in four phases; the exit code tells.",
    ),
}

dev = command.LazyGroup("dev", COMMANDS, help="Work on a repository: run its tests as CI and the cluster will.")
