"""What each recorded state of `tests/fixtures` means to a check in the cluster: as it is judged, in `tests/unit`, and as it is
looked at and judged, in `tests/envtest`.
"""

from __future__ import annotations

from testrun.core.preflight.checks import Intercepts
from testrun.core.preflight.finding import Readiness

Meaning = tuple[Readiness, str]
"""The readiness, and the message."""

FORBID, WARN, ALLOW = Intercepts
READY, NOT_READY, UNKNOWN = Readiness

RUNS = "saw the traffic manager of ambassador running"
QUIET = f"{RUNS} and no intercept of shop"
IDLE = f"{RUNS}, no intercept of shop and an agent in shop"
RUNS_WITH_AGENT = f"{RUNS} and an agent in shop"
NONE_INTERCEPTED = {FORBID: (READY, QUIET), WARN: (READY, QUIET), ALLOW: (READY, RUNS)}
AGENT_IDLE = {FORBID: (READY, IDLE), WARN: (READY, IDLE), ALLOW: (READY, RUNS_WITH_AGENT)}

WANTED = "wanted a traffic manager that runs in ambassador"
AND_NO_INTERCEPT = f"{WANTED} and no intercept of shop"
INSTALL = "hint: install it with telepresence helm install, or mend managerNamespace in the check"
SCALE = "hint: kubectl -n ambassador scale deployment/traffic-manager --replicas=1"
TAKEN = "shop intercepted by dev@laptop: requests go to that laptop, or hang if it is gone"
END = (
    "hint: let dev@laptop end it with telepresence leave or telepresence quit; if that client is gone for good, "
    "kubectl -n ambassador rollout restart deployment/traffic-manager ends it, and everybody else's"
)
UNREAD = (
    "it is unknown whether anybody intercepts, because the manager's metrics cannot be read "
    '(services "telepresence-prometheus" not found)'
)
SWITCH_ON = "hint: switch them on: telepresence helm upgrade --set prometheus.port=9090, or set intercepts to Warn or Allow"
STALE = (
    "warning: metrics tell of an intercept of shop by dev@laptop that no agent serves: it takes no request, "
    "and goes when the traffic manager restarts"
)
# A client that is gone cannot be told from one that works: neither the objects nor the metrics differ.
INTERCEPTED = {
    FORBID: (NOT_READY, f"saw {TAKEN}; {AND_NO_INTERCEPT}; {END}"),
    WARN: (READY, f"{RUNS_WITH_AGENT}; warning: {TAKEN}"),
    ALLOW: (READY, RUNS_WITH_AGENT),
}


def _down(saw: str, hint: str) -> dict[Intercepts, Meaning]:
    """Whatever the policy: without a manager nobody can tell of intercepts."""
    return {
        FORBID: (NOT_READY, f"saw {saw}; {AND_NO_INTERCEPT}; {hint}"),
        WARN: (NOT_READY, f"saw {saw}; {WANTED}; {hint}"),
        ALLOW: (NOT_READY, f"saw {saw}; {WANTED}; {hint}"),
    }


TELEPRESENCE: dict[str, dict[Intercepts, Meaning]] = {
    "a-no-manager": _down("no traffic manager in namespace ambassador", INSTALL),
    "b-manager-healthy": NONE_INTERCEPTED,
    "b0-manager-without-metrics": {
        FORBID: (UNKNOWN, f"saw that {UNREAD}; {AND_NO_INTERCEPT}; {SWITCH_ON}"),
        WARN: (READY, f"{RUNS}; warning: {UNREAD}"),
        ALLOW: (READY, RUNS),
    },
    "b2-client-connected": NONE_INTERCEPTED,
    "c-manager-scaled-to-0": _down(
        "the traffic manager of ambassador without a ready endpoint, scaled to 0 replicas; 1 agent left in shop", SCALE
    ),
    "c2-pod-created-without-webhook": _down(
        "the traffic manager of ambassador without a ready endpoint, scaled to 0 replicas; "
        "ConfigMap telepresence-agents left with shop; no agent in shop, which asks for one",
        SCALE,
    ),
    "d-agent-no-intercept": AGENT_IDLE,
    "e-active-intercept": INTERCEPTED,
    "e2-user-daemon-crashed": INTERCEPTED,
    "e3-client-gone": INTERCEPTED,
    "e4-active-intercept-numeric-target-port": INTERCEPTED,
    "e5-client-gone-numeric-target-port": INTERCEPTED,
    "f-after-leave": AGENT_IDLE,
    "f2-after-quit-without-leave": AGENT_IDLE,
    "g-agent-left-behind": _down(
        "no traffic manager in namespace ambassador; 1 agent left in shop",
        f"{INSTALL}; what an older one left goes with kubectl rollout restart deployment/shop, "
        "then kubectl delete configmap telepresence-agents",
    ),
    "g2-leftover-restarted-without-manager": _down(
        "no traffic manager in namespace ambassador; ConfigMap telepresence-agents left with shop",
        f"{INSTALL}; what an older one left goes with kubectl delete configmap telepresence-agents",
    ),
    "h-after-agent-uninstall": NONE_INTERCEPTED,
    "h2-after-configmap-deleted": {
        FORBID: (READY, f"{QUIET}; {STALE}"),
        WARN: (READY, f"{QUIET}; {STALE}"),
        ALLOW: (READY, RUNS),
    },
    "h3-after-normal-uninstall": _down("no traffic manager in namespace ambassador", INSTALL),
}

ROLLED_OUT = (
    READY,
    "saw Deployment shop rolled out with image localhost/e2e:1, 1 of 1 pods ready; "
    "Deployment cart rolled out with image localhost/e2e:1, 1 of 1 pods ready; Job migrate complete with image localhost/e2e:1",
)
NOTHING = (
    NOT_READY,
    "saw no workload shop, cart and migrate in the namespace: Tilt has disabled them, taken them down, or never applied them; "
    "wanted Tilt's shop, cart and migrate rolled out; "
    "hint: tilt up, or tilt enable shop cart migrate; a local_resource has no workload and cannot be checked here",
)
REFUSED = (
    'failed to pull and unpack image "localhost/missing:1": failed to resolve reference "localhost/missing:1": '
    'failed to do request: Head "http://localhost/v2/missing/manifests/1": dial tcp 127.0.0.1:80: connect: connection refused'
)


def _cart(pod: str, says: str, old: str, hint: str) -> Meaning:
    """The old pod goes on serving while the new one fails."""
    return (
        NOT_READY,
        f"saw Deployment cart has 1 pod of an earlier template left; pod {pod}: container cart {says}; "
        f"pod {old} of an earlier template still serves; wanted Deployment cart rolled out; hint: {hint}",
    )


IMAGE = "check that image localhost/missing:1 exists and that its node can pull it"
FAILING = {
    "3-pending": _cart(
        "cart-7555f97d45-jlvpf",
        "runs and is not ready",
        "cart-656df45b5b-fp76q",
        "see what its readiness probe gets: kubectl describe pod cart-7555f97d45-jlvpf",
    ),
    "4-failing-bad-image": _cart(
        "cart-5478b4fb76-b2rlj",
        'is in ErrImageNeverPull: Container image "localhost/missing:1" is not present with pull policy of Never',
        "cart-656df45b5b-fp76q",
        IMAGE,
    ),
    "4b-failing-image-pull": _cart(
        "cart-7777fd765d-6jzw5",
        f'is in ImagePullBackOff: Back-off pulling image "localhost/missing:1": ErrImagePull: {REFUSED[:-5]}…',
        "cart-656df45b5b-fp76q",
        IMAGE,
    ),
    "5-failing-crash": _cart(
        "cart-7cdf5649dc-g7k4s",
        "is in CrashLoopBackOff after exit code 3 (2 restarts)",
        "cart-656df45b5b-fp76q",
        "see why it ends: kubectl logs cart-7cdf5649dc-g7k4s -c cart",
    ),
    "12-ci-image-pull-error": _cart("cart-7777fd765d-v9zht", f"is in ErrImagePull: {REFUSED}", "cart-656df45b5b-h5ckk", IMAGE),
    "13-ci-crash-timeout": _cart(
        "cart-7cdf5649dc-xwlts",
        "has ended with exit code 3 (3 restarts)",
        "cart-656df45b5b-h5ckk",
        "see why it ends: kubectl logs cart-7cdf5649dc-xwlts -c cart",
    ),
}
"""Deployment cart, checked as a workload."""
TILT: dict[str, Meaning] = {
    "1-not-running": NOTHING,
    "2-all-ok": ROLLED_OUT,
    # What fails has no workload, or has left all of them as they were.
    "6-failing-local-resource": ROLLED_OUT,
    "7-failing-tiltfile": ROLLED_OUT,
    "8-disabled": (
        NOT_READY,
        "saw no workload cart in the namespace: Tilt has disabled it, taken it down, or never applied it; "
        "wanted Tilt's cart rolled out; "
        "hint: tilt up, or tilt enable cart; a local_resource has no workload and cannot be checked here",
    ),
    "9-tilt-killed": ROLLED_OUT,
    "10-after-tilt-down": NOTHING,
    "11-ci-ok": ROLLED_OUT,
    **FAILING,
}
"""Resources shop, cart and migrate."""
