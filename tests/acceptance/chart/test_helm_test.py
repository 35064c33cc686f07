"""What `helm test` runs: a TestRun of one test, followed by a pod that has few rights, and those only meanwhile."""

from __future__ import annotations

import click
import pytest
import yaml
from acceptance.chart.test_pods import against_restricted
from acceptance.chart.test_rights import granted
from rendering import NAMESPACE, Body, Helm, Rendered

from testrun.cli import main

ASKED = ("tests.enabled=true", "tests.image=registry.example/shop-e2e:1")
MEANWHILE = {
    "helm.sh/hook": "test", "helm.sh/hook-weight": "-1", "helm.sh/hook-delete-policy": "before-hook-creation,hook-succeeded",
}  # fmt: skip


def run(rendered: Rendered) -> Body:
    """The TestRun that it submits."""
    found: Body = yaml.safe_load(files(rendered)[NAMESPACE]["testrun.yaml"])
    return found


def files(rendered: Rendered) -> dict[str, dict[str, str]]:
    """Where -> what is in the ConfigMap there."""
    maps = [each for each in rendered.objects if each["kind"] == "ConfigMap"]
    assert {each["metadata"]["name"] for each in maps} == {"testrun-test"}
    return {each["metadata"]["namespace"]: each["data"] for each in maps}


def test_its_objects_are_there_while_it_runs_and_the_pod_until_the_next_time(helm: Helm) -> None:
    hooks = {
        f"{each['kind']}/{each['metadata']['name']}": each["metadata"]["annotations"]
        for each in helm.render(*ASKED).objects
        if "helm.sh/hook" in each["metadata"].get("annotations", {})
    }
    assert hooks == {
        "ConfigMap/testrun-test": MEANWHILE,
        "Role/testrun-test": MEANWHILE,
        "RoleBinding/testrun-test": MEANWHILE,
        "ServiceAccount/testrun-test": MEANWHILE,
        "Pod/testrun-test": {
            "helm.sh/hook": "test",
            "helm.sh/hook-delete-policy": "before-hook-creation",
            "helm.sh/hook-output-log-policy": "hook-succeeded,hook-failed",
        },
    }


@pytest.mark.parametrize(
    ("settings", "namespace"),
    [((), NAMESPACE), (("watchNamespaces={shop,blog}",), "shop")],
    ids=["all namespaces", "some namespaces"],
)
def test_it_runs_where_the_operator_works_and_may_do_only_this(helm: Helm, settings: tuple[str, ...], namespace: str) -> None:
    rendered = helm.render(*ASKED, *settings)
    rights = {who: what for who, what in granted(rendered).items() if who.startswith("testrun-test ")}
    assert rights == {f"testrun-test @ {namespace}": ["testing.ameide.io/testruns: create get list watch"]}
    assert run(rendered)["metadata"]["namespace"] == namespace
    assert files(rendered).keys() == {NAMESPACE, namespace}
    assert rendered.one("Pod", "testrun-test")["metadata"]["namespace"] == NAMESPACE


def test_what_it_runs(helm: Helm) -> None:
    settings = ("tests.workingDir=/app", "tests.runAsUser=1001", "tests.timeoutSeconds=60", "imagePullSecrets[0].name=registry")
    placed = ("operator.nodeSelector.disk=ssd", "operator.tolerations[0].key=storage")
    assert run(helm.render(*ASKED, *settings, *placed)) == {
        "apiVersion": "testing.ameide.io/v1alpha1",
        "kind": "TestRun",
        "metadata": {
            "generateName": "testrun-test-", "namespace": NAMESPACE, "labels": {"testing.ameide.io/used-as": "hook"},
        },
        "spec": {
            "ttlSecondsAfterFinished": 3600,
            "playwright": {
                "image": "registry.example/shop-e2e:1",
                "workingDir": "/app",
                "args": ["--config", "helm-test/playwright.config.ts"],
                "timeoutSeconds": 60,
                "template": {
                    "spec": {
                        "imagePullSecrets": [{"name": "registry"}],
                        "nodeSelector": {"disk": "ssd"},
                        "tolerations": [{"key": "storage"}],
                        "securityContext": {"runAsNonRoot": True, "runAsUser": 1001},
                        "containers": [{
                            "name": "playwright",
                            "resources": {"requests": {"cpu": "50m", "memory": "128Mi"}, "limits": {"memory": "512Mi"}},
                            "volumeMounts": [
                                {"name": "files", "mountPath": f"/app/helm-test/{name}", "subPath": name, "readOnly": True}
                                for name in ("playwright.config.ts", "install.spec.ts")
                            ],
                        }],
                        "volumes": [{"name": "files", "configMap": {"name": "testrun-test"}}],
                    }
                },
            },
        },
    }  # fmt: skip


def test_every_file_that_is_mounted_is_there(helm: Helm) -> None:
    rendered = helm.render(*ASKED)
    (container,) = run(rendered)["spec"]["playwright"]["template"]["spec"]["containers"]
    mounted = {each["subPath"] for each in container["volumeMounts"]}
    assert files(rendered)[NAMESPACE].keys() == mounted | {"testrun.yaml"}


def test_its_pod_gives_up_after_the_run_and_is_ended_after_that(helm: Helm) -> None:
    pod = helm.render(*ASKED, "tests.timeoutSeconds=60").one("Pod", "testrun-test")["spec"]
    (container,) = pod["containers"]
    assert container["args"] == ["testrun", "submit", "--filename=/testrun/testrun.yaml", "--wait", "--timeout=90"]
    assert (pod["restartPolicy"], pod["activeDeadlineSeconds"]) == ("Never", 120)


def test_the_program_has_the_options_that_its_pod_starts_it_with(helm: Helm) -> None:
    (container,) = helm.render(*ASKED).one("Pod", "testrun-test")["spec"]["containers"]
    group, command, *options = container["args"]
    context = click.Context(main.ameide)
    found = main.ameide.get_command(context, group)
    assert isinstance(found, click.Group)
    submit = found.get_command(context, command)
    assert submit is not None
    known = {name for parameter in submit.params for name in parameter.opts}
    assert {option.partition("=")[0] for option in options} - known == set()


def test_its_pod_meets_the_restricted_standard(helm: Helm) -> None:
    assert list(against_restricted(helm.render(*ASKED).one("Pod", "testrun-test")["spec"])) == []
