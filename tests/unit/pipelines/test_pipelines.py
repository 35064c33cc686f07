"""The pipelines of examples/pipelines: well formed, and what they call is there, in this version, with these options.

That a real API server takes their objects is in tests/envtest/test_pipelines.py.
"""

from __future__ import annotations

import itertools
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

import testrun
from testrun.api import body as api_body
from testrun.api import names
from testrun.cli import main

REPOSITORY = Path(__file__).parents[3]
FOLDER = REPOSITORY / "examples/pipelines"
FILES = sorted(file for file in FOLDER.iterdir() if file.name != "README.md")
OBJECTS = [file for file in FILES if "apiVersion:" in file.read_text()]
RUN = "artifacts/20261125T131500Z-7f3c2d1"


def documents(file: Path) -> list[Any]:
    return list(yaml.safe_load_all(file.read_text()))


def within(value: Any) -> Iterator[Any]:
    """A value and all that is in it."""
    yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        yield from within(each)


def texts(file: Path) -> list[str]:
    """All texts of a file, and the words of lists joined: what is run is among them."""
    if file.name == "Jenkinsfile":
        return re.findall(r"sh '([^']*)'", file.read_text())
    values = list(itertools.chain.from_iterable(map(within, documents(file))))
    return [each.replace("\\\n", " ") for each in values if isinstance(each, str)]


def commands(file: Path) -> list[list[str]]:
    """What is said to `ameide`: in scripts, and as the arguments of containers of its image."""
    lines = itertools.chain.from_iterable(text.splitlines() for text in texts(file))
    found = [shlex.split(line)[1:] for line in lines if re.match(r"\S*\bameide ", line)]
    values = [] if file.name == "Jenkinsfile" else itertools.chain.from_iterable(map(within, documents(file)))
    containers = [each for each in values if isinstance(each, dict) and each.get("args", [None])[0] == "testrun"]
    return [*found, *(each["args"] for each in containers)]


def test_all_are_there():
    assert [file.name for file in FILES] == [
        "Jenkinsfile",
        "argo-rollouts.yaml",
        "argocd-application.yaml",
        "github-actions.yaml",
        "gitlab-ci.yml",
        "kargo-stage.yaml",
        "tekton-task.yaml",
    ]
    assert set(re.findall(r"\]\(([\w.-]+)\)", (FOLDER / "README.md").read_text())) == {file.name for file in FILES}


@pytest.mark.parametrize(
    ("name", "calls"),
    [
        ("Jenkinsfile", ["dev inner-loop-test"]),
        ("argo-rollouts.yaml", ["testrun submit"]),
        ("github-actions.yaml", ["dev inner-loop-test"]),
        ("gitlab-ci.yml", ["dev inner-loop-test", "dev inner-loop-test"]),
        ("tekton-task.yaml", ["testrun submit", "testrun artifacts"]),
    ],
)
def test_what_it_calls_exists_with_these_options(name: str, calls: list[str]):
    found = commands(FOLDER / name)
    assert [" ".join(each[:2]) for each in found] == calls
    for group, command, *arguments in found:
        parent = main.ameide.get_command(click.Context(main.ameide), group)
        assert isinstance(parent, click.Group)
        called = parent.get_command(click.Context(parent), command)
        assert called is not None
        # Raises what a person would be told of an option that is not there, or has no such value.
        called.make_context(command, list(arguments))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_its_versions_are_ours(file: Path):
    text = file.read_text()
    assert set(re.findall(r"testrun-operator(?:@v|:| --version )(\d[\w.]*)", text)) <= {testrun.__version__}
    assert not re.findall(r"testrun-operator(?::| --version | @ git\S+?)?latest", text)
    pinned = re.search(r"sigs.k8s.io/kind (v\S+)", (REPOSITORY / "hack/cluster/modules/kind/go.mod").read_text())
    assert pinned is not None
    assert set(re.findall(r"kind-action@v1\n\s+with: \{version: ([\w.]+)", text)) <= {pinned[1]}


def test_the_pipelines_name_a_version():
    ours = re.compile(rf"testrun-operator(@v|:){re.escape(testrun.__version__)}")
    named = [file.name for file in FILES if ours.search(file.read_text())]
    assert named == ["Jenkinsfile", "argo-rollouts.yaml", "github-actions.yaml", "gitlab-ci.yml", "tekton-task.yaml"]


def test_the_chart_is_installed_with_values_that_it_has():
    values = yaml.safe_load((REPOSITORY / "charts/testrun-operator/values.yaml").read_text())
    installs = [text for text in texts(FOLDER / "github-actions.yaml") if "helm install" in text]
    for path in re.findall(r"--set ([\w.]+)=", "\n".join(installs)):
        inner = values
        for key in path.split("."):
            inner = inner[key]
    assert len(installs) == 1


@pytest.mark.parametrize("file", OBJECTS, ids=lambda file: file.name)
def test_its_testruns_are_such(file: Path):
    objects = documents(file)
    inner = [yaml.safe_load(each["data"]["testrun.yaml"]) for each in objects if each["kind"] == "ConfigMap"]
    for body in [*inner, *(each for each in objects if each["kind"] == names.KIND)]:
        assert (body["apiVersion"], body["kind"]) == (f"{names.GROUP}/{names.VERSION}", names.KIND)
        assert api_body.parse(body).shards == 4
    assert all(each["metadata"].get("name") or each["metadata"].get("generateName") for each in objects)


@pytest.mark.parametrize(
    ("pattern", "phases"),
    [
        (r"reporter: java-junit, path: \"([^\"]+)\"", "0123"),
        (r"junit '([^']+)'", "0123"),
        (r"junit: (\S+\[012\]\S+)", "012"),
        (r"junit: (\S+phase-3\S+)", "3"),
    ],
    ids=["GitHub", "Jenkins", "GitLab, test", "GitLab, e2e"],
)
def test_each_junit_is_taken_once(tmp_path: Path, pattern: str, phases: str):
    (found,) = [match[1] for file in FILES if (match := re.search(pattern, file.read_text()))]
    for phase in range(4):
        (tmp_path / RUN / f"phase-{phase}").mkdir(parents=True)
        (tmp_path / RUN / f"phase-{phase}/junit.xml").touch()
    (tmp_path / "artifacts/latest").symlink_to(Path(RUN).name)
    taken = sorted(str(file.relative_to(tmp_path)) for file in tmp_path.glob(found))
    assert taken == [f"{RUN}/phase-{phase}/junit.xml" for phase in phases]


def test_a_stage_of_kargo_uses_the_template_with_the_arguments_that_it_has():
    (stage,) = documents(FOLDER / "kargo-stage.yaml")
    template = documents(FOLDER / "argo-rollouts.yaml")[0]
    used = stage["spec"]["verification"]
    assert used["analysisTemplates"] == [{"name": template["metadata"]["name"]}]
    assert {each["name"] for each in used["args"]} == {each["name"] for each in template["spec"]["args"]}


def test_a_rollout_gives_the_template_what_it_has_no_default_for():
    template, rollout, *_ = documents(FOLDER / "argo-rollouts.yaml")
    (analysis,) = [step["analysis"] for step in rollout["spec"]["strategy"]["canary"]["steps"] if "analysis" in step]
    assert analysis["templates"] == [{"templateName": template["metadata"]["name"]}]
    needed = {each["name"] for each in template["spec"]["args"] if "value" not in each}
    assert {each["name"] for each in analysis["args"]} == needed


def test_the_steps_of_tekton_end_with_the_code_of_the_first():
    task = documents(FOLDER / "tekton-task.yaml")[0]["spec"]
    assert [(step["name"], step.get("onError", "stopAndFail")) for step in task["steps"]] == [
        ("submit", "continue"), ("evidence", "continue"), ("verdict", "stopAndFail"),
    ]  # fmt: skip
    named = set(re.findall(r"\$\((params|workspaces)\.([\w-]+)", (FOLDER / "tekton-task.yaml").read_text()))
    declared = {(kind, each["name"]) for kind in ("params", "workspaces") for each in task[kind]}
    assert named == declared
    assert "$(steps.step-submit.exitCode.path)" in task["steps"][2]["script"]
