"""Whether somebody with a token may read a run, or make one: asked of Kubernetes, so that users' rights are its RBAC and nothing
else.

Two questions: whose token is this (TokenReview), and may they ``get`` that TestRun, or ``create`` some (SubjectAccessReview).
Nothing is remembered.
"""

from __future__ import annotations

import dataclasses

from testrun.api import names
from testrun.kube import client as kube

_REVIEW = "authentication.k8s.io/v1"
_ACCESS = "authorization.k8s.io/v1"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Review:
    """The answer. ``user`` is empty when the token is nobody's; ``reason`` says why not, and may be shown to whoever asked."""

    allowed: bool
    user: str = ""
    reason: str = ""


async def may(client: kube.Client, token: str, verb: str, *, namespace: str, name: str = "") -> Review:
    """Whether the token's owner may do that with the TestRun, which need not exist; without a name: with those of the namespace.
    Raises `kube.ApiError` when nobody can say now.
    """
    try:
        answer = await client.create(kube.TOKEN_REVIEWS, {"apiVersion": _REVIEW, "kind": "TokenReview", "spec": {"token": token}})
    except kube.Invalid:
        return Review(allowed=False, reason="the token is not one that Kubernetes can read")
    status = answer.get("status", {})
    if status.get("authenticated") is not True:
        return Review(allowed=False, reason="Kubernetes does not accept the token: it is expired or from another cluster")
    user = status.get("user", {})
    who = {key: user[key] for key in ("uid", "groups", "extra") if user.get(key)}
    what = {"group": names.GROUP, "resource": names.PLURAL, "verb": verb, "namespace": namespace}
    if name:
        what["name"] = name
    spec = {"user": user.get("username", ""), **who, "resourceAttributes": what}
    access = await client.create(kube.ACCESS_REVIEWS, {"apiVersion": _ACCESS, "kind": "SubjectAccessReview", "spec": spec})
    if access.get("status", {}).get("allowed") is True:
        return Review(allowed=True, user=spec["user"])
    asked = f"{names.PLURAL}.{names.GROUP}" + (f"/{name}" if name else "")
    refused = f"{spec['user']} may not {verb} {asked} in namespace {namespace}"
    return Review(allowed=False, user=spec["user"], reason=refused)
