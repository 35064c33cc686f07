"""KUTTL's files: which are read as what, and that nothing is passed over."""

from __future__ import annotations

from pathlib import Path

import pytest
from kuttl_runner import files
from kuttl_runner.cluster import arguments_of
from kuttl_runner.files import Case, Command, NotKnown, Reference, Step, Suite

SUITE = """
apiVersion: kuttl.dev/v1beta1
kind: TestSuite
metadata: {name: shop}
testDirs: [tests/kuttl/cases]
parallel: 1
timeout: 90
reportFormat: xml
reportName: kuttl
artifactsDir: build
"""
STEP = "apiVersion: kuttl.dev/v1beta1\nkind: TestStep\n"
ASSERT = "apiVersion: kuttl.dev/v1beta1\nkind: TestAssert\n"
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n"
SETTINGS = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}}


def case_of(folder: Path, **named: str) -> Path:
    """A case with these files, underscores for dashes."""
    for name, text in named.items():
        (folder / f"{name[1:].replace('_', '-')}.yaml").write_text(text)
    return folder


class TestSuiteFile:
    def test_all_that_it_may_say(self, tmp_path: Path):
        file = tmp_path / "kuttl-test.yaml"
        file.write_text(SUITE)
        folders = (Path("tests/kuttl/cases"),)
        assert files.read_suite(file) == Suite(name="shop", folders=folders, timeout=90, report=Path("build/kuttl.xml"))

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            pytest.param(SUITE + "startKIND: true\n", "not startKIND", id="a field that is not known"),
            pytest.param(SUITE.replace("parallel: 1", "parallel: 8"), "parallel must be 1", id="cases side by side"),
            pytest.param(SUITE.replace("parallel: 1\n", ""), "parallel must be 1", id="KUTTL's default is 8"),
            pytest.param(SUITE.replace("TestSuite", "TestStep"), "expected a TestSuite", id="another kind"),
            pytest.param("- a\n", "every document must be a map", id="no map"),
            pytest.param("a: [\n", "kuttl-test.yaml", id="no YAML"),
        ],
    )
    def test_what_is_refused(self, tmp_path: Path, text: str, told: str):
        file = tmp_path / "kuttl-test.yaml"
        file.write_text(text)
        with pytest.raises(NotKnown, match=told):
            files.read_suite(file)


class TestSteps:
    def test_the_files_of_one_number_are_one_step_and_numbers_give_the_order(self, tmp_path: Path):
        case = case_of(
            tmp_path,
            _10_later=CONFIG,
            _02_assert=ASSERT + "timeout: 7\ncommands: [{script: test -e settings}]\n---\n" + CONFIG,
            _02_errors=CONFIG,
            _02_settings_and_more=STEP + "delete: [{apiVersion: v1, kind: Pod, labels: {app: web}}]\n"
            "commands: [{command: kubectl get pods, namespaced: true, ignoreFailure: true, timeout: 5}]\n---\n" + CONFIG,
        )
        (case / "README.md").write_text("passed over, as by KUTTL")
        command = Command(command="kubectl get pods", namespaced=True, ignore_failure=True, timeout=5)
        assert files.read_steps(case) == [
            Step(
                index=2,
                name="settings-and-more",
                delete=(Reference(api_version="v1", kind="Pod", labels={"app": "web"}),),
                commands=(command,),
                apply=(SETTINGS,),
                asserts=(SETTINGS,),
                errors=(SETTINGS,),
                checks=(Command(script="test -e settings"),),
                timeout=7,
            ),
            Step(index=10, name="later", apply=(SETTINGS,)),
        ]

    def test_a_step_may_have_a_name_of_its_own(self, tmp_path: Path):
        (step,) = files.read_steps(case_of(tmp_path, _00_x=STEP + "metadata: {name: install}\n"))
        assert str(step) == "0-install"

    def test_a_time_stays_the_text_that_it_is_in_json(self, tmp_path: Path):
        (step,) = files.read_steps(case_of(tmp_path, _00_assert=CONFIG + "data: {at: 2026-01-01T00:00:00Z}\n"))
        assert step.asserts[0]["data"] == {"at": "2026-01-01T00:00:00Z"}

    @pytest.mark.parametrize(
        ("name", "text", "told"),
        [
            ("_settings", CONFIG, "a file of a case is called"),
            ("_00_x", STEP + "kubeconfig: other\n", "a TestStep may have commands, delete here, not kubeconfig"),
            ("_00_x", STEP + "commands: [{command: sleep 9, background: true}]\n", "not background"),
            ("_00_x", STEP + "commands: [{command: a, script: b}]\n", "either command or script"),
            ("_00_x", STEP + "commands: [{namespaced: true}]\n", "either command or script"),
            ("_00_x", STEP + "commands: [{script: a, namespaced: true}]\n", "it has \\$NAMESPACE"),
            ("_00_x", STEP + "delete: [{kind: Pod}]\n", "needs apiVersion and kind"),
            ("_00_x", STEP + "commands: [{script: a}]\n---\n" + STEP, "only one TestStep a step"),
            ("_00_x", "apiVersion: v1\nkind: Pod\nmetadata: {generateName: a-}\n", "needs metadata.name"),
            ("_00_x", "apiVersion: kuttl.dev/v1beta1\nkind: TestFile\nmetadata: {name: a}\n", "no TestFile of"),
            ("_00_x", "metadata: {name: settings}\n", "an object needs apiVersion and kind"),
            ("_00_assert", ASSERT + "timeout: 5\n---\n" + ASSERT, "only one TestAssert a step"),
            ("_00_assert", ASSERT + "assertAll: [{celExpr: a}]\n", "not assertAll"),
            ("_00_assert", ASSERT + "commands: [{script: a, timeout: 5}]\n", "not timeout"),
            ("_00_assert", ASSERT + "collectors: [{type: pod, pod: web}]\n", "only those with a command"),
            ("_00_errors", ASSERT, "no TestAssert of"),
        ],
    )
    def test_what_is_refused(self, tmp_path: Path, name: str, text: str, told: str):
        with pytest.raises(NotKnown, match=told):
            files.read_steps(case_of(tmp_path, **{name: text}))

    @pytest.mark.parametrize("made", [(), ("empty",)], ids=["no case", "a case without steps"])
    def test_nothing_to_run_is_refused(self, tmp_path: Path, made: tuple[str, ...]):
        for name in made:
            (tmp_path / name).mkdir()
        with pytest.raises(NotKnown, match="no step in"):
            files.read_cases(tmp_path)

    def test_the_suites_of_the_project_can_be_read(self, monkeypatch: pytest.MonkeyPatch):
        repository = Path(__file__).parents[3]
        monkeypatch.chdir(repository)
        suite = files.read_suite(repository / "tests/kuttl/kuttl-test.yaml")
        cases: list[Case] = [case for folder in suite.folders for case in files.read_cases(folder)]
        assert len(cases) >= 6


HERE = ["--namespace", "here"]


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        pytest.param(Command(command="kubectl get -l 'a in (b, c)'"), ["kubectl", "get", "-l", "a in (b, c)"], id="quotes"),
        pytest.param(Command(command="echo $IMAGE ${IMAGE} $$HOME $NONE."), ["echo", "shop:1", "shop:1", "$HOME", "."], id="$"),
        pytest.param(Command(command="kubectl get pods", namespaced=True), ["kubectl", "get", "pods", *HERE], id="namespaced"),
        pytest.param(Command(command="kubectl -n a get", namespaced=True), ["kubectl", "-n", "a", "get"], id="has one"),
        pytest.param(Command(script="echo $IMAGE | cat"), ["sh", "-c", "echo $IMAGE | cat"], id="a script is the shell's"),
    ],
)
def test_how_a_command_is_run(command: Command, arguments: list[str]):
    assert arguments_of(command, {"IMAGE": "shop:1", "NAMESPACE": "here"}) == arguments
