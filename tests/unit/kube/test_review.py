"""Who may read a run: what Kubernetes is asked, and what its answers mean."""

from __future__ import annotations

from typing import Any

import pytest

from testrun.kube import client as kube
from testrun.kube import review

EVE = {"username": "eve", "uid": "7", "groups": ["testers"], "extra": {"scopes": ["a"]}}
KNOWN = {"status": {"authenticated": True, "user": EVE}}


class Kubernetes:
    """Answers one after the other, and remembers the questions. An error is raised."""

    def __init__(self, *answers: dict[str, Any] | Exception) -> None:
        self.asked: list[tuple[str, Any]] = []
        self._answers = list(answers)

    async def create(self, resource: kube.Resource, body: dict[str, Any]) -> dict[str, Any]:
        self.asked.append((resource.plural, body["spec"]))
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


async def ask(cluster: Kubernetes) -> review.Review:
    return await review.may(cluster, "t0k3n", "get", namespace="shop", name="green")  # type: ignore[arg-type]


async def test_the_token_s_owner_is_asked_for_with_all_that_is_known_of_them() -> None:
    cluster = Kubernetes(KNOWN, {"status": {"allowed": True}})
    assert await ask(cluster) == review.Review(allowed=True, user="eve")
    what = {"group": "testing.ameide.io", "resource": "testruns", "verb": "get", "namespace": "shop", "name": "green"}
    assert cluster.asked == [
        ("tokenreviews", {"token": "t0k3n"}),
        (
            "subjectaccessreviews",
            {"user": "eve", "uid": "7", "groups": ["testers"], "extra": {"scopes": ["a"]}, "resourceAttributes": what},
        ),
    ]


async def test_whether_they_may_create_is_asked_of_the_namespace() -> None:
    cluster = Kubernetes(KNOWN, {"status": {"allowed": False}})
    answer = await review.may(cluster, "t0k3n", "create", namespace="shop")  # type: ignore[arg-type]
    assert answer == review.Review(
        allowed=False, user="eve", reason="eve may not create testruns.testing.ameide.io in namespace shop"
    )
    what = {"group": "testing.ameide.io", "resource": "testruns", "verb": "create", "namespace": "shop"}
    assert cluster.asked[1][1]["resourceAttributes"] == what


NOBODY = "Kubernetes does not accept the token: it is expired or from another cluster"
NOT_EVE = "eve may not get testruns.testing.ameide.io/green in namespace shop"
REFUSED = {
    "not allowed": ([KNOWN, {"status": {"allowed": False}}], "eve", NOT_EVE),
    "denied": ([KNOWN, {"status": {"denied": True}}], "eve", NOT_EVE),
    "an answer that says nothing": ([KNOWN, {}], "eve", NOT_EVE),
    "a token that is nobody's": ([{"status": {"error": "invalid"}}], "", NOBODY),
    "a token whose owner is not told": ([{}], "", NOBODY),
    "a token that is no text": ([kube.Invalid(400, "BadRequest", "no")], "", "the token is not one that Kubernetes can read"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
async def test_refused(case: str) -> None:
    answers, user, reason = REFUSED[case]
    assert await ask(Kubernetes(*answers)) == review.Review(allowed=False, user=user, reason=reason)  # type: ignore[arg-type]


async def test_nobody_can_say() -> None:
    with pytest.raises(kube.Unavailable):
        await ask(Kubernetes(KNOWN, kube.Unavailable(503, "", "away")))
