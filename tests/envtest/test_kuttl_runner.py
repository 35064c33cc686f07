"""The runner of KUTTL's suites against a real API server: what passes, what fails and how it says so.

Nobody removes namespaces here, so what the cases made is left.
"""

from __future__ import annotations

import os
import textwrap
from pathlib import Path
from xml.etree import ElementTree

import pytest
from kuttl_runner import files, report
from kuttl_runner.cluster import Cluster
from kuttl_runner.runner import Result, Runner

from testrun.envtest import programs
from testrun.envtest.control_plane import ApiServer

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, labels: {app: shop}}\ndata: {user: ada, city: london}\n"
STEP = "apiVersion: kuttl.dev/v1beta1\nkind: TestStep\n"
ASSERT = "apiVersion: kuttl.dev/v1beta1\nkind: TestAssert\n"
FEW = ASSERT + "timeout: 1\n---\n"
NONE = "apiVersion: v1\nkind: ConfigMap\nmetadata: {labels: {app: shop}}\n"


@pytest.fixture
def ran(apiserver: ApiServer, tmp_path: Path):
    """Runs a case of these files: what became of each step, without its time, and all that was said."""
    path = f"{programs.find()}:{os.environ['PATH']}"
    cluster = Cluster({**os.environ, "KUBECONFIG": str(apiserver.kubeconfig), "PATH": path})

    def run(**named: str) -> tuple[list[Result], str]:
        folder = tmp_path / "cases" / "config"
        folder.mkdir(parents=True)
        for name, text in named.items():
            (folder / f"{name[1:].replace('_', '-')}.yaml").write_text(text)
        said: list[str] = []
        (case,) = files.read_cases(folder.parent)
        results = Runner(cluster, timeout=20, keep=True, say=said.append).run(case)
        report.write(tmp_path / "report.xml", "shop", results)
        return results, "\n".join(said)

    return run


def problems(results: list[Result]) -> list[tuple[str, str]]:
    return [(result.step, result.problem) for result in results]


def test_a_case_that_passes(ran, tmp_path: Path):
    results, said = ran(
        _00_settings=CONFIG,
        _00_assert=CONFIG + "---\n" + NONE.replace("}}", "}}\ndata: {user: ada}"),
        _01_change="apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {city: null, user: grace}\n",
        _01_assert=CONFIG.replace("{user: ada, city: london}", "{user: grace}"),
        _01_errors=NONE.replace("}}", "}}\ndata: {user: ada}"),
        _02_commands=STEP + textwrap.dedent("""\
            commands:
              - command: kubectl label configmap settings seen=yes
                namespaced: true
              - script: kubectl -n $NAMESPACE get configmap settings -o jsonpath='{.data.user}' | grep grace
              - script: echo this one may fail; exit 1
                ignoreFailure: true
            """),
        _02_assert=ASSERT + "commands: [{script: kubectl -n $NAMESPACE get configmaps -l seen=yes -o name | grep settings}]\n",
        _03_delete=STEP + "delete: [{apiVersion: v1, kind: ConfigMap, labels: {app: shop}}]\n",
        _03_errors=NONE,
    )  # fmt: skip
    steps = ["namespace", "0-settings", "1-change", "2-commands", "3-delete"]
    assert problems(results) == [(step, "") for step in steps]
    for words in (
        "created ConfigMap settings",
        "updated ConfigMap settings",
        "this one may fail",
        "delete ConfigMap {'app': 'shop'}",
    ):
        assert words in said
    root = ElementTree.parse(tmp_path / "report.xml").getroot()
    assert (root.get("tests"), root.get("failures")) == ("5", "0")
    assert [(case.get("classname"), case.get("name")) for case in root.iter("testcase")] == [("config", step) for step in steps]


@pytest.mark.parametrize(
    ("named", "told"),
    [
        pytest.param(
            {"_00_settings": CONFIG, "_00_assert": FEW + CONFIG.replace("user: ada", "user: grace")},
            "ConfigMap settings: .data.user: expected 'grace', is 'ada'",
            id="another value",
        ),
        pytest.param({"_00_assert": FEW + CONFIG}, "ConfigMap settings: there is none", id="not there"),
        pytest.param({"_00_assert": FEW + NONE}, "ConfigMap (app=shop): there is none", id="none of a label"),
        pytest.param(
            {"_00_assert": FEW + "apiVersion: shop.example/v1\nkind: Cart\n"}, "doesn't have a resource type", id="no such kind"
        ),
        pytest.param(
            {"_00_settings": CONFIG, "_00_assert": ASSERT + "timeout: 1\n", "_00_errors": NONE},
            "must not be there: ConfigMap settings",
            id="there, but must not be",
        ),
        pytest.param({"_00_x": STEP + "commands: [{script: echo broken; exit 3}]\n"}, "code 3\nbroken", id="a command fails"),
        pytest.param({"_00_x": STEP + "commands: [{command: no-such-program}]\n"}, "No such file", id="a program is not there"),
        pytest.param(
            {"_00_x": STEP + "commands: [{script: echo begun; sleep 60 & wait, timeout: 1}]\n"},
            "not done after 1 s\nbegun",
            id="a command takes too long",
        ),
        pytest.param(
            {"_00_assert": ASSERT + "timeout: 1\ncommands: [{script: echo not yet; false}]\n"},
            "exit code 1\nnot yet",
            id="an asserted command fails",
        ),
        pytest.param({"_00_x": CONFIG.replace("settings", "Settings")}, "RFC 1123", id="an object is refused"),
    ],
)  # fmt: skip
def test_a_case_that_fails_ends_there_and_says_why(ran, tmp_path: Path, named: dict[str, str], told: str):
    results, said = ran(**named, _01_never=CONFIG.replace("settings", "never"))
    assert [bool(result.problem) for result in results] == [False, True]
    assert told in results[-1].problem
    assert "FAILED config/0-" in said
    root = ElementTree.parse(tmp_path / "report.xml").getroot()
    assert (root.get("tests"), root.get("failures")) == ("2", "1")
    assert [failure.text for failure in root.iter("failure")] == [results[-1].problem]


def test_a_failed_step_shows_what_its_collectors_say(ran):
    _, said = ran(_00_assert=ASSERT + "timeout: 1\ncollectors: [{command: echo seen in $NAMESPACE}]\n---\n" + NONE)
    assert "    seen in kuttl-config-" in said
