"""The steps of a migration, in order: what tells tests apart comes before the one that takes away how they were told apart."""

from __future__ import annotations

from testrun.migrate.model import Step
from testrun.migrate.steps import build_tags, docs, folders, helpers, markers, modes, runner_scripts, settings

STEPS: tuple[Step, ...] = (
    build_tags.STEP,
    folders.STEP,
    markers.STEP,
    modes.STEP,
    runner_scripts.STEP,
    helpers.STEP,
    settings.STEP,
    docs.STEP,
)
NAMES = tuple(each.name for each in STEPS)
