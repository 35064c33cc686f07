"""What can be tested in a repository, found from its files alone."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from testrun.local import discovery


def found(
    files: Mapping[str, str], *, chosen: dict | None = None, exclude: list[str] | None = None
) -> list[tuple[str, str, str]]:
    told = discovery.discover(
        sorted(files), lambda path: files.get(path, "").encode(), chosen=chosen or {}, exclude=exclude or []
    )
    return [(project.tool, project.folder, project.why) for project in told.projects]


def remarks(files: Mapping[str, str]) -> list[str]:
    return list(discovery.discover(sorted(files), lambda path: files.get(path, "").encode(), chosen={}).remarks)


class TestGo:
    def test_a_module_with_tests(self):
        assert found({"go.mod": "module a", "a/a_test.go": ""}) == [("go", ".", "go.mod")]

    def test_a_module_without_tests_is_told_and_not_run(self):
        assert found({"go.mod": "module a", "a.go": ""}) == []
        assert remarks({"go.mod": "module a", "a.go": ""}) == ["go.mod: a Go module without tests"]

    def test_the_tests_of_a_nested_module_are_its_own(self):
        files = {"go.mod": "", "tools/go.mod": "", "tools/x_test.go": ""}
        assert found(files) == [("go", "tools", "tools/go.mod")]

    def test_the_modules_of_a_workspace(self):
        files = {"go.work": "", "a/go.mod": "", "a/a_test.go": "", "b/go.mod": "", "b/b_test.go": ""}
        assert found(files) == [
            ("go", "a", "a/go.mod, in the workspace go.work"),
            ("go", "b", "b/go.mod, in the workspace go.work"),
        ]

    def test_tests_outside_any_module_are_told(self):
        assert remarks({"x/x_test.go": ""}) == ["x: Go tests outside any module"]

    def test_what_others_wrote_is_nobodys_project(self):
        assert found({"vendor/m/go.mod": "", "vendor/m/m_test.go": "", "testdata/go.mod": "", "testdata/a_test.go": ""}) == []


class TestJest:
    def test_a_config_file(self):
        assert found({"web/jest.config.ts": ""}) == [("jest", "web", "web/jest.config.ts")]

    def test_a_key_of_package_json(self):
        assert found({"web/package.json": '{"jest": {}}'}) == [("jest", "web", '"jest" in web/package.json')]

    def test_a_dependency_and_tests(self):
        files = {"web/package.json": '{"devDependencies": {"jest": "^30"}}', "web/src/__tests__/unit/a.test.ts": ""}
        assert found(files) == [("jest", "web", "jest in web/package.json")]

    def test_a_hoisted_dependency_is_no_project(self):
        files = {
            "package.json": '{"devDependencies": {"jest": "^30"}, "workspaces": ["packages/*"]}',
            "packages/a/jest.config.js": "",
            "packages/a/__tests__/unit/a.test.js": "",
        }
        assert found(files) == [("jest", "packages/a", "packages/a/jest.config.js")]

    def test_a_config_with_projects_runs_those_below_it(self):
        files = {"jest.config.js": "module.exports = {projects: ['packages/*']}", "packages/a/jest.config.js": ""}
        assert found(files) == [("jest", ".", "jest.config.js")]
        assert remarks(files) == ["packages/a/jest.config.js: run by the projects of jest.config.js"]

    def test_of_workspaces_the_innermost_with_tests_is_the_project(self):
        files = {
            "package.json": '{"devDependencies": {"jest": "^30"}, "workspaces": ["packages/*"]}',
            "packages/a/package.json": '{"scripts": {"test": "jest"}}',
            "packages/a/__tests__/unit/a.test.js": "",
            "e2e/shop.spec.js": "",
        }
        assert found(files) == [("jest", "packages/a", "jest in packages/a/package.json")]

    def test_a_root_with_tests_of_its_own_leaves_those_of_its_workspaces_to_them(self):
        files = {
            "package.json": '{"devDependencies": {"jest": "^30"}, "workspaces": ["packages/*"]}',
            "__tests__/unit/r.test.js": "",
            "packages/a/package.json": '{"scripts": {"test": "jest"}}',
            "packages/a/__tests__/unit/a.test.js": "",
            "packages/b/jest.config.js": "",
        }
        told = discovery.discover(sorted(files), lambda path: files[path].encode(), chosen={})
        assert [(each.folder, each.leave_out) for each in told.projects] == [
            (".", ("packages/a", "packages/b")),
            ("packages/a", ()),
            ("packages/b", ()),
        ]

    @pytest.mark.parametrize(
        ("config", "owns"),
        [
            ("module.exports = {projects: ['packages/*']}", True),
            ("module.exports = {\n  'projects' : ['packages/*']}", True),
            ("const projects = all(); export default { projects }", True),
            ("config.projects = ['packages/*']", True),
            ("// base config of all projects: see docs\nmodule.exports = {}", False),
            ("/* projects: none */ module.exports = {displayName: 'projects: x'}", False),
            ("module.exports = {testPathIgnorePatterns: ['/projects/']}", False),
        ],
    )
    def test_only_code_makes_a_config_one_with_projects(self, config: str, owns: bool):
        files = {"jest.config.js": config, "packages/a/jest.config.js": "module.exports = {}"}
        assert [folder for _, folder, _ in found(files)] == ([".", "packages/a"] if not owns else ["."])

    def test_a_config_of_another_name_is_told(self):
        package = '{"scripts": {"test": "jest -c jest.unit.config.js"}}'
        files = {"package.json": package, "a.test.js": "", "jest.unit.config.js": ""}
        assert found(files) == [("jest", ".", "jest in package.json")]
        assert remarks(files) == ["jest.unit.config.js: Jest is started with its jest.config.*, not with this"]
        assert remarks({**files, "jest.config.js": "module.exports = {projects: ['jest.unit.config.js']}"}) == []

    def test_vitest_is_told(self):
        assert remarks({"web/package.json": '{"devDependencies": {"vitest": "3"}}'}) == [
            "web/package.json: Vitest, which no phase runs"
        ]

    @pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"jest": 1, "scripts": [], "devDependencies": "jest"}'])
    def test_a_package_json_that_is_none(self, content: str):
        assert [each[0] for each in found({"package.json": content})] in ([], ["jest"])


class TestPytest:
    @pytest.mark.parametrize(
        ("file", "content", "why"),
        [
            ("pytest.ini", "[pytest]", "pytest.ini"),
            ("pyproject.toml", "[tool.pytest.ini_options]", "[tool.pytest] in pyproject.toml"),
            ("setup.cfg", "[tool:pytest]", "[tool:pytest] in setup.cfg"),
            ("tox.ini", "[pytest]", "[pytest] in tox.ini"),
        ],
    )
    def test_each_place_for_its_configuration(self, file: str, content: str, why: str):
        assert found({file: content, "tests/test_a.py": ""}) == [("pytest", ".", why)]

    def test_a_configuration_without_tests_is_told_and_not_run(self):
        assert found({"pytest.ini": "[pytest]"}) == []
        assert remarks({"pytest.ini": "[pytest]"}) == ["pytest.ini: no file is named test_*.py or *_test.py"]

    @pytest.mark.parametrize(
        ("file", "content"),
        [
            ("pytest.ini", "[pytest]\npython_files = check_*.py tests.py"),
            ("setup.cfg", "[tool:pytest]\npython_files =\n    check_*.py\n    tests.py"),
            ("pyproject.toml", '[tool.pytest.ini_options]\npython_files = "check_*.py tests.py"'),
            ("pyproject.toml", '[tool.pytest.ini_options]\npython_files = ["check_*.py", "*/tests.py"]'),
            ("pyproject.toml", '[tool.pytest]\npython_files = ["tests.py"]'),
            ("pytest.toml", '[pytest]\npython_files = ["tests.py"]'),
        ],
    )
    def test_a_configuration_says_how_its_tests_are_named(self, file: str, content: str):
        assert [each[:2] for each in found({f"shop/{file}": content, "shop/orders/tests.py": ""})] == [("pytest", "shop")]
        assert found({f"shop/{file}": content, "shop/test_a.py": ""}) == []

    def test_a_root_whose_tests_all_belong_to_roots_below_it_is_no_project(self):
        files = {"pytest.ini": "", "tests/pytest.ini": "", "tests/test_a.py": ""}
        assert found(files) == [("pytest", "tests", "tests/pytest.ini")]
        assert remarks(files) == [
            "pytest.ini: no file is named test_*.py or *_test.py that is not below a configuration of its own"
        ]

    def test_tests_without_a_configuration_belong_to_the_nearest_python_project(self):
        files = {"libs/a/pyproject.toml": "[project]", "libs/a/tests/test_a.py": ""}
        assert found(files) == [("pytest", "libs/a", "test_*.py files, without a pytest configuration")]

    def test_tests_alone_belong_to_the_root(self):
        assert found({"scripts/test_a.py": ""}) == [("pytest", ".", "test_*.py files, without a pytest configuration")]

    def test_a_root_leaves_the_roots_below_it_alone(self):
        files = {"pytest.ini": "", "test_a.py": "", "libs/b/pytest.ini": "", "libs/b/test_b.py": ""}
        told = discovery.discover(sorted(files), lambda _: b"", chosen={})
        assert [(each.folder, each.leave_out) for each in told.projects] == [(".", ("libs/b",)), ("libs/b", ())]

    def test_a_broken_pyproject_is_left_to_pytest(self):
        assert found({"pyproject.toml": "[tool.pytest", "test_a.py": ""}) == [("pytest", ".", "pyproject.toml")]


class TestPlaywright:
    @pytest.mark.parametrize("kind", ["ts", "js", "mts", "mjs", "cts", "cjs"])
    def test_a_config_file(self, kind: str):
        assert found({f"e2e/playwright.config.{kind}": ""}) == [("playwright", "e2e", f"e2e/playwright.config.{kind}")]


def test_every_project_has_a_folder_of_its_own():
    files = {
        "svc/cart-api/pytest.ini": "",
        "svc/cart-api/test_a.py": "",
        "svc/cart/api/pytest.ini": "",
        "svc/cart/api/test_a.py": "",
    }
    slugs = [each.slug for each in discovery.discover(sorted(files), lambda _: b"", chosen={}).projects]
    assert len(set(slugs)) == 2
    assert all(slug.startswith("pytest-svc-cart-api-") for slug in slugs)


class TestConfiguration:
    FILES = {"a/go.mod": "", "a/a_test.go": "", "b/go.mod": "", "b/b_test.go": "", "test_c.py": ""}

    def test_folders_that_are_named_are_all_of_that_tool(self):
        assert found(self.FILES, chosen={"go": ["./b/"]}) == [
            ("go", "b", "named in the configuration"),
            ("pytest", ".", "test_*.py files, without a pytest configuration"),
        ]

    def test_an_empty_list_means_none(self):
        assert found(self.FILES, chosen={"go": [], "pytest": []}) == []

    def test_what_is_excluded_is_never_looked_at(self):
        assert found(self.FILES, exclude=["a", "test_*"]) == [("go", "b", "b/go.mod")]
