"""Phase 3 of ``ameide dev inner-loop-test``, wherever its tests run: what is wanted, the TestRun's manifest, and its end.

Loaded when the phases before it are green. Nothing here knows a cluster: `handover` does, `e2e_here` has no need of one.
"""

from __future__ import annotations

import contextlib
import dataclasses
import pathlib
import posixpath
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from testrun.cli import place, spec, text
from testrun.cli.command import Problem
from testrun.core import model
from testrun.core.ledger import PodLedger
from testrun.core.outcomes import Outcome
from testrun.core.phases import Phase
from testrun.junit import settle
from testrun.local import results, runner

MANIFEST = "testrun.yaml"

Told = tuple[dict[str, Any] | None, list[str]]
"""What ``summary.json`` says of the TestRun (None: there is none), and hints for people."""
Shown = Callable[[], contextlib.AbstractContextManager[None]]
"""Shows the run as long as the block lasts."""


class NotAtHand(Exception):
    """Phase 3 cannot run here, and why; ``hint`` says how to go on."""

    def __init__(self, why: str, hint: str, *, kind: str = "NoCluster") -> None:
        super().__init__(why)
        self.hint = hint
        self.kind = kind
        """One word for the JUnit, when phase 3 was demanded."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the command line says about phase 3."""

    demanded: bool
    """Without it the command fails; else it ends after phase 2 where there is no cluster."""
    here: bool
    """Its tests run on this machine."""
    connect: bool
    """Telepresence is connected for it."""
    manifest: str | None
    image: str | None
    target: place.Target
    where: place.Where


async def run(one: runner.Runner, wanted: Wanted, shown: Shown) -> Told:
    """Run phase 3 and add its report."""
    if wanted.here:
        from testrun.cli import e2e_here

        return await e2e_here.run_phase(one, wanted, shown)
    from testrun.cli import handover  # brings the Kubernetes client along, which tests that run here do without

    return await handover.run_phase(one, wanted)


def manifest_path(one: runner.Runner, wanted: Wanted) -> str | None:
    """Where the TestRun is: as the command line has it, else below the repository's root; None: there is none."""
    beside = [posixpath.join(each.folder, MANIFEST) for each in one.place.discovery.of("playwright")]
    found = next((each for each in beside if (one.place.root / each).is_file()), None)
    return wanted.manifest or one.place.config.e2e.testrun or found


def manifest_at(path: str, one: runner.Runner, wanted: Wanted) -> dict[str, Any]:
    """The TestRun of that file, without a name of its own yet. Raises `Problem`."""
    file = pathlib.Path(path) if wanted.manifest else one.place.root / path
    try:
        bodies = spec.parse(file.read_bytes(), str(path))
        if len(bodies) != 1:
            raise Problem(f"{path} holds {len(bodies)} TestRuns, and phase 3 runs one")
        changes = spec.Wanted(image=wanted.image or one.place.config.e2e.image, revision=one.place.repository.revision.name)
        return spec.change(bodies[0], changes)
    except OSError as error:
        raise Problem(f"{path} cannot be read: {error.strerror or error}", "name another with --testrun FILE") from error
    except spec.NotATestRun as error:
        raise Problem(text.clean(error, 1000), "see `kubectl explain testrun.spec` and examples/") from error


def errored(one: runner.Runner, message: str, *, kind: str, hint: str = "") -> Told:
    """It could not be run."""
    one.end_e2e(Outcome(result=model.Verdict.ERRORED, message=message), [results.finding(str(Phase.E2E), kind, message, "")])
    return None, [f"hint: {hint}"] if hint else []


def conclude(
    one: runner.Runner,
    request: model.SettleRequest,
    ledgers: Mapping[int, Sequence[PodLedger]] | None = None,
    stored: set[str] | None = None,
) -> model.Settlement:
    """End it as the server settles a run: the same cases, the same verdict."""
    settled = settle.settle(request, ledgers or {}, stored=stored)
    told = settled.settlement
    one.end_e2e(Outcome(result=told.verdict, message=told.message), settled.result.cases, seconds=told.duration)
    return told
