"""What a deployment is checked with, found among manifests."""

from __future__ import annotations

from typing import Any

import pytest

from testrun.inventory import smokes
from testrun.inventory.smokes import Manifest, Smoke

ARGO = {"argocd.argoproj.io/hook": "PostSync", "argocd.argoproj.io/sync-wave": "3"}


def job(annotations: dict[str, Any], name: str = "smoke", **metadata: Any) -> dict[str, Any]:
    container = {"name": "c", "image": "curl:8", "command": ["curl", "-f"], "args": ["http://shop"]}
    return {
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name, "annotations": annotations, **metadata},
        "spec": {"template": {"spec": {"containers": [container]}}},
    }  # fmt: skip


def run(**playwright: Any) -> dict[str, Any]:
    return {
        "apiVersion": "testing.ameide.io/v1alpha1", "kind": "TestRun", "metadata": {"generateName": "shop-"},
        "spec": {"playwright": {"image": "e2e:1", **playwright}},
    }  # fmt: skip


def smoke(**changes: Any) -> Smoke:
    told = {
        "wave": 0,
        "app": "",
        "kind": "Job",
        "name": "smoke",
        "hook": "PostSync",
        "proves": "curl -f http://shop",
        "source": "a.yaml",
    }
    return Smoke(**told | changes)  # type: ignore[arg-type]


def one(body: dict[str, Any], **more: str) -> Manifest:
    return Manifest(body=body, **{"source": "a.yaml", **more})


FOUND = {
    "a hook of Argo CD, with its wave": (one(job(ARGO)), smoke(wave=3)),
    "a hook of Helm, with its weight": (
        one(job({"helm.sh/hook": "test", "helm.sh/hook-weight": "-5"}), chart="shop"),
        smoke(wave=-5, hook="helm test", app="shop"),
    ),
    "its application, as it is labelled": (
        one(job(ARGO, labels={"app.kubernetes.io/instance": "storefront"}), chart="shop"), smoke(wave=3, app="storefront"),
    ),
    "what somebody wrote about it": (
        one(job(ARGO | {"testing.ameide.io/proves": "The shop\nanswers"}), comment="No."),
        smoke(wave=3, proves="The shop answers"),
    ),
    "what stands above it": (one(job(ARGO), comment="The shop answers."), smoke(wave=3, proves="The shop answers.")),
    "a TestRun that somebody applies": (
        one(run(args=["--grep", "@smoke"], baseURL="http://shop")),
        smoke(kind="TestRun", name="shop-", hook="", proves="Playwright --grep @smoke against http://shop"),
    ),
    "a wave that is none": (one(job(ARGO | {"argocd.argoproj.io/sync-wave": "soon"})), smoke()),
}  # fmt: skip


@pytest.mark.parametrize(("manifest", "expected"), FOUND.values(), ids=FOUND)
def test_it_is_found(manifest: Manifest, expected: Smoke) -> None:
    assert smokes.find([manifest]) == (expected,)


def test_other_objects_are_none() -> None:
    expected = {"apiVersion": "testing.ameide.io/v1alpha1", "kind": "TestRun", "status": {"state": "Passed"}}
    others = [
        expected,
        job({}),
        {"kind": "Job"},
        {"kind": "TestRun", "apiVersion": "other/v1"},
        {"metadata": []},
        {"kind": "Application"},
    ]
    assert smokes.find(one(each) for each in others) == ()


def test_what_is_below_an_application_s_path_is_its_and_the_earliest_wave_comes_first() -> None:
    application = {
        "apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
        "metadata": {"name": "payments", "annotations": {"argocd.argoproj.io/sync-wave": "7"}},
        "spec": {"source": {"path": "apps/payments/"}},
    }  # fmt: skip
    hook = {"argocd.argoproj.io/hook": "PostSync"}
    found = smokes.find([
        one(job(hook, "pays"), source="apps/payments/smoke.yaml"), one(job(hook, "other"), source="apps/payments-old/smoke.yaml"),
        one(application, source="apps.yaml"),
    ])  # fmt: skip
    assert [(each.wave, each.app, each.name) for each in found] == [(0, "", "other"), (7, "payments", "pays")]
