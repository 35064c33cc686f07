"""What Tilt applied is rolled out: as the cluster shows it, where Tilt's own word cannot be heard.

Tilt's objects say that it applied them, and neither that it still runs nor which of its resources they are. So a resource is the
workload of its name. Tilt calls a crash loop pending for ever, and an old pod goes on serving: the rollout is judged instead.
"""

from __future__ import annotations

from collections.abc import Sequence

from testrun.core import text
from testrun.core.preflight import workload
from testrun.core.preflight.checks import TiltCheck
from testrun.core.preflight.finding import Finding, Readiness, together
from testrun.core.preflight.pods import Pod
from testrun.core.preflight.rollout import Workload

MANAGED_BY = "tilt"


def judge(check: TiltCheck, workloads: Sequence[Workload], all_pods: Sequence[Pod]) -> Finding:
    """``workloads``: those of all kinds in the namespace."""
    names = {each.name for each in workloads}
    absent = [each for each in check.resources if each not in names]
    findings = [_resource(each, workloads, all_pods) for each in check.resources if each in names]
    return together(([_absent(absent)] if absent else []) + findings)


def _absent(names: Sequence[str]) -> Finding:
    them = "it" if len(names) == 1 else "them"
    return Finding(
        Readiness.NOT_READY,
        saw=f"no workload {text.listed(list(names))} in the namespace: Tilt has disabled {them}, taken {them} down, "
        f"or never applied {them}",
        wanted=f"Tilt's {text.listed(list(names))} rolled out",
        hint=f"tilt up, or tilt enable {' '.join(names)}; a local_resource has no workload and cannot be checked here",
    )


def _resource(name: str, workloads: Sequence[Workload], all_pods: Sequence[Pod]) -> Finding:
    found = [each for each in workloads if each.name == name]
    applied = [each for each in found if each.managed_by == MANAGED_BY]
    if not applied:
        by = f"by {found[0].managed_by}" if found[0].managed_by else "by something else"
        return Finding(
            Readiness.NOT_READY,
            saw=f"{found[0].title} applied {by} and not by Tilt",
            wanted=f"Tilt's {name} rolled out",
            hint="let Tilt apply it, or check it as a workload",
        )
    return together([workload.rolled_out(each, all_pods) for each in applied])
