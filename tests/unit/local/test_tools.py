"""How each tool is started, and how its answers are read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from testrun.local import environment
from testrun.local.tools import jest, playwright
from testrun.local.tools import pytest as pytest_tool


class TestJest:
    def installed(self, root: Path, folder: str) -> Path:
        script = root / folder / "node_modules/jest/bin/jest.js"
        script.parent.mkdir(parents=True)
        script.touch()
        return script

    def test_it_is_that_of_the_project_or_of_a_folder_above(self, tmp_path: Path):
        hoisted = self.installed(tmp_path, ".")
        assert jest.program(tmp_path / "web", tmp_path) == ["node", str(hoisted)]
        own = self.installed(tmp_path, "web")
        assert jest.program(tmp_path / "web", tmp_path) == ["node", str(own)]

    def test_one_outside_the_checkout_is_not_used(self, tmp_path: Path):
        self.installed(tmp_path, ".")
        assert jest.program(tmp_path / "repository/web", tmp_path / "repository") == []

    def test_plug_and_play(self, tmp_path: Path):
        (tmp_path / ".pnp.cjs").touch()
        assert jest.program(tmp_path, tmp_path) == ["yarn", "jest"]

    @pytest.mark.parametrize(
        ("lock", "advice"),
        [
            ("package-lock.json", "jest is not installed: run `npm ci`"),
            ("pnpm-lock.yaml", "jest is not installed: run `pnpm install --frozen-lockfile`"),
            ("yarn.lock", "jest is not installed: run `yarn install --immutable`"),
            ("none", "jest is not installed: add it to package.json and install it"),
        ],
    )
    def test_what_to_do_when_it_is_missing(self, tmp_path: Path, lock: str, advice: str):
        (tmp_path / lock).touch()
        assert jest.missing("jest", tmp_path / "web", tmp_path) == advice

    def test_the_words_of_a_phase_come_before_the_reporters(self):
        """yargs takes all that follows --reporters for reporters."""
        command = jest.test_command(["node", "jest.js"], "", "integration", "")
        assert command[:3] == ["node", "jest.js", "__tests__/integration/"]
        assert "--runInBand" in command
        assert command[-2:] == [f"--reporters={jest.REPORTER}", "--reporters=default"]
        assert jest.REPORTER.is_file()

    def test_a_phase_runs_all_its_tests_whatever_the_config_says(self):
        """A threshold is for all the tests, of which a phase is a part; with bail the others would be lost."""
        assert {"--coverage=false", "--bail=0"} < set(jest.test_command([], "", "unit", ""))

    def test_without_anything_to_leave_out_there_is_no_pattern_of_our_own(self):
        left_out = jest.left_out(Path("/shop"), [], [])
        assert jest.list_command(["jest"], "jest.config.js", left_out) == [
            "jest", "--config", "jest.config.js", "--listTests", "--json",
        ]  # fmt: skip
        assert jest.test_command(["jest"], "", "unit", left_out)[1] == "__tests__/unit/"

    @pytest.mark.parametrize(
        ("path", "taken"),
        [
            ("/my shop/__tests__/unit/r.test.js", True),
            ("/my shop/packages/ab/__tests__/unit/b.test.js", True),
            ("/my shop/packages/a/__tests__/unit/a.test.js", False),
            ("packages/a/__tests__/unit/a.test.js", False),  # Jest tries relative paths too
            ("/my shop/old/web/__tests__/unit/o.test.js", False),
            ("/my shop/older/__tests__/unit/o.test.js", True),
            ("/my shop/__tests__/unit/gen_x.test.js", False),
            ("/my shop/__tests__/integration/r.test.js", False),
        ],
    )
    def test_projects_below_and_what_is_excluded_are_left_out(self, path: str, taken: bool):
        left_out = jest.left_out(Path("/my shop"), ["packages/a"], ["old/", "*gen_?.test.js"])
        _, pattern, *_ = jest.test_command(["jest"], "", "unit", left_out)
        assert (re.search(pattern, path) is not None) is taken

    @pytest.mark.parametrize(
        ("output", "files"),
        [
            ('["/a/b.test.ts"]', ["/a/b.test.ts"]),
            ('a warning\n["/a/b.test.ts"]\n', ["/a/b.test.ts"]),
            ("[]", []),
            ("", None),
            ("[oops", None),
            ("Error: no config", None),
        ],
    )
    def test_its_list(self, output: str, files: list[str] | None):
        assert jest.listed(output) == files


class TestPlaywright:
    def report(self, **body: object) -> str:
        return "a warning\n" + json.dumps(body)

    def test_tests_are_counted_over_suites_and_projects(self):
        spec = {"tests": [{}, {}]}  # one test in two projects
        suites = [{"file": "shop.spec.ts", "specs": [spec], "suites": [{"specs": [spec, spec]}]}]
        assert playwright.listed(self.report(config={"rootDir": "/shop/e2e"}, suites=suites, errors=[])) == playwright.Listed(
            tests=6, files=("/shop/e2e/shop.spec.ts",)
        )

    def test_errors_outside_tests(self):
        assert playwright.listed(self.report(suites=[], errors=[{"message": "SyntaxError"}, {}])) == playwright.Listed(
            errors=("SyntaxError", "an error without a message")
        )

    @pytest.mark.parametrize("output", ["", "Error: no config", "{"])
    def test_what_is_no_report(self, output: str):
        assert playwright.listed(output) == playwright.Listed()


class TestPytest:
    def python(self, folder: Path) -> str:
        (folder / "bin").mkdir(parents=True)
        (folder / "bin/python").touch()
        return str(folder / "bin/python")

    def test_the_python_of_the_project_then_of_a_folder_above_then_the_active_one_then_path(self, tmp_path: Path):
        active = self.python(tmp_path / "elsewhere")
        seen = {"VIRTUAL_ENV": str(tmp_path / "elsewhere"), "PATH": ""}
        root = tmp_path / "repository"
        root.mkdir()
        assert pytest_tool.interpreter(root / "lib", root, {"PATH": ""}) == ""
        assert pytest_tool.interpreter(root / "lib", root, seen) == active
        above = self.python(root / "venv")
        assert pytest_tool.interpreter(root / "lib", root, seen) == above
        own = self.python(root / "lib/.venv")
        assert pytest_tool.interpreter(root / "lib", root, seen) == own

    def test_the_commands_of_the_phases(self):
        start = ["python", "-m", "pytest", "-p", "testrun_pytest", "--strict-markers", "--color=no", "--ignore=b"]
        assert pytest_tool.test_command("python", ["--ignore=b"], "unit") == [*start, "--maxfail=0", "-m", "not integration"]
        assert pytest_tool.test_command("python", ["--ignore=b"], "integration") == [*start, "--maxfail=0", "-m", "integration"]
        assert (pytest_tool.PLUGINS / "testrun_pytest.py").is_file()

    def test_all_tests_are_listed_whatever_marker_the_repository_selects_by(self):
        assert pytest_tool.collect_command("python", [])[-4:] == ["--collect-only", "--quiet", "-m", ""]

    def test_it_keeps_out_of_other_projects_and_of_what_is_excluded(self):
        assert pytest_tool.ignored(["libs/b"], Path("/my [old] shop"), ["legacy/", "gen/**", "*_pb2.py"]) == [
            "--ignore=libs/b",
            "--ignore-glob=/my [[]old] shop/legacy", "--ignore-glob=/my [[]old] shop/legacy/*",
            "--ignore-glob=/my [[]old] shop/gen/**", "--ignore-glob=/my [[]old] shop/gen/*",
            "--ignore-glob=/my [[]old] shop/*_pb2.py", "--ignore-glob=/my [[]old] shop/*_pb2.py/*",
        ]  # fmt: skip

    def test_the_plugin_is_found_first_and_the_rest_of_the_path_stays(self):
        assert pytest_tool.variables({"PYTHONPATH": "/mine"})["PYTHONPATH"] == f"{pytest_tool.PLUGINS}:/mine"


def test_nothing_in_the_environment_leads_to_a_cluster():
    seen = {
        "PATH": "/bin", "HOME": "/home/me", "KUBECONFIG": "/home/me/.kube/config", "KUBERNETES_SERVICE_HOST": "10.96.0.1",
        "KUBERNETES_PORT": "tcp://…", "TELEPRESENCE_ROOT": "/x", "TILT_PORT": "1", "TESTRUN_EVENTS": "/x", "JEST_WORKER_ID": "1",
    }  # fmt: skip
    assert environment.scrubbed(seen, {"TZ": "UTC"}) == {
        "PATH": "/bin", "HOME": "/home/me", "KUBECONFIG": environment.NO_CLUSTER, "TZ": "UTC",
    }  # fmt: skip


def test_nothing_in_the_environment_selects_tests_but_the_configuration():
    assert environment.scrubbed({"PYTEST_ADDOPTS": "-k fast", "PYTEST_PLUGINS": "mine"}) == {
        "PYTEST_PLUGINS": "mine", "KUBECONFIG": environment.NO_CLUSTER,
    }  # fmt: skip
    assert environment.scrubbed({}, {"PYTEST_ADDOPTS": "-k fast"})["PYTEST_ADDOPTS"] == "-k fast"


@pytest.mark.parametrize(
    ("flags", "left"),
    [
        ("-run=TestU", ""),
        ("--skip=Slow -test.run=TestU -short", ""),
        ("-tags=integration,slow -failfast=true -list=. -n -c", ""),
        ("-mod=mod  -race -trimpath -ldflags=-s", "-mod=mod -race -trimpath -ldflags=-s"),
        ("-mod=vendor -short", "-mod=vendor"),
    ],
)
def test_of_goflags_what_selects_tests_is_taken_out(flags: str, left: str):
    assert environment.scrubbed({"GOFLAGS": flags})["GOFLAGS"] == left
