"""The files of a repository, and the name of what is under test: the same tree has the same name, any change has another."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from testrun.local import repository

ENVIRONMENT = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}


def git(folder: Path, *words: str) -> str:
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *words]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, env=ENVIRONMENT).stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    (tmp_path / ".gitignore").write_text("ignored\n")
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/b.txt").write_text("b")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    return tmp_path


def read(folder: Path) -> repository.Repository:
    return repository.read(folder, ENVIRONMENT)


def test_a_clean_checkout_is_named_by_its_commit(checkout: Path):
    seen = read(checkout)
    assert seen.files == (".gitignore", "a.txt", "sub/b.txt")
    assert seen.revision == repository.Revision(commit=git(checkout, "rev-parse", "HEAD"))
    assert seen.revision.name == seen.revision.commit
    assert seen.revision.short == seen.revision.commit[:7]


def test_every_change_gives_another_name_and_the_same_change_the_same(checkout: Path):
    names = [read(checkout).revision.name]
    (checkout / "a.txt").write_text("changed")
    names.append(read(checkout).revision.name)
    assert read(checkout).revision.name == names[-1]
    (checkout / "new.txt").write_text("n")
    names.append(read(checkout).revision.name)
    (checkout / "new.txt").write_text("m")
    names.append(read(checkout).revision.name)
    git(checkout, "add", "new.txt")  # what is staged does not matter, what is there does
    assert read(checkout).revision.name == names[-1]
    (checkout / "a.txt").unlink()
    names.append(read(checkout).revision.name)
    assert len(set(names)) == len(names)
    commit = git(checkout, "rev-parse", "HEAD")
    assert all(name.startswith(f"{commit}+") and len(name) == 53 for name in names[1:])
    git(checkout, "checkout", "-q", "a.txt")
    git(checkout, "rm", "-qf", "new.txt")
    assert read(checkout).revision.name == names[0]


def test_what_git_ignores_is_no_part_of_it(checkout: Path):
    (checkout / "ignored").write_text("x")
    assert read(checkout).revision.changes == ""
    assert "ignored" not in read(checkout).files


def test_a_folder_of_a_checkout_is_a_repository_of_its_own(checkout: Path):
    (checkout / "a.txt").write_text("a change elsewhere")
    seen = read(checkout / "sub")
    assert (seen.files, seen.revision.changes) == (("b.txt",), "")
    (checkout / "sub/c.txt").write_text("c")
    assert read(checkout / "sub").files == ("b.txt", "c.txt")
    assert read(checkout / "sub").revision.changes != ""


def test_names_that_are_hard_to_quote(checkout: Path):
    name = 'tür "x"\n1.txt'
    (checkout / name).write_text("x")
    assert name in read(checkout).files


def test_without_git_the_name_is_that_of_all_files(tmp_path: Path):
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules/x.js").write_text("x")
    seen = read(tmp_path)
    assert seen.files == ("a.txt",)
    assert (seen.revision.commit, len(seen.revision.name)) == ("", 13)
    (tmp_path / "a.txt").write_text("b")
    assert read(tmp_path).revision.name != seen.revision.name


def test_a_folder_that_is_left_out_changes_nothing(checkout: Path):
    before = read(checkout).revision
    (checkout / "artifacts").mkdir()
    (checkout / "artifacts/run.xml").write_text("x")
    assert read(checkout).revision != before
    seen = repository.read(checkout, ENVIRONMENT, leave_out=checkout / "artifacts")
    assert (seen.revision, "artifacts/run.xml" in seen.files) == (before, False)


def test_a_checkout_in_the_checkout_counts_by_its_own_state(checkout: Path):
    inner = checkout / "inner"
    inner.mkdir()
    git(inner, "init", "-q")
    (inner / "c.txt").write_text("c")
    git(inner, "add", ".")
    git(inner, "commit", "-qm", "inner")
    names = [read(checkout).revision.name]
    (inner / "c.txt").write_text("changed")
    names.append(read(checkout).revision.name)
    (inner / "c.txt").write_text("changed again")
    names.append(read(checkout).revision.name)
    assert len(set(names)) == 3


def test_a_checkout_without_a_commit(tmp_path: Path):
    git(tmp_path, "init", "-q")
    (tmp_path / "a.txt").write_text("a")
    seen = read(tmp_path)
    assert (seen.files, seen.revision.commit, len(seen.revision.name)) == (("a.txt",), "", 13)


def test_a_checkout_that_git_cannot_read_is_refused_and_never_taken_for_a_clean_one(checkout: Path):
    (checkout / ".git/index").write_bytes(b"broken")
    with pytest.raises(repository.NoRepository, match="git cannot read the checkout"):
        read(checkout)
    (checkout / ".git/HEAD").unlink()
    with pytest.raises(repository.NoRepository, match="git cannot read the checkout"):
        read(checkout)


def test_a_link_counts_as_a_link(tmp_path: Path):
    (tmp_path / "a").symlink_to("/etc/passwd")
    before = read(tmp_path).revision.name
    (tmp_path / "a").unlink()
    (tmp_path / "a").symlink_to("/etc/group")
    assert read(tmp_path).revision.name != before


def test_what_is_no_folder(tmp_path: Path):
    with pytest.raises(repository.NoRepository, match="nothing is not a folder"):
        read(tmp_path / "nothing")


def test_the_insides_of_git_are_no_checkout(checkout: Path):
    assert read(checkout / ".git/refs").revision.commit == ""


def test_files_in_conflict_and_renamed_files_are_changes(checkout: Path):
    git(checkout, "checkout", "-qb", "other")
    (checkout / "a.txt").write_text("theirs")
    git(checkout, "commit", "-qam", "theirs")
    git(checkout, "checkout", "-q", "-")
    (checkout / "a.txt").write_text("ours")
    git(checkout, "commit", "-qam", "ours")
    with pytest.raises(subprocess.CalledProcessError):
        git(checkout, "merge", "other")
    names = [read(checkout).revision.name]
    (checkout / "a.txt").write_text("solved")
    names.append(read(checkout).revision.name)
    git(checkout, "mv", "sub/b.txt", "sub/with a space.txt")
    names.append(read(checkout).revision.name)
    (checkout / "sub/with a space.txt").write_text("changed")
    names.append(read(checkout).revision.name)
    assert len(set(names)) == 4
