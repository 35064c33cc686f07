"""The scripts of `hack/cluster` where no cluster is: one interface, and what PROVIDER=existing refuses."""

from __future__ import annotations

import dataclasses
import os
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[3] / "hack/cluster"
PROVIDERS = sorted(file.stem for file in (SCRIPTS / "providers").glob("*.sh"))
KUBECTL = """\
#!/bin/sh
case "$*" in
  *"config view --minify"*) echo "$CONTEXT $CLUSTER $SERVER" ;;
  *"get --raw /readyz"*) echo asked >>"$ASKED" ;;
  *"config view --raw"*) echo "a kubeconfig" ;;
  *version*) printf '"serverVersion": {\\n  "gitVersion": "v1.35.4"\\n' ;;
esac
"""
DOCKER = """\
#!/bin/sh
case "$1" in
  image) echo sha256:0123 ;;
  tag | push) echo "$*" >>"$ASKED" ;;
esac
"""


@dataclasses.dataclass(frozen=True)
class Machine:
    """A folder with programs that stand in for kubectl and docker, and a file in which they say what they were asked."""

    folder: Path

    @property
    def asked(self) -> list[str]:
        file = self.folder / "asked"
        return file.read_text().splitlines() if file.exists() else []

    def run(self, script: str, *args: str, **settings: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": f"{self.folder}:{os.environ['PATH']}",
            "HOME": str(self.folder),
            "TESTRUN_CACHE": str(self.folder / "cache"),
            "KUBECONFIG_OUT": str(self.folder / "kubeconfig"),
            "ASKED": str(self.folder / "asked"),
            "PROVIDER": "existing",
            **settings,
        }
        return subprocess.run(
            [str(SCRIPTS / script), *args], env=environment, capture_output=True, text=True, timeout=60, check=False
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    for name, text in {"kubectl": KUBECTL, "docker": DOCKER}.items():
        program = tmp_path / name
        program.write_text(text)
        program.chmod(0o755)
    return Machine(tmp_path)


def test_these_are_the_providers() -> None:
    assert PROVIDERS == ["existing", "k3d", "kind", "local"]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_provider_has_every_function_that_the_scripts_call(provider: str) -> None:
    done = subprocess.run(
        ["bash", "-c", f"source {SCRIPTS}/lib.sh; use_cluster; declare -F provider_{{up,down,load,reference}}"],
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PROVIDER": provider},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.split() == ["provider_up", "provider_down", "provider_load", "provider_reference"], done.stderr


def test_a_provider_that_does_not_exist_is_refused(machine: Machine) -> None:
    done = machine.run("up.sh", PROVIDER="minikube")
    assert (done.returncode, done.stderr) == (1, "error: PROVIDER must be local, kind, k3d or existing, not 'minikube'\n")


@pytest.mark.parametrize(
    ("context", "cluster", "server", "why"),
    [
        ("prod", "main", "https://10.0.0.1", "'prod' in prod"),
        ("shop-prod-eu", "main", "https://10.0.0.1", "'prod' in shop-prod-eu"),
        ("PROD2", "main", "https://10.0.0.1", "'prod' in PROD2"),
        ("shop", "arn:aws:eks:eu-central-1:1:cluster/shop-production", "https://10.0.0.1", "'production' in arn:aws:eks:"),
        ("shop", "main", "https://api.live.shop.example:6443", "'live' in https://api.live.shop.example:6443"),
        ("gke_shop_europe-west1_prd", "main", "https://10.0.0.1", "'prd' in gke_shop_europe-west1_prd"),
    ],
)  # fmt: skip
def test_what_looks_like_production_is_refused_and_not_even_asked(
    machine: Machine, context: str, cluster: str, server: str, why: str
) -> None:
    done = machine.run("up.sh", CONTEXT=context, CLUSTER=cluster, SERVER=server)
    assert done.returncode == 1
    assert f"error: context {context} looks like production ({why}" in done.stderr
    assert done.stderr.endswith(f": choose another, or say ALLOW_PRODUCTION={context} if it is none\n")
    assert machine.asked == []
    assert not (machine.folder / "kubeconfig").exists()


@pytest.mark.parametrize("context", ["shop-staging", "product-dev", "reproduce", "olive-green", "delivery"])
def test_what_does_not_is_used_and_each_step_is_told(machine: Machine, context: str) -> None:
    done = machine.run("up.sh", CONTEXT=context, CLUSTER="main", SERVER="https://10.0.0.1")
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[:2] == [
        f"existing: context {context}, cluster main at https://10.0.0.1",
        "existing: it answers",
    ]  # fmt: skip
    assert machine.asked == ["asked"]
    assert (machine.folder / "kubeconfig").read_text() == "a kubeconfig\n"


@pytest.mark.parametrize(("allowed", "code"), [("shop-prod-eu", 0), ("shop-prod-us", 1), ("yes", 1)])
def test_one_context_may_be_allowed_by_its_name(machine: Machine, allowed: str, code: int) -> None:
    done = machine.run("up.sh", CONTEXT="shop-prod-eu", CLUSTER="main", SERVER="https://10.0.0.1", ALLOW_PRODUCTION=allowed)
    assert done.returncode == code, done.stderr


def test_without_a_context_it_is_said_what_is_needed(machine: Machine) -> None:
    (machine.folder / "kubectl").write_text("#!/bin/sh\nexit 1\n")
    done = machine.run("up.sh", KUBECONFIG="/nowhere")
    assert done.returncode == 1
    assert done.stderr == (
        "error: PROVIDER=existing uses the current context of KUBECONFIG (now '/nowhere'), and there is none\n"
    )


def test_an_image_is_pushed_to_the_registry_and_pods_know_it_by_that_name(machine: Machine) -> None:
    done = machine.run("load.sh", "testrun-operator:dev-1", REGISTRY="registry.example:5000/ci/")
    assert (done.returncode, done.stdout) == (0, "registry.example:5000/ci/testrun-operator:dev-1\n"), done.stderr
    assert machine.asked == [
        "tag testrun-operator:dev-1 registry.example:5000/ci/testrun-operator:dev-1",
        "push registry.example:5000/ci/testrun-operator:dev-1",
    ]


def test_without_a_registry_it_is_said_what_is_needed(machine: Machine) -> None:
    done = machine.run("load.sh", "testrun-operator:dev-1")
    assert done.returncode == 1
    assert "an existing cluster pulls its images: set REGISTRY to push testrun-operator:dev-1 there" in done.stderr


def test_an_existing_cluster_is_never_removed(machine: Machine) -> None:
    done = machine.run("down.sh")
    assert done.returncode == 0
    assert done.stderr.splitlines()[0] == "an existing cluster is left as it is"
    assert machine.asked == []


def test_the_node_of_another_provider_cannot_be_entered(machine: Machine) -> None:
    done = machine.run("enter.sh", "true")
    assert (done.returncode, done.stderr) == (
        3,
        "only the node of PROVIDER=local can be entered, and this cluster is of PROVIDER=existing\n",
    )
