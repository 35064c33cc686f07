"""Telepresence and Tilt on the developer's own machine, from what their command lines say of themselves."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from testrun.core import text
from testrun.core.preflight.checks import Intercepts, TelepresenceCheck, TiltCheck
from testrun.core.preflight.finding import Finding, Readiness, together

Said = Mapping[str, Any]
TILTFILE = "(Tiltfile)"
CONNECTED = "Connected"


@dataclasses.dataclass(frozen=True)
class Answer:
    """What a command printed. ``said`` is None when that was no JSON object."""

    exit_code: int | None
    """None: it did not come to its own end, and ``stderr`` says why."""
    said: Said | None
    stderr: str = ""
    missing: bool = False
    """There is no such program on this machine."""


@dataclasses.dataclass(frozen=True)
class Connection:
    """What the client's own daemon says of it."""

    daemon: bool
    """It runs."""
    connected: bool
    intercepts: tuple[str, ...]


def connection(answer: Answer) -> Connection:
    """The same of ``telepresence status --output json``, whatever came of it."""
    user, _ = _daemons(answer)
    names = tuple(str(each.get("name")) for each in _dicts(user.get("intercepts")))
    return Connection(bool(user.get("running")), bool(user.get("running")) and user.get("status") == CONNECTED, names)


def judge_status(
    check: TelepresenceCheck, answer: Answer, *, namespace: str = "", context: str = "", needed: bool = True
) -> Finding:
    """``telepresence status --output json``, which ends with 0 in every state. Empty ``namespace``, ``context`` and manager's
    namespace: any. Not ``needed``: nothing has to reach the cluster from here; only its intercepts count.
    """
    wanted = f"a client of Telepresence connected to {namespace or 'the cluster'}"
    absent = _no_client(check, answer, wanted, namespace, context)
    user, _ = _daemons(answer)
    if absent is None and needed and (user.get("daemon_port") or 0) > 0:
        saw = "Telepresence connected in a container of its own: nothing else here reaches the cluster"
        return Finding(Readiness.NOT_READY, saw, wanted, "telepresence quit -s, then telepresence connect without --docker")
    if absent is None:
        return _own_intercepts(check, user, wanted)
    if needed or absent.readiness is Readiness.UNKNOWN:
        return absent
    return Finding(Readiness.READY, f"{absent.saw}, and so no intercept from here", wanted)


def _no_client(check: TelepresenceCheck, answer: Answer, wanted: str, namespace: str, context: str) -> Finding | None:
    """Why nothing of this machine is connected to that namespace; None: it is."""
    connect = "telepresence connect" + (f" --namespace {namespace}" if namespace else "")
    if answer.missing:
        return Finding(Readiness.NOT_READY, "no telepresence on PATH", wanted, f"install its client, then {connect}")
    if answer.exit_code != 0 or answer.said is None:
        saw = f"telepresence status without an answer ({_why(answer)})"
        return Finding(Readiness.UNKNOWN, saw, wanted, "see what telepresence status says")
    user, root = _daemons(answer)
    if not user.get("running"):
        # Of an intercept that a crashed daemon left, the cluster's check tells.
        return Finding(Readiness.NOT_READY, "no user daemon of Telepresence on this machine", wanted, connect)
    if user.get("status") != CONNECTED:
        saw = f"Telepresence {text.one_line(str(user.get('status') or 'without a status')).lower()}"
        return Finding(Readiness.NOT_READY, saw, wanted, connect)
    if not root.get("running"):
        saw = "Telepresence connected without its root daemon: nothing here reaches the cluster"
        return Finding(Readiness.NOT_READY, saw, wanted, f"telepresence quit -s, then {connect}")
    elsewhere = _elsewhere(check, user, namespace, context)
    if elsewhere:
        return Finding(Readiness.NOT_READY, f"Telepresence connected {elsewhere}", wanted, f"telepresence quit, then {connect}")
    return None


def _daemons(answer: Answer) -> tuple[Said, Said]:
    """The user's and the root's. In a container one is both: that of ``telepresence connect --docker``, or of a client that is in
    one itself; the former has a port by which it is reached.
    """
    said = answer.said or {}
    both = _dict(said, "daemon")
    return (both, both) if both else (_dict(said, "user_daemon"), _dict(said, "root_daemon"))


def not_connected(answer: Answer, *, namespace: str = "") -> Finding:
    """``telepresence connect`` that did not end with 0."""
    wanted = f"a client of Telepresence connected to {namespace or 'the cluster'}"
    saw = f"telepresence connect that failed ({_why(answer)})"
    return Finding(Readiness.NOT_READY, saw, wanted, "mend what it says; telepresence gather-logs has more", output=answer.stderr)


def _elsewhere(check: TelepresenceCheck, user: Said, namespace: str, context: str) -> str:
    pairs = (
        ("in context", context, user.get("kubernetes_context")),
        ("to namespace", namespace, user.get("namespace")),
        ("to a traffic manager in", check.manager_namespace, user.get("manager_namespace")),
    )
    found = [f"{what} {is_} and not {asked}" for what, asked, is_ in pairs if asked and is_ and asked != is_]
    return found[0] if found else ""


def _own_intercepts(check: TelepresenceCheck, user: Said, wanted: str) -> Finding:
    names = [str(each.get("name")) for each in _dicts(user.get("intercepts"))]
    connected = f"Telepresence connected to {user.get('namespace') or 'the cluster'}"
    saw = f"{connected} with {text.plural(len(names), 'intercept')} of its own, {text.listed(names)}" if names else connected
    if names and check.intercepts is Intercepts.FORBID:
        hint = " and ".join(f"telepresence leave {each}" for each in names)
        return Finding(Readiness.NOT_READY, saw, f"{wanted} without an intercept", hint)
    warning = "requests to them go to this machine" if names and check.intercepts is Intercepts.WARN else ""
    return Finding(Readiness.READY, saw, wanted, warning=warning)


def judge_session(check: TiltCheck, session: Answer, resources: Answer, *, needed: bool = True) -> Finding:
    """``tilt get session -o json`` and ``tilt get uiresource -o json``. How the first fails depends on how Tilt ended. Not
    ``needed``: a Tilt that is not here, or is that of other resources, is no obstacle.
    """
    names = list(check.resources)
    wanted = _running_with(names)
    absent = _no_tilt(session, wanted) or _no_tilt(resources, wanted)
    if absent is not None:
        passed_over = not needed and absent.readiness is Readiness.NOT_READY
        return Finding(Readiness.READY, absent.saw, wanted) if passed_over else absent
    states = {_dict(each, "metadata").get("name"): _dict(each, "status") for each in _items(resources)}
    targets = {each.get("name"): _dict(each, "state") for each in _targets(session)}
    if not needed:
        names = [name for name in names if name in states]
        if not names:
            return Finding(Readiness.READY, "a Tilt of other resources on this machine", wanted)
        wanted = _running_with(names)
    if TILTFILE in states and not _is_ready(states[TILTFILE]):
        # All else keeps its last state, which may be that of an older Tiltfile.
        error = _error(targets, "tiltfile:update")
        last = error.splitlines()[-1:] or ["it gives no reason"]
        return Finding(Readiness.NOT_READY, f"a Tiltfile that fails: {text.one_line(last[0])}", wanted, "mend it", output=error)
    found = [_resource(name, states, targets) for name in names]
    return together(found) if any(not each.holds for each in found) else Finding(Readiness.READY, wanted, wanted)


def _running_with(names: list[str]) -> str:
    return f"Tilt running with {text.listed(names)} ready" if names else "Tilt running"


def _no_tilt(answer: Answer, wanted: str) -> Finding | None:
    if answer.missing:
        return Finding(Readiness.NOT_READY, "no tilt on PATH", wanted, "install it, then tilt up")
    if answer.exit_code is None:
        return Finding(Readiness.UNKNOWN, f"no answer of Tilt ({_why(answer)})", wanted, "see what tilt get session says")
    if answer.exit_code != 0:
        return Finding(Readiness.NOT_READY, f"no Tilt on this machine ({_why(answer)})", wanted, "tilt up")
    if answer.said is None:
        return Finding(Readiness.UNKNOWN, "an answer of Tilt that is no JSON", wanted, "see what tilt get says")
    return None


def _resource(name: str, states: Mapping[Any, Said], targets: Mapping[Any, Said]) -> Finding:
    wanted = f"Tilt's {name} ready"
    if name not in states:
        known = text.listed(sorted(str(each) for each in states if each != TILTFILE))
        saw = f"no resource {name} in Tilt, which has {known or 'none'}"
        return Finding(Readiness.NOT_READY, saw, wanted, "add it to the Tiltfile, or mend its name")
    state = states[name]
    if _is_ready(state):
        return Finding(Readiness.READY, f"Tilt's {name} ready", wanted)
    reason = _reason(state)
    if reason == "Disabled":
        saw = f"Tilt's {name} disabled, and so deleted from the cluster"
        return Finding(Readiness.NOT_READY, saw, wanted, f"tilt enable {name}")
    if reason == "Unknown":
        saw = f"Tilt's {name} never started: it waits to be triggered"
        return Finding(Readiness.NOT_READY, saw, wanted, f"tilt trigger {name}")
    error = _error(targets, f"{name}:update") or _error(targets, f"{name}:runtime")
    pod = _dict(state, "k8sResourceInfo")
    said = [f"its pod {pod.get('podName')} is {pod.get('podStatus')}"] if pod.get("podStatus") else []
    said += [text.one_line(error)] if error else []
    saw = f"Tilt's {name} not ready, {reason}" + "".join(f"; {each}" for each in said)
    return Finding(Readiness.NOT_READY, saw, wanted, f"tilt logs {name}", output=str(pod.get("podStatusMessage") or ""))


def _is_ready(state: Said) -> bool:
    return any(each.get("type") == "Ready" and each.get("status") == "True" for each in _dicts(state.get("conditions")))


def _reason(state: Said) -> str:
    found = [each.get("reason") for each in _dicts(state.get("conditions")) if each.get("type") == "Ready"]
    return str(found[0] or "Unknown") if found else "Unknown"


def _error(targets: Mapping[Any, Said], name: str) -> str:
    return str(_dict(targets.get(name, {}), "terminated").get("error") or "")


def _targets(session: Answer) -> list[Said]:
    return [target for each in _items(session) for target in _dicts(_dict(each, "status").get("targets"))]


def _items(answer: Answer) -> list[Said]:
    return _dicts((answer.said or {}).get("items"))


def _why(answer: Answer) -> str:
    return text.first_line(answer.stderr) or f"exit code {answer.exit_code}"


def _dict(said: Said, key: str) -> Said:
    found = said.get(key)
    return found if isinstance(found, Mapping) else {}


def _dicts(found: Any) -> list[Said]:
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, Sequence) else []
