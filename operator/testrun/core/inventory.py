"""What a cluster's TestRuns are runs of: suites, what they are used for, how they fared. Pure.

A suite is what is run again and again: a sync hook, a release's test, a nightly acceptance run. Nothing in the API says which
runs belong together, so it is read from what they have in common; docs/cli.md says how.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
import re
from collections.abc import Iterable, Mapping

from testrun.core import model

_INSTANCE = "app.kubernetes.io/instance"
_ARGO_TRACKING = "argocd.argoproj.io/tracking-id"
_ARGO_HOOK = "argocd.argoproj.io/hook"
_HELM_RELEASE = "meta.helm.sh/release-name"
_HELM_HOOK = "helm.sh/hook"

_OF_ONE_RUN = re.compile(r"[-.](?:\d{5,}|(?=[a-f]*\d)[0-9a-f]{7,40})$")
"""How a name ends that was made for one run: a build's number, a time stamp, a commit."""

_TESTS_RAN = {model.Verdict.PASSED, model.Verdict.FAILED, model.Verdict.ERRORED, model.Verdict.TIMED_OUT}
"""Other verdicts say nothing about tests."""


class Use(enum.StrEnum):
    """What a suite is for."""

    HOOK = "hook"
    """A deployment waits for it: a hook of Argo CD or Helm, or a run that a hook's Job submits."""
    ACCEPTANCE = "acceptance"
    OTHER = "other"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Kept:
    """One TestRun that the cluster still has, or (``defined_in``) a manifest that it should have a run of."""

    namespace: str
    """Empty: of a manifest that leaves it to whoever applies it."""
    name: str
    generate_name: str = ""
    used_as: str = ""
    """The label that says so."""
    labels: Mapping[str, str] = dataclasses.field(default_factory=dict)
    annotations: Mapping[str, str] = dataclasses.field(default_factory=dict)
    created: datetime.datetime | None = None
    started: datetime.datetime | None = None
    completed: datetime.datetime | None = None
    verdict: str = ""
    """Empty until there is one."""
    state: str = ""
    message: str = ""
    flaky_tests: int = 0
    revision: str = ""
    image: str = ""
    defined_in: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Suite:
    namespace: str
    name: str
    app: str
    """The application or release that it belongs to, or empty."""
    use: Use
    hook: str
    """When it runs: ``PostSync``, ``helm test``; empty when that is not said."""
    runs: tuple[Kept, ...]
    """Oldest first; empty when there is only a manifest."""
    defined_in: str = ""
    """The manifest, of a suite that no run is of."""

    @property
    def last(self) -> Kept | None:
        """The newest run with a verdict. None: it was never run to an end."""
        return next((run for run in reversed(self.runs) if run.verdict), None)

    @property
    def current(self) -> Kept | None:
        """The newest run, if it has no verdict yet."""
        return self.runs[-1] if self.runs and not self.runs[-1].verdict else None

    @property
    def ran(self) -> tuple[Kept, ...]:
        """Runs whose tests ran."""
        return tuple(run for run in self.runs if run.verdict in _TESTS_RAN)

    @property
    def flaky(self) -> int:
        """How many of `ran` had flaky tests, or ended unlike the run before them although both ran the same."""
        before = (None, *self.ran)
        return sum(run.flaky_tests > 0 or _unlike(previous, run) for previous, run in zip(before, self.ran, strict=False))


def suites(runs: Iterable[Kept], manifests: Iterable[Kept] = ()) -> tuple[Suite, ...]:
    """The suites of these runs, and of these manifests those that no run is of. Hooks first, then by namespace and name."""
    found = [_suite(group) for group in _grouped(runs)]
    known = {(suite.namespace, suite.name) for suite in found} | {("", suite.name) for suite in found}
    missing = [each for each in manifests if (each.namespace, suite_name(each)) not in known]
    found += [_suite(group) for group in _grouped(missing)]
    order = list(Use)
    return tuple(sorted(found, key=lambda suite: (order.index(suite.use), suite.namespace, suite.name, suite.app)))


def suite_name(run: Kept) -> str:
    """``generateName`` without its dash, else the name without what was made for this run alone."""
    if run.generate_name:
        return run.generate_name.rstrip("-.") or run.generate_name
    name = run.name
    while (shorter := _OF_ONE_RUN.sub("", name)) not in (name, ""):
        name = shorter
    return name


def app(run: Kept) -> str:
    """The application that it is part of, as Argo CD, Helm, or whoever labels by their convention says."""
    tracked = run.annotations.get(_ARGO_TRACKING, "").partition(":")[0]
    return run.labels.get(_INSTANCE) or tracked or run.annotations.get(_HELM_RELEASE, "")


def use(run: Kept) -> Use:
    """The label decides; then a hook is a hook; then the name."""
    if run.used_as:
        return Use(run.used_as) if run.used_as in set(Use) else Use.OTHER
    if hook(run):
        return Use.HOOK
    return Use.ACCEPTANCE if "acceptance" in re.split(r"[-.]", suite_name(run)) else Use.OTHER


def hook(run: Kept) -> str:
    """When Argo CD (``PostSync``) or Helm (``helm test``) runs it, or empty."""
    if run.annotations.get(_ARGO_HOOK):
        return run.annotations[_ARGO_HOOK]
    return f"helm {run.annotations[_HELM_HOOK]}" if run.annotations.get(_HELM_HOOK) else ""


def _grouped(runs: Iterable[Kept]) -> Iterable[list[Kept]]:
    groups: dict[tuple[str, str, str], list[Kept]] = {}
    for run in runs:
        groups.setdefault((run.namespace, suite_name(run), app(run)), []).append(run)
    return groups.values()


def _suite(group: list[Kept]) -> Suite:
    never = datetime.datetime.min.replace(tzinfo=datetime.UTC)
    ordered = sorted(group, key=lambda run: (run.started or run.created or never, run.name))
    newest = ordered[-1]
    return Suite(
        namespace=newest.namespace,
        name=suite_name(newest),
        app=app(newest),
        use=use(newest),
        hook=hook(newest),
        runs=() if newest.defined_in else tuple(ordered),
        defined_in=newest.defined_in,
    )


def _unlike(previous: Kept | None, run: Kept) -> bool:
    """The same image and revision, and yet one passed and one did not."""
    if previous is None or (previous.image, previous.revision) != (run.image, run.revision):
        return False
    return (previous.verdict == model.Verdict.PASSED) != (run.verdict == model.Verdict.PASSED)
