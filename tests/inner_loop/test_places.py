"""Where a repository and its evidence can be: full disks, folders that cannot be written, odd names, no git, two runs at once."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from inner_loop.checkout import CART, DISCOUNTS, E2E, STOREFRONT, Checkout, check_evidence

GREEN = ["Passed", "Passed", "Passed", "NotRun"]
# In a mount namespace of its own, with which its mounts go. What is on them is copied first.
SMALL_DISK = (
    "unshare", "--map-root-user", "--mount", "sh", "-c",
    'mkdir artifacts && mount -t tmpfs -o size=6m none artifacts && "$@"; code=$?; cp -a artifacts ../kept; exit $code', "sh",
)  # fmt: skip
READ_ONLY = (
    "unshare", "--map-root-user", "--mount", "sh", "-c",
    'mount --bind . . && mount -o remount,bind,ro . && cd "$PWD" && exec "$@"', "sh",
)  # fmt: skip


def test_a_disk_that_tests_fill_still_takes_the_evidence(checkout: Callable[..., Checkout], tmp_path: Path) -> None:
    repository = checkout(*DISCOUNTS)
    repository.write(
        "services/discounts/tests/test_loud.py",
        """def test_loud(capfd):
    with capfd.disabled():
        for _ in range(20 * 1024):
            print("x" * 1023)
""",
    )

    ended = repository.run(within=SMALL_DISK, folder=tmp_path / "kept")

    assert (ended.code, ended.results) == (2, ["Passed", "Errored", "NotRun", "NotRun"]), ended.why
    check_evidence(ended)
    assert "its output could not be kept: No space left on device: make room and run again" in [
        each["message"] for each in ended.phase(1)["failures"]
    ]


def test_two_runs_at_once_do_not_meet(checkout: Callable[..., Checkout]) -> None:
    repository = checkout(*DISCOUNTS)
    with contextlib.ExitStack() as both:
        processes = [both.enter_context(repository.started()) for _ in range(2)]
        runs = [repository.ended(process, *process.communicate()) for process in processes]

    assert len({run.folder for run in runs}) == 2
    for run in runs:
        assert (run.code, run.results) == (0, GREEN), run.why
        check_evidence(run)


def test_a_read_only_repository_is_tested_when_its_evidence_has_a_place(
    checkout: Callable[..., Checkout], tmp_path: Path
) -> None:
    repository = checkout(*CART, *DISCOUNTS)
    artifacts = tmp_path / "evidence"

    ended = repository.run("--until", "2", "--json", "--artifacts", str(artifacts), within=READ_ONLY)

    assert (ended.code, ended.results) == (0, GREEN), ended.why
    check_evidence(ended)
    assert ended.folder is not None
    assert ended.folder.parent == artifacts
    assert not (repository.root / "artifacts").exists()


def test_a_read_only_repository_is_one_clear_error_without_one(checkout: Callable[..., Checkout]) -> None:
    repository = checkout(*DISCOUNTS)

    ended = repository.run(within=READ_ONLY)

    assert (ended.code, ended.stdout) == (2, "")
    assert ended.stderr == (
        f"error: the evidence cannot be kept in {repository.root}/artifacts: Read-only file system\n"
        "hint: name another folder with --artifacts DIR\n"
    )


def test_artifacts_that_are_no_folder_are_one_clear_error(checkout: Callable[..., Checkout]) -> None:
    repository = checkout(*DISCOUNTS)
    repository.write("artifacts", "not a folder\n")

    ended = repository.run()

    assert (ended.code, ended.stdout) == (2, "")
    assert ended.stderr == (
        f"error: the evidence cannot be kept in {repository.root}/artifacts: File exists\n"
        "hint: name another folder with --artifacts DIR\n"
    )


def test_a_path_that_is_no_folder_is_one_clear_error(checkout: Callable[..., Checkout]) -> None:
    repository = checkout(*DISCOUNTS)

    for path, message in (("nowhere", "nowhere is not a folder"), ("services/discounts/pyproject.toml", "*")):
        ended = repository.run(path=path)
        assert (ended.code, ended.stdout) == (2, "")
        assert message in ("*", ended.stderr.splitlines()[0].removeprefix("error: "))
        assert ended.stderr.startswith("error: ")


def test_a_repository_without_git_has_a_revision_of_its_files(checkout: Callable[..., Checkout]) -> None:
    repository = checkout(*DISCOUNTS)
    repository.remove(".git")

    ended = repository.run()

    assert (ended.code, ended.results) == (0, GREEN), ended.why
    check_evidence(ended)
    assert ended.summary["revision"].startswith("+")
    assert len(ended.summary["revision"]) == 13


def test_uncommitted_changes_are_part_of_the_revision(checkout: Callable[..., Checkout]) -> None:
    repository = checkout(*DISCOUNTS)
    commit = repository.git("rev-parse", "HEAD").strip()
    before = repository.run("--phase", "policy", "--json").summary["revision"]
    repository.write("services/discounts/discounts/new.py", "")

    after = repository.run("--phase", "policy", "--json").summary["revision"]

    assert before == commit
    assert after.startswith(f"{commit}+")


def test_a_folder_may_have_any_name(checkout: Callable[..., Checkout]) -> None:
    """The name has to pass shells, Go's -exec, Jest's patterns and Playwright's file names."""
    repository = checkout(*CART, *STOREFRONT, *DISCOUNTS, *E2E, name="Tee & Kuchen's чай ☕ «50 %»")

    ended = repository.run()

    assert (ended.code, ended.results) == (0, GREEN), ended.why
    check_evidence(ended)
    assert {each["tool"] for each in ended.summary["projects"]} == {"go", "jest", "pytest", "playwright"}
    repository.nothing_runs()


def test_a_jest_project_below_another_is_run_once_and_with_its_own_config(checkout: Callable[..., Checkout]) -> None:
    """Each with what its config asks for and a phase cannot give: coverage of all the code, an end at the first failure."""
    repository = checkout("README.md")
    repository.write("package.json", "{}")
    strict = "collectCoverage: true, coverageThreshold: { global: { lines: 100 } }, bail: 1"
    half = "exports.half = (n) => n / 2;\nexports.twice = (n) => n * 2;\n"
    for folder, config in ((".", "{}"), ("packages/a", "require('../../jest.config.js')")):
        globals_ = f"globals: {{ HERE: '{folder}' }}"
        repository.write(f"{folder}/jest.config.js", f"module.exports = {{ ...{config}, {strict}, {globals_} }};\n")
        repository.write(f"{folder}/half.js", half)
        body = f"expect([HERE, require('../../half').half(2)]).toEqual(['{folder}', 1])"
        repository.write(f"{folder}/__tests__/unit/half.test.js", f"test('in {folder}', () => {body});\n")

    ended = repository.run("--until", "unit", "--json")

    assert (ended.code, ended.results) == (0, ["Passed", "Passed", "NotRun", "NotRun"]), ended.why
    assert ended.cases(1) == {"[jest .] in .": "passed", "[jest packages/a] in packages/a": "passed"}
    check_evidence(ended)


def test_a_folder_of_a_checkout_uses_what_is_installed_above_it(checkout: Callable[..., Checkout]) -> None:
    repository = checkout(*STOREFRONT, *DISCOUNTS)

    for path in ("packages/storefront", "services/discounts"):
        ended = repository.run("--until", "unit", "--json", path=path, folder=repository.root / path / "artifacts")
        assert (ended.code, ended.results) == (0, ["Passed", "Passed", "NotRun", "NotRun"]), ended.why
        check_evidence(ended)
