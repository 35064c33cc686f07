"""`ameide status` renders charts with the real helm. Here, because this tier has one; it needs no API server."""

from __future__ import annotations

from pathlib import Path

import pytest
from envtest.conftest import REPOSITORY
from rendering import Helm

from testrun.cli import here, manifests
from testrun.inventory import smokes
from testrun.local.rules import source

SMOKE = """# The shop answers on its service. Nothing else is looked at.
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-smoke
  annotations: {helm.sh/hook: test, helm.sh/hook-weight: "5"}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: curl, command: [curl, "http://shop"]}]}}}
"""


def look(root: Path) -> manifests.Found:
    at = here.look(root)
    return manifests.find(at, source.on_disk(str(root), at.repository.files))


@pytest.fixture(autouse=True)
def on_path(helm: Helm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(Path(helm.program).parent), prepend=":")


def chart(root: Path, template: str) -> Path:
    (root / "charts/shop/templates").mkdir(parents=True)
    (root / "charts/shop/Chart.yaml").write_text("apiVersion: v2\nname: shop\nversion: 0.1.0\n")
    (root / "charts/shop/templates/smoke.yaml").write_text(template)
    return root


def test_hooks_of_a_chart_are_found_in_what_helm_makes_of_it(tmp_path: Path) -> None:
    found = look(chart(tmp_path, SMOKE))

    assert found.not_rendered == ()
    assert smokes.find(found.manifests) == (
        smokes.Smoke(
            wave=5, app="shop", kind="Job", name="shop-smoke", hook="helm test", proves="The shop answers on its service.",
            source="charts/shop",
        ),
    )  # fmt: skip


def test_a_chart_that_helm_refuses_is_told_with_helm_s_words(tmp_path: Path) -> None:
    found = look(chart(tmp_path, SMOKE.replace("{{ .Release.Name }}", '{{ required "a host is needed" .Values.host }}')))

    assert found.manifests == ()
    assert len(found.not_rendered) == 1
    assert found.not_rendered[0].startswith("charts/shop: Error: execution error at (shop/templates/smoke.yaml:5:")


def test_the_hook_of_the_example_is_found_without_helm() -> None:
    found = smokes.find(look(REPOSITORY / "examples/argocd").manifests)
    assert [(each.kind, each.name, each.hook) for each in found] == [("Job", "testrun-gate", "PostSync")]
